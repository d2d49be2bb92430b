"""Goals, as a tree within a workspace."""

from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import Date, Double, ForeignKey, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from upnext.core.db import Base
from upnext.core.ids import new_id
from upnext.core.text import fold
from upnext.core.types import Id, Instant, LongText, Name, Ranked

TITLE: Final = 200
NO_TARGET: Final = 2**31 - 1
"""The sort key of a goal without a target date: after every real one."""
LIGHTEST, PLAIN, HEAVIEST = 0.5, 1.0, 2.0
"""What a goal can count; tasks without one count like tasks of a plain one."""


class GoalStatus(StrEnum):
    """Stored by rank: what is new comes last."""

    OPEN = "open"
    COMPLETED = "completed"
    ABANDONED = "abandoned"


class Goal(Base):
    """With a project it is there for who sees the project, and takes tasks of that project only."""

    __tablename__ = "goal"
    __table_args__ = (
        Index("ix_goal_workspace", "workspace_id", "created_at", "id"),
        Index("ix_goal_project", "project_id"),
        Index("ix_goal_parent", "parent_id"),
        Index("ix_goal_deleted_with", "deleted_with"),
    )

    id: Mapped[UUID] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[UUID] = mapped_column(Id, ForeignKey("workspace.id", ondelete="CASCADE"))
    project_id: Mapped[UUID | None] = mapped_column(
        Id, ForeignKey("project.id", ondelete="CASCADE")
    )
    parent_id: Mapped[UUID | None] = mapped_column(Id, ForeignKey("goal.id", ondelete="SET NULL"))
    title: Mapped[str] = mapped_column(Name(TITLE))
    title_key: Mapped[str] = mapped_column(Name(TITLE))
    description: Mapped[str] = mapped_column(LongText, default="")
    weight: Mapped[float] = mapped_column(Double)
    target_date: Mapped[date | None] = mapped_column(Date)
    # The day's ordinal, so that goals can be sorted by it.
    target_key: Mapped[int] = mapped_column(Integer)
    status: Mapped[GoalStatus] = mapped_column(Ranked(GoalStatus), default=GoalStatus.OPEN)
    completed_at: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)
    updated_at: Mapped[datetime] = mapped_column(Instant)
    deleted_at: Mapped[datetime | None] = mapped_column(Instant)
    # What was thrown away when this went with it: a goal above, or the whole project.
    deleted_with: Mapped[UUID | None] = mapped_column(Id)
    version: Mapped[int] = mapped_column(Integer)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy reads it once)

    @property
    def place(self) -> tuple[UUID, UUID | None]:
        return self.workspace_id, self.project_id

    @property
    def parent(self) -> UUID | None:
        return self.workspace_id

    @property
    def trashed_at(self) -> datetime | None:
        return self.deleted_at

    @property
    def pull(self) -> float:
        """What it counts in the order of work: only an open one counts more or less than none."""
        live = self.status == GoalStatus.OPEN and self.deleted_at is None
        return self.weight if live else PLAIN


def title_key(title: str) -> str:
    """By which goals are sorted and found. Folding can lengthen it, so it is cut."""
    return fold(title)[:TITLE]


def target_key(target: date | None) -> int:
    return NO_TARGET if target is None else target.toordinal()
