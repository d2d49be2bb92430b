"""socket tickets"""

import sqlalchemy as sa
from alembic import op

from upnext.core import types

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "socket_ticket",
        sa.Column("hash", types.Digest(), nullable=False),
        sa.Column("user_id", types.Id(), nullable=False),
        sa.Column("kind", types.Name(length=10), nullable=False),
        sa.Column("credential_id", types.Id(), nullable=False),
        sa.Column("expires_at", types.Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_socket_ticket_user_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_socket_ticket")),
    )
    op.create_index("ix_socket_ticket_user", "socket_ticket", ["user_id", "expires_at"])


def downgrade() -> None:
    # Its index goes with it; MySQL would not let go of the one that a foreign key uses.
    op.drop_table("socket_ticket")
