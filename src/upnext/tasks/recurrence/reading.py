"""Reads a rule of RFC 5545 and refuses what the RFC forbids or what no task can follow."""

import re
from collections.abc import Callable
from datetime import date, datetime
from itertools import pairwise, product
from typing import Any, Final

from upnext.tasks.recurrence.rules import DAYS, LISTS, Day, Freq, Rule, RuleError, utc

LONGEST: Final = 500
MOST_INTERVAL: Final = 1_000
MOST_COUNT: Final = 10_000
HOUR: Final = 3_600
DAY: Final = 86_400
LEAP_SECOND: Final = 60

_DAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)", re.ASCII)
_NUMBER = re.compile(r"[+-]?\d{1,5}", re.ASCII)
_UNTIL = re.compile(r"(\d{8})(?:T(\d{6})(Z?))?", re.ASCII)
# Least, most, and whether it may also count from the end.
_RANGES: Final = {
    "BYMONTH": (1, 12, False),
    "BYWEEKNO": (1, 53, True),
    "BYYEARDAY": (1, 366, True),
    "BYMONTHDAY": (1, 31, True),
    "BYHOUR": (0, 23, False),
    "BYMINUTE": (0, 59, False),
    "BYSECOND": (0, LEAP_SECOND, False),
    "BYSETPOS": (1, 366, True),
}
_MOST_NTH: Final = {Freq.MONTHLY: 5, Freq.YEARLY: 53}


def parse(text: str) -> Rule:
    """Raises RuleError, with a sentence for whoever wrote the rule."""
    if len(text) > LONGEST:
        raise RuleError(f"A rule has at most {LONGEST} characters.")
    parts = _parts(text.strip().upper().removeprefix("RRULE:"))
    values: dict[str, Any] = {"freq": _freq(parts.pop("FREQ", ""))}
    for name, value in parts.items():
        field, read = _READERS.get(name, (None, None))
        if field is None or read is None:
            raise RuleError(f"{name} is no part of a rule. The parts: {', '.join(_NAMES)}.")
        values[field] = read(name, value)
    rule = Rule(**values)
    _agree(rule)
    return rule


def _parts(text: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    for pair in filter(None, text.split(";")):
        name, sign, value = (piece.strip() for piece in pair.partition("="))
        if not sign or not value:
            raise RuleError("A rule looks like FREQ=WEEKLY;INTERVAL=2;BYDAY=TU.")
        if name in parts:
            raise RuleError(f"{name} stands there twice.")
        parts[name] = value
    return parts


def _freq(value: str) -> Freq:
    if value not in Freq.__members__:
        raise RuleError(f"FREQ is one of {', '.join(Freq.__members__)}.")
    return Freq[value]


def _number(name: str, value: str, least: int, most: int) -> int:
    if not _NUMBER.fullmatch(value) or not least <= int(value) <= most:
        raise RuleError(f"{name} is a number from {least} to {most}.")
    return int(value)


def _interval(name: str, value: str) -> int:
    return _number(name, value, 1, MOST_INTERVAL)


def _count(name: str, value: str) -> int:
    return _number(name, value, 1, MOST_COUNT)


def _until(name: str, value: str) -> date | datetime:
    match = _UNTIL.fullmatch(value)
    if match is None:
        raise RuleError(f"{name} is a day or a time: 20261231 or 20261231T225959Z.")
    day, clock, zulu = match.groups()
    try:
        if clock is None:
            return date.fromisoformat(day)
        moment = datetime.fromisoformat(f"{day}T{clock}")
    except ValueError:
        raise RuleError(f"{name} is not a day that exists.") from None
    return utc(moment) if zulu else moment


def _numbers(name: str, value: str) -> tuple[int, ...]:
    least, most, mirrored = _RANGES[name]
    found = {_number(name, one, -most if mirrored else least, most) for one in value.split(",")}
    if mirrored and 0 in found:
        raise RuleError(f"{name} counts from 1, or from the end with -1.")
    if name == "BYSECOND":
        # Who knows no leap seconds shall take the last second for it, says the RFC.
        found = {min(second, LEAP_SECOND - 1) for second in found}
    return tuple(sorted(found, key=lambda number: (number < 0, number)))


def _days(name: str, value: str) -> tuple[Day, ...]:
    found: set[Day] = set()
    for one in value.split(","):
        match = _DAY.fullmatch(one)
        if match is None or (match[1] and not int(match[1])):
            raise RuleError(f"{name} lists days such as MO,FR or 2TU or -1FR.")
        found.add(Day(DAYS.index(match[2]), int(match[1]) if match[1] else None))
    return tuple(sorted(found, key=lambda day: (day.nth or 0, day.weekday)))


def _week_start(name: str, value: str) -> int:
    if value not in DAYS:
        raise RuleError(f"{name} is one of {', '.join(DAYS)}.")
    return DAYS.index(value)


_READERS: Final[dict[str, tuple[str, Callable[[str, str], Any]]]] = {
    "INTERVAL": ("interval", _interval),
    "COUNT": ("count", _count),
    "UNTIL": ("until", _until),
    **{name: (field, _days if name == "BYDAY" else _numbers) for name, field in LISTS.items()},
    "WKST": ("week_start", _week_start),
}
_NAMES: Final = ("FREQ", *_READERS)


def _agree(rule: Rule) -> None:
    """What the RFC forbids to say together."""
    if rule.count is not None and rule.until is not None:
        raise RuleError("A rule has COUNT or UNTIL, not both.")
    if rule.weeks and rule.freq != Freq.YEARLY:
        raise RuleError("BYWEEKNO goes with FREQ=YEARLY only.")
    if rule.year_days and rule.freq in {Freq.MONTHLY, Freq.WEEKLY, Freq.DAILY}:
        raise RuleError("BYYEARDAY does not go with FREQ=MONTHLY, WEEKLY or DAILY.")
    if rule.month_days and rule.freq == Freq.WEEKLY:
        raise RuleError("BYMONTHDAY does not go with FREQ=WEEKLY.")
    if rule.positions and not any(getattr(rule, field) for field in list(LISTS.values())[:-1]):
        raise RuleError("BYSETPOS chooses among the days of another part, such as BYDAY.")
    _agree_on_days(rule)


def _agree_on_days(rule: Rule) -> None:
    numbers = [day.nth for day in rule.days if day.nth is not None]
    if not numbers:
        return
    if rule.freq not in _MOST_NTH or rule.weeks:
        raise RuleError(
            "BYDAY has numbers such as 2TU with FREQ=MONTHLY or YEARLY only, and not with BYWEEKNO."
        )
    most = _MOST_NTH[Freq.MONTHLY if rule.months else rule.freq]
    if max(map(abs, numbers)) > most:
        raise RuleError(f"There is no {max(map(abs, numbers))}th such day; at most {most}.")


def check_pace(rule: Rule) -> None:
    """Raises RuleError for what would come more often than a task can: once an hour."""
    if rule.freq > Freq.HOURLY:
        raise RuleError("A task repeats at most once an hour: FREQ=HOURLY or less often.")
    clocks = product(rule.hours or (0,), rule.minutes or (0,), rule.seconds or (0,))
    times = sorted(hour * HOUR + minute * 60 + second for hour, minute, second in clocks)
    if rule.freq == Freq.HOURLY:
        often = len(times) > max(len(rule.hours), 1)
    else:
        around = [*times, times[0] + DAY]
        often = any(later - earlier < HOUR for earlier, later in pairwise(around))
    if often:
        raise RuleError(
            "A task repeats at most once an hour. Leave out some of BYHOUR to BYSECOND."
        )
