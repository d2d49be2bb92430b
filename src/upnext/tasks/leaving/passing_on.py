"""Assignments, reports and shared filters of a deleted account go to its heir, or end."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor
from upnext.core.changes import record, unit_of
from upnext.identity.events import UserDeleted
from upnext.tasks import queries as tasks
from upnext.tasks.events import FilterUpdated
from upnext.tasks.leaving import queries
from upnext.tasks.models import SavedFilter, Task, folded
from upnext.tasks.writing import apply

PORTION = 200
BEFORE_ALL = UUID(int=0)
NAME, NAME_KEY = 100, 200


async def on_user_deleted(session: AsyncSession, actor: Actor, change: UserDeleted) -> None:
    await _reassign(session, actor, change.resource_id, change.heir_id)
    if change.heir_id is not None:
        now = unit_of(session).now
        await session.execute(queries.report_by(change.heir_id, change.resource_id, now))
    for shared in list(await session.scalars(queries.shared_filters(change.resource_id))):
        await _keep_shared(session, actor, shared, change.heir_id)
    await session.execute(queries.drop_filters(change.resource_id))


async def _reassign(
    session: AsyncSession, actor: Actor, user_id: UUID, heir_id: UUID | None
) -> None:
    sees: dict[UUID, bool] = {}
    last = BEFORE_ALL
    while found := list(await session.scalars(queries.assigned_to(user_id, last, PORTION))):
        last = found[-1].id
        for task in found:
            if heir_id is not None and task.project_id not in sees:
                seen = await session.scalars(tasks.who_see(task.project_id, [heir_id]))
                sees[task.project_id] = seen.first() is not None
            heir = str(heir_id) if sees.get(task.project_id) else None
            people = _replaced(task, str(user_id), heir)
            await apply(session, actor, task, {"assignee_ids": people})
        await session.flush()


def _replaced(task: Task, user_id: str, heir: str | None) -> list[str]:
    """In the same order, and nobody twice."""
    people = [heir if each == user_id else each for each in task.assignee_ids]
    return list(dict.fromkeys(each for each in people if each is not None))


async def _keep_shared(
    session: AsyncSession, actor: Actor, row: SavedFilter, heir_id: UUID | None
) -> None:
    """Those who work with it keep it; where nobody is left to own it, it goes with the rest."""
    if row.workspace_id is None:
        return
    keeper = await session.scalar(queries.keepers(row.workspace_id, row.user_id, heir_id))
    if keeper is None:
        return
    before = row.name
    row.name = await _free_name(session, keeper, row.workspace_id, before)
    row.name_key = folded(row.name, NAME_KEY)
    row.user_id, row.updated_at = keeper, unit_of(session).now
    await session.flush()
    diff = {} if row.name == before else {"name": (before, row.name)}
    change = FilterUpdated(
        workspace_id=row.workspace_id, resource_id=row.id, version=row.version, diff=diff
    )
    await record(session, actor, change)


async def _free_name(session: AsyncSession, keeper: UUID, workspace_id: UUID, name: str) -> str:
    """Names are unique among those of one person at one place."""
    choices = [name, *(f"{name[: NAME - 5]} ({number})" for number in range(2, 100))]
    keys = [folded(each, NAME_KEY) for each in choices]
    taken = set(await session.scalars(queries.taken_names(keeper, workspace_id, keys)))
    return next(each for each, key in zip(choices, keys, strict=True) if key not in taken)
