"""How long tasks take: rules, and ranges that hold for simulated people."""

import math

import pytest

from bench.durations import KINDS, Kind, judge
from upnext.planning.learning.durations import (
    FACTOR,
    NOTHING,
    Done,
    dump,
    learn,
    load,
    quantile,
    shrunk_ratio,
    text,
)
from upnext.planning.reasons import TIMES


def done(actual: float, estimate: float | None = 60, category: str = "general") -> Done:
    return Done(actual, estimate, category, "p")


def test_without_history_the_estimate_stands() -> None:
    assert learn([]) == NOTHING
    assert NOTHING.expected(60, "a", "b").p50 == 60
    assert NOTHING.expected(60, "a", "b").p80 == 60 * FACTOR
    assert NOTHING.expected(None, "a", "b").p50 == 30
    assert text(NOTHING) is None


def test_the_ratio_is_a_shrunk_median() -> None:
    """(n * median + 20 * 0) / (n + 20), of the last 200."""
    ratios = [math.log(0.5)] * 30 + [9.0]
    assert shrunk_ratio(ratios) == pytest.approx(31 * math.log(0.5) / 51)
    assert shrunk_ratio([1.0] * 500 + [0.0] * 200) == 0
    assert shrunk_ratio([]) == 0


@pytest.mark.parametrize(("count", "corrected"), [(19, False), (20, True), (100, True)])
def test_a_habit_is_corrected_once_twenty_tasks_show_it(count: int, corrected: bool) -> None:
    learned = learn([done(30)] * count)
    assert (learned.correction < 1) is corrected
    assert learned.ratio < 1
    assert (learned.expected(60, "a", "b").p50 < 60) is corrected


def test_who_estimates_well_is_not_corrected() -> None:
    learned = learn([done(60 * math.exp(0.3 * (-1) ** place)) for place in range(60)])
    assert learned.correction == 1
    assert learned.gain is not None
    assert text(learned) == f"your tasks usually take 1.0 {TIMES} your estimate (last 50)"


def test_an_old_habit_that_is_gone_is_not_corrected() -> None:
    """It has to have helped over the last fifty."""
    assert learn([done(30)] * 100 + [done(60)] * 60).correction == 1


def test_groups_speak_from_five_tasks_on_and_are_shrunk() -> None:
    calls, writing = [done(10, None, "call")] * 10, [done(120, None, "write")] * 4
    learned = learn(calls + writing)
    assert set(learned.categories) == {"call"}
    assert 10 < learned.typical("call", "elsewhere") < 15
    assert learned.typical("write", "elsewhere") == learned.person
    assert learned.knows("new", "new")
    assert not learn(calls[:4]).knows("call", "p")


def test_what_was_not_tracked_teaches_nothing() -> None:
    assert learn([done(0)] * 50) == NOTHING


def test_it_is_stored_and_read_as_it_was() -> None:
    learned = learn([done(30, 60, f"c{place % 3}") for place in range(40)])
    assert dump(load(dump(learned))) == dump(learned)
    assert load(None) == NOTHING


def test_a_quantile_lies_between_its_neighbours() -> None:
    assert quantile([1, 2, 3, 4], 0.8) == 4
    assert quantile([1, 2, 3, 4, 5, 6, 7, 8, 9], 0.8) == 8
    assert quantile([5], 0.8) == 5


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_ranges_hold_also_for_who_is_not_as_we_think(kind: Kind) -> None:
    """`python -m bench.durations` has more people, and narrower bounds."""
    row = judge(kind, people=6, every=20)
    assert 0.76 <= row.coverage <= 0.84
    assert row.saved >= -0.01
