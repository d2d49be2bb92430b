"""what the calls of rules are signed with"""

import sqlalchemy as sa
from alembic import op

from upnext.core import types

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None
expands = True

NAMES = ("keys", "public_key", "previous_keys", "previous_until")


def upgrade() -> None:
    with op.batch_alter_table("rule") as batch_op:
        batch_op.add_column(sa.Column("keys", types.LongText(), nullable=True))
        batch_op.add_column(sa.Column("public_key", types.Name(64), nullable=True))
        batch_op.add_column(sa.Column("previous_keys", types.LongText(), nullable=True))
        batch_op.add_column(sa.Column("previous_until", types.Instant(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("rule") as batch_op:
        for name in NAMES:
            batch_op.drop_column(name)
