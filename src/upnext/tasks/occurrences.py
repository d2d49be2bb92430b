"""The use cases on one occurrence of a series, and on the others through it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor
from upnext.core.errors import Conflict
from upnext.core.load import load_for
from upnext.tasks import queries, repeating, series, service, succession, trash
from upnext.tasks.models import Status, Task
from upnext.tasks.policy import DELETE, READ, UPDATE
from upnext.tasks.recurrence.describing import describe
from upnext.tasks.recurrence.repeats import upcoming
from upnext.tasks.recurring import Reach, pattern_of
from upnext.tasks.schemas import TaskPatch, TaskReplace
from upnext.tasks.writing import apply, hold


async def update_task(
    session: AsyncSession,
    actor: Actor,
    task_id: UUID,
    data: TaskPatch | TaskReplace,
    *,
    expected: int | None = None,
    reach: Reach | None = None,
) -> Task:
    """As the service does, and with Reach.ALL the same in the series' other open occurrences."""
    repeating.check_move(data.model_fields_set, reach)
    if reach != Reach.ALL:
        return await service.update_task(
            session, actor, task_id, data, expected=expected, reach=reach
        )
    series_id = (await load_for(session, actor, UPDATE, Task, task_id)).series_id
    task = await service.update_task(session, actor, task_id, data, expected=expected, reach=reach)
    fields = {*series.CARRIED, "recurrence"} & (data.model_fields_set | _replaced(data))
    shared = {name: getattr(task, name) for name in fields}
    for other_id in await _others(session, series_id, task_id):
        other = await hold(session, actor, UPDATE, other_id)
        ended = series.NONE if "recurrence" in shared and task.recurrence is None else {}
        await apply(session, actor, other, {**shared, **ended})
    return task


def _replaced(data: TaskPatch | TaskReplace) -> set[str]:
    return set(type(data).model_fields) if isinstance(data, TaskReplace) else set()


async def _others(session: AsyncSession, series_id: UUID | None, task_id: UUID) -> list[UUID]:
    if series_id is None:
        return []
    found = await session.scalars(queries.open_occurrences(series_id))
    return [other for other in found if other != task_id]


async def delete_task(
    session: AsyncSession,
    actor: Actor,
    task_id: UUID,
    *,
    expected: int | None = None,
    reach: Reach | None = None,
) -> Task | None:
    """Without a reach the series ends with it: nothing comes after what is in the trash.

    Gives what comes after it when only this occurrence goes.
    """
    others: list[UUID] = []
    after = None
    if reach is not None:
        task = await hold(session, actor, DELETE, task_id, expected=expected)
        _check_repeats(task)
        if reach == Reach.THIS and task.is_open:
            await succession.succeed(session, actor, task)
            after = await successor(session, actor, task)
        if reach == Reach.ALL:
            others = await _others(session, task.series_id, task_id)
    for each in (task_id, *others):
        only = expected if each == task_id else None
        await trash.delete_task(session, actor, each, expected=only)
    return after


def _check_repeats(task: Task) -> None:
    if task.series_id is None:
        raise repeating.not_recurring("Leave out `scope`.")


async def skip(
    session: AsyncSession, actor: Actor, task_id: UUID, *, expected: int | None = None
) -> tuple[Task, Task | None]:
    """Cancels an occurrence; with it, the next one, if the series goes on."""
    task = await hold(session, actor, UPDATE, task_id, expected=expected)
    if task.series_id is None:
        raise repeating.not_recurring("Complete, cancel or delete it instead.")
    if not task.is_open:
        raise Conflict("This occurrence is closed already.", code="occurrence_closed")
    await apply(session, actor, task, {"status": Status.CANCELLED})
    return task, await successor(session, actor, task)


async def successor(session: AsyncSession, actor: Actor, task: Task) -> Task | None:
    """The occurrence after this one, if there is one that is not in the trash and can be seen."""
    if task.series_id is None or task.occurrence is None:
        return None
    found = await session.scalar(queries.occurrence(task.series_id, task.occurrence + 1))
    if found is None or found.deleted_at is not None or found.project_id in actor.hidden:
        return None
    return found


async def preview(
    session: AsyncSession, actor: Actor, task_id: UUID, *, now: datetime, limit: int, language: str
) -> dict[str, Any]:
    """When it will be due next, if this one is done now; the shape is schemas.Occurrences."""
    task = await load_for(session, actor, READ, Task, task_id)
    told = task.recurrence
    answer: dict[str, Any] = {"items": [], "next_cursor": None, "text": None, "next_task_id": None}
    if told is None:
        return answer
    pattern = pattern_of(told)
    answer["text"] = describe(told["rrule"], told["basis"], language, zone=pattern.zone)
    if not task.is_open:
        after = await successor(session, actor, task)
        answer["next_task_id"] = after.id if after else None
        return answer
    lead = (task.series or {}).get("lead")
    answer["items"] = [
        {"due_at": due_at, "start_at": series.start_for(due_at, lead, pattern.zone)}
        for due_at in upcoming(pattern, series.standing(task), now, limit)
    ]
    return answer
