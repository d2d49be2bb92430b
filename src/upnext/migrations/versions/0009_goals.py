"""Goals, the tasks that serve them, and what they add to the keys of these."""

import sqlalchemy as sa
from alembic import op

from upnext.core import types

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "goal",
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("workspace_id", types.Id(), nullable=False),
        sa.Column("project_id", types.Id(), nullable=True),
        sa.Column("parent_id", types.Id(), nullable=True),
        sa.Column("title", types.Name(length=200), nullable=False),
        sa.Column("title_key", types.Name(length=200), nullable=False),
        sa.Column("description", types.LongText(), nullable=False),
        sa.Column("weight", sa.Double(), nullable=False),
        sa.Column("target_date", sa.Date(), nullable=True),
        sa.Column("target_key", sa.Integer(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("completed_at", types.Instant(), nullable=True),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("updated_at", types.Instant(), nullable=False),
        sa.Column("deleted_at", types.Instant(), nullable=True),
        sa.Column("deleted_with", types.Id(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["goal.id"], name=op.f("fk_goal_parent_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_goal_project_id")),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_goal_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal")),
    )
    with op.batch_alter_table("goal", schema=None) as batch_op:
        batch_op.create_index("ix_goal_workspace", ["workspace_id", "created_at", "id"])
        batch_op.create_index("ix_goal_project", ["project_id"])
        batch_op.create_index("ix_goal_parent", ["parent_id"])
        batch_op.create_index("ix_goal_deleted_with", ["deleted_with"])

    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.add_column(sa.Column("goal_id", types.Id(), nullable=True))
        batch_op.add_column(
            sa.Column("goal_weight", sa.Double(), nullable=False, server_default=sa.text("1"))
        )
        batch_op.create_index(
            "ix_task_goal",
            ["goal_id"],
            postgresql_where=sa.text("goal_id IS NOT NULL"),
            sqlite_where=sa.text("goal_id IS NOT NULL"),
        )
        batch_op.create_foreign_key(op.f("fk_task_goal_id"), "goal", ["goal_id"], ["id"])
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.alter_column("goal_weight", existing_type=sa.Double(), server_default=None)

    with op.batch_alter_table("rank_key", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("goal", sa.Double(), nullable=False, server_default=sa.text("0"))
        )
    with op.batch_alter_table("rank_key", schema=None) as batch_op:
        batch_op.alter_column("goal", existing_type=sa.Double(), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("rank_key", schema=None) as batch_op:
        batch_op.drop_column("goal")
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("fk_task_goal_id"), type_="foreignkey")
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_index("ix_task_goal")
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_column("goal_weight")
        batch_op.drop_column("goal_id")
    op.drop_table("goal")
