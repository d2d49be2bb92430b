"""Boards: columns that stand for a status, and the places of tasks in them."""

import sqlalchemy as sa
from alembic import op

from upnext.core import types

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "board",
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("workspace_id", types.Id(), nullable=False),
        sa.Column("project_id", types.Id(), nullable=False),
        sa.Column("name", types.Name(length=100), nullable=False),
        sa.Column("name_key", types.Name(length=200), nullable=False),
        sa.Column("default", sa.Boolean(), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("updated_at", types.Instant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_board_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board")),
    )
    with op.batch_alter_table("board", schema=None) as batch_op:
        batch_op.create_index("ix_board_project", ["project_id", "created_at", "id"], unique=False)

    op.create_table(
        "board_column",
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("board_id", types.Id(), nullable=False),
        sa.Column("workspace_id", types.Id(), nullable=False),
        sa.Column("project_id", types.Id(), nullable=False),
        sa.Column("name", types.Name(length=100), nullable=False),
        sa.Column("name_key", types.Name(length=200), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("wip_limit", sa.Integer(), nullable=True),
        sa.Column("wip_hard", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["board.id"], name=op.f("fk_board_column_board_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_column")),
    )
    with op.batch_alter_table("board_column", schema=None) as batch_op:
        batch_op.create_index("ix_board_column_board", ["board_id", "rank"], unique=False)

    with op.batch_alter_table("project", schema=None) as batch_op:
        batch_op.add_column(sa.Column("layout", types.Json(), nullable=True))

    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.add_column(sa.Column("board_id", types.Id(), nullable=True))
        batch_op.add_column(sa.Column("column_id", types.Id(), nullable=True))
        batch_op.add_column(sa.Column("position", sa.BigInteger(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_task_board_id"), "board", ["board_id"], ["id"])
        batch_op.create_foreign_key(
            op.f("fk_task_column_id"), "board_column", ["column_id"], ["id"]
        )
        batch_op.create_index(
            "ix_task_column",
            ["column_id", "position", "id"],
            unique=False,
            postgresql_where=sa.text("column_id IS NOT NULL"),
            sqlite_where=sa.text("column_id IS NOT NULL"),
        )


def downgrade() -> None:
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("fk_task_column_id"), type_="foreignkey")
        batch_op.drop_constraint(op.f("fk_task_board_id"), type_="foreignkey")
        batch_op.drop_index("ix_task_column")
    with op.batch_alter_table("task", schema=None) as batch_op:
        for name in ("position", "column_id", "board_id"):
            batch_op.drop_column(name)
    with op.batch_alter_table("project", schema=None) as batch_op:
        batch_op.drop_column("layout")
    op.drop_table("board_column")
    op.drop_table("board")
