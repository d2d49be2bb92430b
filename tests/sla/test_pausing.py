"""Clocks that stand still: against counting the minutes in which they run."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.sla.test_hours import OFFICE, is_open, minutes
from upnext.sla.hours import AROUND_THE_CLOCK, Hours
from upnext.sla.pausing import MOST, Pause, Pauses, deadline, toggled, used

START = datetime(2026, 3, 27, 14, 0, tzinfo=UTC)
"""A Friday before Berlin's clocks change."""
HOURS = Hours("Europe/Berlin", OFFICE)


def _pauses(marks: list[int]) -> Pauses:
    """From minutes after START in pairs; an odd last one goes on."""
    moments = [START + minutes(mark) for mark in marks]
    pairs = list(zip(moments[::2], moments[1::2], strict=False))
    found = [Pause(since, until) for since, until in pairs]
    return (*found, Pause(moments[-1])) if len(moments) % 2 else tuple(found)


pauses = st.lists(st.integers(-600, 8_000), max_size=7, unique=True).map(sorted).map(_pauses)


def _stands(moment: datetime, pauses: Pauses) -> bool:
    return any(p.since <= moment and (p.until is None or moment < p.until) for p in pauses)


@given(pauses=pauses, length=st.integers(0, 9_000))
def test_used_counts_the_minutes_that_run(pauses: Pauses, length: int) -> None:
    moments = (START + minutes(n) for n in range(length))
    expected = sum(is_open(HOURS, each) and not _stands(each, pauses) for each in moments)
    assert used(HOURS, START, START + minutes(length), pauses) == minutes(expected)


@given(pauses=pauses, amount=st.integers(1, 4_000))
def test_at_the_deadline_all_is_used(pauses: Pauses, amount: int) -> None:
    due = deadline(HOURS, START, minutes(amount), pauses)
    ran = used(HOURS, START, due, pauses)
    if not pauses or pauses[-1].until is not None or due <= pauses[-1].since:
        assert ran == minutes(amount)
    else:
        # It stands before the time is over: due then as if it went on where it stands.
        *before, last = pauses
        gone_on = [*before, Pause(last.since, max(last.since, START))]
        assert due == deadline(HOURS, START, minutes(amount), gone_on)


@given(pauses=pauses, amount=st.integers(1, 2_000), more=st.integers(1, 500))
def test_a_pause_never_brings_a_deadline_nearer(pauses: Pauses, amount: int, more: int) -> None:
    without = deadline(HOURS, START, minutes(amount), ())
    assert deadline(HOURS, START, minutes(amount), pauses) >= without
    later = deadline(HOURS, START, minutes(amount + more), pauses)
    assert later > deadline(HOURS, START, minutes(amount), pauses)


def test_on_and_off() -> None:
    first = toggled((), START, paused=True)
    assert first == (Pause(START),)
    assert toggled(first, START + minutes(1), paused=True) is first
    assert toggled((), START, paused=False) == ()
    ended = toggled(first, START + minutes(5), paused=False)
    assert ended == (Pause(START, START + minutes(5)),)
    # One without length, or by a clock that went back, is none.
    assert toggled(first, START, paused=False) == ()
    assert toggled(first, START - minutes(1), paused=False) == ()


def test_very_many_pauses_stay_few() -> None:
    found: Pauses = ()
    for number in range(2 * MOST):
        found = toggled(found, START + minutes(2 * number), paused=True)
        found = toggled(found, START + minutes(2 * number + 1), paused=False)
    assert len(found) == MOST
    whole = START + minutes(4 * MOST)
    # What lies between those that were joined counts as paused.
    assert used(AROUND_THE_CLOCK, START, whole, found) < timedelta(minutes=2 * MOST)
