"""an index of the keys of tasks that wait, in each of their two orders"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None
expands = True

# The number that stands for never.
WHERE = sa.text("ready_at = 4611686018427387904")


def upgrade() -> None:
    with op.batch_alter_table("rank_key") as batch_op:
        for key in ("a", "b"):
            batch_op.create_index(
                f"ix_rank_key_waiting_{key}",
                ["user_id", "ready_at", key, "latest_start"],
                postgresql_where=WHERE,
                sqlite_where=WHERE,
            )


def downgrade() -> None:
    with op.batch_alter_table("rank_key") as batch_op:
        for key in ("b", "a"):
            batch_op.drop_index(f"ix_rank_key_waiting_{key}")
