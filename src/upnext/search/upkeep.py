"""Keeps the index in step, in the transaction of each change: what was written is found at once."""

from collections.abc import Iterable, Mapping
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor
from upnext.core.changes import Change, Within
from upnext.core.inserts import insert_later
from upnext.search import queries
from upnext.search.documents import row_of
from upnext.search.sources import Source
from upnext.search.words import code_of, indexed
from upnext.workspaces.events import ProjectUpdated

Subscriptions = Mapping[type[Change], tuple[Within, ...]]


def subscriptions(sources: Iterable[Source]) -> Subscriptions:
    found: dict[type[Change], tuple[Within, ...]] = {}
    for source in sources:
        for kinds, subscriber in (
            (source.created, _created),
            (source.updated, _updated),
            (source.deleted, _deleted),
            (source.restored, _restored),
        ):
            for kind in kinds:
                found[kind] = (*found.get(kind, ()), partial(subscriber, source))
    found[ProjectUpdated] = (*found.get(ProjectUpdated, ()), on_project_updated)
    return found


async def _created(source: Source, session: AsyncSession, _: Actor, change: Change) -> None:
    document = await source.read(session, change.resource_id)
    insert_later(session, queries.DOCUMENT, row_of(document))


async def _updated(source: Source, session: AsyncSession, actor: Actor, change: Change) -> None:
    if source.fields.isdisjoint(change.diff):
        return
    await _write(source, session, actor, change)
    if source.holds and "project_id" in change.diff:
        place = change.diff["project_id"][1]
        await session.execute(queries.carry(change.resource_id, place))


async def _write(source: Source, session: AsyncSession, _: Actor, change: Change) -> None:
    document = await source.read(session, change.resource_id)
    insert_later(session, queries.DOCUMENT, row_of(document), over=queries.KEY)


async def _deleted(source: Source, session: AsyncSession, _: Actor, change: Change) -> None:
    if source.holds:
        await session.execute(queries.show(change.resource_id, live=False))
    else:
        await session.execute(queries.drop(change.resource_id))


async def _restored(source: Source, session: AsyncSession, actor: Actor, change: Change) -> None:
    if source.holds:
        await session.execute(queries.show(change.resource_id, live=True))
    else:
        await _write(source, session, actor, change)


async def on_project_updated(session: AsyncSession, _: Actor, change: ProjectUpdated) -> None:
    """The short keys of its tasks begin with its key."""
    if "key" in change.diff:
        old, new = (indexed(key, code_of(change.workspace_id)) for key in change.diff["key"])
        await session.execute(queries.rename(change.resource_id, old, new))
