"""Dates and times as people write and read them, in their own time zone."""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

DAY_END = time(23, 59)
DAY_START = time(0, 0)
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_FULL_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SHIFT = re.compile(r"^\+(\d{1,4})\s*(m|min|h|d|w)(?=\s|$)", re.IGNORECASE)
_CLOCK = re.compile(r"^(\d{1,2})(?::([0-5]\d))?\s*(am|pm)?$", re.IGNORECASE)
_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_WEEK = 7
_HOUR = 60
_TWO_DAYS = 48
FORMS = "2026-12-04, “2026-12-04 17:00”, today, tomorrow, fri, “fri 17:00”, +3d or +2h"


def parse(text: str, *, now: datetime, zone: tzinfo, clock: time = DAY_END) -> datetime:
    """The moment `text` means for someone in `zone`, in UTC.

    A day without a time means `clock` on that day. A weekday is the next one after today.
    A local time that a clock change skips moves forward by the skipped hour.
    ValueError says which forms are understood.
    """
    words = " ".join(text.split())
    local = now.astimezone(zone)
    try:
        moment = _exact(words, now, zone) or _on_a_day(words, local, clock)
    except (ValueError, OverflowError):
        moment = None
    if moment is None:
        raise ValueError(f"“{text}” is not a date; write {FORMS}")
    return moment.astimezone(UTC)


def _exact(words: str, now: datetime, zone: tzinfo) -> datetime | None:
    """A moment that needs no calendar: an ISO date-time, or minutes or hours from now."""
    shift = _SHIFT.match(words)
    if shift and shift.end() == len(words) and shift[2].lower() in {"m", "min", "h"}:
        amount = int(shift[1])
        return now + (
            timedelta(hours=amount) if shift[2].lower() == "h" else timedelta(minutes=amount)
        )
    if not re.match(r"^\d{4}-\d{2}-\d{2}[T ]\d", words, re.IGNORECASE):
        return None
    moment = datetime.fromisoformat(words.upper())
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _on_a_day(words: str, local: datetime, clock: time) -> datetime | None:
    """A named day with or without a time; a time alone is the next time the clock shows it."""
    alone = _time(words)
    if alone is not None:
        moment = datetime.combine(local.date(), alone, local.tzinfo)
        return moment if moment > local else moment + timedelta(days=1)
    day, rest = _day(words.lower(), local.date())
    if day is None:
        return None
    at = _time(rest) if rest else clock
    return None if at is None else datetime.combine(day, at, local.tzinfo)


def _day(words: str, today: date) -> tuple[date | None, str]:
    """The day that `words` begins with, and what follows it."""
    if shift := _SHIFT.match(words):
        days = {"d": 1, "w": _WEEK}.get(shift[2].lower())
        if days is None:
            return None, ""
        return today + timedelta(days=days * int(shift[1])), words[shift.end() :].strip()
    first, _, rest = words.partition(" ")
    near = {"yesterday": -1, "today": 0, "tomorrow": 1}
    if first in near:
        return today + timedelta(days=near[first]), rest
    if _DATE.match(first):
        return date.fromisoformat(first), rest
    return _weekday(first, today), rest


def _weekday(word: str, today: date) -> date | None:
    for number, name in enumerate(_FULL_DAYS):
        if len(word) >= 3 and name.startswith(word):  # noqa: PLR2004 - mon, tue, wed
            return today + timedelta(days=(number - today.weekday() - 1) % _WEEK + 1)
    return None


def _time(words: str) -> time | None:
    match = _CLOCK.match(words)
    if not match or not (match[2] or match[3]):
        return None
    hour, minute, half = int(match[1]), int(match[2] or 0), (match[3] or "").lower()
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return time(hour, minute)


def read(text: str) -> datetime:
    """A moment as the server writes it."""
    return datetime.fromisoformat(text)


def wire(moment: datetime) -> str:
    """A moment as the server reads it."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def show(moment: datetime, *, now: datetime, zone: tzinfo) -> str:
    """`today 17:00 (in 3 h)`, `tomorrow`, `Fri 17:00 (in 2 days)`, `4 Dec (in 13 days)`."""
    return " ".join(
        part for part in (short(moment, now=now, zone=zone), _note(moment, now, zone)) if part
    )


def short(moment: datetime, *, now: datetime, zone: tzinfo) -> str:
    """The day, by its nearest name, and the time unless it is the end of the day."""
    local, today = moment.astimezone(zone), now.astimezone(zone).date()
    label = _label(local.date(), today)
    at = local.time().replace(second=0, microsecond=0)
    return label if at == DAY_END else f"{label} {at:%H:%M}"


def _label(day: date, today: date) -> str:
    ahead = (day - today).days
    near = {-1: "yesterday", 0: "today", 1: "tomorrow"}
    if ahead in near:
        return near[ahead]
    if 0 < ahead < _WEEK:
        return _DAYS[day.weekday()]
    year = "" if day.year == today.year else f" {day.year}"
    return f"{day.day} {_MONTHS[day.month - 1]}{year}"


def _note(moment: datetime, now: datetime, zone: tzinfo) -> str:
    """How far it is, unless the day's name says so already."""
    days = (moment.astimezone(zone).date() - now.astimezone(zone).date()).days
    at = moment.astimezone(zone).time().replace(second=0, microsecond=0)
    if abs(days) == 1 or (days == 0 and at == DAY_END):
        return ""
    far = distance(moment, now) if days == 0 else _many(abs(days), "day")
    return f"(in {far})" if moment >= now else f"({far} ago)"


def distance(one: datetime, other: datetime) -> str:
    """The time between two moments in its largest unit."""
    minutes = round(abs((one - other).total_seconds()) / 60)
    if minutes < _HOUR:
        return f"{minutes} min" if minutes else "a moment"
    hours = round(minutes / _HOUR)
    return f"{hours} h" if hours < _TWO_DAYS else _many(round(hours / 24), "day")


def _many(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
