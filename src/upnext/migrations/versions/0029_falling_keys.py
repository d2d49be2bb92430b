"""MySQL's indexes of the keys in the whole order that is asked for"""

from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None
expands = True

SAID = "latest_start, ready_at, offered, workspace_id, project_id"


def _replace(of_all: str, of_waiting: str) -> None:
    if op.get_bind().dialect.name != "mysql":
        return
    for key in ("a", "b"):
        for name, columns in (("", of_all), ("waiting_", of_waiting)):
            index = f"ix_rank_key_{name}{key}"
            new = f"ADD INDEX {index} ({columns.format(key=key)})"
            op.execute(f"ALTER TABLE rank_key DROP INDEX {index}, {new}")


def upgrade() -> None:
    _replace(
        f"user_id, {{key}} DESC, task_id, {SAID}",
        "user_id, ready_at, {key} DESC, task_id, latest_start",
    )


def downgrade() -> None:
    _replace("user_id, {key}, latest_start", "user_id, ready_at, {key}, latest_start")
