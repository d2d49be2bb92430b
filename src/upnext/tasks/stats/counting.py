"""From the database's rows to the figures as the wire has them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from upnext.core.lanes import Row
from upnext.core.types import NEVER
from upnext.tasks.models import CLOSED, Priority, Status
from upnext.tasks.stats import queries
from upnext.tasks.stats.ranges import Range, day_of, start_of, starts
from upnext.tasks.stats.schemas import StatsQuery

STATUSES, PRIORITIES = [str(each) for each in Status], [str(each) for each in Priority]


def told(
    rows: Iterable[Row], asked: StatsQuery, range_: Range, *, assignee: UUID | None
) -> tuple[dict[str, Any], int]:
    """The shape is schemas.StatsRead; with the microsecond at which a deadline makes it untrue."""
    about: dict[int, list[Row]] = {}
    for row in rows:
        about.setdefault(row[0], []).append(row[1:])
    states = about.get(queries.STATE, [])
    body = {
        "workspace_id": asked.workspace_id,
        "project_id": asked.project_id,
        "assignee_id": assignee,
        "from": range_.since,
        "to": range_.until,
        "timezone": range_.zone.key,
        **_states(states),
        "by_category": _named(about.get(queries.CATEGORY, [])),
        "by_tag": _named(about.get(queries.TAG, [])),
        "throughput": _throughput(about, range_),
        "lead_time": _times(about.get(queries.LEAD, [])),
        "cycle_time": _times(about.get(queries.CYCLE, [])),
    }
    return body, min((row[6] for row in states if row[6] is not None), default=NEVER)


def _states(rows: Sequence[Row]) -> dict[str, Any]:
    by_status = dict.fromkeys(STATUSES, 0)
    by_priority = dict.fromkeys(PRIORITIES, 0)
    overdue = blocked = 0
    for _, status, priority, count, late, waiting, _ in rows:
        by_status[STATUSES[status - 1]] += count
        by_priority[PRIORITIES[priority - 1]] += count
        overdue += late
        blocked += waiting
    completed, cancelled = by_status[str(Status.DONE)], by_status[str(Status.CANCELLED)]
    total = sum(by_status.values())
    return {
        "total": total,
        "open": sum(count for status, count in by_status.items() if status not in CLOSED),
        "completed": completed,
        "cancelled": cancelled,
        "overdue": overdue,
        "blocked": blocked,
        "completion_rate": _rate(completed, total - cancelled),
        "by_status": by_status,
        "by_priority": by_priority,
    }


def _rate(completed: int, of: int) -> float | None:
    return round(completed / of, 4) if of else None


def _named(rows: Sequence[Row]) -> dict[str, int]:
    """The most first."""
    ordered = sorted(rows, key=lambda row: (-row[1], row[0]))
    return {row[0]: row[1] for row in ordered}


def _throughput(about: Mapping[int, Sequence[Row]], range_: Range) -> dict[str, Any]:
    created = _by_interval(about.get(queries.CREATED, []), range_)
    completed = _by_interval(about.get(queries.COMPLETED, []), range_)
    items = [
        {"start": start, "created": created[start], "completed": completed[start]}
        for start in starts(range_.first, range_.last, range_.interval)
    ]
    return {"interval": range_.interval, "items": items}


def _by_interval(rows: Sequence[Row], range_: Range) -> Counter[date]:
    counts: Counter[date] = Counter()
    for _, day, count, *_ in rows:
        counts[start_of(day_of(day), range_.interval)] += count
    return counts


def _times(rows: Sequence[Row]) -> dict[str, int | None]:
    """The two places are one if there are few."""
    ordered = sorted(tuple(row[1:5]) for row in rows)
    if not ordered:
        return {"count": 0, "median_seconds": None, "p85_seconds": None, "mean_seconds": None}
    _, _, count, total = ordered[0]
    return {
        "count": count,
        "median_seconds": ordered[0][1],
        "p85_seconds": ordered[-1][1],
        "mean_seconds": round(total / count),
    }
