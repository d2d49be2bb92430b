"""Schedules with their runs, reminders, templates, and rules with what they did."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from upnext.core.db import Base
from upnext.core.ids import new_id
from upnext.core.types import Id, Instant, Json, LongText, Name, Ranked


class RunState(StrEnum):
    """`failed`: what was asked for was refused. `dead`: it broke, as often as it was tried. Stored
    by rank: what is new comes last."""

    PENDING = "pending"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"
    DEAD = "dead"


class Trigger(StrEnum):
    """Stored by rank."""

    TIME = "time"
    PERSON = "person"


class UserSchedule(Base):
    """What somebody asked for. When it fires next stands in the engine's row of the same id."""

    __tablename__ = "user_schedule"
    __table_args__ = (
        Index("ix_user_schedule_user", "user_id", "id"),
        Index("ix_user_schedule_workspace", "workspace_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(
        Id, ForeignKey("schedule.id", ondelete="CASCADE"), primary_key=True
    )
    workspace_id: Mapped[UUID] = mapped_column(Id, ForeignKey("workspace.id", ondelete="CASCADE"))
    user_id: Mapped[UUID] = mapped_column(Id, ForeignKey("user_account.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(Name(100))
    action: Mapped[dict[str, Any]] = mapped_column(Json)
    cron: Mapped[str | None] = mapped_column(Name(200))
    rrule: Mapped[str | None] = mapped_column(Name(500))
    run_at: Mapped[datetime | None] = mapped_column(Instant)
    # What a rule counts its intervals from.
    starts_at: Mapped[datetime] = mapped_column(Instant)
    enabled: Mapped[bool] = mapped_column(default=True)
    # Why it was paused, if not by a person; how many runs in a row failed.
    paused_because: Mapped[str | None] = mapped_column(LongText)
    failures: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[datetime] = mapped_column(Instant)
    updated_at: Mapped[datetime] = mapped_column(Instant)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy's own notation)


class ScheduleRun(Base):
    """One time that a schedule came. `fire_at` is when it should have begun."""

    __tablename__ = "schedule_run"
    __table_args__ = (
        UniqueConstraint("job_id"),
        Index("ix_schedule_run_schedule", "schedule_id", "id"),
        Index("ix_schedule_run_state", "state", "created_at"),
    )

    id: Mapped[UUID] = mapped_column(Id, primary_key=True, default=new_id)
    schedule_id: Mapped[UUID] = mapped_column(
        Id, ForeignKey("user_schedule.id", ondelete="CASCADE")
    )
    workspace_id: Mapped[UUID] = mapped_column(Id)
    job_id: Mapped[UUID] = mapped_column(Id)
    trigger: Mapped[Trigger] = mapped_column(Ranked(Trigger))
    fire_at: Mapped[datetime] = mapped_column(Instant)
    state: Mapped[RunState] = mapped_column(Ranked(RunState), default=RunState.PENDING)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    started_at: Mapped[datetime | None] = mapped_column(Instant)
    finished_at: Mapped[datetime | None] = mapped_column(Instant)
    output: Mapped[dict[str, Any] | None] = mapped_column(Json)
    error: Mapped[str | None] = mapped_column(LongText)
    created_at: Mapped[datetime] = mapped_column(Instant)


class Reminder(Base):
    """Of a task, for one person. Exactly one of `at` and `before_minutes` was said."""

    __tablename__ = "reminder"
    __table_args__ = (
        Index("ix_reminder_task", "task_id", "user_id"),
        Index("ix_reminder_fire_at", "fire_at"),
        Index("ix_reminder_workspace", "workspace_id"),
    )

    id: Mapped[UUID] = mapped_column(Id, primary_key=True, default=new_id)
    task_id: Mapped[UUID] = mapped_column(Id, ForeignKey("task.id", ondelete="CASCADE"))
    workspace_id: Mapped[UUID] = mapped_column(Id)
    user_id: Mapped[UUID] = mapped_column(Id, ForeignKey("user_account.id", ondelete="CASCADE"))
    created_by: Mapped[UUID] = mapped_column(Id)
    at: Mapped[datetime | None] = mapped_column(Instant)
    before_minutes: Mapped[int | None] = mapped_column(Integer)
    text: Mapped[str] = mapped_column(Name(200), default="")
    # None: it is over, or the task has no due date.
    fire_at: Mapped[datetime | None] = mapped_column(Instant)
    fired_at: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)


class _OfPlace:
    """What lies in a workspace, or in one project of it."""

    workspace_id: Mapped[UUID]
    project_id: Mapped[UUID | None]

    @property
    def place(self) -> tuple[UUID, UUID | None]:
        return self.workspace_id, self.project_id

    @property
    def parent(self) -> UUID | None:
        return self.workspace_id

    @property
    def trashed_at(self) -> datetime | None:
        return None


class Template(_OfPlace, Base):
    """`body` is a schemas.TemplateTask, `variables` a list of schemas.Variable."""

    __tablename__ = "task_template"
    __table_args__ = (Index("ix_task_template_workspace", "workspace_id", "name_key", "id"),)

    id: Mapped[UUID] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[UUID] = mapped_column(Id, ForeignKey("workspace.id", ondelete="CASCADE"))
    project_id: Mapped[UUID | None] = mapped_column(
        Id, ForeignKey("project.id", ondelete="CASCADE")
    )
    created_by: Mapped[UUID] = mapped_column(Id)
    name: Mapped[str] = mapped_column(Name(100))
    name_key: Mapped[str] = mapped_column(Name(200))
    body: Mapped[dict[str, Any]] = mapped_column(Json)
    variables: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(Instant)
    updated_at: Mapped[datetime] = mapped_column(Instant)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy's own notation)


class Rule(_OfPlace, Base):
    """Acts for `user_id`. `events` are types of changes, `filter` is in the filter language."""

    __tablename__ = "rule"
    __table_args__ = (Index("ix_rule_workspace", "workspace_id", "enabled", "position"),)

    id: Mapped[UUID] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[UUID] = mapped_column(Id, ForeignKey("workspace.id", ondelete="CASCADE"))
    project_id: Mapped[UUID | None] = mapped_column(
        Id, ForeignKey("project.id", ondelete="CASCADE")
    )
    user_id: Mapped[UUID] = mapped_column(Id, ForeignKey("user_account.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(Name(100))
    events: Mapped[list[str]] = mapped_column(Json)
    filter: Mapped[str] = mapped_column(LongText)
    actions: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    position: Mapped[int] = mapped_column(Integer, default=0)
    enabled: Mapped[bool] = mapped_column(default=True)
    # What its calls are signed with, encrypted; None as long as it calls nobody.
    keys: Mapped[str | None] = mapped_column(LongText)
    public_key: Mapped[str | None] = mapped_column(Name(64))
    previous_keys: Mapped[str | None] = mapped_column(LongText)
    previous_until: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)
    updated_at: Mapped[datetime] = mapped_column(Instant)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy's own notation)


class RuleRun(Base):
    """One time that a rule fitted. `change_seq` is the change that set it off."""

    __tablename__ = "rule_run"
    __table_args__ = (
        UniqueConstraint("rule_id", "change_id"),
        Index("ix_rule_run_rule", "rule_id", "id"),
        Index("ix_rule_run_task", "task_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(Id, primary_key=True, default=new_id)
    rule_id: Mapped[UUID] = mapped_column(Id, ForeignKey("rule.id", ondelete="CASCADE"))
    task_id: Mapped[UUID] = mapped_column(Id, ForeignKey("task.id", ondelete="CASCADE"))
    change_id: Mapped[UUID] = mapped_column(Id)
    change_seq: Mapped[int] = mapped_column(BigInteger)
    event: Mapped[str] = mapped_column(Name(60))
    depth: Mapped[int] = mapped_column(Integer)
    state: Mapped[RunState] = mapped_column(Ranked(RunState))
    # Undone by `POST /operations/{id}/undo`.
    operation_id: Mapped[UUID | None] = mapped_column(Id)
    changes: Mapped[dict[str, Any]] = mapped_column(Json)
    error: Mapped[str | None] = mapped_column(LongText)
    created_at: Mapped[datetime] = mapped_column(Instant)
