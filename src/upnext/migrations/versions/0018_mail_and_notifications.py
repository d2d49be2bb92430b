"""mail and notifications"""

import sqlalchemy as sa
from alembic import op

from upnext.core import types

revision = "0018"
down_revision = "0014"
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
    op.drop_table("mail_token")
    op.drop_table("mail_count")
