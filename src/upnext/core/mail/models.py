"""How many mails each address got in each hour."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from upnext.core.db import Base
from upnext.core.types import Digest, Instant


class MailCount(Base):
    """The address lies here as a digest only."""

    __tablename__ = "mail_count"
    __table_args__ = (Index("ix_mail_count_hour", "hour"),)

    recipient: Mapped[bytes] = mapped_column(Digest, primary_key=True)
    hour: Mapped[datetime] = mapped_column(Instant, primary_key=True)
    sent: Mapped[int]
