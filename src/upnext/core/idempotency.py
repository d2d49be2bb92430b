"""Replies kept for 24 hours, so that a repeated request gets the first one's answer."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from upnext.core.db import Base
from upnext.core.types import Blob, Digest, Instant, Json, Name


class IdempotentReply(Base):
    __tablename__ = "idempotent_reply"
    __table_args__ = (Index("ix_idempotent_reply_at", "at"),)

    owner: Mapped[str] = mapped_column(Name(60), primary_key=True)
    key: Mapped[str] = mapped_column(Name(128), primary_key=True)
    fingerprint: Mapped[bytes] = mapped_column(Digest)
    status: Mapped[int]
    headers: Mapped[dict[str, Any]] = mapped_column(Json)
    body: Mapped[bytes] = mapped_column(Blob)
    at: Mapped[datetime] = mapped_column(Instant)
