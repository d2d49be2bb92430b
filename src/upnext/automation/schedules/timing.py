"""Pure: when a schedule comes, by the clocks of its zone.

The rule of wall times: what the clocks leave out comes at the first valid minute after the gap;
what they show twice comes once, the first time round. A cron expression for every hour (a plain
`*`) is the exception to the latter: "every 15 minutes" goes on while the clocks are put back.
"""

from bisect import insort
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice, takewhile
from typing import Any, Final
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from upnext.core.jobs.firing import GRACE, MOST_CAUGHT_UP, Firing
from upnext.core.jobs.models import Misfire
from upnext.tasks.recurrence.reading import parse
from upnext.tasks.recurrence.rules import Freq, Rule, RuleError, last_wall
from upnext.tasks.recurrence.walls import walls
from upnext.tasks.recurrence.zones import instant_of, wall_of

CRON_FIELDS: Final = 5
NICKNAMES: Final = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
# No zone puts its clocks back by more.
WIDEST_OVERLAP: Final = timedelta(hours=3)
# So far back the last times before a moment are looked for; then from the beginning.
WINDOWS: Final = tuple(timedelta(hours=hours) for hours in (1, 24, 40 * 24, 400 * 24, 4_000 * 24))


class TimingError(ValueError):
    """Says what is wrong with a cron expression or a rule, and what to write instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Exactly one of `at`, `cron` and `rule`. A rule counts from `start`, a wall time."""

    zone: ZoneInfo
    start: datetime
    at: datetime | None = None
    cron: str | None = None
    rule: Rule | None = None


def read_cron(text: str) -> str:
    """In its plain spelling. Raises TimingError."""
    words = NICKNAMES.get(text.strip().lower(), text).upper().split()
    if len(words) != CRON_FIELDS:
        raise TimingError(
            "A cron expression has five fields, such as `30 9 * * 1-5` for 9:30 on working days: "
            "minute, hour, day of the month, month, day of the week."
        )
    plain = " ".join(words)
    try:
        found = next(CronSim(plain, datetime(2024, 1, 1)), None)  # noqa: DTZ001  (a wall time)
    except CronSimError as error:
        raise TimingError(f"Not a cron expression: {error}.") from None
    if found is None:
        raise TimingError("This never comes. Look at the day and the month.")
    return plain


def read_rule(text: str) -> Rule:
    """Raises TimingError, also for what comes more often than once a minute."""
    try:
        rule = parse(text)
    except RuleError as error:
        raise TimingError(str(error)) from None
    if rule.freq > Freq.MINUTELY or len(rule.seconds) > 1:
        raise TimingError("A schedule comes at most once a minute.")
    return rule


def upcoming(timing: Timing, after: datetime) -> Iterator[datetime]:
    """In UTC, rising, and after `after`."""
    if timing.at is not None:
        return iter([timing.at] if timing.at > after else [])
    if timing.cron is not None:
        return _rising(_of_cron(timing, after), after)
    return _rising(_of_rule(timing, after), after)


def _rising(found: Iterator[datetime], after: datetime) -> Iterator[datetime]:
    """Two wall times of one gap are one instant; of an overlap the first time round counts."""
    for instant in found:
        if instant > after:
            after = instant
            yield instant


def _of_cron(timing: Timing, after: datetime) -> Iterator[datetime]:
    cron, zone = str(timing.cron), timing.zone
    begin = wall_of(after, zone)
    if cron.split()[1] != "*":
        return (instant_of(wall, zone) for wall in CronSim(cron, begin))
    return _both_times_round(CronSim(cron, begin - WIDEST_OVERLAP), zone)


def _both_times_round(found: Iterator[datetime], zone: ZoneInfo) -> Iterator[datetime]:
    again: list[datetime] = []
    for wall in found:
        first = instant_of(wall, zone)
        while again and again[0] < first:
            yield again.pop(0)
        yield first
        second = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
        if second > first and wall_of(second, zone) == wall:
            insort(again, second)


def _of_rule(timing: Timing, after: datetime) -> Iterator[datetime]:
    rule, zone, start = timing.rule, timing.zone, timing.start
    if rule is None:
        return iter(())
    last = last_wall(rule, zone)
    found: Iterator[datetime]
    if rule.count is not None:
        found = islice(walls(rule, start, last=last), rule.count)
    else:
        found = walls(rule, start, max(wall_of(after, zone), start - timedelta(seconds=1)), last)
    return (instant_of(wall, zone) for wall in found)


def firing(timing: Timing, due: datetime, misfire: Misfire, now: datetime) -> Firing:
    """As the engine's own, for a schedule whose next time `due` has come."""
    next_at = next(upcoming(timing, now), None)
    passed = _latest(timing, due, now)
    latest = passed[-1]
    if misfire is Misfire.SKIP and now - latest > GRACE:
        return Firing((), next_at)
    if misfire is Misfire.CATCH_UP:
        return Firing(tuple(passed), next_at)
    return Firing((latest,), next_at)


def _latest(timing: Timing, due: datetime, now: datetime) -> list[datetime]:
    """The last of the times from `due` to `now`, ten at most; `due` was one, whatever the timing
    says today. The closer windows keep a year of missed minutes from being counted through."""
    found: list[datetime] = []
    for window in WINDOWS:
        begin = max(due, now - window)
        found = list(takewhile(lambda at: at <= now, upcoming(timing, begin)))
        if len(found) >= MOST_CAUGHT_UP or begin == due:
            break
    if len(found) < MOST_CAUGHT_UP:
        found.insert(0, due)
    return found[-MOST_CAUGHT_UP:]


def timing_of(stored: dict[str, Any], zone: str) -> Timing:
    """From what `stored_as` gave."""
    at, rule = stored.get("at"), stored.get("rrule")
    return Timing(
        zone=ZoneInfo(zone),
        start=datetime.fromisoformat(stored["start"]),
        at=datetime.fromisoformat(at) if at else None,
        cron=stored.get("cron"),
        rule=parse(rule) if rule else None,
    )


def stored_as(timing: Timing) -> dict[str, Any]:
    return {
        "start": timing.start.isoformat(),
        "at": timing.at.isoformat() if timing.at else None,
        "cron": timing.cron,
        "rrule": str(timing.rule) if timing.rule else None,
    }
