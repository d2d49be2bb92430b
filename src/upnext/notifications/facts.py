"""From changes to what people are told: the mapping table. Pure.

A new event is a line here and one in the catalogue. Changes of domains that are not there are
named by their type, and cost nothing until somebody records one.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Protocol
from uuid import UUID

from upnext.core.types import micros

DUE_SOON: Final = timedelta(hours=24)
"""So long before it is due one is told."""


class Sealed(Protocol):
    """What a mapping reads of a change."""

    @property
    def id(self) -> UUID: ...
    @property
    def type(self) -> str: ...
    @property
    def workspace_id(self) -> UUID: ...
    @property
    def resource_id(self) -> UUID: ...
    @property
    def actor(self) -> str: ...
    @property
    def diff(self) -> Mapping[str, Any]: ...
    @property
    def at(self) -> datetime: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something to tell. `people` by id, and who has a part in the task: `assignees`, who gets it
    if nobody is assigned (`else_reporter`), its `reporter`. `key` is unique for the event."""

    event: str
    key: str
    workspace_id: UUID
    task_id: UUID | None = None
    people: frozenset[UUID] = frozenset()
    assignees: bool = False
    reporter: bool = False
    else_reporter: bool = False
    actor_id: UUID | None = None
    # Whoever asked for it is told although they did it themselves.
    also_actor: bool = False
    data: Mapping[str, Any] = field(default_factory=dict)


Source = Callable[[Sealed], Iterator[Fact]]


def facts_of(change: Sealed) -> list[Fact]:
    return list(SOURCES[change.type](change)) if change.type in SOURCES else []


def actor_of(change: Sealed) -> UUID | None:
    kind, _, name = change.actor.partition(":")
    return UUID(name) if name and kind in {"user", "token", "admin"} else None


def due_key(event: str, task_id: UUID, due_at: datetime) -> str:
    """The same whoever notices: the change that sets a date, or the clock that passes it."""
    return f"{event}:{task_id}:{micros(due_at)}"


def told_when(at: datetime) -> str:
    """As it stands in data: turned into the reader's zone when it is shown."""
    return at.astimezone(UTC).isoformat()


def _after(change: Sealed, name: str) -> Any:  # a value of JSON
    return (change.diff.get(name) or (None, None))[1]


def _new(change: Sealed, name: str) -> frozenset[UUID]:
    before, after = change.diff.get(name) or (None, None)
    return frozenset(UUID(one) for one in set(after or ()) - set(before or ()))


def _user(change: Sealed) -> frozenset[UUID]:
    named = _after(change, "user_id")
    return frozenset({UUID(named)}) if named else frozenset()


def _task(change: Sealed) -> Iterator[Fact]:
    if assigned := _new(change, "assignee_ids"):
        yield Fact(
            event="task.assigned",
            key=f"task.assigned:{change.id}",
            workspace_id=change.workspace_id,
            task_id=change.resource_id,
            people=assigned,
            actor_id=actor_of(change),
        )
    if due := _after(change, "due_at"):
        yield from _soon(change, datetime.fromisoformat(due))


def _soon(change: Sealed, due_at: datetime) -> Iterator[Fact]:
    """Whoever sets a date so near knows of it; the others are told."""
    if change.at < due_at <= change.at + DUE_SOON:
        yield Fact(
            event="task.due_soon",
            key=due_key("task.due_soon", change.resource_id, due_at),
            workspace_id=change.workspace_id,
            task_id=change.resource_id,
            assignees=True,
            actor_id=actor_of(change),
            data={"due": told_when(due_at)},
        )


def _completed(change: Sealed) -> Iterator[Fact]:
    yield from _task(change)
    yield Fact(
        event="task.completed",
        key=f"task.completed:{change.id}",
        workspace_id=change.workspace_id,
        task_id=change.resource_id,
        reporter=True,
        assignees=True,
        actor_id=actor_of(change),
    )


def _comment(change: Sealed) -> Iterator[Fact]:
    task = _after(change, "task_id")
    called = _new(change, "mentions")
    if called:
        yield Fact(
            event="comment.mentioned",
            # Of one comment, whoever is called again by an edit is not told again.
            key=f"comment.mentioned:{change.resource_id}",
            workspace_id=change.workspace_id,
            task_id=UUID(task) if task else None,
            people=called,
            actor_id=actor_of(change),
            data={"comment_id": str(change.resource_id)},
        )


def _sla(change: Sealed) -> Iterator[Fact]:
    due = _after(change, "due_at")
    yield Fact(
        event=change.type,
        key=f"{change.type}:{change.id}",
        workspace_id=change.workspace_id,
        task_id=change.resource_id,
        assignees=True,
        else_reporter=True,
        data={"target": _after(change, "target"), "due": due},
    )


def _schedule_run(change: Sealed) -> Iterator[Fact]:
    told = {name: _after(change, name) for name in ("schedule_id", "name", "error", "state")}
    yield Fact(
        event=change.type,
        key=f"{change.type}:{change.resource_id}",
        workspace_id=change.workspace_id,
        people=_user(change),
        also_actor=True,
        data={name: value for name, value in told.items() if value},
    )


def _webhook(change: Sealed) -> Iterator[Fact]:
    """To whoever made it, or changed it last."""
    told = {name: _after(change, name) for name in ("name", "disabled")}
    yield Fact(
        event=change.type,
        key=f"{change.type}:{change.id}",
        workspace_id=change.workspace_id,
        people=_user(change),
        also_actor=True,
        data={name: value for name, value in told.items() if value},
    )


def _said(change: Sealed) -> Iterator[Fact]:
    """A reminder, or what a rule says: to whom, and in whose words."""
    task = _after(change, "task_id")
    told = {name: _after(change, name) for name in ("text", "schedule_id", "rule_id")}
    about = change.resource_id if change.type == "rule.notified" else None
    yield Fact(
        event=change.type,
        key=f"{change.type}:{change.id}",
        workspace_id=change.workspace_id,
        task_id=UUID(task) if task else about,
        people=_user(change),
        also_actor=True,
        data={name: value for name, value in told.items() if value},
    )


SOURCES: Final[Mapping[str, Source]] = {
    "task.created": _task,
    "task.updated": _task,
    "task.reopened": _task,
    "task.completed": _completed,
    "comment.created": _comment,
    "comment.updated": _comment,
    "sla.warned": _sla,
    "sla.breached": _sla,
    "schedule_run.created": _schedule_run,
    "schedule_run.completed": _schedule_run,
    "schedule_run.failed": _schedule_run,
    "webhook.disabled": _webhook,
    "reminder.due": _said,
    "rule.notified": _said,
}
