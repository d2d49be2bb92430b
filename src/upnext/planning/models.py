"""The places of open tasks in each person's order, stored so that no list is ever scored whole."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    Double,
    ForeignKey,
    Index,
    SmallInteger,
    UniqueConstraint,
    literal_column,
)
from sqlalchemy.orm import Mapped, mapped_column

from upnext.core.db import Base
from upnext.core.ids import new_id
from upnext.core.types import NEVER, Digest, Id, Instant, Json, Name

_WAITS = literal_column("ready_at") == literal_column(str(NEVER))


class RankKey(Base):
    """An open task in the order of one person.

    At reading t of the person's work clock (see `PlanningProfile.origin`) the task's own index is
    `min(a, b + rate * t)`, the bonus for a started task included. Neither key moves with time.
    """

    __tablename__ = "rank_key"
    __table_args__ = (
        # MySQL's of these four are spelled by a migration: it goes through an index only in the
        # whole order that is asked for, and looks in the table for what the index does not say.
        *(
            Index(f"ix_rank_key_{key}", "user_id", key, "latest_start", info={"spelled": "mysql"})
            for key in ("a", "b")
        ),
        # Few wait; the order of all is no way to find the first of them.
        *(
            Index(
                f"ix_rank_key_waiting_{key}",
                *("user_id", "ready_at", key, "latest_start"),
                postgresql_where=_WAITS,
                sqlite_where=_WAITS,
                info={"spelled": "mysql"},
            )
            for key in ("a", "b")
        ),
        # All that counting needs, since counting 10,000 rows by way of the table takes too long.
        Index(
            "ix_rank_key_ready",
            *("user_id", "ready_at", "sitting", "offered", "workspace_id", "project_id"),
        ),
        Index("ix_rank_key_task", "task_id"),
    )

    user_id: Mapped[UUID] = mapped_column(
        Id, ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True
    )
    task_id: Mapped[UUID] = mapped_column(
        Id, ForeignKey("task.id", ondelete="CASCADE"), primary_key=True
    )
    workspace_id: Mapped[UUID] = mapped_column(Id)
    project_id: Mapped[UUID] = mapped_column(Id)
    a: Mapped[float] = mapped_column(Double)
    b: Mapped[float] = mapped_column(Double)
    # In work minutes on the person's clock.
    latest_start: Mapped[float] = mapped_column(Double)
    remaining: Mapped[float] = mapped_column(Double)
    # The time at hand that it needs.
    sitting: Mapped[float] = mapped_column(Double)
    # The share of its goal's weight in `a` and `b`, so that it can be exchanged for another.
    goal: Mapped[float] = mapped_column(Double, default=0.0)
    # Microseconds since 1970 from which it can be done; NEVER while it waits for another task.
    ready_at: Mapped[int] = mapped_column(BigInteger)
    # By rank, 0 for none.
    energy: Mapped[int] = mapped_column(SmallInteger)
    tagged: Mapped[bool] = mapped_column(Boolean)
    # False: another's task that waits for one of this person's, and lends it its weight.
    offered: Mapped[bool] = mapped_column(Boolean)


class PlanningProfile(Base):
    """What all keys of a person have in common. Without a row the defaults of `clocks` hold."""

    __tablename__ = "planning_profile"

    user_id: Mapped[UUID] = mapped_column(
        Id, ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True
    )
    # The day around which the work clock is laid out; readings are minutes since it begins.
    origin: Mapped[datetime] = mapped_column(Instant)
    mean_minutes: Mapped[float] = mapped_column(Double)
    computed_at: Mapped[datetime] = mapped_column(Instant)
    # The next weeks' busy times, merged, in minutes since 1970: see `busy.merging`.
    busy: Mapped[list[list[int]] | None] = mapped_column(Json)
    # How long this person's tasks take, as `durations` reads it; NULL: nothing was learned yet.
    learned: Mapped[dict[str, Any] | None] = mapped_column(Json)
    # What their choices say of the order, as `taste` reads it; NULL: nothing.
    taste: Mapped[dict[str, Any] | None] = mapped_column(Json)


class DayPlan(Base):
    """A person's plan as it was made last. It counts as long as `inputs` are still these, and
    until `valid_until`; its JSON is written and read by `plans.stored`."""

    __tablename__ = "day_plan"
    __table_args__ = (Index("ix_day_plan_asked_at", "asked_at"),)

    user_id: Mapped[UUID] = mapped_column(
        Id, ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True
    )
    # Of all that it was made of; see `freshness`. NULL: to be made anew whatever happens.
    inputs: Mapped[bytes | None] = mapped_column(Digest)
    anchor: Mapped[datetime] = mapped_column(Instant)
    valid_until: Mapped[datetime] = mapped_column(Instant)
    first_task_id: Mapped[UUID | None] = mapped_column(Id)
    # By task, what doing it first would cost.
    instead: Mapped[dict[str, Any]] = mapped_column(Json)
    content: Mapped[dict[str, Any]] = mapped_column(Json)
    computed_at: Mapped[datetime] = mapped_column(Instant)
    # When somebody last wanted to see it: plans that nobody looks at are not kept fresh.
    asked_at: Mapped[datetime] = mapped_column(Instant)


class PlanPin(Base):
    """When a person wants to work on a task, at most one time for each."""

    __tablename__ = "plan_pin"
    __table_args__ = (Index("ix_plan_pin_task", "task_id"),)

    user_id: Mapped[UUID] = mapped_column(
        Id, ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True
    )
    task_id: Mapped[UUID] = mapped_column(
        Id, ForeignKey("task.id", ondelete="CASCADE"), primary_key=True
    )
    starts_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)


class Feedback(Base):
    """What a person said to one answer: what was shown in it, and what they did.

    The ticket is kept as its hash, and counts once for each verdict on each task.
    """

    __tablename__ = "next_action_feedback"
    __table_args__ = (
        UniqueConstraint("user_id", "ticket_key", "verdict", "task_id"),
        Index("ix_next_action_feedback_user", "user_id", "at", "id"),
    )

    id: Mapped[UUID] = mapped_column(Id, primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(Id, ForeignKey("user_account.id", ondelete="CASCADE"))
    ticket_key: Mapped[str] = mapped_column(Name(64))
    verdict: Mapped[str] = mapped_column(Name(10))
    task_id: Mapped[UUID] = mapped_column(Id)
    reason: Mapped[str | None] = mapped_column(Name(20))
    until: Mapped[datetime | None] = mapped_column(Instant)
    # The shown tasks in their order, each with the values of its terms.
    shown: Mapped[list[Any]] = mapped_column(Json)
    # Whether weights were learned from it: of one ticket and task that happens once.
    counted: Mapped[bool] = mapped_column(Boolean)
    at: Mapped[datetime] = mapped_column(Instant)
