"""Policies, calendars and clocks."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer, SmallInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from upnext.core.db import Base
from upnext.core.ids import new_id
from upnext.core.types import Id, Instant, Json, Name, Ranked
from upnext.identity.models import Week
from upnext.tasks.models import Priority

ANY_PRIORITY = 0


class Target(StrEnum):
    """What is promised. Stored by rank."""

    FIRST_RESPONSE = "first_response"
    RESOLUTION = "resolution"


class StartsFrom(StrEnum):
    """What the clock counts from. Stored by rank."""

    CREATED = "created"
    DUE = "due"


class Policy(Base):
    """What is promised about the tasks of a project, of one priority or of all others."""

    __tablename__ = "sla_policy"
    __table_args__ = (UniqueConstraint("project_id", "priority_key"),)

    id: Mapped[UUID] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[UUID] = mapped_column(Id)
    project_id: Mapped[UUID] = mapped_column(Id, ForeignKey("project.id", ondelete="CASCADE"))
    priority: Mapped[Priority | None] = mapped_column(Ranked(Priority))
    # Its rank, or ANY_PRIORITY: NULLs would be no duplicates of each other.
    priority_key: Mapped[int] = mapped_column(SmallInteger)
    first_response_minutes: Mapped[int | None] = mapped_column(Integer)
    resolution_minutes: Mapped[int | None] = mapped_column(Integer)
    starts_from: Mapped[StartsFrom] = mapped_column(Ranked(StartsFrom), default=StartsFrom.CREATED)
    business_hours: Mapped[bool] = mapped_column(default=False)
    pause_statuses: Mapped[list[str]] = mapped_column(Json, default=list)
    enabled: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    updated_at: Mapped[datetime] = mapped_column(Instant)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy's own notation)

    @property
    def place(self) -> tuple[UUID, UUID | None]:
        return self.workspace_id, self.project_id

    @property
    def parent(self) -> UUID | None:
        return self.project_id

    @property
    def trashed_at(self) -> datetime | None:
        """It has no trash of its own; that of its project is asked for in policies.py."""
        return None


class Calendar(Base):
    """When a workspace is open. Without a row: office hours, in UTC."""

    __tablename__ = "workspace_calendar"

    workspace_id: Mapped[UUID] = mapped_column(
        Id, ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True
    )
    time_zone: Mapped[str] = mapped_column(Name(64))
    hours: Mapped[Week] = mapped_column(Json)
    holidays: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    updated_at: Mapped[datetime] = mapped_column(Instant)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy's own notation)


class ClockRow(Base):
    """One promise about one task. Whoever changes it holds the task's row, so it has no version."""

    __tablename__ = "sla_clock"
    __table_args__ = (
        Index("ix_sla_clock_next_check", "next_check", "task_id"),
        Index("ix_sla_clock_project", "project_id", "target"),
    )

    task_id: Mapped[UUID] = mapped_column(
        Id, ForeignKey("task.id", ondelete="CASCADE"), primary_key=True
    )
    target: Mapped[Target] = mapped_column(Ranked(Target), primary_key=True)
    project_id: Mapped[UUID] = mapped_column(Id)
    # NULL: no policy applies any more. Only a clock that was breached is kept without one.
    policy_id: Mapped[UUID | None] = mapped_column(Id)
    due_at: Mapped[datetime] = mapped_column(Instant)
    warn_at: Mapped[datetime] = mapped_column(Instant)
    # [since, until] in microseconds since 1970; null: it stands still now.
    pauses: Mapped[list[list[int | None]]] = mapped_column(Json)
    met_at: Mapped[datetime | None] = mapped_column(Instant)
    warned_at: Mapped[datetime | None] = mapped_column(Instant)
    breached_at: Mapped[datetime | None] = mapped_column(Instant)
    # When something happens to it by time alone; NULL: nothing does.
    next_check: Mapped[datetime | None] = mapped_column(Instant)
