"""webhooks"""

import sqlalchemy as sa
from alembic import op

from upnext.core import types

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "webhook",
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("workspace_id", types.Id(), nullable=False),
        sa.Column("project_id", types.Id(), nullable=True),
        sa.Column("owner_id", types.Id(), nullable=True),
        sa.Column("name", types.Name(length=100), nullable=False),
        sa.Column("url", types.LongText(), nullable=False),
        sa.Column("events", types.Json(), nullable=False),
        sa.Column("filter", types.LongText(), nullable=True),
        sa.Column("keys", types.LongText(), nullable=False),
        sa.Column("public_key", types.Name(length=64), nullable=False),
        sa.Column("previous_keys", types.LongText(), nullable=True),
        sa.Column("previous_until", types.Instant(), nullable=True),
        sa.Column("disabled", sa.SmallInteger(), nullable=True),
        sa.Column("disabled_at", types.Instant(), nullable=True),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("updated_at", types.Instant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failing_since", types.Instant(), nullable=True),
        sa.Column("rests_until", types.Instant(), nullable=True),
        sa.Column("delivered_at", types.Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["user_account.id"], name=op.f("fk_webhook_owner_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_webhook_project_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspace.id"],
            name=op.f("fk_webhook_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook")),
    )
    with op.batch_alter_table("webhook", schema=None) as batch_op:
        batch_op.create_index("ix_webhook_workspace", ["workspace_id", "id"], unique=False)

    op.create_table(
        "webhook_delivery",
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("webhook_id", types.Id(), nullable=False),
        sa.Column("event_id", types.Id(), nullable=False),
        sa.Column("type", types.Name(length=60), nullable=False),
        sa.Column("resource_id", types.Id(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("project_id", types.Id(), nullable=True),
        sa.Column("restricted", sa.Boolean(), nullable=False),
        sa.Column("body", types.LongText(), nullable=False),
        sa.Column("state", sa.SmallInteger(), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("next_at", types.Instant(), nullable=True),
        sa.Column("last_status", sa.SmallInteger(), nullable=True),
        sa.Column("last_error", types.Name(length=40), nullable=True),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("finished_at", types.Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["webhook_id"],
            ["webhook.id"],
            name=op.f("fk_webhook_delivery_webhook_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_delivery")),
        sa.UniqueConstraint(
            "webhook_id", "event_id", name=op.f("uq_webhook_delivery_webhook_id_event_id")
        ),
    )
    with op.batch_alter_table("webhook_delivery", schema=None) as batch_op:
        batch_op.create_index("ix_webhook_delivery_created", ["created_at"], unique=False)
        batch_op.create_index(
            "ix_webhook_delivery_due", ["webhook_id", "state", "next_at"], unique=False
        )
        batch_op.create_index(
            "ix_webhook_delivery_resource",
            ["webhook_id", "resource_id", "state", "seq"],
            unique=False,
        )

    op.create_table(
        "webhook_attempt",
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("delivery_id", types.Id(), nullable=False),
        sa.Column("at", types.Instant(), nullable=False),
        sa.Column("url", types.LongText(), nullable=False),
        sa.Column("duration_ms", sa.Integer(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=True),
        sa.Column("error", types.Name(length=40), nullable=True),
        sa.Column("detail", types.LongText(), nullable=True),
        sa.Column("response_headers", types.Json(), nullable=False),
        sa.Column("response_body", types.LongText(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"],
            ["webhook_delivery.id"],
            name=op.f("fk_webhook_attempt_delivery_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_attempt")),
    )
    with op.batch_alter_table("webhook_attempt", schema=None) as batch_op:
        batch_op.create_index("ix_webhook_attempt_delivery", ["delivery_id", "id"], unique=False)

    with op.batch_alter_table("change_head", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("watchers", sa.SmallInteger(), nullable=False, server_default=sa.text("0"))
        )
    with op.batch_alter_table("change_head", schema=None) as batch_op:
        batch_op.alter_column("watchers", existing_type=sa.SmallInteger(), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("change_head", schema=None) as batch_op:
        batch_op.drop_column("watchers")
    op.drop_table("webhook_attempt")
    op.drop_table("webhook_delivery")
    op.drop_table("webhook")
