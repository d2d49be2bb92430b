"""Plans, pins and busy times."""

import sqlalchemy as sa
from alembic import op

from upnext.core import types

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "busy_calendar",
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("user_id", types.Id(), nullable=False),
        sa.Column("name", types.Name(length=100), nullable=False),
        sa.Column("url", types.LongText(), nullable=False),
        sa.Column("host", types.Name(length=255), nullable=False),
        sa.Column("tried_at", types.Instant(), nullable=True),
        sa.Column("read_at", types.Instant(), nullable=True),
        sa.Column("error", types.Name(length=200), nullable=True),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_busy_calendar_user_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_busy_calendar")),
    )
    with op.batch_alter_table("busy_calendar", schema=None) as batch_op:
        batch_op.create_index("ix_busy_calendar_user", ["user_id", "id"], unique=False)

    op.create_table(
        "day_plan",
        sa.Column("user_id", types.Id(), nullable=False),
        sa.Column("inputs", types.Digest(), nullable=True),
        sa.Column("anchor", types.Instant(), nullable=False),
        sa.Column("valid_until", types.Instant(), nullable=False),
        sa.Column("first_task_id", types.Id(), nullable=True),
        sa.Column("instead", types.Json(), nullable=False),
        sa.Column("content", types.Json(), nullable=False),
        sa.Column("computed_at", types.Instant(), nullable=False),
        sa.Column("asked_at", types.Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_day_plan_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_day_plan")),
    )
    with op.batch_alter_table("day_plan", schema=None) as batch_op:
        batch_op.create_index("ix_day_plan_asked_at", ["asked_at"], unique=False)

    op.create_table(
        "busy_time",
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("user_id", types.Id(), nullable=False),
        sa.Column("calendar_id", types.Id(), nullable=True),
        sa.Column("title", types.Name(length=200), nullable=False),
        sa.Column("starts_at", types.Instant(), nullable=False),
        sa.Column("ends_at", types.Instant(), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("updated_at", types.Instant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["calendar_id"],
            ["busy_calendar.id"],
            name=op.f("fk_busy_time_calendar_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_busy_time_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_busy_time")),
    )
    with op.batch_alter_table("busy_time", schema=None) as batch_op:
        batch_op.create_index("ix_busy_time_calendar", ["calendar_id"], unique=False)
        batch_op.create_index("ix_busy_time_user", ["user_id", "starts_at", "id"], unique=False)

    op.create_table(
        "plan_pin",
        sa.Column("user_id", types.Id(), nullable=False),
        sa.Column("task_id", types.Id(), nullable=False),
        sa.Column("starts_at", types.Instant(), nullable=False),
        sa.Column("ends_at", types.Instant(), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["task_id"], ["task.id"], name=op.f("fk_plan_pin_task_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_plan_pin_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "task_id", name=op.f("pk_plan_pin")),
    )
    with op.batch_alter_table("plan_pin", schema=None) as batch_op:
        batch_op.create_index("ix_plan_pin_task", ["task_id"], unique=False)

    with op.batch_alter_table("planning_profile", schema=None) as batch_op:
        batch_op.add_column(sa.Column("busy", types.Json(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("planning_profile", schema=None) as batch_op:
        batch_op.drop_column("busy")
    op.drop_table("plan_pin")
    op.drop_table("busy_time")
    op.drop_table("day_plan")
    op.drop_table("busy_calendar")
