"""Reading the audit trail: pages of it, and all of it."""

from collections.abc import AsyncIterator, Callable, Sequence
from ipaddress import IPv4Address, IPv6Address
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Row
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.activity.naming import Names, look_up
from upnext.audit import queries
from upnext.audit.events import AuditExported
from upnext.audit.policy import check_reader
from upnext.audit.schemas import AuditAsked, AuditFilters
from upnext.core.auth import Actor
from upnext.core.changes import record
from upnext.core.db import rows_of
from upnext.core.keys import KeyRing
from upnext.core.paging import read_cursor, write_cursor

BATCH = 500

AnyRow = Row[*tuple[Any, ...]]


class Who(NamedTuple):
    """An actor's label, taken apart."""

    kind: str
    id: UUID | None


class Page(NamedTuple):
    rows: Sequence[AnyRow]
    names: Names
    next_cursor: str | None


def _plain(address: IPv4Address | IPv6Address) -> str:
    """As the edge writes an address down."""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)


_CONDITIONS: dict[str, Callable[[Any], ColumnElement[bool]]] = {
    "actor": queries.by,
    "type": queries.of_type,
    "resource": lambda value: queries.CHANGE.c.resource == value,
    "resource_id": lambda value: queries.CHANGE.c.resource_id == value,
    "since": lambda value: queries.CHANGE.c.at >= value,
    "until": lambda value: queries.CHANGE.c.at < value,
    "ip": lambda value: queries.CHANGE.c.ip == _plain(value),
    "request_id": lambda value: queries.CHANGE.c.request_id == value,
}


def _conditions(asked: AuditFilters) -> list[ColumnElement[bool]]:
    given = {name: getattr(asked, name) for name in _CONDITIONS}
    return [_CONDITIONS[name](value) for name, value in given.items() if value is not None]


async def find(session: AsyncSession, actor: Actor, keys: KeyRing, asked: AuditAsked) -> Page:
    """The newest first. What was written in this very moment follows once it is sealed."""
    check_reader(actor, asked.workspace_id)
    order = queries.NEWEST
    before = read_cursor(keys, order, asked.cursor)[0] if asked.cursor else None
    statement = queries.page(asked.workspace_id, _conditions(asked), before, asked.limit + 1)
    rows = await rows_of(session, statement)
    more = len(rows) > asked.limit
    rows = rows[: asked.limit]
    cursor = write_cursor(keys, order, [rows[-1].seq]) if more else None
    return Page(rows, await _names(session, rows), cursor)


async def everything(
    session: AsyncSession, asked: AuditFilters
) -> AsyncIterator[tuple[Sequence[AnyRow], Names]]:
    """All of it in batches, from one moment if `session` is a snapshot. The reader was checked."""
    conditions, before = _conditions(asked), None
    while True:
        statement = queries.page(asked.workspace_id, conditions, before, BATCH)
        rows = await rows_of(session, statement)
        if rows:
            yield rows, await _names(session, rows)
        if len(rows) < BATCH:
            return
        before = rows[-1].seq


async def note_export(session: AsyncSession, actor: Actor, asked: AuditFilters) -> None:
    check_reader(actor, asked.workspace_id)
    given = asked.model_dump(
        mode="json", by_alias=True, exclude_none=True, exclude={"workspace_id"}
    )
    change = AuditExported(
        workspace_id=asked.workspace_id,
        resource_id=asked.workspace_id,
        diff={"filters": (None, given)},
    )
    await record(session, actor, change)


async def _names(session: AsyncSession, rows: Sequence[AnyRow]) -> Names:
    by_kind: dict[str, set[UUID]] = {"task": set(), "project": set(), "user": set()}
    for row in rows:
        who = taken_apart(row.actor).id
        if who is not None:
            by_kind["user"].add(who)
        kind = _NAMED.get(row.resource)
        if kind is not None:
            by_kind[kind].add(row.resource_id)
    return await look_up(session, by_kind["user"], by_kind["task"], by_kind["project"])


# What a resource's id is the id of.
_NAMED = {
    "task": "task",
    "project": "project",
    "user": "user",
    "workspace_member": "user",
    "project_member": "user",
}


def taken_apart(label: str) -> Who:
    kind, _, text = label.partition(":")
    try:
        return Who(kind, UUID(text) if text else None)
    except ValueError:
        return Who(kind, None)


def actor_name(label: str, names: Names) -> str | None:
    who = taken_apart(label)
    if who.id is None:
        return "Upnext" if who.kind == "system" else None
    person = names.people.get(who.id)
    return person.name if person else None


def resource_name(row: AnyRow, names: Names) -> str | None:
    kind, row_id = _NAMED.get(row.resource), row.resource_id
    if kind == "user":
        person = names.people.get(row_id)
        return person.name if person else None
    thing = names.tasks.get(row_id) if kind == "task" else names.projects.get(row_id)
    if thing is None:
        return None
    return f"{thing.key} {thing.name}" if kind == "task" else thing.name
