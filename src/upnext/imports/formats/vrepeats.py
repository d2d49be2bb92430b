"""The rules of iCalendar, which count from DTSTART, as ours, which count from the due date."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from upnext.imports.formats.items import Repeat
from upnext.tasks.recurrence.reading import parse
from upnext.tasks.recurrence.rules import RuleError, last_wall
from upnext.tasks.recurrence.zones import instant_of, wall_of

if TYPE_CHECKING:
    from icalendar import Component

NO_LEAD = timedelta(0)


def read(
    todo: "Component", begins: datetime | None, due: datetime | None, person: tzinfo
) -> Repeat | None:
    """The first of its rules, in the zone that it is written in; else in the person's."""
    rules = _all(todo, "RRULE")
    if not rules:
        return None
    text = rules[0].to_ical().decode()
    own = _zone(todo)
    zone = own or (person if isinstance(person, ZoneInfo) else ZoneInfo("UTC"))
    if due is None or begins is None:
        return Repeat(text=text, rrule=text, zone=own.key if own else None)
    lead = wall_of(due, zone) - wall_of(begins, zone)
    left_out = [_moved(each, due, lead, zone) for each in _exdates(todo)]
    return Repeat(
        text=text,
        rrule=_ended(text, lead, zone) if own else text,
        exdates=tuple(each.isoformat() for each in left_out),
        zone=own.key if own else None,
    )


def _all(todo: "Component", name: str) -> list[Any]:  # properties of any type
    found = todo.get(name, [])
    return found if isinstance(found, list) else [found]


def _zone(todo: "Component") -> ZoneInfo | None:
    """None for UTC and for floating times: behind these stands a person in some zone."""
    for name in ("DTSTART", "DUE"):
        for each in _all(todo, name):
            zone = getattr(getattr(each, "dt", None), "tzinfo", None)
            if isinstance(zone, ZoneInfo) and "TZID" in each.params:
                return zone
    return None


def _exdates(todo: "Component") -> Iterator[date | datetime]:
    for each in _all(todo, "EXDATE"):
        for one in getattr(each, "dts", ()):
            yield one.dt


def _moved(at: date | datetime, due: datetime, lead: timedelta, zone: ZoneInfo) -> datetime:
    """The due date of the occurrence that begins at `at`; of a day alone, at its usual time."""
    if not isinstance(at, datetime):
        wall = datetime.combine(at, (wall_of(due, zone) - lead).time()) + lead
    elif at.tzinfo is None:
        wall = at + lead
    else:
        wall = wall_of(at.astimezone(UTC), zone) + lead
    return instant_of(wall, zone)


def _ended(text: str, lead: timedelta, zone: ZoneInfo) -> str:
    """The same rule, whose end is that of due dates. What is no rule is judged elsewhere."""
    try:
        rule = parse(text)
    except RuleError:
        return text
    last = last_wall(rule, zone)
    if last is None or lead == NO_LEAD:
        return text
    return str(replace(rule, until=instant_of(last.replace(microsecond=0) + lead, zone)))
