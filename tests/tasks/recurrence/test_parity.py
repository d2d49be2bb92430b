"""The same wall times as python-dateutil, which counts from the start where we jump."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import islice
from random import Random
from types import FrameType

import pytest
from dateutil.rrule import rrulestr

from tests.kit.effort import tries
from tests.tasks.recurrence.rules import FREQS, OFTEN, random_rule
from upnext.tasks.recurrence.reading import parse
from upnext.tasks.recurrence.walls import HORIZON, next_occurrence, walls

RULES = tries(600, 2_000)
BATCHES = 10
OFTEN_RULES = tries(40, 100)
SHOWN = 12
PATIENCE = 0.02
OURS = timedelta(days=HORIZON.days - 400)
"""So far we have to find what there is; beyond it we may."""


class TooSlow(Exception):
    """python-dateutil looks for what never comes until the year 9999."""


@contextmanager
def patience() -> Iterator[None]:
    def ring(_: int, __: FrameType | None) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGVTALRM, ring)
    # An event loop that waits for signals has nothing to do with this one.
    loop = signal.set_wakeup_fd(-1)
    # Again and again: what is raised while an object is being finalised is swallowed.
    signal.setitimer(signal.ITIMER_VIRTUAL, PATIENCE, PATIENCE)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.set_wakeup_fd(loop)
        signal.signal(signal.SIGVTALRM, before)


def plain_expansion(text: str, start: datetime) -> list[datetime] | None:
    """The first dates as python-dateutil counts them; None if it does not end in time."""
    try:
        with patience():
            return list(islice(rrulestr(text, dtstart=start), SHOWN))
    except TooSlow:
        return None
    except ValueError:
        # So it says that nothing ever fits.
        return []


def near(dates: list[datetime], start: datetime) -> list[datetime]:
    """Those that one search has to reach."""
    return [date for date in dates if date - start < OURS]


def starts(random: Random) -> datetime:
    return datetime(2019, 1, 1) + timedelta(seconds=random.randrange(4 * 366 * 86_400))  # noqa: DTZ001  (wall time)


@pytest.mark.parametrize("batch", range(BATCHES))
def test_random_rules(batch: int) -> None:
    random, compared, jumps = Random(f"parity {batch}"), 0, 0
    for _ in range(RULES // BATCHES):
        text, start = random_rule(random, FREQS), starts(random)
        expected = plain_expansion(text, start)
        if expected is None:
            continue
        wanted = near(expected, start)
        compared += 1
        rule = parse(text)
        assert list(islice(walls(rule, start), len(wanted))) == wanted, (text, start)
        if not expected:
            assert next_occurrence(rule, start) is None, (text, start)
        jumps += _jump(random, text, start, wanted)
    # Fewer on a slow machine, where python-dateutil gets less far.
    assert compared > 0.5 * RULES / BATCHES
    assert jumps > 0.5 * RULES / BATCHES


def _jump(random: Random, text: str, start: datetime, wanted: list[datetime]) -> int:
    """From anywhere in between the next one is found without those before it."""
    rule = parse(text)
    for _ in range(3 if len(wanted) > 1 else 0):
        place = random.randrange(len(wanted) - 1)
        for off in (-1, 0, 1, 3_000):
            after = wanted[place] + timedelta(seconds=off)
            expected = next((date for date in wanted if date > after), None)
            if expected is not None:
                found = next_occurrence(rule, start, after)
                assert found == expected, (text, start, after)
    return 3 if len(wanted) > 1 else 0


@pytest.mark.parametrize("batch", range(3))
def test_random_rules_that_come_often(batch: int) -> None:
    """No task has such a rule; the arithmetic has it all the same."""
    random, compared = Random(f"often {batch}"), 0
    for _ in range(OFTEN_RULES):
        text, start = random_rule(random, OFTEN), starts(random)
        expected = plain_expansion(text, start)
        first = next_occurrence(parse(text), start)
        # Ours gives up earlier, so only what it finds is compared.
        if expected and first is not None:
            assert first == expected[0], (text, start)
            compared += 1
    assert compared > OFTEN_RULES * 0.3


@pytest.mark.parametrize("end", ["COUNT=7", "UNTIL=20260301T000000", "UNTIL=20260301"])
def test_ends(end: str) -> None:
    """COUNT is a matter of the series; the rest is the same."""
    start = datetime(2026, 1, 31, 9)  # noqa: DTZ001  (wall time)
    text = f"FREQ=WEEKLY;BYDAY=MO,SA;WKST=MO;{end}"
    expected = list(rrulestr(text, dtstart=start))
    rule = parse(text)
    last = datetime(2026, 3, 1) if rule.until else None  # noqa: DTZ001  (wall time)
    assert list(islice(walls(rule, start, None, last), rule.count or 99)) == expected


def test_far_ahead_costs_no_counting() -> None:
    """Daily for four thousand years: counting them would take a second and more."""
    start, after = datetime(2000, 1, 1, 8), datetime(6000, 1, 1)  # noqa: DTZ001  (wall time)
    assert next_occurrence(parse("FREQ=DAILY;INTERVAL=1"), start, after) == after.replace(hour=8)
    hourly = next_occurrence(parse("FREQ=HOURLY;INTERVAL=7"), start, after)
    assert hourly is not None
    assert (hourly - start) % timedelta(hours=7) == timedelta(0)
    assert timedelta(0) < hourly - after <= timedelta(hours=7)


def test_plain_and_numbered_days_together_mean_either() -> None:
    """So says the RFC; python-dateutil wants days that are both, and finds none."""
    start = datetime(2026, 6, 1, 9)  # noqa: DTZ001  (wall time)
    found = islice(walls(parse("FREQ=MONTHLY;BYDAY=MO,2TU"), start), 4)
    assert [day.day for day in found] == [1, 8, 9, 15]
