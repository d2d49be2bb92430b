"""Opening hours as people write them: `mon-fri 9-12 13-17:30, sat 10-14`."""

import re

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = re.compile(r"^([a-z]{3})[a-z]*(?:-([a-z]{3})[a-z]*)?$")
_SPAN = re.compile(r"^(\d{1,2})(?::([0-5]\d))?-(\d{1,2})(?::([0-5]\d))?$")
MIDNIGHT = 1_440

Week = list[list[list[int]]]
"""From Monday: each day's [start, end] in minutes of the day."""


def parse(text: str) -> Week:
    """Days that are not named are closed. ValueError says what is not understood."""
    week: Week = [[] for _ in _DAYS]
    for part in text.casefold().split(","):
        words = part.split()
        if len(words) < 2:  # noqa: PLR2004  (days, and at least one span)
            raise ValueError(f"“{part.strip()}” needs days and times, such as mon-fri 9-17")
        days, *spans = words
        for day in _days(days):
            week[day] += [_span(span) for span in spans]
    return [sorted(day) for day in week]


def _days(word: str) -> list[int]:
    match = _DAY.match(word)
    if not match or any(name and name not in _DAYS for name in match.groups()):
        raise ValueError(f"“{word}” names no days; write mon, sat-sun, mon-fri")
    first = _DAYS.index(match[1])
    last = _DAYS.index(match[2]) if match[2] else first
    return [(first + ahead) % 7 for ahead in range((last - first) % 7 + 1)]


def _span(word: str) -> list[int]:
    match = _SPAN.match(word)
    if not match:
        raise ValueError(f"“{word}” is no span of time; write 9-17 or 8:30-12")
    hours, minutes, to_hours, to_minutes = (int(part or 0) for part in match.groups())
    start, end = hours * 60 + minutes, to_hours * 60 + to_minutes
    if not start < end <= MIDNIGHT:
        raise ValueError(f"“{word}” has to begin before it ends, at 24 at the latest")
    return [start, end]


def show(week: Week) -> str:
    """Days with the same hours together, as `parse` reads it."""
    parts: list[str] = []
    day = 0
    while day < len(week):
        last = day
        while last + 1 < len(week) and week[last + 1] == week[day]:
            last += 1
        if week[day]:
            days = _DAYS[day] if last == day else f"{_DAYS[day]}-{_DAYS[last]}"
            parts.append(" ".join([days, *(f"{_clock(a)}-{_clock(b)}" for a, b in week[day])]))
        day = last + 1
    return ", ".join(parts)


def _clock(minute: int) -> str:
    hours, rest = divmod(minute, 60)
    return f"{hours}:{rest:02d}" if rest else str(hours)
