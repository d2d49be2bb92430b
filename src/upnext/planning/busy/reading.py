"""What an iCalendar says about when its owner is busy. Knows no database and no network.

Events that repeat are laid out within a span; what was moved or cancelled once is heeded. Whatever
cannot be read costs only the event it stands in. The work is bounded however the rules are meant.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from upnext.core.text import clean
from upnext.tasks.recurrence.reading import parse
from upnext.tasks.recurrence.rules import Rule, RuleError, last_wall
from upnext.tasks.recurrence.walls import Budget, walls

if TYPE_CHECKING:
    from icalendar import Component

MOST: Final = 2_000
"""Times of one calendar that are kept, the soonest first."""
LONGEST_TITLE: Final = 200
STEPS: Final = 200_000
"""Candidates that all rules of a calendar together may look at."""
BROKEN: Final = (KeyError, ValueError, TypeError, AttributeError, OverflowError, IndexError)
"""What the library says of values that are none."""


class NoCalendar(Exception):
    """The text is no iCalendar at all."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    start: datetime
    end: datetime
    title: str


@dataclass(frozen=True, slots=True)
class View:
    """Between these instants; times that name no zone are in `zone`."""

    start: datetime
    end: datetime
    zone: tzinfo


@dataclass(slots=True)
class _Event:
    start: datetime
    length: timedelta
    title: str
    rule: Rule | None
    more: list[datetime]
    less: set[datetime] = field(default_factory=set)


def busy_spans(text: bytes, view: View) -> list[Span]:
    """The times within the view, the soonest first, at most MOST. Raises NoCalendar."""
    # The library is needed by few, and costs a start of the server a tenth of a second.
    from icalendar import Calendar  # noqa: PLC0415  (see above)

    try:
        calendar = Calendar.from_ical(text)
    except BROKEN as error:
        raise NoCalendar("What is at this address is not an iCalendar.") from error
    found = [event for event in calendar.walk("VEVENT") if _counts(event)]
    moved = _moved(found, view)
    budget = Budget(STEPS)
    spans: set[Span] = set()
    for component in found:
        try:
            event = _read(component, view)
            event.less |= moved.get(_uid(component), set()) if event.rule or event.more else set()
            spans.update(islice(_spans(event, view, budget), MOST))
        except (*BROKEN, RuleError):
            continue
    return sorted(spans)[:MOST]


def _counts(event: "Component") -> bool:
    """Whether it takes up time: not if it is cancelled, or shown as free."""
    status, shown = str(event.get("STATUS", "")), str(event.get("TRANSP", ""))
    return status.upper() != "CANCELLED" and shown.upper() != "TRANSPARENT"


def _uid(event: "Component") -> str:
    return str(event.get("UID", ""))


def _moved(events: "list[Component]", view: View) -> Mapping[str, set[datetime]]:
    """By series: the times at which another event stands for the repeated one."""
    found: dict[str, set[datetime]] = {}
    for event in events:
        if "RECURRENCE-ID" in event:
            try:
                at = _instant(event.decoded("RECURRENCE-ID"), view.zone)
            except BROKEN:
                continue
            found.setdefault(_uid(event), set()).add(at.astimezone(UTC))
    return found


def _read(event: "Component", view: View) -> _Event:
    raw = event.decoded("DTSTART")
    start = _instant(raw, view.zone)
    rule = event.get("RRULE")
    if isinstance(rule, list):
        rule = rule[0]
    once = "RECURRENCE-ID" in event
    return _Event(
        start=start,
        length=_length(event, raw, start, view),
        title=clean(str(event.get("SUMMARY", "")))[:LONGEST_TITLE] or "Busy",
        rule=None if rule is None or once else parse(rule.to_ical().decode()),
        more=[] if once else list(_dates(event.get("RDATE"), view)),
        less={at.astimezone(UTC) for at in _dates(event.get("EXDATE"), view)},
    )


def _instant(value: Any, zone: tzinfo) -> datetime:  # whatever the library made of it
    """A day begins at midnight; what names no zone is in the reader's."""
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=zone)
    if isinstance(value, date):
        return datetime.combine(value, time(), zone)
    raise TypeError("no time")


def _length(event: "Component", raw: Any, start: datetime, view: View) -> timedelta:  # as above
    if "DTEND" in event:
        end = _instant(event.decoded("DTEND"), view.zone)
        return end.astimezone(UTC) - start.astimezone(UTC)
    if "DURATION" in event:
        length: timedelta = event.decoded("DURATION")
        return length
    return timedelta() if isinstance(raw, datetime) else timedelta(days=1)


def _dates(value: Any, view: View) -> Iterator[datetime]:  # one property, several, or none
    if value is None:
        return
    for several in value if isinstance(value, list) else [value]:
        for one in several.dts:
            moment = one.dt[0] if isinstance(one.dt, tuple) else one.dt
            yield _instant(moment, view.zone)


def _spans(event: _Event, view: View, budget: Budget) -> Iterator[Span]:
    if event.length <= timedelta():
        return
    for start in _starts(event, view, budget):
        begin = start.astimezone(UTC)
        end = begin + event.length
        if begin not in event.less and end > view.start and begin < view.end:
            yield Span(begin, end, event.title)


def _starts(event: _Event, view: View, budget: Budget) -> Iterator[datetime]:
    yield from event.more
    yield event.start
    if event.rule is not None:
        yield from _repeated(event, event.rule, view, budget)


def _repeated(event: _Event, rule: Rule, view: View, budget: Budget) -> Iterator[datetime]:
    """By the wall of the event's own zone, so that 9:00 stays 9:00 when clocks change."""
    zone = event.start.tzinfo or view.zone
    first, last = event.start.replace(tzinfo=None), view.end.astimezone(zone).replace(tzinfo=None)
    after = None
    if rule.count is None:
        after = view.start.astimezone(zone).replace(tzinfo=None) - event.length
        after = max(first, after - timedelta(days=1))
    if (ended := last_wall(rule, zone)) is not None:
        last = min(last, ended)
    found = walls(rule, first, after, last, budget)
    for wall in found if rule.count is None else islice(found, rule.count):
        yield wall.replace(tzinfo=zone)
