"""Calendar links. The secret in one's address lies here as a digest only."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from upnext.core.db import Base
from upnext.core.ids import new_id
from upnext.core.types import Digest, Id, Instant, Json, Name, Ranked


class FeedKind(StrEnum):
    """What it shows. Stored by rank: what is new comes last."""

    TASKS = "tasks"
    PLAN = "plan"


class Feed(Base):
    """`hint` is the secret's end. `content` and what follows it change without a new version."""

    __tablename__ = "feed"
    __table_args__ = (Index("ix_feed_user", "user_id", "id"),)

    id: Mapped[UUID] = mapped_column(Id, primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(Id, ForeignKey("user_account.id", ondelete="CASCADE"))
    # None: of all workspaces that the user is in at the time of reading.
    workspace_id: Mapped[UUID | None] = mapped_column(
        Id, ForeignKey("workspace.id", ondelete="CASCADE")
    )
    name: Mapped[str] = mapped_column(Name(100))
    kind: Mapped[FeedKind] = mapped_column(Ranked(FeedKind), default=FeedKind.TASKS)
    filters: Mapped[dict[str, Any]] = mapped_column(Json)
    hash: Mapped[bytes] = mapped_column(Digest, unique=True)
    hint: Mapped[str] = mapped_column(Name(4))
    created_at: Mapped[datetime] = mapped_column(Instant)
    updated_at: Mapped[datetime] = mapped_column(Instant)
    version: Mapped[int] = mapped_column()
    # What it showed when it was last read, and since when it shows that.
    content: Mapped[bytes | None] = mapped_column(Digest)
    changed_at: Mapped[datetime | None] = mapped_column(Instant)
    last_read_at: Mapped[datetime | None] = mapped_column(Instant)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy's own notation)
