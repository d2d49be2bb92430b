"""The instance in numbers. Counting a million tasks takes a moment, so it is done once a minute."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from upnext import __version__
from upnext.administration import queries
from upnext.administration.schemas import PlaceFigures, Stats, TaskFigures, UserFigures
from upnext.core.jobs import JobState
from upnext.core.jobs.queries import count_by_state
from upnext.core.runtime import Runtime
from upnext.tasks.models import Status
from upnext.workspaces.models import Project, Workspace

KEPT_FOR = timedelta(seconds=60)
KEPT = "administration.figures"
STARTED = "started_at"


async def stats(session: AsyncSession, runtime: Runtime, now: datetime, *, fresh: bool) -> Stats:
    """As this process counted it last; `fresh` counts anew."""
    kept: Stats | None = runtime.parts.get(KEPT)
    if fresh or kept is None or now - kept.counted_at >= KEPT_FOR:
        kept = runtime.parts[KEPT] = await _count(session, runtime, now)
    return kept.model_copy(update={"uptime_seconds": _uptime(runtime, now)})


def _uptime(runtime: Runtime, now: datetime) -> int:
    started: datetime = runtime.parts[STARTED]
    return int((now - started).total_seconds())


async def _count(session: AsyncSession, runtime: Runtime, now: datetime) -> Stats:
    size = await session.scalar(queries.database_bytes(runtime.db.dialect))
    return Stats(
        version=__version__,
        uptime_seconds=_uptime(runtime, now),
        database=runtime.db.dialect,
        database_bytes=int(size or 0),
        users=await _users(session),
        workspaces=await _places(session, Workspace),
        projects=await _places(session, Project),
        tasks=await _tasks(session),
        unsealed_changes=await session.scalar(queries.unsealed()) or 0,
        jobs=await _jobs(session),
        counted_at=now,
    )


async def _users(session: AsyncSession) -> UserFigures:
    rows = (await session.execute(queries.users_by_kind())).all()
    active = {bool(admin): count for admin, disabled, count in rows if not disabled}
    return UserFigures(
        active=sum(active.values()),
        admins=active.get(True, 0),
        disabled=sum(count for _, disabled, count in rows if disabled),
    )


async def _places(session: AsyncSession, kind: type[Workspace | Project]) -> PlaceFigures:
    rows: Any = (await session.execute(queries.by_place(kind))).all()
    return PlaceFigures(
        active=sum(count for archived, deleted, count in rows if not (archived or deleted)),
        archived=sum(count for archived, deleted, count in rows if archived and not deleted),
        trashed=sum(count for _, deleted, count in rows if deleted),
    )


async def _tasks(session: AsyncSession) -> TaskFigures:
    by_status = dict.fromkeys(Status, 0)
    for status, count in await session.execute(queries.tasks_by_status()):
        by_status[status] = count
    trashed = await session.scalar(queries.trashed_tasks()) or 0
    return TaskFigures(total=sum(by_status.values()), by_status=by_status, trashed=trashed)


async def _jobs(session: AsyncSession) -> dict[JobState, int]:
    counts = dict.fromkeys(JobState, 0)
    for state, count in await session.execute(count_by_state()):
        counts[state] = count
    return counts
