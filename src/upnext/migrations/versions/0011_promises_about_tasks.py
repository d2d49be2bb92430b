"""Promises about tasks: SLA policies, business calendars, clocks, and what tasks say of them."""

import sqlalchemy as sa
from alembic import op

from upnext.core import types

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# After every real instant, as upnext.core.types has it.
NEVER = str(2**62)


def upgrade() -> None:
    op.create_table(
        "workspace_calendar",
        sa.Column("workspace_id", types.Id(), nullable=False),
        sa.Column("time_zone", types.Name(length=64), nullable=False),
        sa.Column("hours", types.Json(), nullable=False),
        sa.Column("holidays", types.Json(), nullable=False),
        sa.Column("updated_at", types.Instant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspace.id"],
            name=op.f("fk_workspace_calendar_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workspace_id", name=op.f("pk_workspace_calendar")),
    )
    op.create_table(
        "sla_policy",
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("workspace_id", types.Id(), nullable=False),
        sa.Column("project_id", types.Id(), nullable=False),
        sa.Column("priority", sa.SmallInteger(), nullable=True),
        sa.Column("priority_key", sa.SmallInteger(), nullable=False),
        sa.Column("first_response_minutes", sa.Integer(), nullable=True),
        sa.Column("resolution_minutes", sa.Integer(), nullable=True),
        sa.Column("starts_from", sa.SmallInteger(), nullable=False),
        sa.Column("business_hours", sa.Boolean(), nullable=False),
        sa.Column("pause_statuses", types.Json(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("updated_at", types.Instant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["project.id"],
            name=op.f("fk_sla_policy_project_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sla_policy")),
        sa.UniqueConstraint(
            "project_id", "priority_key", name=op.f("uq_sla_policy_project_id_priority_key")
        ),
    )
    op.create_table(
        "sla_clock",
        sa.Column("task_id", types.Id(), nullable=False),
        sa.Column("target", sa.SmallInteger(), nullable=False),
        sa.Column("project_id", types.Id(), nullable=False),
        sa.Column("policy_id", types.Id(), nullable=True),
        sa.Column("due_at", types.Instant(), nullable=False),
        sa.Column("warn_at", types.Instant(), nullable=False),
        sa.Column("pauses", types.Json(), nullable=False),
        sa.Column("met_at", types.Instant(), nullable=True),
        sa.Column("warned_at", types.Instant(), nullable=True),
        sa.Column("breached_at", types.Instant(), nullable=True),
        sa.Column("next_check", types.Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["task_id"], ["task.id"], name=op.f("fk_sla_clock_task_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("task_id", "target", name=op.f("pk_sla_clock")),
    )
    with op.batch_alter_table("sla_clock", schema=None) as batch_op:
        batch_op.create_index("ix_sla_clock_next_check", ["next_check", "task_id"], unique=False)
        batch_op.create_index("ix_sla_clock_project", ["project_id", "target"], unique=False)

    with op.batch_alter_table("project", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("sla_ruled", sa.Boolean(), nullable=False, server_default=sa.false())
        )

    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sla", types.Json(), nullable=True))
        batch_op.add_column(
            sa.Column("sla_ruled", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(
            sa.Column("sla_due_key", sa.BigInteger(), nullable=False, server_default=NEVER)
        )
        batch_op.add_column(
            sa.Column("sla_breached", sa.Boolean(), nullable=False, server_default=sa.false())
        )


def downgrade() -> None:
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_column("sla_breached")
        batch_op.drop_column("sla_due_key")
        batch_op.drop_column("sla_ruled")
        batch_op.drop_column("sla")

    with op.batch_alter_table("project", schema=None) as batch_op:
        batch_op.drop_column("sla_ruled")

    with op.batch_alter_table("sla_clock", schema=None) as batch_op:
        batch_op.drop_index("ix_sla_clock_project")
        batch_op.drop_index("ix_sla_clock_next_check")

    op.drop_table("sla_clock")
    op.drop_table("sla_policy")
    op.drop_table("workspace_calendar")
