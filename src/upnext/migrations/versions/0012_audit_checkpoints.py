"""audit checkpoints"""

import sqlalchemy as sa
from alembic import op

from upnext.core import types

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "change_checkpoint",
        sa.Column("workspace_id", types.Id(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", types.Digest(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("at", types.Instant(), nullable=False),
        sa.Column("signature", types.Digest(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", name=op.f("pk_change_checkpoint")),
    )


def downgrade() -> None:
    op.drop_table("change_checkpoint")
