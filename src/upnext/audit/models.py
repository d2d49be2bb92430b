"""Where a chain begins, once its oldest changes are gone."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from upnext.core.db import Base
from upnext.core.types import Digest, Id, Instant


class ChangeCheckpoint(Base):
    """The last change of a chain that was purged, signed by the instance's own key.

    `count` is how many went in all, `at` when the last of them did.
    """

    __tablename__ = "change_checkpoint"

    workspace_id: Mapped[UUID] = mapped_column(Id, primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[bytes] = mapped_column(Digest)
    count: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(Instant)
    signature: Mapped[bytes] = mapped_column(Digest)
