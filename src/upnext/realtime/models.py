"""Tickets for a WebSocket. They lie here so that every process knows which were used."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from upnext.core.db import Base
from upnext.core.types import Digest, Id, Instant, Name


class SocketTicket(Base):
    """Opens one connection in the name of the credential that asked for it."""

    __tablename__ = "socket_ticket"
    __table_args__ = (Index("ix_socket_ticket_user", "user_id", "expires_at"),)

    hash: Mapped[bytes] = mapped_column(Digest, primary_key=True)
    user_id: Mapped[UUID] = mapped_column(Id, ForeignKey("user_account.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(Name(10))
    credential_id: Mapped[UUID] = mapped_column(Id)
    expires_at: Mapped[datetime] = mapped_column(Instant)
