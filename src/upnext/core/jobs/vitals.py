"""How far background work is behind: what an operator watches, and alerts go by."""

from dataclasses import dataclass
from datetime import UTC, datetime

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily

from upnext.core import queries as changes
from upnext.core.jobs import queries
from upnext.core.jobs.models import JobState
from upnext.core.runtime import Runtime


@dataclass(frozen=True, kw_only=True)
class Vitals:
    """Ages are in seconds, 0 where nothing waits."""

    jobs: dict[JobState, int]
    job_age: float
    unsealed: int
    unsealed_age: float
    schedule_lag: float


async def vitals(runtime: Runtime) -> Vitals:
    """Four statements, each by an index."""
    now = runtime.clock.now()
    async with runtime.db.read() as session:
        rows = (await session.execute(queries.count_by_state())).all()
        waiting = await session.scalar(queries.oldest_waiting(now))
        unsealed, since = (await session.execute(changes.oldest_unsealed())).one()
        next_fire = await session.scalar(queries.next_fire_at())
    jobs = dict.fromkeys(JobState, 0)
    jobs.update((state, count) for state, count in rows)
    return Vitals(
        jobs=jobs,
        job_age=_age(waiting, now),
        unsealed=unsealed,
        unsealed_age=_age(since, now),
        schedule_lag=_age(next_fire, now),
    )


def metrics_of(found: Vitals) -> list[Metric]:
    jobs = GaugeMetricFamily("upnext_jobs", "Jobs by state.", labels=["state"])
    for state, count in found.jobs.items():
        jobs.add_metric([str(state)], count)
    return [
        metrics_of_database(up=True),
        jobs,
        GaugeMetricFamily("upnext_job_age_seconds", "The longest wait for a job.", found.job_age),
        GaugeMetricFamily("upnext_unsealed_changes", "Changes not sealed yet.", found.unsealed),
        GaugeMetricFamily(
            "upnext_unsealed_age_seconds", "Age of the oldest of them.", found.unsealed_age
        ),
        GaugeMetricFamily(
            "upnext_schedule_lag_seconds", "How late the latest schedule is.", found.schedule_lag
        ),
    ]


def metrics_of_database(*, up: bool) -> Metric:
    return GaugeMetricFamily("upnext_database_up", "Whether the database answers.", int(up))


def _age(since: datetime | None, now: datetime) -> float:
    if since is None:
        return 0.0
    since = since.replace(tzinfo=UTC) if since.tzinfo is None else since
    return max(0.0, (now - since).total_seconds())
