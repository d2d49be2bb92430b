"""One record: the change log that is history, audit trail, outbox and stream at once.

A writer only inserts, in its own transaction. The sealer gives committed rows their gapless
`seq` and their place in the hash chain; every reader goes by `seq`.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar
from uuid import UUID

from sqlalchemy import BigInteger, Index, SmallInteger, UniqueConstraint
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from upnext.core.auth import Actor
from upnext.core.context import RequestContext
from upnext.core.db import Base
from upnext.core.ids import new_id
from upnext.core.inserts import insert_later
from upnext.core.inserts.queries import Footing
from upnext.core.lanes import WriteLane
from upnext.core.lanes.doubt import Doubt
from upnext.core.types import Digest, Id, Instant, Json, Name

Diff = Mapping[str, tuple[Any, Any]]
"""Field > (before, after) in JSON's values. Secrets never enter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A fact in the past tense. A subclass names its `type`, such as `task.created`."""

    type: ClassVar[str]
    workspace_id: UUID
    resource_id: UUID
    version: int = 1
    diff: Diff = field(default_factory=dict)

    @property
    def resource(self) -> str:
        return self.type.partition(".")[0]


class ChangeRow(Base):
    __tablename__ = "change"
    __table_args__ = (
        UniqueConstraint("workspace_id", "seq"),
        Index("ix_change_resource", "resource_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[UUID] = mapped_column(Id)
    type: Mapped[str] = mapped_column(Name(60))
    resource: Mapped[str] = mapped_column(Name(40))
    resource_id: Mapped[UUID] = mapped_column(Id)
    resource_version: Mapped[int]
    actor: Mapped[str] = mapped_column(Name(60))
    credential: Mapped[UUID | None] = mapped_column(Id)
    ip: Mapped[str | None] = mapped_column(Name(45))
    user_agent: Mapped[str | None] = mapped_column(Name(256))
    request_id: Mapped[str | None] = mapped_column(Name(64))
    trace_id: Mapped[str | None] = mapped_column(Name(32))
    diff: Mapped[dict[str, Any]] = mapped_column(Json)
    at: Mapped[datetime] = mapped_column(Instant)
    seq: Mapped[int | None] = mapped_column(BigInteger)
    hash: Mapped[bytes | None] = mapped_column(Digest)


class ChangeHead(Base):
    """Where a workspace's chain ends.

    `watchers` has a bit for each of `Subscribers.watching` that has something to do here. The
    sealer reads it with the rest of the row, so whoever waits for nothing costs nothing.
    """

    __tablename__ = "change_head"

    workspace_id: Mapped[UUID] = mapped_column(Id, primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, default=0)
    hash: Mapped[bytes] = mapped_column(Digest, default=bytes(32))
    watchers: Mapped[int] = mapped_column(SmallInteger, default=0)


Index(
    "ix_change_unsealed",
    ChangeRow.seq,
    ChangeRow.workspace_id,
    ChangeRow.id,
    postgresql_where=ChangeRow.seq.is_(None),
    sqlite_where=ChangeRow.seq.is_(None),
)

Within = Callable[[AsyncSession, Actor, Any], Awaitable[None]]
"""Runs in the transaction of the change that it gets, and touches only the database."""

Together = Callable[[AsyncSession, Actor, Sequence[Any]], Awaitable[None]]
"""The same for many changes of one type at once."""

After = Callable[[AsyncSession, ChangeRow], Awaitable[None]]
"""Runs with the sealer, once per sealed change: enqueues a job if anybody waits for one."""

Watching = Callable[[AsyncSession, Sequence[ChangeRow]], Awaitable[None]]
"""The same for all changes of a workspace that are sealed together, in their order."""


Sealed = Callable[[AsyncSession, Sequence[Any]], Awaitable[None]]
"""The same with the plain rows of `change`, without their `seq`."""

T = TypeVar("T")


class Question(Generic[T]):
    """What a domain asks of one above it that it does not know; the answer is a T."""

    __slots__ = ()


Answer = Callable[[AsyncSession, Actor, Any], Awaitable[Any]]
"""Answers one kind of question, in the transaction of whoever asks."""


def told(*parts: Mapping[str, tuple[After, ...]]) -> Mapping[str, tuple[After, ...]]:
    """Of each type of change all that any of the parts names, in their order: for `after`."""
    found: dict[str, tuple[After, ...]] = {}
    for part in parts:
        for kind, subscribers in part.items():
            found[kind] = (*found.get(kind, ()), *subscribers)
    return found


@dataclass(frozen=True, slots=True)
class Subscribers:
    within: Mapping[type[Change], tuple[Within, ...]] = field(default_factory=dict)
    after: Mapping[str, tuple[After, ...]] = field(default_factory=dict)
    # What to call instead of some of `within` when there are many changes: see `record_all`.
    together: Mapping[Within, Together] = field(default_factory=dict)
    asked: Mapping[type[Question[Any]], Answer] = field(default_factory=dict)
    # By its bit in `ChangeHead.watchers`; called only for workspaces where that is set.
    watching: Mapping[int, Watching] = field(default_factory=dict)
    # Told of whatever is sealed together, in every workspace: they have to make short work of it.
    sealed: Sequence[Sealed] = ()

    def also(
        self,
        within: Mapping[type[Change], tuple[Within, ...]],
        together: Mapping[Within, Together],
    ) -> "Subscribers":
        """With more of them, who are told behind those that are here already."""
        kinds = {kind: (*self.within.get(kind, ()), *more) for kind, more in within.items()}
        return replace(
            self, within={**self.within, **kinds}, together={**self.together, **together}
        )


@dataclass(slots=True)
class Unit:
    """What a session's unit of work knows; lies in `session.info["unit"]`."""

    context: RequestContext
    now: datetime
    subscribers: Subscribers
    lane: WriteLane | None = None
    # How often a job is tried that does not say so itself.
    attempts: int = 8
    touched: set[UUID] = field(default_factory=set)
    enqueued: bool = False
    # Set to a list by who wants to know all that is recorded from then on.
    journal: list[Change] | None = None
    # Nothing of it shall last: it was only to see what would come of it.
    discarded: bool = False
    # What the domains keep for this process: see core/runtime.
    parts: Mapping[str, Any] = field(default_factory=dict)
    # What it was begun on the belief of: see `alone.know`.
    doubt: Doubt | None = None


def unit_of(session: AsyncSession) -> Unit:
    unit: Unit = session.info["unit"]
    return unit


async def record(
    session: AsyncSession, actor: Actor, change: Change, *, footing: Footing | None = None
) -> None:
    """Writes the fact into the caller's transaction and tells those who run within it. A `footing`
    holds the id of the resource."""
    _write(session, actor, change, footing)
    for subscriber in unit_of(session).subscribers.within.get(type(change), ()):
        await subscriber(session, actor, change)


async def record_all(session: AsyncSession, actor: Actor, changes: Sequence[Change]) -> None:
    """The same for many, type by type: who can deal with them together is told once of each."""
    subscribers = unit_of(session).subscribers
    kinds: dict[type[Change], list[Change]] = {}
    for change in changes:
        _write(session, actor, change)
        kinds.setdefault(type(change), []).append(change)
    for kind, some in kinds.items():
        for subscriber in subscribers.within.get(kind, ()):
            if together := subscribers.together.get(subscriber):
                await together(session, actor, some)
                continue
            for change in some:
                await subscriber(session, actor, change)


def _write(
    session: AsyncSession, actor: Actor, change: Change, footing: Footing | None = None
) -> None:
    unit = unit_of(session)
    context = unit.context
    if unit.journal is not None:
        unit.journal.append(change)
    unit.touched.add(change.workspace_id)
    insert_later(
        session,
        ChangeRow.__table__,
        {
            "id": new_id(),
            "workspace_id": change.workspace_id,
            "type": change.type,
            "resource": change.resource,
            "resource_id": change.resource_id,
            "resource_version": change.version,
            "actor": actor.label,
            "credential": actor.credential_id,
            "ip": context.ip,
            "user_agent": context.user_agent,
            "request_id": context.request_id,
            "trace_id": context.trace_id,
            "diff": dict(change.diff),
            "at": unit.now,
        },
        footing=footing,
    )


async def ask(session: AsyncSession, actor: Actor, question: Question[T]) -> T:
    """The answer of whoever the manifest names for this kind of question."""
    found: T = await unit_of(session).subscribers.asked[type(question)](session, actor, question)
    return found
