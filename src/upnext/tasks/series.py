"""What a task keeps of the series that it is an occurrence of, in its own row.

`series_id` and `occurrence` name it; `series` holds what the next one needs:

- `start`: the wall time that the rule counts from; none before the first due date is known.
- `planned`: when the rule wants it to be due, whatever it was moved to.
- `lead`: how many seconds of wall time it may be started before that.
- `kept`: fields that were changed for this occurrence only, as the next one shall have them.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from upnext.core.errors import invalid_field
from upnext.core.ids import new_id
from upnext.tasks.models import Energy, Priority, Task
from upnext.tasks.recurrence.repeats import Pattern, Standing, next_due
from upnext.tasks.recurrence.rules import Basis, last_wall
from upnext.tasks.recurrence.walls import Budget, next_occurrence
from upnext.tasks.recurrence.zones import instant_of, wall_of
from upnext.tasks.recurring import Recurrence, Stored, pattern_of, spelled, stored
from upnext.tasks.wire import plain
from upnext.tasks.words import read_instant

POINTER: Final = "/recurrence"
LATEST: Final = 9_000
NONE: Final[dict[str, Any]] = {
    "recurrence": None,
    "series_id": None,
    "occurrence": None,
    "series": None,
}
CARRIED: Final = (
    *("title", "description", "priority", "category", "estimated_duration"),
    *("tags", "context", "energy", "assignee_ids", "goal_id", "classification"),
)
"""What the next occurrence has of the last one, besides its place and its dates."""

Values = dict[str, Any]


def opened(
    recurrence: Recurrence | None, due_at: datetime | None, start_at: datetime | None
) -> Values:
    """The columns of a new task; the zone of its recurrence is settled by now."""
    if recurrence is None:
        return NONE
    return begun(stored(recurrence), due_at, start_at)


def begun(recurrence: Stored, due_at: datetime | None, start_at: datetime | None) -> Values:
    """The columns of the first occurrence of a new series. Raises Invalid."""
    check(recurrence, due_at)
    held = {**dates(recurrence, due_at, start_at), "kept": {}}
    return {"recurrence": dict(recurrence), "series_id": new_id(), "occurrence": 1, "series": held}


def check(recurrence: Stored, due_at: datetime | None, budget: Budget | None = None) -> None:
    """Raises Invalid for a rule that nothing can follow from, as far as the budget lets it see."""
    check_due(recurrence, due_at)
    if due_at is None:
        return
    pattern = pattern_of(recurrence)
    last = last_wall(pattern.rule, pattern.zone)
    if last is not None and wall_of(due_at, pattern.zone) > last:
        raise invalid_field(POINTER, ENDED, "recurrence_ended")
    if last is None and pattern.rule.count != 1 and _never(pattern, due_at, budget):
        raise invalid_field(POINTER, NEVER, "recurrence_never")


def check_due(recurrence: Stored, due_at: datetime | None) -> None:
    """Raises Invalid for a due date that the rule cannot count from."""
    if lacks_due(recurrence, due_at):
        raise invalid_field(POINTER, NEEDS_DUE, "needs_due_at")
    if due_at is not None and due_at.year >= LATEST:
        raise invalid_field("/due_at", TOO_LATE, "due_too_late")


def lacks_due(recurrence: Stored, due_at: datetime | None) -> bool:
    return due_at is None and bool(recurrence["basis"] == Basis.DUE)


COUNTS_FROM_DUE = (
    "This task repeats from its due date. Let it end, or repeat from `completion`, before the date "
    "is taken away."
)
NEEDS_DUE = "What repeats from its due date needs one. Give `due_at`, or the basis `completion`."
TOO_LATE = f"A task that repeats is due before the year {LATEST}."
ENDED = "The rule ends before the task is due. Choose a later UNTIL."
NEVER = "No date follows from this rule within a hundred years. Mend the rule."


def _never(pattern: Pattern, due_at: datetime, budget: Budget | None) -> bool:
    start = wall_of(due_at, pattern.zone)
    return next_occurrence(pattern.rule, start, start, budget) is None


def dates(recurrence: Stored, due_at: datetime | None, start_at: datetime | None) -> Values:
    """`start`, `planned` and `lead` for a series that goes on from these dates."""
    if due_at is None:
        return {"start": None, "planned": None, "lead": None}
    zone = ZoneInfo(recurrence["timezone"])
    due = wall_of(due_at, zone)
    lead = None if start_at is None else (due - wall_of(start_at, zone)).total_seconds()
    return {"start": due.isoformat(), "planned": spelled(due_at), "lead": lead}


def standing(task: Task) -> Standing:
    held = task.series or {}
    start, planned = held.get("start"), held.get("planned")
    return Standing(
        start=datetime.fromisoformat(start) if start else None,
        planned=read_instant(planned) if planned else None,
        due=task.due_at,
        number=task.occurrence or 1,
    )


def following(task: Task, now: datetime) -> Values | None:
    """The columns of the occurrence after `task`, which is closed at `now`. None: it was the last.

    Of its place, its number and its status nothing is said.
    """
    recurrence = task.recurrence
    if recurrence is None or task.occurrence is None:
        return None
    pattern, at = pattern_of(recurrence), standing(task)
    due_at = next_due(pattern, at, now)
    if due_at is None:
        return None
    held = task.series or {}
    start = held.get("start") or wall_of(due_at, pattern.zone).isoformat()
    return {
        **carried(task),
        "due_at": due_at,
        "start_at": start_for(due_at, held.get("lead"), pattern.zone),
        "recurrence": recurrence,
        "series_id": task.series_id,
        "occurrence": task.occurrence + 1,
        "series": {
            "start": start,
            "planned": spelled(due_at),
            "lead": held.get("lead"),
            "kept": {},
        },
    }


def start_for(due_at: datetime, lead: float | None, zone: ZoneInfo) -> datetime | None:
    if lead is None:
        return None
    return min(instant_of(wall_of(due_at, zone) - timedelta(seconds=lead), zone), due_at)


def carried(task: Task) -> Values:
    kept = (task.series or {}).get("kept", {})
    values = {name: kept.get(name, getattr(task, name)) for name in CARRIED}
    values["priority"] = Priority(values["priority"])
    values["energy"] = values["energy"] and Energy(values["energy"])
    values["goal_id"] = values["goal_id"] and UUID(str(values["goal_id"]))
    return values


class Shift:
    """Moves the dates of subtasks by the wall time between two occurrences."""

    def __init__(self, task: Task, due_at: datetime, now: datetime) -> None:
        self._zone = ZoneInfo((task.recurrence or {})["timezone"])
        at = standing(task)
        before = at.planned or at.due or now
        self._distance = wall_of(due_at, self._zone) - wall_of(before, self._zone)

    def __call__(self, moment: datetime | None) -> datetime | None:
        if moment is None or moment.year >= LATEST:
            return moment
        return instant_of(wall_of(moment, self._zone) + self._distance, self._zone)


def kept(task: Task, names: Collection[str], *, once: bool) -> Values:
    """`series` after a change of these fields, for this occurrence only (`once`) or from now on."""
    held: Mapping[str, Any] = task.series or {}
    before = held.get("kept", {})
    touched = [name for name in names if name in CARRIED]
    if once:
        new = {name: plain(getattr(task, name)) for name in touched} | before
    else:
        new = {name: value for name, value in before.items() if name not in touched}
    return {} if new == before else {"series": {**held, "kept": new}}
