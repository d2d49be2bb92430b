"""Moments and days in words: read from tokens, and counted out for somebody's now and zone.

A day is a stretch of time: `due = today` holds from midnight to midnight. Days, weeks, months and
years are counted on the wall clock, hours and minutes in real time.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from upnext.tasks.filtering.errors import FilterError, closest, piece
from upnext.tasks.filtering.tree import Place, Shift, When

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
PERIODS = ("week", "month", "year")
NEAR = {"yesterday": -1, "today": 0, "tomorrow": 1}
TURNS = {"last": -1, "this": 0, "next": 1}
FORMS = "today, now+7d, next monday, end of month, 2026-12-01 or tomorrow 17:00"
CLOCKS = "Write it behind a day, such as tomorrow 17:00 or 2026-12-01 09:30."
FIRST, LAST = date(1970, 1, 1), date(9999, 12, 30)
WEEK, MONTHS = 7, 12

_SPELLINGS = {
    "m": ("min", "mins", "minute", "minutes"),
    "h": ("hr", "hrs", "hour", "hours"),
    "d": ("day", "days"),
    "w": ("wk", "week", "weeks"),
    "mo": ("month", "months"),
    "y": ("yr", "year", "years"),
}
UNITS = {unit: unit for unit in _SPELLINGS} | {
    word: unit for unit, words in _SPELLINGS.items() for word in words
}
_SHIFTS = r"((?:[+-]\d{1,4}[a-z]+)*)"
_STAMP = re.compile(
    rf"(\d{{4}}-\d\d-\d\d(?:t\d\d:\d\d(?::\d\d(?:\.\d{{1,6}})?)?(?:z|[+-]\d\d:\d\d)?)?){_SHIFTS}",
    re.ASCII,
)
_NAMED = re.compile(rf"([a-z]+){_SHIFTS}", re.ASCII)
_SHIFT = re.compile(r"([+-])(\d{1,4})([a-z]+)", re.ASCII)
_CLOCK = re.compile(rf"(\d{{1,2}}:\d\d(?::\d\d)?){_SHIFTS}", re.ASCII)
_LOOSE = re.compile(r"([+-])?(\d{1,4}[a-z]+(?:[+-]\d{1,4}[a-z]+)*)|([+-]?\d{1,4})|([+-])", re.ASCII)


class Span(NamedTuple):
    """From `start` on and before `end`; without an end it is that very moment."""

    start: datetime
    end: datetime | None


def begins(word: str) -> bool:
    """Whether a date begins with this word, in lower case."""
    if _STAMP.fullmatch(word):
        return True
    named = _NAMED.fullmatch(word)
    return named is not None and named[1] in {"now", "start", "end", *NEAR, *TURNS, *WEEKDAYS}


def is_clock(word: str) -> bool:
    return bool(_CLOCK.fullmatch(word))


def is_loose_shift(word: str) -> bool:
    """Such as `+7d` behind a blank. Without its sign too: in a URL a plus may mean a blank."""
    return bool(_LOOSE.fullmatch(word))


def read(words: list[str], place: Place) -> When:
    """All the words of a date, in lower case: its anchor in up to four, then the shifts."""
    words, clock = _clocked(words)
    anchor, shifts = _anchor(words, place)
    when = When(_at_clock(anchor, clock, place), _shifts(shifts, place), place)
    if anchor[0].isdigit():
        _stamp(when)
    return when


def _clocked(words: list[str]) -> tuple[list[str], str | None]:
    """The words without a time of day behind the first one, and that."""
    for place, word in enumerate(words[1:], 1):
        if found := _CLOCK.fullmatch(word):
            before = words[:place]
            if before[-1] == "at" and place > 1:
                before.pop()
            rest = [found[2]] if found[2] else []
            return [*before, *rest, *words[place + 1 :]], found[1]
    return words, None


def _at_clock(anchor: str, clock: str | None, place: Place) -> str:
    """`tomorrow 17:00`; of a date by its numbers the usual spelling, `2026-12-01T17:00`."""
    if clock is None:
        return anchor
    whole = anchor.split()
    stretch = whole[0] in TURNS and whole[-1] in PERIODS
    if stretch or anchor == "now" or "T" in anchor[:11]:
        detail = f"{piece(anchor)} is no single day, so it has no {clock}. {CLOCKS}"
        raise FilterError(detail, *_at(place))
    try:
        at = time.fromisoformat(clock.zfill(len("17:00") if clock.count(":") == 1 else 8))
    except ValueError:
        raise FilterError(f"{piece(clock)} is no time of day. {CLOCKS}", *_at(place)) from None
    told = at.isoformat("seconds" if at.second else "minutes")
    return f"{anchor}T{told}" if anchor[0].isdigit() else f"{anchor} {told}"


def _anchor(words: list[str], place: Place) -> tuple[str, str]:
    """The anchor as it is written, and the text of all that shifts it."""
    first = words[0]
    if stamp := _STAMP.fullmatch(first):
        return stamp[1].upper(), stamp[2] + _glued(words[1:])
    for count in (4, 3, 2, 1):
        head, rest = words[:count], words[count:]
        named = _NAMED.fullmatch(head[-1])
        if len(head) == count and named and (anchor := _known([*head[:-1], named[1]])):
            return anchor, named[2] + _glued(rest)
    shown = piece(" ".join(words))
    guess = closest(first, ["now", *NEAR, *WEEKDAYS]) if len(words) == 1 else None
    raise FilterError(f"{shown} is not a date. Write {FORMS}.", *_at(place), guess)


def _known(words: list[str]) -> str | None:
    match words:
        case ["now"] | ["today"] | ["tomorrow"] | ["yesterday"]:
            return words[0]
        case [day] if day in WEEKDAYS:
            return f"next {day}"
        case ["next" | "last" as turn, day] if day in WEEKDAYS:
            return f"{turn} {day}"
        case [turn, period] if turn in TURNS and period in PERIODS:
            return f"{turn} {period}"
        case ["start" | "end" as edge, "of", *turn, period] if period in PERIODS:
            return _edge(edge, turn, period)
    return None


def _edge(edge: str, turn: list[str], period: str) -> str | None:
    if turn in ([], ["the"], ["this"]):
        return f"{edge} of {period}"
    return f"{edge} of {turn[0]} {period}" if turn[0] in TURNS else None


def _glued(words: list[str]) -> str:
    """`+ 7 days` as `+7days`; a number without a sign counts on."""
    text = ""
    for word in words:
        inside = text[-1:] in {"+", "-"} or (text[-1:].isdigit() and word.isalpha())
        text += word if inside or word[0] in "+-" else f"+{word}"
    return text


def _shifts(text: str, place: Place) -> tuple[Shift, ...]:
    found: list[Shift] = []
    rest = text
    while match := _SHIFT.match(rest):
        unit = UNITS.get(match[3])
        if unit is None:
            detail = f"{piece(match[3])} is no unit of time. Write m, h, d, w, mo or y."
            if match[3] in {"am", "pm"}:
                detail = f"{piece(match[2] + match[3])} is a time of day. {CLOCKS}"
            raise FilterError(detail, *_at(place))
        found.append(Shift(int(match[1] + match[2]), unit))
        rest = rest[match.end() :]
    if rest:
        raise FilterError(f"{piece(rest)} says no time. Write it like +7d.", *_at(place))
    return tuple(found)


def _at(place: Place) -> tuple[int, int]:
    return place.start, place.end - place.start


def show(when: When) -> str:
    return when.anchor + "".join(f"{shift.amount:+d}{shift.unit}" for shift in when.shifts)


# Counted out


@dataclass(frozen=True, slots=True)
class Days:
    first: date
    after: date


def span(when: When, now: datetime, zone: tzinfo) -> Span:
    """Raises FilterError for what lies outside of the years 1970 to 9999."""
    try:
        found = _start(when, now.astimezone(zone))
        for shift in when.shifts:
            found = _shifted(found, shift, zone)
        return _spanned(found, zone)
    except (OverflowError, ValueError):
        detail = f"{piece(show(when))} lies outside of the years 1970 to 9999."
        raise FilterError(detail, *_at(when.place)) from None


def is_days(when: When) -> bool:
    """Whether it is a stretch of whole days and not a moment."""
    clocked = ("T" in when.anchor[:11] and when.anchor[0].isdigit()) or ":" in when.anchor
    fine = any(shift.unit in {"h", "m"} for shift in when.shifts)
    return when.anchor != "now" and not clocked and not fine


def _start(when: When, local: datetime) -> Days | datetime:
    if when.anchor == "now":
        return local
    if when.anchor[0].isdigit():
        stamp = _stamp(when)
        if isinstance(stamp, datetime):
            return stamp if stamp.tzinfo else stamp.replace(tzinfo=local.tzinfo)
        return _day(stamp)
    *words, last = when.anchor.split()
    if ":" in last:
        day = _named(words, local.date()).first
        return datetime.combine(day, time.fromisoformat(last), local.tzinfo)
    return _named([*words, last], local.date())


def _stamp(when: When) -> date | datetime:
    """Raises FilterError for a day or a time that does not exist, such as 2026-02-30."""
    try:
        if "T" in when.anchor:
            return datetime.fromisoformat(when.anchor)
        return date.fromisoformat(when.anchor)
    except ValueError:
        detail = f"{piece(when.anchor)} is not a date that exists."
        raise FilterError(detail, *_at(when.place)) from None


def _day(first: date) -> Days:
    return Days(first, first + timedelta(days=1))


def _named(words: list[str], today: date) -> Days:
    match words:
        case [near]:
            return _day(today + timedelta(days=NEAR[near]))
        case [turn, name] if name in WEEKDAYS:
            ahead = (WEEKDAYS.index(name) - today.weekday() - 1) % WEEK + 1
            return _day(today + timedelta(days=ahead if turn == "next" else _before(ahead)))
        case [turn, period]:
            return _period(period, TURNS[turn], today)
        case [edge, _, *turn, period]:
            whole = _period(period, TURNS[turn[0]] if turn else 0, today)
            return _day(whole.first if edge == "start" else whole.after - timedelta(days=1))
    raise AssertionError("an anchor that was read")


def _before(ahead: int) -> int:
    """The last such weekday before today: a week ago, if today is one."""
    return ahead - WEEK if ahead < WEEK else -WEEK


def _period(period: str, turn: int, today: date) -> Days:
    if period == "week":
        first = today - timedelta(days=today.weekday()) + timedelta(days=WEEK * turn)
        return Days(first, first + timedelta(days=WEEK))
    length = MONTHS if period == "year" else 1
    first = today.replace(day=1, month=1 if period == "year" else today.month)
    return Days(_months(first, length * turn), _months(first, length * (turn + 1)))


def _months(day: date, count: int) -> date:
    """The same day of another month, or its last one."""
    year, month = divmod(day.year * MONTHS + day.month - 1 + count, MONTHS)
    last = monthrange(year, month + 1)[1]
    return day.replace(year=year, month=month + 1, day=min(day.day, last))


_STEPS: dict[str, Callable[[date, int], date]] = {
    "d": lambda day, count: day + timedelta(days=count),
    "w": lambda day, count: day + timedelta(days=WEEK * count),
    "mo": _months,
    "y": lambda day, count: _months(day, MONTHS * count),
}


def _shifted(found: Days | datetime, shift: Shift, zone: tzinfo) -> Days | datetime:
    step = _STEPS.get(shift.unit)
    if step is None:
        hours = shift.amount if shift.unit == "h" else 0
        minutes = shift.amount if shift.unit == "m" else 0
        moment = _midnight(found.first, zone) if isinstance(found, Days) else found
        return moment.astimezone(UTC) + timedelta(hours=hours, minutes=minutes)
    if isinstance(found, datetime):
        local = found.astimezone(zone)
        return datetime.combine(step(local.date(), shift.amount), local.time(), zone)
    first = step(found.first, shift.amount)
    if found.after - found.first == timedelta(days=1):
        return _day(first)
    return Days(first, step(found.after, shift.amount))


def _midnight(day: date, zone: tzinfo) -> datetime:
    """The first moment of a day, also where the clocks skip midnight."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _spanned(found: Days | datetime, zone: tzinfo) -> Span:
    if isinstance(found, Days):
        if not FIRST <= found.first < found.after <= LAST:
            raise ValueError
        return Span(_midnight(found.first, zone), _midnight(found.after, zone))
    moment = found.astimezone(UTC)
    if not FIRST <= moment.date() <= LAST:
        raise ValueError
    return Span(moment, None)
