"""Busy times and the calendars that they are read from."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from upnext.core.db import Base
from upnext.core.ids import new_id
from upnext.core.types import Id, Instant, LongText, Name


class BusyCalendar(Base):
    """A subscription. Its address may hold a secret, so it is stored encrypted."""

    __tablename__ = "busy_calendar"
    __table_args__ = (Index("ix_busy_calendar_user", "user_id", "id"),)

    id: Mapped[UUID] = mapped_column(Id, primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(Id, ForeignKey("user_account.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(Name(100))
    url: Mapped[str] = mapped_column(LongText)
    host: Mapped[str] = mapped_column(Name(255))
    # When it was last tried, and when it was last read; the error is that of the last try.
    tried_at: Mapped[datetime | None] = mapped_column(Instant)
    read_at: Mapped[datetime | None] = mapped_column(Instant)
    error: Mapped[str | None] = mapped_column(Name(200))
    created_at: Mapped[datetime] = mapped_column(Instant)


class BusyTime(Base):
    """From one instant to another. Of a calendar's events there is one row for each occurrence."""

    __tablename__ = "busy_time"
    __table_args__ = (
        Index("ix_busy_time_user", "user_id", "starts_at", "id"),
        Index("ix_busy_time_calendar", "calendar_id"),
    )

    id: Mapped[UUID] = mapped_column(Id, primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(Id, ForeignKey("user_account.id", ondelete="CASCADE"))
    # None: the person's own entry.
    calendar_id: Mapped[UUID | None] = mapped_column(
        Id, ForeignKey("busy_calendar.id", ondelete="CASCADE")
    )
    title: Mapped[str] = mapped_column(Name(200))
    starts_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)
    updated_at: Mapped[datetime] = mapped_column(Instant)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy's own notation)
