"""Saved filters."""

import sqlalchemy as sa
from alembic import op

from upnext.core import types

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_filter",
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("user_id", types.Id(), nullable=False),
        sa.Column("workspace_id", types.Id(), nullable=True),
        sa.Column("place_id", types.Id(), nullable=False),
        sa.Column("name", types.Name(length=100), nullable=False),
        sa.Column("name_key", types.Name(length=200), nullable=False),
        sa.Column("query", types.LongText(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("updated_at", types.Instant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_saved_filter_user_id")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_saved_filter_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_filter")),
        sa.UniqueConstraint(
            "user_id",
            "place_id",
            "name_key",
            name=op.f("uq_saved_filter_user_id_place_id_name_key"),
        ),
    )
    with op.batch_alter_table("saved_filter", schema=None) as batch_op:
        batch_op.create_index("ix_saved_filter_workspace", ["workspace_id", "shared"], unique=False)


def downgrade() -> None:
    # With its indices: MySQL drops none alone that a foreign key stands on.
    op.drop_table("saved_filter")
