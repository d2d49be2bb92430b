"""Tasks that repeat, in iCalendar: in wall time, so that 9:00 stays 9:00 when clocks change.

There a rule counts from the beginning (DTSTART), here from the due date. So the end of the rule and
the dates that it leaves out are moved by the time that lies between the two.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from upnext.exports.extent import AnyRow
from upnext.exports.icalendar import instant, line
from upnext.tasks.recurrence.rules import Basis, Rule, last_wall
from upnext.tasks.recurrence.zones import instant_of, wall_of
from upnext.tasks.recurring import pattern_of

MINUTE = timedelta(minutes=1)
# What a calendar is told of a zone; whoever knows it by its name needs none of it.
KNOWN_FROM, KNOWN_TO = date(1970, 1, 1), date(2070, 1, 1)
NO_START = "NONE"


def repeats(task: AnyRow) -> bool:
    """Whether iCalendar can say it: a rule that counts from the completion has no words there."""
    recurrence = getattr(task, "recurrence", None)
    if recurrence is None or task.due_at is None:
        return False
    return bool(recurrence["basis"] == Basis.DUE)


def zones_of(tasks: Iterable[AnyRow]) -> list[str]:
    return sorted({task.recurrence["timezone"] for task in tasks if repeats(task)})


@lru_cache(maxsize=64)
def time_zone(name: str) -> str:
    """A VTIMEZONE, which the standard wants for each zone that is named."""
    # The library is needed by few, and costs a start of the server a tenth of a second.
    from icalendar import Timezone  # noqa: PLC0415  (see above)

    found = Timezone.from_tzid(name, first_date=KNOWN_FROM, last_date=KNOWN_TO)
    text: str = found.to_ical().decode()
    return text


def lines(task: AnyRow) -> Iterator[str]:
    """DTSTART, DUE, RRULE and EXDATE of a task that `repeats`."""
    pattern = pattern_of(task.recurrence)
    rule, zone = pattern.rule, pattern.zone
    begins = _begins(task, rule, zone)
    lead = wall_of(task.due_at, zone) - wall_of(begins, zone)
    yield _stamp("DTSTART", [wall_of(begins, zone)], zone)
    yield _stamp("DUE", [wall_of(task.due_at, zone)], zone)
    yield line("RRULE", str(_moved(rule, lead, zone)))
    if pattern.exdates:
        left_out = [wall_of(each, zone) - lead for each in sorted(pattern.exdates)]
        yield _stamp("EXDATE", left_out, zone)
    if begins != task.start_at:
        yield line("X-UPNEXT-START", instant(task.start_at) if task.start_at else NO_START)


def _begins(task: AnyRow, rule: Rule, zone: ZoneInfo) -> datetime:
    """Strictly before the due date, and on the day of it where the rule speaks of days."""
    due: datetime = task.due_at
    day = wall_of(due, zone).date()
    start: datetime | None = task.start_at
    for begins in (start, due - MINUTE * (task.estimated_duration or 1)):
        if begins is None or instant(begins) >= instant(due):
            continue
        if rule.is_plain or wall_of(begins, zone).date() == day:
            return begins
    return due - MINUTE


def _moved(rule: Rule, lead: timedelta, zone: ZoneInfo) -> Rule:
    last = last_wall(rule, zone)
    if last is None:
        return rule
    # Beside a DTSTART in a zone the standard wants the end in UTC.
    return replace(rule, until=instant_of(last.replace(microsecond=0) - lead, zone))


def _stamp(name: str, walls: Iterable[datetime], zone: ZoneInfo) -> str:
    told = ",".join(f"{wall:%Y%m%dT%H%M%S}" for wall in walls)
    return line(f"{name};TZID={zone.key}", told)
