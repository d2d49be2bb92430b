"""A second, plain computation of all figures: from the tasks as the API shows them."""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

STATUSES = ("backlog", "todo", "in_progress", "in_review", "done", "cancelled")
PRIORITIES = ("low", "medium", "high", "urgent")


def moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


@dataclass(frozen=True)
class Asked:
    """`since` and `until` are moments or None; the zone is that of the days."""

    now: datetime
    zone: ZoneInfo
    since: datetime | None = None
    until: datetime | None = None
    interval: str = "day"

    def holds(self, at: datetime | None) -> bool:
        if at is None:
            return False
        return (not self.since or at >= self.since) and (not self.until or at < self.until)

    @property
    def days(self) -> tuple[date, date]:
        end = self.until - timedelta(microseconds=1) if self.until else self.now
        last = end.astimezone(self.zone).date()
        first = self.since.astimezone(self.zone).date() if self.since else last - timedelta(days=29)
        return first, last


def figures(tasks: Sequence[Any], begun: dict[str, datetime], asked: Asked) -> dict[str, Any]:
    """`begun` says when tasks were first in progress."""
    made = [task for task in tasks if asked.holds(moment(task["created_at"]))]
    done = [task for task in tasks if asked.holds(moment(task["completed_at"]))]
    closed = {"done", "cancelled"}
    states = Counter(task["status"] for task in made)
    whole = len(made) - states["cancelled"]
    late = [
        task
        for task in made
        if task["status"] not in closed and task["due_at"] and moment(task["due_at"]) < asked.now  # type: ignore[operator]  # it is not None
    ]
    return {
        "total": len(made),
        "open": sum(task["status"] not in closed for task in made),
        "completed": states["done"],
        "cancelled": states["cancelled"],
        "overdue": len(late),
        "blocked": sum(task["blocked"] for task in made),
        "completion_rate": round(states["done"] / whole, 4) if whole else None,
        "by_status": {name: states[name] for name in STATUSES},
        "by_priority": {n: sum(task["priority"] == n for task in made) for n in PRIORITIES},
        "by_category": _named(made, lambda task: [task["category"]]),
        "by_tag": _named(made, lambda task: task["tags"]),
        "throughput": _throughput(tasks, asked),
        "lead_time": _times(done, {task["id"]: moment(task["created_at"]) for task in done}),
        "cycle_time": _times(done, begun),
    }


def _named(tasks: Sequence[Any], names: Callable[[Any], list[str]]) -> dict[str, int]:
    groups: dict[str, list[str]] = {}
    for task in tasks:
        for name in names(task):
            groups.setdefault(name.casefold(), []).append(name)
    return {min(group): len(group) for group in groups.values()}


def _throughput(tasks: Sequence[Any], asked: Asked) -> dict[str, Any]:
    first, last = asked.days
    items: dict[str, dict[str, Any]] = {}
    day = first
    while day <= last:
        start = _start(day, asked.interval).isoformat()
        items.setdefault(start, {"start": start, "created": 0, "completed": 0})
        day += timedelta(days=1)
    for task in tasks:
        for name in ("created", "completed"):
            at = moment(task[f"{name}_at"])
            if at is None or not asked.holds(at):
                continue
            day = at.astimezone(asked.zone).date()
            if first <= day <= last:
                items[_start(day, asked.interval).isoformat()][name] += 1
    return {"interval": asked.interval, "items": list(items.values())}


def _start(day: date, interval: str) -> date:
    if interval == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if interval == "month" else day


def _times(done: Sequence[Any], begins: Any) -> dict[str, int | None]:
    whole = sorted(
        max(0, _seconds(moment(task["completed_at"])) - _seconds(begins[task["id"]]))
        for task in done
        if begins.get(task["id"])
    )
    if not whole:
        return {"count": 0, "median_seconds": None, "p85_seconds": None, "mean_seconds": None}
    return {
        "count": len(whole),
        "median_seconds": whole[math.ceil(len(whole) * 50 / 100) - 1],
        "p85_seconds": whole[math.ceil(len(whole) * 85 / 100) - 1],
        "mean_seconds": round(sum(whole) / len(whole)),
    }


def _seconds(at: datetime | None) -> int:
    assert at is not None
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1)
