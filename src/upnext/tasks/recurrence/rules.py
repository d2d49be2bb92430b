"""A rule of recurrence, as RFC 5545 has it, with its parts as numbers."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from enum import IntEnum, StrEnum

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class Freq(IntEnum):
    """From seldom to often."""

    YEARLY = 0
    MONTHLY = 1
    WEEKLY = 2
    DAILY = 3
    HOURLY = 4
    MINUTELY = 5
    SECONDLY = 6


class Basis(StrEnum):
    """From which moment the next occurrence counts."""

    DUE = "due"
    COMPLETION = "completion"


class RuleError(ValueError):
    """Says what is wrong with a rule and what to write instead."""


@dataclass(frozen=True, slots=True, order=True)
class Day:
    """A weekday from Monday = 0; the `nth` of its month or year, from its end if negative."""

    weekday: int
    nth: int | None = None

    def __str__(self) -> str:
        return f"{self.nth or ''}{DAYS[self.weekday]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Empty parts are as if left out. `until` is a day, a wall time, or (aware) an instant."""

    freq: Freq
    interval: int = 1
    count: int | None = None
    until: date | datetime | None = None
    months: tuple[int, ...] = ()
    weeks: tuple[int, ...] = ()
    year_days: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    days: tuple[Day, ...] = ()
    hours: tuple[int, ...] = ()
    minutes: tuple[int, ...] = ()
    seconds: tuple[int, ...] = ()
    positions: tuple[int, ...] = ()
    week_start: int = 0

    @property
    def names_days(self) -> bool:
        """Whether it says by itself on which days it falls, without a day that it starts from."""
        return bool(self.weeks or self.year_days or self.month_days or self.days or self.months)

    @property
    def is_plain(self) -> bool:
        """Whether it says a distance only, such as every 3 months."""
        return not any(getattr(self, field) for field in LISTS.values())

    def __str__(self) -> str:
        """The text of RFC 5545, always spelled the same way."""
        parts = [f"FREQ={self.freq.name}"]
        parts += [f"INTERVAL={self.interval}"] if self.interval != 1 else []
        parts += [f"COUNT={self.count}"] if self.count is not None else []
        parts += [f"UNTIL={_until(self.until)}"] if self.until is not None else []
        for name, field in LISTS.items():
            if values := getattr(self, field):
                parts.append(f"{name}={','.join(map(str, values))}")
        parts += [f"WKST={DAYS[self.week_start]}"] if self.week_start else []
        return ";".join(parts)


LISTS = {
    "BYMONTH": "months",
    "BYWEEKNO": "weeks",
    "BYYEARDAY": "year_days",
    "BYMONTHDAY": "month_days",
    "BYDAY": "days",
    "BYHOUR": "hours",
    "BYMINUTE": "minutes",
    "BYSECOND": "seconds",
    "BYSETPOS": "positions",
}


def _until(until: date | datetime) -> str:
    if not isinstance(until, datetime):
        return f"{until:%Y%m%d}"
    return f"{until:%Y%m%dT%H%M%S}{'Z' if until.tzinfo else ''}"


def last_wall(rule: Rule, zone: tzinfo) -> datetime | None:
    """The last wall time of `zone` that `rule` may still have; None for no end by date."""
    until = rule.until
    if until is None:
        return None
    if not isinstance(until, datetime):
        return datetime.combine(until, time.max)
    return until if until.tzinfo is None else until.astimezone(zone).replace(tzinfo=None)


def utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC)
