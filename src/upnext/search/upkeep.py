"""Keeps the index in step, in the transaction of each change: what was written is found at once."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor
from upnext.core.changes import Change, Together, Within
from upnext.core.inserts import insert_later
from upnext.search import queries
from upnext.search.documents import row_of
from upnext.search.sources import Source
from upnext.search.words import code_of, indexed
from upnext.workspaces.events import ProjectUpdated, WorkspacePurged

Subscriptions = Mapping[type[Change], tuple[Within, ...]]


def subscriptions(sources: Iterable[Source]) -> tuple[Subscriptions, Mapping[Within, Together]]:
    """Who is told of single changes, and whom to tell of many at once instead."""
    found: dict[type[Change], tuple[Within, ...]] = {}
    together: dict[Within, Together] = {}
    for source in sources:
        for kinds, subscriber in (
            (source.created, _created),
            (source.updated, _updated),
            (source.deleted, _deleted),
            (source.restored, _restored),
        ):
            many = partial(subscriber, source)
            one = partial(_alone, many)
            together[one] = many
            for kind in kinds:
                found[kind] = (*found.get(kind, ()), one)
    found[ProjectUpdated] = (*found.get(ProjectUpdated, ()), on_project_updated)
    found[WorkspacePurged] = (on_workspace_purged,)
    return found, together


async def _alone(many: Together, session: AsyncSession, actor: Actor, change: Change) -> None:
    await many(session, actor, [change])


async def _created(
    source: Source, session: AsyncSession, _: Actor, changes: Sequence[Change]
) -> None:
    for change in changes:
        document = await source.read(session, change.resource_id)
        insert_later(session, queries.DOCUMENT, row_of(document))


async def _updated(
    source: Source, session: AsyncSession, _: Actor, changes: Sequence[Change]
) -> None:
    changed = [change for change in changes if not source.fields.isdisjoint(change.diff)]
    await _write(source, session, changed)
    moved: dict[UUID, list[UUID]] = {}
    for change in changed if source.holds else ():
        if "project_id" in change.diff:
            moved.setdefault(UUID(change.diff["project_id"][1]), []).append(change.resource_id)
    for project_id, ids in moved.items():
        await session.execute(queries.carry(ids, project_id))


async def _write(source: Source, session: AsyncSession, changes: Sequence[Change]) -> None:
    for change in changes:
        document = await source.read(session, change.resource_id)
        insert_later(session, queries.DOCUMENT, row_of(document), over=queries.KEY)


async def _deleted(
    source: Source, session: AsyncSession, _: Actor, changes: Sequence[Change]
) -> None:
    ids = [change.resource_id for change in changes]
    gone = queries.show(ids, live=False) if source.holds else queries.drop(ids)
    await session.execute(gone)


async def _restored(
    source: Source, session: AsyncSession, _: Actor, changes: Sequence[Change]
) -> None:
    if source.holds:
        ids = [change.resource_id for change in changes]
        await session.execute(queries.show(ids, live=True))
    else:
        await _write(source, session, changes)


async def on_workspace_purged(session: AsyncSession, _: Actor, change: WorkspacePurged) -> None:
    await session.execute(queries.drop_all(change.resource_id))


async def on_project_updated(session: AsyncSession, _: Actor, change: ProjectUpdated) -> None:
    """The short keys of its tasks begin with its key."""
    if "key" in change.diff:
        old, new = (indexed(key, code_of(change.workspace_id)) for key in change.diff["key"])
        await session.execute(queries.rename(change.resource_id, old, new))
