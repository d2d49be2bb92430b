"""The two tables of the engine: jobs, and the schedules that create some of them."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from upnext.core.auth import INSTANCE
from upnext.core.db import Base
from upnext.core.ids import new_id
from upnext.core.types import Id, Instant, Json, LongText, Name, Ranked

LONGEST_KEY = 200


class JobState(StrEnum):
    """`failed`: its error was permanent. `dead`: it used up its attempts. `cancelled`: somebody
    called it off. Stored by rank: what is new comes last."""

    PENDING = "pending"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"
    DEAD = "dead"
    CANCELLED = "cancelled"


class JobPriority(StrEnum):
    """From first to last, within a workspace."""

    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


class Misfire(StrEnum):
    """What becomes of the times that passed while no process was there to fire."""

    FIRE_ONCE = "fire_once"
    SKIP = "skip"
    CATCH_UP = "catch_up"


class Job(Base):
    """`workspace_id` is INSTANCE for what concerns no workspace; fairness counts it as one."""

    __tablename__ = "job"
    __table_args__ = (
        Index("ix_job_claim", "queue", "state", "workspace_id", "priority", "run_at"),
        # For whatever asks across workspaces: expired leases, the oldest that waits, retention.
        Index("ix_job_state", "state", "run_at"),
    )

    id: Mapped[UUID] = mapped_column(Id, primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(Name(60))
    args: Mapped[dict[str, Any]] = mapped_column(Json)
    dedupe_key: Mapped[str | None] = mapped_column(Name(LONGEST_KEY), unique=True)
    queue: Mapped[str] = mapped_column(Name(40), default="default")
    priority: Mapped[JobPriority] = mapped_column(Ranked(JobPriority), default=JobPriority.NORMAL)
    run_at: Mapped[datetime] = mapped_column(Instant)
    state: Mapped[JobState] = mapped_column(Ranked(JobState), default=JobState.PENDING)
    attempts: Mapped[int] = mapped_column(default=0)
    max_attempts: Mapped[int]
    lease_until: Mapped[datetime | None] = mapped_column(Instant)
    lease_token: Mapped[UUID | None] = mapped_column(Id)
    last_error: Mapped[str | None] = mapped_column(LongText)
    workspace_id: Mapped[UUID] = mapped_column(Id, default=INSTANCE)
    context: Mapped[dict[str, Any]] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(Instant)
    finished_at: Mapped[datetime | None] = mapped_column(Instant)


class Schedule(Base):
    """Creates a job of `kind` at each `next_fire_at`. None there: it has fired for the last time.

    The engine's own schedules have a `name`, and come `every_seconds`; a user's have a workspace
    and a `timing`, which only the domain that made them can read.
    """

    __tablename__ = "schedule"
    __table_args__ = (Index("ix_schedule_due", "enabled", "next_fire_at"),)

    id: Mapped[UUID] = mapped_column(Id, primary_key=True, default=new_id)
    name: Mapped[str | None] = mapped_column(Name(60), unique=True)
    workspace_id: Mapped[UUID | None] = mapped_column(Id)
    kind: Mapped[str] = mapped_column(Name(60))
    args: Mapped[dict[str, Any]] = mapped_column(Json)
    every_seconds: Mapped[int | None]
    timing: Mapped[dict[str, Any] | None] = mapped_column(Json)
    timezone: Mapped[str] = mapped_column(Name(64), default="UTC")
    misfire: Mapped[Misfire] = mapped_column(Ranked(Misfire), default=Misfire.FIRE_ONCE)
    next_fire_at: Mapped[datetime | None] = mapped_column(Instant)
    enabled: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
