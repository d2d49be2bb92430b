"""A run's job: reads the file again whenever it begins, and goes on where the run stands.

Each portion is one transaction that locks the run, does its next steps and counts them as done. So
however often the job is begun, and by however many, each step happens once.
"""

import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor, Credential
from upnext.core.changes import record, unit_of
from upnext.core.jobs.handlers import Attempt
from upnext.core.jobs.models import JobPriority
from upnext.core.jobs.queue import enqueue
from upnext.core.lanes import SessionLane
from upnext.core.runtime import Runtime
from upnext.imports import portions, queries
from upnext.imports.desks import Desk
from upnext.imports.events import ImportCompleted, ImportFailed
from upnext.imports.formats.items import FormatError
from upnext.imports.models import ENDED, ImportRun, ImportState
from upnext.imports.placing import Places
from upnext.imports.plans import PORTION, Plan, plan_of
from upnext.imports.reading import apart
from upnext.imports.reports import Report, report_on
from upnext.workspaces.actors import actor_for

log = structlog.get_logger("upnext.imports")

RUN = "imports.run"
ATTEMPTS = 12
SLICE = 30.0
"""Seconds after which a run makes way for other jobs, and queues up behind them."""
_LOST = "You may not write to this workspace any more, so the import stopped where it was."
_BROKEN = "The import was interrupted too often. Start it again: nothing is created twice."


async def perform(runtime: Runtime, attempt: Attempt) -> None:
    run_id = UUID(attempt.args["run_id"])
    try:
        await _perform(runtime, attempt, run_id)
    except Exception:
        # The boundary of a run: whoever waits for it has to be told when nobody tries again.
        log.exception("import_interrupted", run_id=str(run_id), attempt=attempt.number)
        if attempt.number >= attempt.max_attempts:
            await runtime.workshop.run(attempt.context, partial(_fail, run_id, _BROKEN))
        raise


async def _perform(runtime: Runtime, attempt: Attempt, run_id: UUID) -> None:
    try:
        plan = await _prepare(runtime, run_id)
    except FormatError as error:
        await runtime.workshop.run(attempt.context, partial(_fail, run_id, error.detail))
        return
    until = time.monotonic() + SLICE
    more = plan is not None
    while plan is not None and more and time.monotonic() < until:
        more = await runtime.workshop.run(attempt.context, partial(step, run_id, plan))
    if more:
        # Also if this job is begun again: two of them at one run do each step once.
        await runtime.workshop.run(attempt.context, partial(ask, run_id, attempt.workspace_id))


async def ask(run_id: UUID, workspace_id: UUID, session: AsyncSession) -> None:
    """For the run's job, or for its next slice."""
    await enqueue(
        session,
        RUN,
        {"run_id": str(run_id)},
        workspace_id=workspace_id,
        priority=JobPriority.LOW,
        max_attempts=ATTEMPTS,
    )


async def _prepare(runtime: Runtime, run_id: UUID) -> Plan | None:
    """None: the run was cancelled, or has ended."""
    async with runtime.db.read() as session:
        run = (await session.scalars(queries.by_id(run_id))).one_or_none()
        if run is None or run.state in ENDED:
            return None
        zone = (await session.execute(queries.person(run.user_id))).one().time_zone
        data = b"".join(await session.scalars(queries.parts(run_id)))
    plan = await apart(partial(plan_of, data, run, zone))
    if taken := await _taken(runtime, run, plan):
        plan = await apart(partial(plan_of, data, run, zone, taken))
    return replace(plan, fields=runtime.parts["filter_fields"])


async def _taken(runtime: Runtime, run: ImportRun, plan: Plan) -> set[str]:
    """Ids that tasks of the file had elsewhere, and that other tasks have here: whatever comes
    from a file keeps the time at which it was made, so that tells the one from the other."""
    made = {
        item.external_id: item.created
        for item in plan.items
        if item.external_id == item.kept_id and item.created is not None
    }
    keys = [key for key in made if key]
    found: set[str] = set()
    async with runtime.db.read() as session:
        for start in range(0, len(keys), PORTION):
            statement = queries.made_at(run.workspace_id, keys[start : start + PORTION])
            for key, created_at in await session.execute(statement):
                if key and created_at != made[key]:
                    found.add(key)
    return found


async def step(run_id: UUID, plan: Plan, session: AsyncSession) -> bool:
    """The run's next portion, in one transaction; whether there is more."""
    run = (await session.scalars(queries.locked(run_id))).one_or_none()
    if run is None or run.state in ENDED:
        return False
    if run.state == ImportState.PENDING:
        _begin(run, plan)
    actor = await _actor(session, run)
    if actor is None:
        await _end(session, run, ImportState.FAILED, _LOST)
        return False
    desk = Desk(session, actor, run, Report.of(run.report), plan.zone, plan.reading.projects)
    await portions.work(desk, plan)
    ended = run.position >= plan.steps
    if ended and not run.options["dry_run"]:
        await Places(desk).put_away()
    run.report, run.updated_at = desk.report.stored(), unit_of(session).now
    if ended:
        await _end(session, run, ImportState.COMPLETED)
    return run.state not in ENDED


def _begin(run: ImportRun, plan: Plan) -> None:
    reading = plan.reading
    report = report_on(reading)
    for remark in plan.remarks:
        report.warn(remark.line, remark.detail)
    run.state, run.report = ImportState.PROCESSING, report.stored()
    run.label, run.total, run.position = reading.label, len(plan.items), -len(plan.frame)
    run.failed, run.skipped = len(reading.errors), reading.skipped


async def _actor(session: AsyncSession, run: ImportRun) -> Actor | None:
    """The person with the roles they have now; None if they may not go on at all."""
    person = (await session.execute(queries.person(run.user_id))).one_or_none()
    if person is None or person.disabled_at is not None:
        return None
    credential = Credential(
        kind="token" if run.by_token else "session", id=run.credential_id, user_id=run.user_id
    )
    actor = await actor_for(SessionLane(session), credential)
    return actor if run.workspace_id in actor.workspaces else None


async def _fail(run_id: UUID, reason: str, session: AsyncSession) -> None:
    run = (await session.scalars(queries.locked(run_id))).one_or_none()
    if run is not None and run.state not in ENDED:
        await _end(session, run, ImportState.FAILED, reason)


async def _end(
    session: AsyncSession, run: ImportRun, state: ImportState, reason: str | None = None
) -> None:
    """The file goes; what was found out about it stays for a while."""
    now = unit_of(session).now
    run.state, run.error = state, reason
    run.updated_at = run.finished_at = now
    await session.flush()
    await session.execute(queries.drop_parts(run.id))
    kind = ImportCompleted if state == ImportState.COMPLETED else ImportFailed
    counts: dict[str, Any] = {
        name: (0, getattr(run, name)) for name in ("created", "existing", "updated", "failed")
    }
    change = kind(
        workspace_id=run.workspace_id, resource_id=run.id, version=run.version, diff=counts
    )
    actor = Actor(kind="token" if run.by_token else "user", user_id=run.user_id,
                  credential_id=run.credential_id)  # fmt: skip
    await record(session, actor, change)


async def give_up(session: AsyncSession, runs: Sequence[ImportRun]) -> None:
    """For runs whose jobs ended without them."""
    for run in runs:
        await _end(session, run, ImportState.FAILED, _BROKEN)
