"""English sentences for what the engine answers in codes and numbers.

Everything a person reads about an order comes from here, so another language is another module
with these four functions.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

from upnext.planning.engine.model import (
    Change,
    ChangeCode,
    Ineligible,
    Instead,
    Obstacle,
    Params,
    Term,
)

HOUR: Final = 60
WORK_DAY: Final = 480
SHORT_TASK: Final = 30
DAYS_BY_NAME: Final = 7
TIMES: Final = "\N{MULTIPLICATION SIGN}"
NEXT_TO_TODAY: Final = {-1: "yesterday", 0: "today", 1: "tomorrow"}
WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS: Final = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, where and when: times are told in their zone, near ones in words."""

    zone: tzinfo
    now: datetime


def term_text(term: Term, reader: Reader) -> str:
    """Why this term has the value it has."""
    return _TERMS[term.term](term.params, reader)


def obstacle_text(task: Ineligible, reader: Reader) -> str:
    """Why the task cannot be done now."""
    return _OBSTACLES[task.code](task.params, reader)


def change_text(change: Change, reader: Reader) -> str:
    """The end of the sentence "it would be first if ..."."""
    return _CHANGES[change.code](change.params, reader)


def duration(minutes: float) -> str:
    """45 min, 1 h 20, 3 h."""
    whole = round(minutes)
    hours, rest = divmod(whole, HOUR)
    if not hours:
        return f"{whole} min"
    return f"{hours} h {rest:02d}" if rest else f"{hours} h"


def work_time(minutes: float) -> str:
    """A duration of work; from two eight-hour days on in days."""
    if minutes < 2 * WORK_DAY:
        return duration(minutes)
    return f"{round(minutes / WORK_DAY):,} work days"


def day(instant: datetime, reader: Reader) -> str:
    """yesterday, today, tomorrow, Fri, 4 Dec, 4 Dec 2027."""
    local, today = instant.astimezone(reader.zone), reader.now.astimezone(reader.zone)
    ahead = (local.date() - today.date()).days
    if ahead in NEXT_TO_TODAY:
        return NEXT_TO_TODAY[ahead]
    if 0 < ahead < DAYS_BY_NAME:
        return WEEKDAYS[local.weekday()]
    date = f"{local.day} {MONTHS[local.month - 1]}"
    return date if local.year == today.year else f"{date} {local.year}"


def moment(instant: datetime, reader: Reader) -> str:
    """A day with the time of day."""
    return f"{day(instant, reader)} {instant.astimezone(reader.zone):%H:%M}"


def _priority(params: Params, _reader: Reader) -> str:
    return f"{params['priority'].name.capitalize()}: counts {params['counts']:g}{TIMES}"


def _goal(params: Params, _reader: Reader) -> str:
    goal = f"'{params['goal']}'" if params["goal"] else "its goal"
    return f"serves {goal}: counts {params['counts']:g}{TIMES}"


def _no_deadline(params: Params, reader: Reader) -> str:
    return f"no deadline; expected by {day(params['expected_by'], reader)}"


def _duration(params: Params, _reader: Reader) -> str:
    length = duration(params["minutes"])
    if params["assumed"]:
        return f"no estimate; taken for {length}"
    if params["started"]:
        return f"{length} left"
    return f"only {length}" if params["minutes"] < SHORT_TASK else f"takes {length}"


def _slack(params: Params, _reader: Reader) -> str:
    if params["expected"] and params["late"]:
        return f"waiting {work_time(params['late'])} longer than expected"
    if params["late"]:
        return f"late by {work_time(params['late'])}"
    if params.get("clock_minutes_late"):
        return f"late by {duration(params['clock_minutes_late'])}, outside working hours"
    if params["spare"] >= 2 * WORK_DAY:
        return f"{work_time(params['spare'])} to spare"
    if params["spare"] > 0:
        return f"{duration(params['spare'])} of work time to spare"
    return "no slack: start now"


