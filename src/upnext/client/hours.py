"""Working hours in words: `mon-fri 9:00-12:30,13:00-17:00`."""

import re
from collections.abc import Iterable

Week = list[list[list[int]]]
"""From Monday: each day's [start, end] in minutes of the day, as the API has it."""

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_ALL = len(DAYS)
_TIMES = re.compile(r"(\d{1,2})(?::(\d\d))?-(\d{1,2})(?::(\d\d))?")
_MIDNIGHT = 24 * 60
FORM = "Write it like: mon-fri 9:00-12:30,13:00-17:00"


def read(texts: Iterable[str]) -> Week:
    """The week that these say; a day that none of them names is free. Raises ValueError."""
    week: Week = [[] for _ in DAYS]
    for text in texts:
        days, _, times = text.strip().lower().partition(" ")
        for day in _days(days):
            week[day] = sorted([*week[day], *map(_interval, times.replace(" ", "").split(","))])
    return week


def _days(words: str) -> list[int]:
    """`mon`, `mon-fri`, `mon,wed`, `sat-mon`."""
    found: list[int] = []
    for part in words.split(","):
        first, dash, last = part.partition("-")
        start = _day(first)
        end = _day(last) if dash else start
        found += [day % _ALL for day in range(start, end + 1 + (_ALL if end < start else 0))]
    return found


def _day(word: str) -> int:
    short = word.strip()[:3]
    if short not in DAYS:
        raise ValueError(f"“{word}” is no day of the week. {FORM}")
    return DAYS.index(short)


def _interval(text: str) -> list[int]:
    found = _TIMES.fullmatch(text)
    if found is None:
        raise ValueError(f"“{text}” says no times. {FORM}")
    hours, minutes, until, more = (int(part or 0) for part in found.groups())
    start, end = hours * 60 + minutes, until * 60 + more
    if not start < end <= _MIDNIGHT or max(minutes, more) > 59:  # noqa: PLR2004 - minutes
        raise ValueError(f"“{text}” does not end after it begins, within a day. {FORM}")
    return [start, end]


def show(week: Week) -> str:
    """`mon-fri 9:00-17:00`: days with the same hours together."""
    parts: list[tuple[list[str], str]] = []
    for name, day in zip(DAYS, week, strict=True):
        told = ", ".join(f"{_clock(start)}-{_clock(end)}" for start, end in day)
        if parts and parts[-1][1] == told:
            parts[-1][0].append(name)
        else:
            parts.append(([name], told))
    return "; ".join(f"{_span(names)} {told}" for names, told in parts if told)


def _span(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]}-{names[-1]}"


def _clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}"
