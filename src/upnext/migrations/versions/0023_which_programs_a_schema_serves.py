"""which programs a schema serves"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None
# It only adds: a program of the schema before works on it. See docs/operations.
expands = True


def upgrade() -> None:
    # In Alembic's own table, so that it changes together with the revision.
    op.add_column("alembic_version", sa.Column("oldest_program", sa.String(32), nullable=True))


def downgrade() -> None:
    op.drop_column("alembic_version", "oldest_program")
