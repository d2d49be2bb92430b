"""Imagined futures: drawn as the quantiles say, lived through as the plan has it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.planning.engine.worlds import LATER, NOW, calendars, properties
from upnext.planning.engine import (
    WorkCalendar,
    build_problem,
    drawn_minutes,
    imagined_ends,
    quantile_ends,
    to_micros,
)
from upnext.planning.engine.columns import Floats

tasks = st.lists(
    st.tuples(st.floats(1, 500), st.floats(1, 4), st.floats(0, 2_000)), min_size=1, max_size=12
)


def columns(rows: list[tuple[float, float, float]]) -> tuple[Floats, Floats, Floats]:
    minutes, factor, release = np.array(rows, dtype=np.float64).T
    return minutes, factor, release


@properties
@given(tasks)
def test_without_spread_every_future_is_the_plan(rows: list[tuple[float, float, float]]) -> None:
    minutes, _, release = columns(rows)
    drawn = drawn_minutes(minutes, np.ones(len(minutes)), seed=1, count=3)
    ends = imagined_ends(drawn, release, np.zeros(len(minutes)))
    problem = build_problem(minutes, np.ones(len(minutes)), minutes, release)
    for future in ends:
        assert future == pytest.approx(problem.ends(np.arange(len(minutes))))


@properties
@given(tasks, st.integers(0, 11), st.floats(1, 300))
def test_more_work_ends_no_earlier_in_any_future(
    rows: list[tuple[float, float, float]], which: int, more: float
) -> None:
    minutes, factor, release = columns(rows)
    longer = minutes.copy()
    longer[which % len(rows)] += more
    pauses = np.full(len(rows), 5.0)
    before, after = (
        imagined_ends(drawn_minutes(each, factor, seed=2, count=50), release, pauses)
        for each in (minutes, longer)
    )
    assert (after >= before - 1e-6).all()
    assert (np.diff(before, axis=1) >= 5).all()


def test_the_same_seed_draws_the_same_futures() -> None:
    minutes, factor = np.array([30.0, 60]), np.array([1.4, 3.0])
    first, again, other = (drawn_minutes(minutes, factor, seed=seed) for seed in (0, 0, 1))
    assert (first == again).all()
    assert (first != other).any()


def test_they_are_spread_as_the_quantiles_say() -> None:
    """Beside the closed form that the ends of blocks are told by."""
    minutes, factor = np.array([15.0, 120, 30, 60, 5, 240, 30]), np.full(7, 1.4)
    drawn = drawn_minutes(minutes, factor, seed=3, count=20_000)
    assert (drawn <= minutes * factor).mean(axis=0) == pytest.approx(np.full(7, 0.8), abs=0.01)
    ends = imagined_ends(drawn, np.zeros(7), np.zeros(7))
    median, p80 = quantile_ends(minutes, factor)
    assert np.median(ends, axis=0) == pytest.approx(median, rel=0.03)
    assert np.quantile(ends, 0.8, axis=0) == pytest.approx(p80, rel=0.03)


def test_a_pause_delays_what_follows_and_waiting_makes_it_good() -> None:
    drawn, pauses = np.array([[30.0, 30, 30]]), np.full(3, 5.0)
    assert imagined_ends(drawn, np.zeros(3), pauses).tolist() == [[30, 65, 100]]
    assert imagined_ends(drawn, np.array([0.0, 33, 0]), pauses).tolist() == [[30, 65, 100]]
    assert imagined_ends(drawn, np.array([0.0, 50, 0]), pauses).tolist() == [[30, 80, 115]]


@properties
@given(calendars, st.lists(st.floats(1e-3, 400_000), min_size=1, max_size=6))
def test_many_instants_are_found_as_one_is(calendar: WorkCalendar, minutes: list[float]) -> None:
    for now in (to_micros(NOW), to_micros(LATER)):
        found = calendar.instants_after(np.array([minutes, minutes]), now)
        one_by_one = [calendar.instant_after(each, now) for each in minutes]
        assert found.shape == (2, len(minutes))
        # Two hundred years from now a float counts microseconds in twos.
        assert found[1] == pytest.approx(one_by_one, rel=2**-52, abs=1)
