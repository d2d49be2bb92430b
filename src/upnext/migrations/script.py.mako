"""${message}"""

import sqlalchemy as sa
from alembic import op

from upnext.core import types
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None
# It only adds: a program of the schema before works on it. See docs/operations.
expands = True


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
