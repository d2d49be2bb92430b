"""comments and share links"""

import sqlalchemy as sa
from alembic import op

from upnext.core import types

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "comment",
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("workspace_id", types.Id(), nullable=False),
        sa.Column("task_id", types.Id(), nullable=False),
        sa.Column("thread_id", types.Id(), nullable=False),
        sa.Column("parent_id", types.Id(), nullable=True),
        sa.Column("author_id", types.Id(), nullable=True),
        sa.Column("link_id", types.Id(), nullable=True),
        sa.Column("body", types.LongText(), nullable=False),
        sa.Column("body_html", types.LongText(), nullable=False),
        sa.Column("rendering", sa.Integer(), nullable=False),
        sa.Column("mentions", types.Json(), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("updated_at", types.Instant(), nullable=False),
        sa.Column("edited_at", types.Instant(), nullable=True),
        sa.Column("deleted_at", types.Instant(), nullable=True),
        sa.Column("deleted_by", types.Id(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["task_id"], ["task.id"], name=op.f("fk_comment_task_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
    )
    op.create_index("ix_comment_parent", "comment", ["parent_id"])
    op.create_index("ix_comment_task", "comment", ["task_id", "id"])

    op.create_table(
        "share_link",
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("user_id", types.Id(), nullable=False),
        sa.Column("project_id", types.Id(), nullable=True),
        sa.Column("task_id", types.Id(), nullable=True),
        sa.Column("access", sa.SmallInteger(), nullable=False),
        sa.Column("name", types.Name(length=100), nullable=False),
        sa.Column("hash", types.Digest(), nullable=False),
        sa.Column("hint", types.Name(length=4), nullable=False),
        sa.Column("expires_at", types.Instant(), nullable=True),
        sa.Column("last_used_at", types.Instant(), nullable=True),
        sa.Column("revoked_at", types.Instant(), nullable=True),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.CheckConstraint(
            "(project_id IS NULL) <> (task_id IS NULL)", name=op.f("ck_share_link_opens_one")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["project.id"],
            name=op.f("fk_share_link_project_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["task.id"], name=op.f("fk_share_link_task_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_share_link_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_share_link")),
        sa.UniqueConstraint("hash", name=op.f("uq_share_link_hash")),
    )
    op.create_index("ix_share_link_project", "share_link", ["project_id", "id"])
    op.create_index("ix_share_link_task", "share_link", ["task_id", "id"])
    op.create_index("ix_share_link_user", "share_link", ["user_id", "id"])

    op.create_table(
        "comment_version",
        sa.Column("comment_id", types.Id(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("body", types.LongText(), nullable=False),
        sa.Column("written_at", types.Instant(), nullable=False),
        sa.Column("replaced_at", types.Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"],
            ["comment.id"],
            name=op.f("fk_comment_version_comment_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("comment_id", "version", name=op.f("pk_comment_version")),
    )


def downgrade() -> None:
    # Their indexes go with them; MySQL would not let go of those that a foreign key uses.
    op.drop_table("comment_version")
    op.drop_table("share_link")
    op.drop_table("comment")
