"""files"""

import sqlalchemy as sa
from alembic import op

from upnext.core import types

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "file_usage",
        sa.Column("workspace_id", types.Id(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspace.id"],
            name=op.f("fk_file_usage_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workspace_id", name=op.f("pk_file_usage")),
    )
    op.create_table(
        "file_content",
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("workspace_id", types.Id(), nullable=False),
        sa.Column("live_sha256", types.Digest(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("refs", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("thumbnail", sa.Boolean(), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_file_content_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file_content")),
        sa.UniqueConstraint(
            "workspace_id", "live_sha256", name=op.f("uq_file_content_workspace_id_live_sha256")
        ),
    )
    op.create_table("file", *_columns(), *_keys())
    op.create_index("ix_file_task", "file", ["task_id", "id"])
    op.create_index("ix_file_workspace", "file", ["workspace_id", "id"])
    op.create_index("ix_file_project", "file", ["project_id"])
    op.create_index("ix_file_content", "file", ["content_id"])
    op.create_index("ix_file_deleted", "file", ["deleted_at"])


def _columns() -> list[sa.Column[object]]:
    return [
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("workspace_id", types.Id(), nullable=False),
        sa.Column("task_id", types.Id(), nullable=True),
        sa.Column("project_id", types.Id(), nullable=True),
        sa.Column("content_id", types.Id(), nullable=False),
        sa.Column("filename", types.Name(200), nullable=False),
        sa.Column("content_type", types.Name(100), nullable=False),
        sa.Column("sha256", types.Digest(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("created_by", types.Id(), nullable=True),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("updated_at", types.Instant(), nullable=False),
        sa.Column("deleted_at", types.Instant(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
    ]


def _keys() -> list[sa.Constraint]:
    return [
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_file_workspace_id")
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["task.id"], name=op.f("fk_file_task_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_file_project_id")),
        sa.ForeignKeyConstraint(
            ["content_id"], ["file_content.id"], name=op.f("fk_file_content_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file")),
    ]


def downgrade() -> None:
    op.drop_table("file")
    op.drop_table("file_content")
    op.drop_table("file_usage")
