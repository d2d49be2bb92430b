"""A run, from its beginning to its end.

What an action does to the database and the end of its run are one transaction, which holds the
run's row: whoever comes second finds it ended, and does nothing. A refusal ends the run as
`failed`; what breaks is tried again, as often as the job is, and then `dead`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.automation.actions import ActionKind, Doing, read_action
from upnext.automation.events import RunCompleted, RunFailed
from upnext.automation.models import RunState, ScheduleRun
from upnext.automation.owners import acting_for
from upnext.automation.schedules import queries
from upnext.automation.schedules.runs import run_change
from upnext.automation.schedules.service import Whole, doing_of, stop
from upnext.core.auth import SYSTEM
from upnext.core.changes import record, unit_of
from upnext.core.errors import AppError
from upnext.core.jobs import Attempt, PermanentJobError
from upnext.core.runtime import Runtime
from upnext.identity.models import User

log = structlog.get_logger("upnext.automation")

MOST_FAILURES = 5
"""In a row; then the schedule pauses itself."""
SERVER_ERROR = 500
OPEN = {RunState.PENDING, RunState.PROCESSING}


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    run_id: UUID
    whole: Whole
    user: User


async def run(runtime: Runtime, attempt: Attempt) -> None:
    workshop, context = runtime.workshop, attempt.context
    begun = await workshop.run(context, partial(_begin, job_id=attempt.job_id))
    if begun is None:
        return
    try:
        await _do(runtime, attempt, begun)
    except (AppError, PermanentJobError) as error:
        if isinstance(error, AppError) and error.status >= SERVER_ERROR:
            await _note(runtime, attempt, error)
            raise
        end = partial(fail, job_id=attempt.job_id, error=str(error), state=RunState.FAILED)
        await workshop.run(context, end)
    except Exception as error:
        # The boundary of a run: the job's own logs it and tries again, the run's row says why.
        await _note(runtime, attempt, error)
        raise


async def _begin(session: AsyncSession, *, job_id: UUID) -> Begun | None:
    """None: it was done already, or its schedule is gone."""
    run = await session.scalar(queries.run_of_job(job_id))
    if run is None or run.state not in OPEN:
        return None
    row = (await session.execute(queries.behind_run(run.schedule_id))).one_or_none()
    if row is None:
        return None
    asked, engine, user = row
    run.state, run.started_at = RunState.PROCESSING, unit_of(session).now
    run.attempts += 1
    return Begun(run_id=run.id, whole=Whole(asked, engine), user=user)


async def _do(runtime: Runtime, attempt: Attempt, begun: Begun) -> None:
    actor = await acting_for(runtime.db.lane, begun.user, begun.whole.asked.id)
    kinds, fields = runtime.parts["actions"], runtime.parts["filter_fields"]
    kind, settings = read_action(kinds, begun.whole.asked.action)
    now = runtime.clock.now()
    doing = doing_of(begun.whole, begun.user, actor, now, fields=fields, run_id=begun.run_id)
    result = await kind.perform(runtime, doing, settings) if kind.perform else None

    async def finish(session: AsyncSession) -> None:
        run = await session.scalar(queries.run_of_job(attempt.job_id))
        if run is not None and run.state in OPEN:
            output = await _apply(session, kind, doing, settings, result)
            await _complete(session, run, output)

    await runtime.workshop.run(attempt.context, finish)


async def _apply(
    session: AsyncSession, kind: ActionKind, doing: Doing, settings: object, result: object
) -> Mapping[str, Any]:
    return await kind.apply(session, doing, settings, result)


async def _complete(session: AsyncSession, run: ScheduleRun, output: Mapping[str, Any]) -> None:
    schedule = await session.scalar(queries.asked_for(run.schedule_id))
    run.state, run.output, run.error = RunState.COMPLETED, dict(output), None
    run.finished_at = unit_of(session).now
    if schedule is None:
        return
    if schedule.failures:
        schedule.failures = 0
    await session.flush()
    await record(session, SYSTEM, run_change(RunCompleted, schedule, run))


async def _note(runtime: Runtime, attempt: Attempt, error: Exception) -> None:
    """Why this attempt broke; of the last one, that there is none to come."""
    text = f"{type(error).__name__}: {error}"
    last = attempt.number >= attempt.max_attempts
    state = RunState.DEAD if last else RunState.PENDING
    end = partial(fail, job_id=attempt.job_id, error=text, state=state)
    await runtime.workshop.run(attempt.context, end)


async def fail(session: AsyncSession, *, job_id: UUID, error: str, state: RunState) -> None:
    """A run that is over, or (`pending`) to be tried again."""
    run = await session.scalar(queries.run_of_job(job_id))
    if run is None or run.state not in OPEN:
        return
    run.state, run.error = state, error[:2_000].replace("\0", "")
    if state in OPEN:
        return
    run.finished_at = unit_of(session).now
    row = (await session.execute(queries.one(run.schedule_id, lock=True))).one_or_none()
    if row is None:
        return
    whole = Whole(*row)
    whole.asked.failures += 1
    await session.flush()
    await record(session, SYSTEM, run_change(RunFailed, whole.asked, run))
    if whole.asked.failures >= MOST_FAILURES and whole.asked.enabled:
        reason = f"{whole.asked.failures} runs in a row failed. The last one: {run.error}"
        whole.asked.paused_because = reason
        await stop(session, SYSTEM, whole, {"reason": (None, reason)})
