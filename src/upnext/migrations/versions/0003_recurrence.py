"""Recurrence: tasks that come again, and the series that they belong to."""

import sqlalchemy as sa
from alembic import op

from upnext.core import types

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

COLUMNS = ("recurrence", "series_id", "occurrence", "series")


def upgrade() -> None:
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.add_column(sa.Column("recurrence", types.Json(), nullable=True))
        batch_op.add_column(sa.Column("series_id", types.Id(), nullable=True))
        batch_op.add_column(sa.Column("occurrence", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("series", types.Json(), nullable=True))
        batch_op.create_index(
            "ix_task_series",
            ["series_id", "occurrence"],
            unique=True,
            postgresql_where=sa.text("series_id IS NOT NULL"),
            sqlite_where=sa.text("series_id IS NOT NULL"),
        )


def downgrade() -> None:
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_index("ix_task_series")
    with op.batch_alter_table("task", schema=None) as batch_op:
        for name in COLUMNS:
            batch_op.drop_column(name)
