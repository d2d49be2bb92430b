"""mail and notifications"""

import sqlalchemy as sa
from alembic import op

from upnext.core import types

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mail_count",
        sa.Column("recipient", types.Digest(), nullable=False),
        sa.Column("hour", types.Instant(), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("recipient", "hour", name=op.f("pk_mail_count")),
    )
    with op.batch_alter_table("mail_count", schema=None) as batch_op:
        batch_op.create_index("ix_mail_count_hour", ["hour"], unique=False)

    op.create_table(
        "notification_clock",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", types.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification_clock")),
    )
    op.create_table(
        "push_key",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("public", types.Name(length=100), nullable=False),
        sa.Column("sealed", types.LongText(), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push_key")),
    )
    op.create_table(
        "mail_token",
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("user_id", types.Id(), nullable=False),
        sa.Column("purpose", sa.SmallInteger(), nullable=False),
        sa.Column("email_key", types.Name(length=320), nullable=False),
        sa.Column("hash", types.Digest(), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("expires_at", types.Instant(), nullable=False),
        sa.Column("used_at", types.Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_mail_token_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_token")),
        sa.UniqueConstraint("hash", name=op.f("uq_mail_token_hash")),
    )
    with op.batch_alter_table("mail_token", schema=None) as batch_op:
        batch_op.create_index(
            "ix_mail_token_user", ["user_id", "purpose", "created_at"], unique=False
        )

    op.create_table(
        "notification",
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("user_id", types.Id(), nullable=False),
        sa.Column("event", types.Name(length=60), nullable=False),
        sa.Column("event_key", types.Name(length=150), nullable=False),
        sa.Column("workspace_id", types.Id(), nullable=False),
        sa.Column("project_id", types.Id(), nullable=True),
        sa.Column("task_id", types.Id(), nullable=True),
        sa.Column("data", types.Json(), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("read_at", types.Instant(), nullable=True),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_notification_user_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification")),
        sa.UniqueConstraint("user_id", "event_key", name=op.f("uq_notification_user_id_event_key")),
    )
    with op.batch_alter_table("notification", schema=None) as batch_op:
        batch_op.create_index("ix_notification_created_at", ["created_at"], unique=False)
        batch_op.create_index("ix_notification_list", ["user_id", "shown", "id"], unique=False)
        batch_op.create_index(
            "ix_notification_unread", ["user_id", "shown", "read_at"], unique=False
        )

    op.create_table(
        "notification_preference",
        sa.Column("user_id", types.Id(), nullable=False),
        sa.Column("quiet_from", sa.Integer(), nullable=True),
        sa.Column("quiet_until", sa.Integer(), nullable=True),
        sa.Column("digest_hour", sa.Integer(), nullable=True),
        sa.Column("digest_next_at", types.Instant(), nullable=True),
        sa.Column("muted", types.Json(), nullable=False),
        sa.Column("updated_at", types.Instant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_notification_preference_user_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_notification_preference")),
    )
    with op.batch_alter_table("notification_preference", schema=None) as batch_op:
        batch_op.create_index("ix_notification_preference_digest", ["digest_next_at"], unique=False)

    op.create_table(
        "notification_target",
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("user_id", types.Id(), nullable=False),
        sa.Column("name", types.Name(length=100), nullable=False),
        sa.Column("kind", types.Name(length=20), nullable=False),
        sa.Column("sealed", types.LongText(), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_notification_target_user_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification_target")),
    )
    with op.batch_alter_table("notification_target", schema=None) as batch_op:
        batch_op.create_index("ix_notification_target_user", ["user_id", "id"], unique=False)

    op.create_table(
        "push_subscription",
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("user_id", types.Id(), nullable=False),
        sa.Column("endpoint_hash", types.Digest(), nullable=False),
        sa.Column("sealed", types.LongText(), nullable=False),
        sa.Column("name", types.Name(length=100), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_push_subscription_user_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push_subscription")),
        sa.UniqueConstraint(
            "user_id", "endpoint_hash", name=op.f("uq_push_subscription_user_id_endpoint_hash")
        ),
    )
    op.create_table(
        "notification_delivery",
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("notification_id", types.Id(), nullable=False),
        sa.Column("channel", sa.SmallInteger(), nullable=False),
        sa.Column("target_id", types.Id(), nullable=False),
        sa.Column("state", sa.SmallInteger(), nullable=False),
        sa.Column("ended_at", types.Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["notification_id"],
            ["notification.id"],
            name=op.f("fk_notification_delivery_notification_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification_delivery")),
        sa.UniqueConstraint(
            "notification_id",
            "channel",
            "target_id",
            name=op.f("uq_notification_delivery_notification_id_channel_target_id"),
        ),
    )
    op.create_table(
        "invitation",
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("workspace_id", types.Id(), nullable=False),
        sa.Column("project_id", types.Id(), nullable=True),
        sa.Column("email", types.Name(length=254), nullable=False),
        sa.Column("email_key", types.Name(length=320), nullable=False),
        sa.Column("role", sa.SmallInteger(), nullable=False),
        sa.Column("project_role", sa.SmallInteger(), nullable=True),
        sa.Column("invited_by", types.Id(), nullable=True),
        sa.Column("open_key", types.Digest(), nullable=True),
        sa.Column("hash", types.Digest(), nullable=True),
        sa.Column("sent_at", types.Instant(), nullable=True),
        sa.Column("accepted_at", types.Instant(), nullable=True),
        sa.Column("expires_at", types.Instant(), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "project_id"],
            ["project.workspace_id", "project.id"],
            name="fk_invitation_project",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspace.id"],
            name=op.f("fk_invitation_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("hash", name=op.f("uq_invitation_hash")),
        sa.UniqueConstraint("open_key", name=op.f("uq_invitation_open_key")),
    )
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.create_index("ix_invitation_workspace", ["workspace_id", "id"], unique=False)

    with op.batch_alter_table("user_account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("email_verified_at", types.Instant(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("user_account", schema=None) as batch_op:
        batch_op.drop_column("email_verified_at")

    op.drop_table("invitation")
    op.drop_table("notification_delivery")
    op.drop_table("push_subscription")
    op.drop_table("notification_target")
    op.drop_table("notification_preference")
    op.drop_table("notification")
    op.drop_table("mail_token")
    op.drop_table("push_key")
    op.drop_table("notification_clock")
    op.drop_table("mail_count")
