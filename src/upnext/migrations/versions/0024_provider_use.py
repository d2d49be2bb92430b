"""provider use"""

import sqlalchemy as sa
from alembic import op

from upnext.core import types

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None
expands = True


def upgrade() -> None:
    op.create_table(
        "provider_use",
        sa.Column("provider", types.Name(length=20), nullable=False),
        sa.Column("period", types.Name(length=10), nullable=False),
        sa.Column("requests", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("provider", "period", name=op.f("pk_provider_use")),
    )


def downgrade() -> None:
    op.drop_table("provider_use")
