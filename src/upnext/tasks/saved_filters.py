"""Filters with a name: private to who made them, or shared with a workspace by a manager."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import INSTANCE, Actor
from upnext.core.changes import Diff, record, unit_of
from upnext.core.errors import Conflict, Forbidden, NotFound, invalid_field
from upnext.core.keys import KeyRing
from upnext.core.load import Action, check_version, permit
from upnext.core.paging import SortField, identities, parse_sort, read_cursor, write_cursor
from upnext.core.queries import broke_unique
from upnext.tasks import policy
from upnext.tasks.events import FilterCreated, FilterDeleted, FilterUpdated
from upnext.tasks.filtering import FIELDS, Fields, queries
from upnext.tasks.filtering.asking import asked
from upnext.tasks.filtering.kinds import Condition
from upnext.tasks.filters import TaskFilters
from upnext.tasks.models import SavedFilter, Task, folded
from upnext.tasks.schemas import FilterCreate, FilterList, FilterPatch

NAME_KEY = 200
_BY_NAME = {"name": SortField(SavedFilter.__table__.c.name_key)}
_IDENTITY = identities(SavedFilter.__table__.c.id)


async def in_words(
    session: AsyncSession,
    actor: Actor,
    filters: TaskFilters,
    now: datetime,
    fields: Fields,
    *,
    place: str = "?",
) -> list[Condition]:
    """What a list's `filter` and `saved_filter` say. A query for the latter, and at most one for
    the names and the time zone of each. `place` is where the two stand, for who made a mistake."""
    found: list[Condition] = []
    if filters.filter is not None:
        _, condition = await asked(
            session, actor, filters.filter, now, pointer=f"{place}filter", fields=fields
        )
        found.append(condition)
    if filters.saved_filter is not None:
        saved = await get(session, actor, filters.saved_filter)
        _, condition = await asked(
            session, actor, saved.query, now, pointer=f"{place}saved_filter", fields=fields
        )
        found.append(condition)
        if saved.workspace_id is not None:
            found.append(Task.workspace_id == saved.workspace_id)
    return found


async def create(
    session: AsyncSession, actor: Actor, data: FilterCreate, *, fields: Fields = FIELDS
) -> SavedFilter:
    if actor.user_id is None:
        raise Forbidden("Only a person has filters. Ask with a user's credential.")
    now = unit_of(session).now
    _check_place(actor, data.workspace_id, shared=data.shared)
    await asked(session, actor, data.query, now, pointer="/query", fields=fields)
    row = SavedFilter(
        user_id=actor.user_id,
        place_id=data.workspace_id or actor.user_id,
        **data.model_dump(),
        name_key=folded(data.name, NAME_KEY),
        created_at=now,
        updated_at=now,
    )
    session.add(row)
    await _flush(session, data.name)
    diff = {name: (None, _plain(getattr(row, name))) for name in _TOLD}
    await record(session, actor, _event(FilterCreated, row, diff))
    return row


async def get(session: AsyncSession, actor: Actor, filter_id: UUID) -> SavedFilter:
    found = await session.scalar(queries.saved_filter(actor, filter_id))
    if found is None:
        raise NotFound("There is no such filter.")
    return found


async def find(
    session: AsyncSession, actor: Actor, keys: KeyRing, wanted: FilterList
) -> tuple[list[SavedFilter], str | None]:
    """One's own and those shared with one's workspaces, by name."""
    if wanted.workspace_id is not None:
        permit(actor, policy.READ_FILTER, wanted.workspace_id)
    order = parse_sort("name", _BY_NAME, _IDENTITY)
    behind = order.behind(read_cursor(keys, order, wanted.cursor)) if wanted.cursor else None
    statement = queries.saved_filters(actor, wanted.workspace_id, order, behind)
    rows = list(await session.scalars(statement.limit(wanted.limit + 1)))
    if len(rows) <= wanted.limit:
        return rows, None
    last = rows[wanted.limit - 1]
    return rows[: wanted.limit], write_cursor(keys, order, [last.name_key, last.id])


async def update(
    session: AsyncSession,
    actor: Actor,
    filter_id: UUID,
    data: FilterPatch,
    *,
    expected: int | None = None,
    fields: Fields = FIELDS,
) -> SavedFilter:
    row = await _hold(session, actor, policy.UPDATE_FILTER, filter_id, expected)
    before = {name: getattr(row, name) for name in _TOLD}
    after = before | {name: getattr(data, name) for name in data.model_fields_set}
    changed = {name: after[name] for name in _TOLD if before[name] != after[name]}
    if not changed:
        return row
    now = unit_of(session).now
    if changed.keys() & {"shared", "workspace_id"}:
        _check_place(actor, after["workspace_id"], shared=after["shared"])
    if "query" in changed:
        await asked(session, actor, after["query"], now, pointer="/query", fields=fields)
    derived = {
        "name_key": folded(after["name"], NAME_KEY),
        "place_id": after["workspace_id"] or row.user_id,
        "updated_at": now,
    }
    for name, value in (changed | derived).items():
        setattr(row, name, value)
    await _flush(session, after["name"])
    diff = {name: (_plain(before[name]), _plain(new)) for name, new in changed.items()}
    shared_in = before["workspace_id"] if before["shared"] else None
    await record(session, actor, _event(FilterUpdated, row, diff, shared_in))
    return row


async def delete(
    session: AsyncSession, actor: Actor, filter_id: UUID, *, expected: int | None = None
) -> None:
    await drop(
        session, actor, await _hold(session, actor, policy.DELETE_FILTER, filter_id, expected)
    )


async def drop(session: AsyncSession, actor: Actor, row: SavedFilter) -> None:
    """Without a look at who asks."""
    diff = {name: (_plain(getattr(row, name)), None) for name in _TOLD}
    await session.delete(row)
    await session.flush()
    await record(session, actor, _event(FilterDeleted, row, diff))


async def _hold(
    session: AsyncSession, actor: Actor, action: Action, filter_id: UUID, expected: int | None
) -> SavedFilter:
    """A shared one belongs to its workspace and its managers, a private one to who made it."""
    row = await get(session, actor, filter_id)
    if row.shared and row.workspace_id is not None:
        permit(actor, action, row.workspace_id)
    check_version(row.version, expected)
    return row


def _check_place(actor: Actor, workspace_id: UUID | None, *, shared: bool) -> None:
    if workspace_id is not None:
        permit(actor, policy.SHARE_FILTER if shared else policy.READ_FILTER, workspace_id)
    elif shared:
        detail = "Say with which workspace the filter is shared."
        raise invalid_field("/workspace_id", detail, "workspace_missing")


async def _flush(session: AsyncSession, name: str) -> None:
    try:
        await session.flush()
    except IntegrityError as error:
        if not broke_unique(error, "uq_saved_filter_user_id_place_id_name_key"):
            raise
        raise Conflict(
            f"There is a filter called “{name}” already. Choose another name, or change that.",
            code="name_taken",
        ) from error


_TOLD = ("name", "query", "workspace_id", "shared")


def _plain(value: object) -> object:
    return str(value) if isinstance(value, UUID) else value


def _event(
    kind: type[Any], row: SavedFilter, diff: Diff, shared_in: UUID | None = None
) -> Any:  # any event of a filter
    """A private one is nobody else's business: it is not told to the workspace it looks at."""
    place = (row.workspace_id if row.shared else shared_in) or INSTANCE
    return kind(workspace_id=place, resource_id=row.id, version=row.version, diff=diff)
