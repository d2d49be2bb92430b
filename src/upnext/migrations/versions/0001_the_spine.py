"""The spine: accounts, workspaces, projects, tasks, rank keys, changes, jobs, schedules."""

import sqlalchemy as sa
from alembic import op

from upnext.core import types

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "change",
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("workspace_id", types.Id(), nullable=False),
        sa.Column("type", types.Name(length=60), nullable=False),
        sa.Column("resource", types.Name(length=40), nullable=False),
        sa.Column("resource_id", types.Id(), nullable=False),
        sa.Column("resource_version", sa.Integer(), nullable=False),
        sa.Column("actor", types.Name(length=60), nullable=False),
        sa.Column("credential", types.Id(), nullable=True),
        sa.Column("ip", types.Name(length=45), nullable=True),
        sa.Column("user_agent", types.Name(length=256), nullable=True),
        sa.Column("request_id", types.Name(length=64), nullable=True),
        sa.Column("trace_id", types.Name(length=32), nullable=True),
        sa.Column("diff", types.Json(), nullable=False),
        sa.Column("at", types.Instant(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=True),
        sa.Column("hash", types.Digest(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change")),
        sa.UniqueConstraint("workspace_id", "seq", name=op.f("uq_change_workspace_id_seq")),
    )
    with op.batch_alter_table("change", schema=None) as batch_op:
        batch_op.create_index("ix_change_resource", ["resource_id", "id"], unique=False)
        batch_op.create_index(
            "ix_change_unsealed",
            ["seq", "workspace_id", "id"],
            unique=False,
            postgresql_where=sa.text("seq IS NULL"),
            sqlite_where=sa.text("seq IS NULL"),
        )

    op.create_table(
        "change_head",
        sa.Column("workspace_id", types.Id(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", types.Digest(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", name=op.f("pk_change_head")),
    )
    op.create_table(
        "first_admin",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("user_id", types.Id(), nullable=False),
        sa.Column("at", types.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_first_admin")),
    )
    op.create_table(
        "idempotent_reply",
        sa.Column("owner", types.Name(length=60), nullable=False),
        sa.Column("key", types.Name(length=128), nullable=False),
        sa.Column("fingerprint", types.Digest(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", types.Json(), nullable=False),
        sa.Column("body", types.Blob(), nullable=False),
        sa.Column("at", types.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("owner", "key", name=op.f("pk_idempotent_reply")),
    )
    with op.batch_alter_table("idempotent_reply", schema=None) as batch_op:
        batch_op.create_index("ix_idempotent_reply_at", ["at"], unique=False)

    op.create_table(
        "job",
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("kind", types.Name(length=60), nullable=False),
        sa.Column("args", types.Json(), nullable=False),
        sa.Column("dedupe_key", types.Name(length=200), nullable=True),
        sa.Column("queue", types.Name(length=40), nullable=False),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("run_at", types.Instant(), nullable=False),
        sa.Column("state", sa.SmallInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("max_attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", types.Instant(), nullable=True),
        sa.Column("lease_token", types.Id(), nullable=True),
        sa.Column("last_error", types.LongText(), nullable=True),
        sa.Column("workspace_id", types.Id(), nullable=False),
        sa.Column("context", types.Json(), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("finished_at", types.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_job_dedupe_key")),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index(
            "ix_job_claim", ["queue", "state", "workspace_id", "priority", "run_at"], unique=False
        )
        batch_op.create_index("ix_job_state", ["state", "run_at"], unique=False)

    op.create_table(
        "login_throttle",
        sa.Column("key", types.Name(length=100), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("updated_at", types.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_login_throttle")),
    )
    with op.batch_alter_table("login_throttle", schema=None) as batch_op:
        batch_op.create_index("ix_login_throttle_updated_at", ["updated_at"], unique=False)

    op.create_table(
        "schedule",
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("name", types.Name(length=60), nullable=True),
        sa.Column("workspace_id", types.Id(), nullable=True),
        sa.Column("kind", types.Name(length=60), nullable=False),
        sa.Column("args", types.Json(), nullable=False),
        sa.Column("every_seconds", sa.Integer(), nullable=True),
        sa.Column("timezone", types.Name(length=64), nullable=False),
        sa.Column("misfire", sa.SmallInteger(), nullable=False),
        sa.Column("next_fire_at", types.Instant(), nullable=True),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule")),
        sa.UniqueConstraint("name", name=op.f("uq_schedule_name")),
    )
    with op.batch_alter_table("schedule", schema=None) as batch_op:
        batch_op.create_index("ix_schedule_due", ["enabled", "next_fire_at"], unique=False)

    op.create_table(
        "user_account",
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("email", types.Name(length=254), nullable=False),
        sa.Column("email_key", types.Name(length=320), nullable=False),
        sa.Column("username", types.Name(length=50), nullable=True),
        sa.Column("username_key", types.Name(length=50), nullable=True),
        sa.Column("password_hash", types.Name(length=255), nullable=False),
        sa.Column("is_admin", sa.Boolean(), nullable=False),
        sa.Column("disabled_at", types.Instant(), nullable=True),
        sa.Column("time_zone", types.Name(length=64), nullable=False),
        sa.Column("working_hours", types.Json(), nullable=False),
        sa.Column("notifications", types.Json(), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("updated_at", types.Instant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("email_key", name=op.f("uq_user_account_email_key")),
        sa.UniqueConstraint("username_key", name=op.f("uq_user_account_username_key")),
    )
    op.create_table(
        "api_token",
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("user_id", types.Id(), nullable=False),
        sa.Column("name", types.Name(length=100), nullable=False),
        sa.Column("hash", types.Digest(), nullable=False),
        sa.Column("hint", types.Name(length=4), nullable=False),
        sa.Column("scopes", types.Json(), nullable=False),
        sa.Column("expires_at", types.Instant(), nullable=True),
        sa.Column("last_used_at", types.Instant(), nullable=True),
        sa.Column("revoked_at", types.Instant(), nullable=True),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_api_token_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("hash", name=op.f("uq_api_token_hash")),
    )
    with op.batch_alter_table("api_token", schema=None) as batch_op:
        batch_op.create_index("ix_api_token_user", ["user_id", "id"], unique=False)

    op.create_table(
        "login_session",
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("user_id", types.Id(), nullable=False),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("refresh_hash", types.Digest(), nullable=False),
        sa.Column("rotated_at", types.Instant(), nullable=False),
        sa.Column("expires_at", types.Instant(), nullable=False),
        sa.Column("revoked_at", types.Instant(), nullable=True),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("last_used_at", types.Instant(), nullable=False),
        sa.Column("ip", types.Name(length=45), nullable=True),
        sa.Column("user_agent", types.Name(length=256), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_login_session_user_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_session")),
    )
    with op.batch_alter_table("login_session", schema=None) as batch_op:
        batch_op.create_index("ix_login_session_user", ["user_id", "id"], unique=False)

    op.create_table(
        "planning_profile",
        sa.Column("user_id", types.Id(), nullable=False),
        sa.Column("origin", types.Instant(), nullable=False),
        sa.Column("mean_minutes", sa.Double(), nullable=False),
        sa.Column("computed_at", types.Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_planning_profile_user_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_planning_profile")),
    )
    op.create_table(
        "workspace",
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("name", types.Name(length=100), nullable=False),
        sa.Column("name_key", types.Name(length=200), nullable=False),
        sa.Column("personal_of", types.Id(), nullable=True),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("updated_at", types.Instant(), nullable=False),
        sa.Column("archived_at", types.Instant(), nullable=True),
        sa.Column("deleted_at", types.Instant(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["personal_of"], ["user_account.id"], name=op.f("fk_workspace_personal_of")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workspace")),
        sa.UniqueConstraint("personal_of", name=op.f("uq_workspace_personal_of")),
    )
    op.create_table(
        "project",
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("workspace_id", types.Id(), nullable=False),
        sa.Column("name", types.Name(length=100), nullable=False),
        sa.Column("name_key", types.Name(length=200), nullable=False),
        sa.Column("key", types.Name(length=10), nullable=False),
        sa.Column("live_key", types.Name(length=10), nullable=True),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("inbox", sa.Boolean(), nullable=False),
        sa.Column("next_number", sa.Integer(), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("updated_at", types.Instant(), nullable=False),
        sa.Column("archived_at", types.Instant(), nullable=True),
        sa.Column("deleted_at", types.Instant(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_project_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_project_workspace_id_id")),
        sa.UniqueConstraint(
            "workspace_id", "live_key", name=op.f("uq_project_workspace_id_live_key")
        ),
    )
    with op.batch_alter_table("project", schema=None) as batch_op:
        batch_op.create_index("ix_project_private", ["workspace_id", "private"], unique=False)

    op.create_table(
        "workspace_member",
        sa.Column("workspace_id", types.Id(), nullable=False),
        sa.Column("user_id", types.Id(), nullable=False),
        sa.Column("role", sa.SmallInteger(), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_workspace_member_user_id")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_workspace_member_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "user_id", name=op.f("pk_workspace_member")),
    )
    with op.batch_alter_table("workspace_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_workspace_member_user_id"), ["user_id"], unique=False)

    op.create_table(
        "project_member",
        sa.Column("project_id", types.Id(), nullable=False),
        sa.Column("user_id", types.Id(), nullable=False),
        sa.Column("workspace_id", types.Id(), nullable=False),
        sa.Column("role", sa.SmallInteger(), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "project_id"],
            ["project.workspace_id", "project.id"],
            name=op.f("fk_project_member_workspace_id_project_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "user_id"],
            ["workspace_member.workspace_id", "workspace_member.user_id"],
            name="fk_project_member_workspace_member",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("project_id", "user_id", name=op.f("pk_project_member")),
    )
    with op.batch_alter_table("project_member", schema=None) as batch_op:
        batch_op.create_index("ix_project_member_user_id", ["user_id"], unique=False)

    op.create_table(
        "task",
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("workspace_id", types.Id(), nullable=False),
        sa.Column("project_id", types.Id(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("key", types.Name(length=24), nullable=False),
        sa.Column("title", types.Name(length=200), nullable=False),
        sa.Column("title_key", types.Name(length=200), nullable=False),
        sa.Column("description", types.LongText(), nullable=False),
        sa.Column("search_text", types.LongText(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("category", types.Name(length=50), nullable=False),
        sa.Column("category_key", types.Name(length=100), nullable=False),
        sa.Column("estimated_duration", sa.Integer(), nullable=True),
        sa.Column("duration_key", sa.Integer(), nullable=False),
        sa.Column("due_at", types.Instant(), nullable=True),
        sa.Column("due_key", sa.BigInteger(), nullable=False),
        sa.Column("start_at", types.Instant(), nullable=True),
        sa.Column("start_key", sa.BigInteger(), nullable=False),
        sa.Column("completed_at", types.Instant(), nullable=True),
        sa.Column("completed_key", sa.BigInteger(), nullable=False),
        sa.Column("parent_id", types.Id(), nullable=True),
        sa.Column("reporter_id", types.Id(), nullable=True),
        sa.Column("assignee_ids", types.Json(), nullable=False),
        sa.Column("tags", types.Json(), nullable=False),
        sa.Column("context", types.Json(), nullable=False),
        sa.Column("energy", sa.SmallInteger(), nullable=True),
        sa.Column("blocked_by", types.Json(), nullable=False),
        sa.Column("blocker_count", sa.Integer(), nullable=False),
        sa.Column("dependent_count", sa.Integer(), nullable=False),
        sa.Column("external_id", types.Name(length=200), nullable=True),
        sa.Column("external_key", types.Name(length=200), nullable=True),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("updated_at", types.Instant(), nullable=False),
        sa.Column("deleted_at", types.Instant(), nullable=True),
        sa.Column("deleted_with", types.Id(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["task.id"], name=op.f("fk_task_parent_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_task_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
        sa.UniqueConstraint("project_id", "number", name=op.f("uq_task_project_id_number")),
        sa.UniqueConstraint(
            "workspace_id", "external_key", name=op.f("uq_task_workspace_id_external_key")
        ),
    )
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.create_index(
            "ix_task_created",
            ["workspace_id", "created_at", "id"],
            unique=False,
            postgresql_where=sa.text("deleted_at IS NULL"),
            sqlite_where=sa.text("deleted_at IS NULL"),
        )
        batch_op.create_index(
            "ix_task_deleted",
            ["deleted_at"],
            unique=False,
            postgresql_where=sa.text("deleted_at IS NOT NULL"),
            sqlite_where=sa.text("deleted_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_task_due",
            ["workspace_id", "due_key", "id"],
            unique=False,
            postgresql_where=sa.text("deleted_at IS NULL"),
            sqlite_where=sa.text("deleted_at IS NULL"),
        )
        batch_op.create_index("ix_task_key", ["workspace_id", "key"], unique=False)
        batch_op.create_index("ix_task_parent", ["parent_id"], unique=False)
        batch_op.create_index(
            "ix_task_priority",
            ["workspace_id", "priority", "id"],
            unique=False,
            postgresql_where=sa.text("deleted_at IS NULL"),
            sqlite_where=sa.text("deleted_at IS NULL"),
        )
        batch_op.create_index(
            "ix_task_project",
            ["project_id", "created_at", "id"],
            unique=False,
            postgresql_where=sa.text("deleted_at IS NULL"),
            sqlite_where=sa.text("deleted_at IS NULL"),
        )
        batch_op.create_index(
            "ix_task_status",
            ["workspace_id", "status", "created_at", "id"],
            unique=False,
            postgresql_where=sa.text("deleted_at IS NULL"),
            sqlite_where=sa.text("deleted_at IS NULL"),
        )

    op.create_table(
        "rank_key",
        sa.Column("user_id", types.Id(), nullable=False),
        sa.Column("task_id", types.Id(), nullable=False),
        sa.Column("workspace_id", types.Id(), nullable=False),
        sa.Column("project_id", types.Id(), nullable=False),
        sa.Column("a", sa.Double(), nullable=False),
        sa.Column("b", sa.Double(), nullable=False),
        sa.Column("latest_start", sa.Double(), nullable=False),
        sa.Column("remaining", sa.Double(), nullable=False),
        sa.Column("sitting", sa.Double(), nullable=False),
        sa.Column("ready_at", sa.BigInteger(), nullable=False),
        sa.Column("energy", sa.SmallInteger(), nullable=False),
        sa.Column("tagged", sa.Boolean(), nullable=False),
        sa.Column("offered", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["task_id"], ["task.id"], name=op.f("fk_rank_key_task_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_rank_key_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "task_id", name=op.f("pk_rank_key")),
    )
    with op.batch_alter_table("rank_key", schema=None) as batch_op:
        batch_op.create_index("ix_rank_key_a", ["user_id", "a", "latest_start"], unique=False)
        batch_op.create_index("ix_rank_key_b", ["user_id", "b", "latest_start"], unique=False)
        batch_op.create_index(
            "ix_rank_key_ready",
            ["user_id", "ready_at", "sitting", "offered", "workspace_id", "project_id"],
            unique=False,
        )
        batch_op.create_index("ix_rank_key_task", ["task_id"], unique=False)

    op.create_table(
        "task_assignee",
        sa.Column("task_id", types.Id(), nullable=False),
        sa.Column("user_id", types.Id(), nullable=False),
        sa.Column("workspace_id", types.Id(), nullable=False),
        sa.ForeignKeyConstraint(
            ["task_id"], ["task.id"], name=op.f("fk_task_assignee_task_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("task_id", "user_id", name=op.f("pk_task_assignee")),
    )
    with op.batch_alter_table("task_assignee", schema=None) as batch_op:
        batch_op.create_index(
            "ix_task_assignee_user", ["user_id", "workspace_id", "task_id"], unique=False
        )

    op.create_table(
        "task_dependency",
        sa.Column("task_id", types.Id(), nullable=False),
        sa.Column("blocked_by_id", types.Id(), nullable=False),
        sa.Column("workspace_id", types.Id(), nullable=False),
        sa.ForeignKeyConstraint(
            ["blocked_by_id"],
            ["task.id"],
            name=op.f("fk_task_dependency_blocked_by_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["task.id"], name=op.f("fk_task_dependency_task_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("task_id", "blocked_by_id", name=op.f("pk_task_dependency")),
    )
    with op.batch_alter_table("task_dependency", schema=None) as batch_op:
        batch_op.create_index(
            "ix_task_dependency_blocked_by", ["blocked_by_id", "task_id"], unique=False
        )

    op.create_table(
        "task_tag",
        sa.Column("task_id", types.Id(), nullable=False),
        sa.Column("tag_key", types.Name(length=100), nullable=False),
        sa.Column("tag", types.Name(length=50), nullable=False),
        sa.Column("workspace_id", types.Id(), nullable=False),
        sa.ForeignKeyConstraint(
            ["task_id"], ["task.id"], name=op.f("fk_task_tag_task_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("task_id", "tag_key", name=op.f("pk_task_tag")),
    )
    with op.batch_alter_table("task_tag", schema=None) as batch_op:
        batch_op.create_index(
            "ix_task_tag_key", ["workspace_id", "tag_key", "task_id"], unique=False
        )


def downgrade() -> None:
    # A table's indexes go with it; MySQL would not let go of those that a foreign key uses.
    op.drop_table("task_tag")
    op.drop_table("task_dependency")
    op.drop_table("task_assignee")
    op.drop_table("rank_key")
    op.drop_table("task")
    op.drop_table("project_member")
    op.drop_table("workspace_member")
    op.drop_table("project")
    op.drop_table("workspace")
    op.drop_table("planning_profile")
    op.drop_table("login_session")
    op.drop_table("api_token")
    op.drop_table("user_account")
    op.drop_table("schedule")
    op.drop_table("login_throttle")
    op.drop_table("job")
    op.drop_table("idempotent_reply")
    op.drop_table("first_admin")
    op.drop_table("change_head")
    op.drop_table("change")
