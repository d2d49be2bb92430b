"""How people type tasks: their language, and the signs of quick add."""

import sqlalchemy as sa
from alembic import op

from upnext.core import types

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "user_account",
        sa.Column("language", types.Name(length=8), nullable=False, server_default="en"),
    )
    op.add_column(
        "user_account",
        sa.Column("quick_add_mode", types.Name(length=16), nullable=False, server_default="upnext"),
    )


def downgrade() -> None:
    with op.batch_alter_table("user_account", schema=None) as batch_op:
        batch_op.drop_column("quick_add_mode")
        batch_op.drop_column("language")
