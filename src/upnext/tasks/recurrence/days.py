"""Which days a rule allows, and which days lie in each of its periods."""

from calendar import isleap
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

from upnext.tasks.recurrence.rules import Day, Freq, Rule

WEEK = 7
FEBRUARY, DECEMBER = 2, 12
_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
Fits = Callable[[date], bool]


def explicit(rule: Rule, start: datetime) -> Rule:
    """The same rule with what it leaves to its start written out: day, month and clock."""
    filled: dict[str, tuple[int, ...] | tuple[Day, ...]] = {}
    if not (rule.weeks or rule.year_days or rule.month_days or rule.days):
        if rule.freq == Freq.YEARLY:
            filled = {"months": rule.months or (start.month,), "month_days": (start.day,)}
        elif rule.freq == Freq.MONTHLY:
            filled = {"month_days": (start.day,)}
        elif rule.freq == Freq.WEEKLY:
            filled = {"days": (Day(start.weekday()),)}
    clock = (start.hour, start.minute, start.second)
    for freq, field, value in zip(
        _CLOCK_FREQS, ("hours", "minutes", "seconds"), clock, strict=True
    ):
        if rule.freq < freq and not getattr(rule, field):
            filled[field] = (value,)
    return replace(rule, **filled)  # type: ignore[arg-type]  # each field gets its own kind


_CLOCK_FREQS = (Freq.HOURLY, Freq.MINUTELY, Freq.SECONDLY)


def fits(rule: Rule) -> Fits:
    """Whether the parts of a rule that name days allow a day: every part that it has."""
    tests: list[Fits] = []
    if months := frozenset(rule.months):
        tests.append(lambda day: day.month in months)
    if month_days := frozenset(rule.month_days):
        tests.append(
            lambda day: day.day in month_days or day.day - _in_month(day) - 1 in month_days
        )
    if year_days := frozenset(rule.year_days):
        tests.append(lambda day: not year_days.isdisjoint(_places_in_year(day)))
    if weeks := frozenset(rule.weeks):
        tests.append(lambda day: not weeks.isdisjoint(_weeks(day, rule.week_start)))
    if rule.days:
        tests.append(_on_days(rule))
    return lambda day: all(test(day) for test in tests)


def _on_days(rule: Rule) -> Fits:
    plain = frozenset(day.weekday for day in rule.days if day.nth is None)
    nth = frozenset((day.weekday, day.nth) for day in rule.days if day.nth is not None)
    if not nth:
        return lambda day: day.weekday() in plain
    in_month = rule.freq == Freq.MONTHLY or bool(rule.months)

    def on(day: date) -> bool:
        weekday = day.weekday()
        place, length = (
            (day.day, _in_month(day)) if in_month else (_places_in_year(day)[0], _in_year(day.year))
        )
        front, back = (place - 1) // WEEK + 1, -((length - place) // WEEK) - 1
        return weekday in plain or (weekday, front) in nth or (weekday, back) in nth

    return on


def _in_month(day: date) -> int:
    return _LENGTHS[day.month - 1] + (day.month == FEBRUARY and isleap(day.year))


def _in_year(year: int) -> int:
    return 365 + isleap(year)


def _places_in_year(day: date) -> tuple[int, int]:
    """Counted from the year's beginning and, below zero, from its end."""
    place = day.timetuple().tm_yday
    return place, place - _in_year(day.year) - 1


def _first_week(year: int, week_start: int) -> int:
    """The ordinal of the day that the year's week 1 begins on: the week that has 4 January."""
    fourth = date(year, 1, 4)
    return fourth.toordinal() - (fourth.weekday() - week_start) % WEEK


def _weeks(day: date, week_start: int) -> tuple[int, int]:
    """The day's week from the beginning of the year that the week belongs to, and from its end."""
    ordinal, year = day.toordinal(), day.year
    if ordinal < _first_week(year, week_start):
        year -= 1
    elif day.month == DECEMBER and ordinal >= _first_week(year + 1, week_start):
        year += 1
    first, after = _first_week(year, week_start), _first_week(year + 1, week_start)
    week = (ordinal - first) // WEEK + 1
    return week, week - (after - first) // WEEK - 1
