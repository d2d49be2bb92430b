"""boards and goals go with their place"""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

# Table, column, what it refers to, and what becomes of it when that is deleted.
KEYS = (
    ("board", "project_id", "project", "CASCADE"),
    ("board_column", "board_id", "board", "CASCADE"),
    ("goal", "workspace_id", "workspace", "CASCADE"),
    ("goal", "project_id", "project", "CASCADE"),
    ("goal", "parent_id", "goal", "SET NULL"),
)


def upgrade() -> None:
    for table, column, target, ondelete in KEYS:
        _replace(table, column, target, ondelete)


def downgrade() -> None:
    for table, column, target, _ in reversed(KEYS):
        _replace(table, column, target, None)


def _replace(table: str, column: str, target: str, ondelete: str | None) -> None:
    name = op.f(f"fk_{table}_{column}")
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.drop_constraint(name, type_="foreignkey")
        batch_op.create_foreign_key(name, target, [column], ["id"], ondelete=ondelete)
