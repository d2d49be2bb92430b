"""Time entries, what is learned from them, and feedback on what was proposed."""

import sqlalchemy as sa
from alembic import op

from upnext.core import types

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "time_entry",
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("workspace_id", types.Id(), nullable=False),
        sa.Column("task_id", types.Id(), nullable=False),
        sa.Column("user_id", types.Id(), nullable=False),
        sa.Column("started_at", types.Instant(), nullable=False),
        sa.Column("ended_at", types.Instant(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("note", types.Name(length=200), nullable=False),
        sa.Column("running_key", types.Id(), nullable=True),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("updated_at", types.Instant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["task_id"], ["task.id"], name=op.f("fk_time_entry_task_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_time_entry")),
        sa.UniqueConstraint("running_key", name=op.f("uq_time_entry_running_key")),
    )
    with op.batch_alter_table("time_entry", schema=None) as batch_op:
        batch_op.create_index("ix_time_entry_task", ["task_id", "started_at", "id"], unique=False)
        batch_op.create_index("ix_time_entry_user", ["user_id", "started_at", "id"], unique=False)

    op.create_table(
        "next_action_feedback",
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("user_id", types.Id(), nullable=False),
        sa.Column("ticket_key", types.Name(length=64), nullable=False),
        sa.Column("verdict", types.Name(length=10), nullable=False),
        sa.Column("task_id", types.Id(), nullable=False),
        sa.Column("reason", types.Name(length=20), nullable=True),
        sa.Column("until", types.Instant(), nullable=True),
        sa.Column("shown", types.Json(), nullable=False),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.Column("at", types.Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_next_action_feedback_user_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_next_action_feedback")),
        sa.UniqueConstraint(
            "user_id",
            "ticket_key",
            "verdict",
            "task_id",
            name=op.f("uq_next_action_feedback_user_id_ticket_key_verdict_task_id"),
        ),
    )
    with op.batch_alter_table("next_action_feedback", schema=None) as batch_op:
        batch_op.create_index("ix_next_action_feedback_user", ["user_id", "at", "id"], unique=False)

    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("actual_minutes", sa.Integer(), nullable=False, server_default="0")
        )
        batch_op.add_column(
            sa.Column("running_timers", sa.Integer(), nullable=False, server_default="0")
        )

    with op.batch_alter_table("planning_profile", schema=None) as batch_op:
        batch_op.add_column(sa.Column("learned", types.Json(), nullable=True))
        batch_op.add_column(sa.Column("taste", types.Json(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("planning_profile", schema=None) as batch_op:
        batch_op.drop_column("taste")
        batch_op.drop_column("learned")

    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_column("running_timers")
        batch_op.drop_column("actual_minutes")

    op.drop_table("next_action_feedback")
    op.drop_table("time_entry")
