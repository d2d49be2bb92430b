"""From a time entry to JSON."""

from datetime import datetime
from typing import Any

from upnext.core.auth import Actor
from upnext.timetracking.models import TimeEntry
from upnext.timetracking.spans import minutes_of

Wire = dict[str, Any]
_AS_THEY_ARE = (
    *("id", "task_id", "user_id", "started_at", "ended_at", "note"),
    *("created_at", "updated_at", "version"),
)


def entry_wire(entry: TimeEntry, actor: Actor, now: datetime) -> Wire:
    running = entry.ended_at is None
    minutes = minutes_of(entry.started_at, max(now, entry.started_at)) if running else entry.minutes
    wire: Wire = {name: getattr(entry, name) for name in _AS_THEY_ARE}
    return wire | {"running": running, "minutes": minutes, "task": _task(entry, actor)}


def _task(entry: TimeEntry, actor: Actor) -> Wire | None:
    """Nothing of a task that was thrown away, or that the reader can see no more."""
    task = entry.task
    if task.deleted_at is not None or actor.role_in(*task.place, task.id) is None:
        return None
    return {"id": task.id, "key": task.key, "title": task.title}
