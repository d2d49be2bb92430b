"""Schedules with their runs, reminders, templates, and rules with what they did."""

import sqlalchemy as sa
from alembic import op

from upnext.core import types

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "user_schedule",
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("workspace_id", types.Id(), nullable=False),
        sa.Column("user_id", types.Id(), nullable=False),
        sa.Column("name", types.Name(length=100), nullable=False),
        sa.Column("action", types.Json(), nullable=False),
        sa.Column("cron", types.Name(length=200), nullable=True),
        sa.Column("rrule", types.Name(length=500), nullable=True),
        sa.Column("run_at", types.Instant(), nullable=True),
        sa.Column("starts_at", types.Instant(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("paused_because", types.LongText(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("updated_at", types.Instant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["id"], ["schedule.id"], name=op.f("fk_user_schedule_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_user_schedule_user_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspace.id"],
            name=op.f("fk_user_schedule_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_schedule")),
    )
    with op.batch_alter_table("user_schedule", schema=None) as batch_op:
        batch_op.create_index("ix_user_schedule_user", ["user_id", "id"], unique=False)
        batch_op.create_index("ix_user_schedule_workspace", ["workspace_id", "id"], unique=False)

    op.create_table(
        "rule",
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("workspace_id", types.Id(), nullable=False),
        sa.Column("project_id", types.Id(), nullable=True),
        sa.Column("user_id", types.Id(), nullable=False),
        sa.Column("name", types.Name(length=100), nullable=False),
        sa.Column("events", types.Json(), nullable=False),
        sa.Column("filter", types.LongText(), nullable=False),
        sa.Column("actions", types.Json(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("updated_at", types.Instant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_rule_project_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_rule_user_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspace.id"],
            name=op.f("fk_rule_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule")),
    )
    with op.batch_alter_table("rule", schema=None) as batch_op:
        batch_op.create_index(
            "ix_rule_workspace", ["workspace_id", "enabled", "position"], unique=False
        )

    op.create_table(
        "schedule_run",
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("schedule_id", types.Id(), nullable=False),
        sa.Column("workspace_id", types.Id(), nullable=False),
        sa.Column("job_id", types.Id(), nullable=False),
        sa.Column("trigger", sa.SmallInteger(), nullable=False),
        sa.Column("fire_at", types.Instant(), nullable=False),
        sa.Column("state", sa.SmallInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("started_at", types.Instant(), nullable=True),
        sa.Column("finished_at", types.Instant(), nullable=True),
        sa.Column("output", types.Json(), nullable=True),
        sa.Column("error", types.LongText(), nullable=True),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["schedule_id"],
            ["user_schedule.id"],
            name=op.f("fk_schedule_run_schedule_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule_run")),
        sa.UniqueConstraint("job_id", name=op.f("uq_schedule_run_job_id")),
    )
    with op.batch_alter_table("schedule_run", schema=None) as batch_op:
        batch_op.create_index("ix_schedule_run_schedule", ["schedule_id", "id"], unique=False)
        batch_op.create_index("ix_schedule_run_state", ["state", "created_at"], unique=False)

    op.create_table(
        "task_template",
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("workspace_id", types.Id(), nullable=False),
        sa.Column("project_id", types.Id(), nullable=True),
        sa.Column("created_by", types.Id(), nullable=False),
        sa.Column("name", types.Name(length=100), nullable=False),
        sa.Column("name_key", types.Name(length=200), nullable=False),
        sa.Column("body", types.Json(), nullable=False),
        sa.Column("variables", types.Json(), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("updated_at", types.Instant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["project.id"],
            name=op.f("fk_task_template_project_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspace.id"],
            name=op.f("fk_task_template_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_template")),
    )
    with op.batch_alter_table("task_template", schema=None) as batch_op:
        batch_op.create_index(
            "ix_task_template_workspace", ["workspace_id", "name_key", "id"], unique=False
        )

    op.create_table(
        "reminder",
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("task_id", types.Id(), nullable=False),
        sa.Column("workspace_id", types.Id(), nullable=False),
        sa.Column("user_id", types.Id(), nullable=False),
        sa.Column("created_by", types.Id(), nullable=False),
        sa.Column("at", types.Instant(), nullable=True),
        sa.Column("before_minutes", sa.Integer(), nullable=True),
        sa.Column("text", types.Name(length=200), nullable=False),
        sa.Column("fire_at", types.Instant(), nullable=True),
        sa.Column("fired_at", types.Instant(), nullable=True),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["task_id"], ["task.id"], name=op.f("fk_reminder_task_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_reminder_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
    )
    with op.batch_alter_table("reminder", schema=None) as batch_op:
        batch_op.create_index("ix_reminder_fire_at", ["fire_at"], unique=False)
        batch_op.create_index("ix_reminder_task", ["task_id", "user_id"], unique=False)
        batch_op.create_index("ix_reminder_workspace", ["workspace_id"], unique=False)

    op.create_table(
        "rule_run",
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("rule_id", types.Id(), nullable=False),
        sa.Column("task_id", types.Id(), nullable=False),
        sa.Column("change_id", types.Id(), nullable=False),
        sa.Column("change_seq", sa.BigInteger(), nullable=False),
        sa.Column("event", types.Name(length=60), nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("state", sa.SmallInteger(), nullable=False),
        sa.Column("operation_id", types.Id(), nullable=True),
        sa.Column("changes", types.Json(), nullable=False),
        sa.Column("error", types.LongText(), nullable=True),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["rule.id"], name=op.f("fk_rule_run_rule_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["task.id"], name=op.f("fk_rule_run_task_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_run")),
        sa.UniqueConstraint("rule_id", "change_id", name=op.f("uq_rule_run_rule_id_change_id")),
    )
    with op.batch_alter_table("rule_run", schema=None) as batch_op:
        batch_op.create_index("ix_rule_run_rule", ["rule_id", "id"], unique=False)
        batch_op.create_index("ix_rule_run_task", ["task_id", "id"], unique=False)

    with op.batch_alter_table("schedule", schema=None) as batch_op:
        batch_op.add_column(sa.Column("timing", types.Json(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("schedule", schema=None) as batch_op:
        batch_op.drop_column("timing")

    # Their indexes go with them; MySQL lets none of a foreign key go before.
    op.drop_table("rule_run")
    op.drop_table("reminder")
    op.drop_table("task_template")
    op.drop_table("schedule_run")
    op.drop_table("rule")
    op.drop_table("user_schedule")
