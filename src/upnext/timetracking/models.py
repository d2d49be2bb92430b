"""Stretches of time that somebody worked on a task."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from upnext.core.db import Base
from upnext.core.ids import new_id
from upnext.core.types import Id, Instant, Name
from upnext.tasks.models import Task

NOTE = 200


class TimeEntry(Base):
    """Who worked is named without a foreign key, as a task's people are.

    `running_key` is the user's id as long as it runs and NULL afterwards. No database lets a value
    be in a unique column twice, and each lets NULL: so nobody ever has two running timers.
    """

    __tablename__ = "time_entry"
    __table_args__ = (
        UniqueConstraint("running_key"),
        Index("ix_time_entry_task", "task_id", "started_at", "id"),
        Index("ix_time_entry_user", "user_id", "started_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[UUID] = mapped_column(Id)
    task_id: Mapped[UUID] = mapped_column(Id, ForeignKey("task.id", ondelete="CASCADE"))
    user_id: Mapped[UUID] = mapped_column(Id)
    started_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    # Of a running one 0.
    minutes: Mapped[int] = mapped_column(Integer, default=0)
    note: Mapped[str] = mapped_column(Name(NOTE), default="")
    running_key: Mapped[UUID | None] = mapped_column(Id)
    created_at: Mapped[datetime] = mapped_column(Instant)
    updated_at: Mapped[datetime] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(Integer)

    task: Mapped[Task] = relationship(lazy="joined", innerjoin=True)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy reads it once)

    @property
    def place(self) -> tuple[UUID, UUID | None]:
        """Where its task lies now: a task may have moved since."""
        return self.task.place

    @property
    def parent(self) -> UUID | None:
        return self.task_id

    @property
    def trashed_at(self) -> datetime | None:
        return self.task.deleted_at