def _unblocks(params: Params, reader: Reader) -> str:
    due = f", {day(params['due_at'], reader)}" if params["due_at"] else ""
    more = f" and {params['more']} more" if params["more"] else ""
    return f"frees '{params['title']}' ({params['priority'].name.capitalize()}{due}){more}"


def _started(_params: Params, _reader: Reader) -> str:
    return "already started"


def _energy(params: Params, _reader: Reader) -> str:
    needs, have = params["needs"].name.lower(), params["have"].name.lower()
    return f"fits your {have} energy" if needs == have else f"needs {needs} energy, not {have}"


def _context(params: Params, _reader: Reader) -> str:
    return f"belongs to {_listed(params['contexts'])}"


def _plan(params: Params, _reader: Reader) -> str:
    if params["rival"] is None:
        return "first in your plan"
    instead = params["instead"]
    if instead is None:
        return f"first in your plan, before '{params['rival']}'"
    return f"first in your plan: {instead_text(params['rival'], instead)}"


def instead_text(title: str, instead: Instead) -> str:
    """What would come of doing that task first."""
    if instead.hurt is None:
        return f"doing '{title}' first would be equally good"
    late = work_time(instead.late)
    return f"doing '{title}' first makes '{instead.hurt}' {late} late (+{instead.cost:,.0f})"


_FEATURES: Final = {
    "priority": "priority",
    "goal": "what serves a goal",
    "no_deadline": "having a deadline",
    "duration": "being short",
    "slack": "being urgent",
    "started": "being started",
    "energy": "your energy",
    "context": "where you are",
}


def _learned(params: Params, _reader: Reader) -> str:
    counts = "more" if params["more"] else "less"
    return f"learned from your choices: {_FEATURES[params['feature']]} counts {counts}"


def _closed(_params: Params, _reader: Reader) -> str:
    return "is closed"


def _blocked(params: Params, _reader: Reader) -> str:
    unseen = len(params["task_ids"]) - len(params["titles"])
    names = [f"'{title}'" for title in params["titles"]]
    if unseen:
        names.append("1 other task" if unseen == 1 else f"{unseen} other tasks")
    return f"waits for {_listed(names)}"


def _not_started(params: Params, reader: Reader) -> str:
    return f"not before {moment(params['until'], reader)}"


def _too_long(params: Params, _reader: Reader) -> str:
    return f"needs {duration(params['needs'])}; you have {duration(params['minutes'])}"


def _if_due(params: Params, reader: Reader) -> str:
    return f"it were due by {moment(params['due_at'], reader)}"


def _if_priority(params: Params, _reader: Reader) -> str:
    return f"its priority were {params['priority'].name.lower()}"


def _if_estimate(params: Params, _reader: Reader) -> str:
    return f"its estimate were {duration(params['minutes'])}"


def _if_started(_params: Params, _reader: Reader) -> str:
    return "you had already started it"


def _listed(names: list[str] | tuple[str, ...]) -> str:
    """a; a and b; a, b and c."""
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


Teller = Callable[[Params, Reader], str]

_TERMS: Final[Mapping[str, Teller]] = {
    "priority": _priority,
    "goal": _goal,
    "no_deadline": _no_deadline,
    "duration": _duration,
    "slack": _slack,
    "unblocks": _unblocks,
    "started": _started,
    "energy": _energy,
    "context": _context,
    "plan": _plan,
    "learned": _learned,
}
_OBSTACLES: Final[Mapping[Obstacle, Teller]] = {
    Obstacle.CLOSED: _closed,
    Obstacle.BLOCKED: _blocked,
    Obstacle.NOT_STARTED: _not_started,
    Obstacle.TOO_LONG: _too_long,
}
_CHANGES: Final[Mapping[ChangeCode, Teller]] = {
    ChangeCode.DUE: _if_due,
    ChangeCode.PRIORITY: _if_priority,
    ChangeCode.ESTIMATE: _if_estimate,
    ChangeCode.STARTED: _if_started,
}
