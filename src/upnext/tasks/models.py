"""Task rows. A list reads one table only: what it shows of other rows is copied into the task."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Double, ForeignKey, Index, Integer, UniqueConstraint, and_
from sqlalchemy.orm import Mapped, mapped_column

from upnext.core.db import Base
from upnext.core.ids import new_id
from upnext.core.text import fold
from upnext.core.types import NEVER, Id, Instant, Json, LongText, Name, Ranked

TITLE = 200
NO_DURATION = 2**31 - 1
"""The sort key of a task without an estimate: after every real one."""


class Status(StrEnum):
    """In the order in which work goes on: stored by rank."""

    BACKLOG = "backlog"
    TODO = "todo"
    IN_PROGRESS = "in_progress"
    IN_REVIEW = "in_review"
    DONE = "done"
    CANCELLED = "cancelled"


CLOSED = frozenset({Status.DONE, Status.CANCELLED})
STARTED = frozenset({Status.IN_PROGRESS, Status.IN_REVIEW})
OPEN = tuple(status for status in Status if status not in CLOSED)


class Priority(StrEnum):
    """From least to most: stored by rank."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    URGENT = "urgent"


class Energy(StrEnum):
    """What a task takes, from least to most: stored by rank."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Task(Base):
    """The columns that end in `_key` hold what another column means, ready to sort and compare.

    People are named without foreign keys: what they did stays when their account goes.
    """

    __tablename__ = "task"

    id: Mapped[UUID] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[UUID] = mapped_column(Id)
    project_id: Mapped[UUID] = mapped_column(Id, ForeignKey("project.id"))
    number: Mapped[int] = mapped_column(Integer)
    key: Mapped[str] = mapped_column(Name(24))
    title: Mapped[str] = mapped_column(Name(TITLE))
    title_key: Mapped[str] = mapped_column(Name(TITLE))
    description: Mapped[str] = mapped_column(LongText, default="")
    search_text: Mapped[str] = mapped_column(LongText)
    status: Mapped[Status] = mapped_column(Ranked(Status), default=Status.TODO)
    priority: Mapped[Priority] = mapped_column(Ranked(Priority), default=Priority.MEDIUM)
    category: Mapped[str] = mapped_column(Name(50), default="general")
    category_key: Mapped[str] = mapped_column(Name(100), default="general")
    estimated_duration: Mapped[int | None] = mapped_column(Integer)
    duration_key: Mapped[int] = mapped_column(Integer, default=NO_DURATION)
    due_at: Mapped[datetime | None] = mapped_column(Instant)
    due_key: Mapped[int] = mapped_column(BigInteger)
    start_at: Mapped[datetime | None] = mapped_column(Instant)
    start_key: Mapped[int] = mapped_column(BigInteger)
    completed_at: Mapped[datetime | None] = mapped_column(Instant)
    completed_key: Mapped[int] = mapped_column(BigInteger)
    # When work on it began for the first time.
    started_at: Mapped[datetime | None] = mapped_column(Instant)
    parent_id: Mapped[UUID | None] = mapped_column(Id, ForeignKey("task.id"))
    goal_id: Mapped[UUID | None] = mapped_column(Id, ForeignKey("goal.id"))
    # What the goal counts, kept in step by it; not covered by `version`, since nobody is shown it.
    goal_weight: Mapped[float] = mapped_column(Double, default=1.0)
    # Where it lies on a board, if it does: see placing.py. The position orders a column's cards.
    board_id: Mapped[UUID | None] = mapped_column(Id, ForeignKey("board.id"))
    column_id: Mapped[UUID | None] = mapped_column(Id, ForeignKey("board_column.id"))
    position: Mapped[int | None] = mapped_column(BigInteger)
    reporter_id: Mapped[UUID | None] = mapped_column(Id)
    assignee_ids: Mapped[list[str]] = mapped_column(Json, default=list)
    tags: Mapped[list[str]] = mapped_column(Json, default=list)
    context: Mapped[list[str]] = mapped_column(Json, default=list)
    energy: Mapped[Energy | None] = mapped_column(Ranked(Energy))
    # The open predecessors, by id, with the project that says who may know of them.
    blocked_by: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    blocker_count: Mapped[int] = mapped_column(Integer, default=0)
    # How many tasks wait for this one, whatever its state: most have none, and need no look-up.
    dependent_count: Mapped[int] = mapped_column(Integer, default=0)
    # When it comes again, as the wire has it; the other three are explained in series.py.
    recurrence: Mapped[dict[str, Any] | None] = mapped_column(Json)
    series_id: Mapped[UUID | None] = mapped_column(Id)
    occurrence: Mapped[int | None] = mapped_column(Integer)
    series: Mapped[dict[str, Any] | None] = mapped_column(Json)
    # What its SLA clocks say, as the wire has it, and whether its project has SLA policies at all.
    sla: Mapped[dict[str, Any] | None] = mapped_column(Json)
    sla_ruled: Mapped[bool] = mapped_column(default=False)
    sla_due_key: Mapped[int] = mapped_column(BigInteger, default=NEVER)
    sla_breached: Mapped[bool] = mapped_column(default=False)
    # Which of its fields a user set and which were derived, as the wire has it; None: nobody knows.
    # What is derived makes no new version.
    classification: Mapped[dict[str, Any] | None] = mapped_column(Json)
    # Time that was entered for it, and how many timers run: those are not covered by `version`.
    actual_minutes: Mapped[int] = mapped_column(Integer, default=0)
    running_timers: Mapped[int] = mapped_column(Integer, default=0)
    external_id: Mapped[str | None] = mapped_column(Name(200))
    # The same outside the trash, and NULL in it: only there may it be taken twice.
    external_key: Mapped[str | None] = mapped_column(Name(200))
    created_at: Mapped[datetime] = mapped_column(Instant)
    updated_at: Mapped[datetime] = mapped_column(Instant)
    deleted_at: Mapped[datetime | None] = mapped_column(Instant)
    # What was thrown away when this went with it: a task above, or the whole project.
    deleted_with: Mapped[UUID | None] = mapped_column(Id)
    version: Mapped[int] = mapped_column(Integer)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy reads it once)
    __table_args__ = (
        # With a project's key these make the short keys unique, outside the trash.
        UniqueConstraint("project_id", "number"),
        UniqueConstraint("workspace_id", "external_key"),
        Index("ix_task_key", "workspace_id", "key"),
        Index("ix_task_parent", "parent_id"),
    )

    @property
    def place(self) -> tuple[UUID, UUID | None]:
        return self.workspace_id, self.project_id

    @property
    def parent(self) -> UUID | None:
        return self.project_id

    @property
    def of_task(self) -> UUID:
        return self.id

    @property
    def trashed_at(self) -> datetime | None:
        return self.deleted_at

    @property
    def is_open(self) -> bool:
        """Whether it still has to be done; in the trash it has not."""
        return self.status not in CLOSED and self.deleted_at is None


# Most tasks serve no goal, and cost it nothing.
Index(
    "ix_task_goal",
    Task.goal_id,
    postgresql_where=Task.goal_id.is_not(None),
    sqlite_where=Task.goal_id.is_not(None),
)

# However many complete an occurrence at once, one next one follows.
Index(
    "ix_task_series",
    Task.series_id,
    Task.occurrence,
    unique=True,
    postgresql_where=Task.series_id.is_not(None),
    sqlite_where=Task.series_id.is_not(None),
)


# What is on no board costs this one nothing.
Index(
    "ix_task_column",
    Task.column_id,
    Task.position,
    Task.id,
    postgresql_where=Task.column_id.is_not(None),
    sqlite_where=Task.column_id.is_not(None),
)


def _index(name: str, *columns: Any, trash: bool = False) -> Index:  # columns are mapped attributes
    where = Task.deleted_at.is_not(None) if trash else Task.deleted_at.is_(None)
    return Index(name, *columns, postgresql_where=where, sqlite_where=where)


# One for each way that people look at a long list. MySQL has no partial ones, so it holds the
# trash in them too.
_index("ix_task_created", Task.workspace_id, Task.created_at, Task.id)
_index("ix_task_due", Task.workspace_id, Task.due_key, Task.id)
_index("ix_task_priority", Task.workspace_id, Task.priority, Task.id)
_index("ix_task_status", Task.workspace_id, Task.status, Task.created_at, Task.id)
_index("ix_task_project", Task.project_id, Task.created_at, Task.id)
_index("ix_task_deleted", Task.deleted_at, trash=True)


# What nothing was promised about costs this one nothing.
_DUE_BY_PROMISE = and_(Task.deleted_at.is_(None), Task.sla_due_key < NEVER)
Index(
    "ix_task_sla_due",
    Task.workspace_id,
    Task.sla_due_key,
    Task.id,
    postgresql_where=_DUE_BY_PROMISE,
    sqlite_where=_DUE_BY_PROMISE,
)


class TaskTag(Base):
    """The tags of `task.tags` by their folded form, to find tasks by."""

    __tablename__ = "task_tag"
    __table_args__ = (Index("ix_task_tag_key", "workspace_id", "tag_key", "task_id"),)

    task_id: Mapped[UUID] = mapped_column(
        Id, ForeignKey("task.id", ondelete="CASCADE"), primary_key=True
    )
    tag_key: Mapped[str] = mapped_column(Name(100), primary_key=True)
    tag: Mapped[str] = mapped_column(Name(50))
    workspace_id: Mapped[UUID] = mapped_column(Id)


class TaskAssignee(Base):
    """The people of `task.assignee_ids`, to find tasks by."""

    __tablename__ = "task_assignee"
    __table_args__ = (Index("ix_task_assignee_user", "user_id", "workspace_id", "task_id"),)

    task_id: Mapped[UUID] = mapped_column(
        Id, ForeignKey("task.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[UUID] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[UUID] = mapped_column(Id)


class TaskDependency(Base):
    """`task_id` cannot be done before `blocked_by_id` is. Both lie in one workspace."""

    __tablename__ = "task_dependency"
    __table_args__ = (Index("ix_task_dependency_blocked_by", "blocked_by_id", "task_id"),)

    task_id: Mapped[UUID] = mapped_column(
        Id, ForeignKey("task.id", ondelete="CASCADE"), primary_key=True
    )
    blocked_by_id: Mapped[UUID] = mapped_column(
        Id, ForeignKey("task.id", ondelete="CASCADE"), primary_key=True
    )
    workspace_id: Mapped[UUID] = mapped_column(Id)


class SavedFilter(Base):
    """Private to its user, or `shared` with its workspace; an own one may name a workspace too."""

    __tablename__ = "saved_filter"
    __table_args__ = (
        UniqueConstraint("user_id", "place_id", "name_key"),
        Index("ix_saved_filter_workspace", "workspace_id", "shared"),
    )

    id: Mapped[UUID] = mapped_column(Id, primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(Id, ForeignKey("user_account.id"))
    workspace_id: Mapped[UUID | None] = mapped_column(Id, ForeignKey("workspace.id"))
    # The workspace, or else the user: where its name is unique among theirs.
    place_id: Mapped[UUID] = mapped_column(Id)
    name: Mapped[str] = mapped_column(Name(100))
    name_key: Mapped[str] = mapped_column(Name(200))
    query: Mapped[str] = mapped_column(LongText)
    shared: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(Instant)
    updated_at: Mapped[datetime] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(Integer)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy reads it once)


def folded(text: str, length: int) -> str:
    """What a key column holds of `text`. Folding can lengthen it, so it is cut."""
    return fold(text)[:length]
