"""an index of the tasks about which something is promised, by when it is due"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None
expands = True

NAME = "ix_task_sla_due"
# Nothing is due at the number that stands for never.
WHERE = sa.text("deleted_at IS NULL AND sla_due_key < 4611686018427387904")


def upgrade() -> None:
    with op.batch_alter_table("task") as batch_op:
        batch_op.create_index(
            NAME,
            ["workspace_id", "sla_due_key", "id"],
            postgresql_where=WHERE,
            sqlite_where=WHERE,
        )


def downgrade() -> None:
    with op.batch_alter_table("task") as batch_op:
        batch_op.drop_index(NAME)
