"""calendar links"""

import sqlalchemy as sa
from alembic import op

from upnext.core import types

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "feed",
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("user_id", types.Id(), nullable=False),
        sa.Column("workspace_id", types.Id(), nullable=True),
        sa.Column("name", types.Name(length=100), nullable=False),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("filters", types.Json(), nullable=False),
        sa.Column("hash", types.Digest(), nullable=False),
        sa.Column("hint", types.Name(length=4), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("updated_at", types.Instant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", types.Digest(), nullable=True),
        sa.Column("changed_at", types.Instant(), nullable=True),
        sa.Column("last_read_at", types.Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_feed_user_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspace.id"],
            name=op.f("fk_feed_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed")),
        sa.UniqueConstraint("hash", name=op.f("uq_feed_hash")),
    )
    op.create_index("ix_feed_user", "feed", ["user_id", "id"])


def downgrade() -> None:
    # Its indexes go with it; MySQL would not let go of the one that a foreign key uses.
    op.drop_table("feed")
