"""Operations that can be undone, and when work on a task began."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from alembic import op

from upnext.core import types

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

BATCH = 5_000
STARTED = {"in_progress", "in_review"}
CHANGE = sa.table(
    "change",
    sa.column("id", types.Id()),
    sa.column("resource", types.Name(40)),
    sa.column("resource_id", types.Id()),
    sa.column("diff", types.Json()),
    sa.column("at", types.Instant()),
)
TASK = sa.table("task", sa.column("id", types.Id()), sa.column("started_at", types.Instant()))


def upgrade() -> None:
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.add_column(sa.Column("started_at", types.Instant(), nullable=True))
    _fill()
    op.create_table(
        "operation",
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("user_id", types.Id(), nullable=False),
        sa.Column("workspace_id", types.Id(), nullable=True),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("asked", types.Json(), nullable=False),
        sa.Column("task_count", sa.Integer(), nullable=False),
        sa.Column("undoes", types.Id(), nullable=True),
        sa.Column("undone_by", types.Id(), nullable=True),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operation")),
    )
    with op.batch_alter_table("operation", schema=None) as batch_op:
        batch_op.create_index("ix_operation_created", ["created_at"], unique=False)
        batch_op.create_index("ix_operation_user", ["user_id", "id"], unique=False)

    op.create_table(
        "operation_step",
        sa.Column("operation_id", types.Id(), nullable=False),
        sa.Column("task_id", types.Id(), nullable=False),
        sa.Column("action", sa.SmallInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("diff", types.Json(), nullable=False),
        sa.ForeignKeyConstraint(
            ["operation_id"],
            ["operation.id"],
            name=op.f("fk_operation_step_operation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("operation_id", "task_id", name=op.f("pk_operation_step")),
    )


def _fill() -> None:
    """What the change log knows of tasks that are already begun."""
    connection = op.get_bind()
    known: set[UUID] = set()
    for rows in _changes(connection):
        first: dict[UUID, datetime] = {}
        for task_id, diff, at in rows:
            if task_id not in known and diff.get("status", [None, None])[1] in STARTED:
                first.setdefault(task_id, at)
        known |= first.keys()
        if first:
            begun = sa.update(TASK).where(TASK.c.id == sa.bindparam("task_id"))
            connection.execute(
                begun.values(started_at=sa.bindparam("began")),
                [{"task_id": task_id, "began": at} for task_id, at in first.items()],
            )


def _changes(connection: Any) -> Iterator[list[Any]]:
    """In the order of their ids, which is that of time."""
    last = UUID(int=0)
    kind = sa.select(CHANGE.c.id, CHANGE.c.resource_id, CHANGE.c.diff, CHANGE.c.at)
    while True:
        page = kind.where(CHANGE.c.id > last, CHANGE.c.resource == "task")
        rows = connection.execute(page.order_by(CHANGE.c.id).limit(BATCH)).all()
        if not rows:
            return
        last = rows[-1][0]
        yield [row[1:] for row in rows]


def downgrade() -> None:
    op.drop_table("operation_step")
    with op.batch_alter_table("operation", schema=None) as batch_op:
        batch_op.drop_index("ix_operation_user")
        batch_op.drop_index("ix_operation_created")

    op.drop_table("operation")
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_column("started_at")
