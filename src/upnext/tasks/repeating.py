"""What becomes of a series when one of its occurrences is made or changed."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor
from upnext.core.errors import AppError, Conflict, Invalid, invalid_field
from upnext.tasks import queries, series
from upnext.tasks.fields import Values
from upnext.tasks.models import Task
from upnext.tasks.recurrence.walls import Budget
from upnext.tasks.recurring import Reach, Recurrence, stored
from upnext.tasks.schemas import Writable

SCOPE: Final = "?scope"
DATES: Final = frozenset({"due_at", "start_at"})
MOVES: Final = frozenset({"project_id", "parent_id"})


async def settle(session: AsyncSession, actor: Actor, bodies: Sequence[Writable]) -> None:
    """Gives each recurrence without a zone that of the actor. One statement, if any needs it."""
    open_ones = [
        body.recurrence for body in bodies if body.recurrence and not body.recurrence.timezone
    ]
    if not open_ones or actor.user_id is None:
        return
    zone = await session.scalar(queries.zone_of(actor.user_id))
    for recurrence in open_ones:
        recurrence.timezone = zone


def refusal(body: Writable, budget: Budget) -> str | None:
    """Why nothing can follow from its rule, once it is settled."""
    if body.recurrence is None:
        return None
    try:
        series.check(stored(body.recurrence), body.due_at, budget)
    except AppError as error:
        return error.detail
    return None


async def adapted(
    session: AsyncSession, actor: Actor, task: Task, values: Values, reach: Reach | None
) -> Values:
    """The columns of the series after `values` are written into `task`.

    Takes `recurrence` out of the values. What is changed holds from now on, but for dates, which
    move this occurrence only; `reach` says otherwise.
    """
    asked = "recurrence" in values
    wanted: Recurrence | None = values.pop("recurrence", None)
    if task.series_id is None and wanted is None:
        if reach is not None:
            raise not_recurring("Leave out `scope`.")
        return {}
    if asked and wanted is None:
        return _ended(reach)
    given = stored(wanted) if wanted else task.recurrence
    if wanted is not None and not wanted.timezone:
        given = stored(await _settled(session, actor, task, wanted))
    return _going_on(task, values, given, reach)


def _ended(reach: Reach | None) -> Values:
    if reach == Reach.THIS:
        raise _belongs_to_series()
    return series.NONE


async def _settled(
    session: AsyncSession, actor: Actor, task: Task, wanted: Recurrence
) -> Recurrence:
    """A series keeps its zone; a new one gets the actor's."""
    zone = task.recurrence["timezone"] if task.recurrence else None
    if zone is None and actor.user_id is not None:
        zone = await session.scalar(queries.zone_of(actor.user_id))
    return wanted.model_copy(update={"timezone": zone})


def _going_on(
    task: Task, values: Values, recurrence: Any, reach: Reach | None
) -> Values:  # a row's
    due_at, start_at = (values.get(name, getattr(task, name)) for name in ("due_at", "start_at"))
    changed = recurrence != task.recurrence
    if changed and reach == Reach.THIS:
        raise _belongs_to_series()
    if changed and (reach != Reach.ALL or task.recurrence is None):
        return series.begun(recurrence, due_at, start_at)
    if due_at != task.due_at:
        if not changed and series.lacks_due(recurrence, due_at):
            raise Conflict(series.COUNTS_FROM_DUE, code="needs_due_at")
        series.check_due(recurrence, due_at)
    if changed:
        series.check(recurrence, due_at)
    new = series.kept(task, values, once=reach == Reach.THIS)
    anew = changed or (reach in {Reach.FOLLOWING, Reach.ALL} and DATES & values.keys())
    held = new.get("series") or task.series or {}
    if anew or held.get("planned") is None:
        held = {**held, **series.dates(recurrence, due_at, start_at)}
    return {"recurrence": recurrence, "series": held}


def not_recurring(advice: str) -> Conflict:
    return Conflict(f"This task does not repeat. {advice}", code="not_recurring")


def check_move(given: frozenset[str] | set[str], reach: Reach | None) -> None:
    if reach == Reach.THIS and MOVES & given:
        detail = "A move is for the occurrences that follow as well. Leave out `scope=this`."
        raise invalid_field(SCOPE, detail)


def _belongs_to_series() -> Invalid:
    detail = "A rule belongs to the series. Change it with scope=following or scope=all."
    return invalid_field(SCOPE, detail)
