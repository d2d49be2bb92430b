"""Blocks lie in free time, one after another, and lose no minute."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kit.effort import tries
from upnext.planning.engine.blocks import (
    FOREVER,
    Block,
    BlockRules,
    Layout,
    Workload,
    lay_out,
)
from upnext.planning.engine.calendar import AROUND_THE_CLOCK, build_calendar
from upnext.planning.engine.instants import MINUTE, to_micros
from upnext.planning.engine.intervals import Intervals
from upnext.planning.engine.problem import build_problem

NO_GAP = BlockRules(gap=0)


def workload(
    minutes: Sequence[float],
    release: Sequence[int] | None = None,
    min_block: Sequence[float] | None = None,
    edges: Sequence[tuple[int, int]] = (),
) -> Workload:
    """Releases in minutes."""
    size = len(minutes)
    problem = build_problem(minutes, [1] * size, [0] * size, edges=edges)
    return Workload(
        minutes=problem.minutes,
        release=np.array(release or [0] * size, dtype=np.int64) * MINUTE,
        min_block=np.array(min_block or [0] * size, dtype=np.float64),
        precedence=problem.precedence,
    )


def free(*spans: tuple[int, int]) -> Intervals:
    return Intervals.of([(start * MINUTE, end * MINUTE) for start, end in spans])


def pin(row: int, start: int, end: int) -> Block:
    return Block(row, start * MINUTE, end * MINUTE, pinned=True)


def shown(layout: Layout) -> list[tuple[int, float, float]]:
    return [(one.row, one.start / MINUTE, one.end / MINUTE) for one in layout.blocks]


def test_one_after_the_other_with_a_pause_between() -> None:
    layout = lay_out([1, 0], workload([30, 20]), free((100, 200)))
    assert shown(layout) == [(1, 100, 120), (0, 125, 155)]
    assert (layout.ends // MINUTE).tolist() == [155, 120]
    assert not layout.left.any()


def test_a_gap_too_small_is_filled_by_the_next_that_fits() -> None:
    layout = lay_out([0, 1], workload([60, 20]), free((0, 30), (40, 100)), rules=NO_GAP)
    assert shown(layout) == [(1, 0, 20), (0, 40, 100)]


def test_a_task_is_split_over_the_room_there_is() -> None:
    layout = lay_out([0], workload([70], min_block=[15]), free((0, 40), (50, 100)), rules=NO_GAP)
    assert shown(layout) == [(0, 0, 40), (0, 50, 80)]


def test_no_piece_is_smaller_than_the_smallest_sitting() -> None:
    work = workload([50], min_block=[15])
    layout = lay_out([0], work, free((0, 10), (20, 60), (70, 100)), rules=NO_GAP)
    assert shown(layout) == [(0, 20, 55), (0, 70, 85)]


def test_a_long_sitting_is_cut() -> None:
    layout = lay_out([0], workload([130], min_block=[30]), free((0, 300)))
    assert shown(layout) == [(0, 0, 100), (0, 105, 135)]


def test_what_cannot_be_split_and_fits_nowhere_is_left() -> None:
    layout = lay_out([0, 1], workload([90, 10]), free((0, 60), (70, 120)))
    assert shown(layout) == [(1, 0, 10)]
    assert (layout.left // MINUTE).tolist() == [90, 0]
    assert layout.ends.tolist() == [FOREVER, 10 * MINUTE]


def test_a_successor_waits_for_the_end_of_what_it_waits_for() -> None:
    work = workload([30, 80, 10], min_block=[0, 15, 0], edges=[(1, 0)])
    layout = lay_out([1, 0, 2], work, free((0, 50), (60, 150)), rules=NO_GAP)
    assert shown(layout) == [(1, 0, 50), (1, 60, 90), (0, 90, 120), (2, 120, 130)]


def test_what_waits_for_work_that_does_not_fit_is_not_begun() -> None:
    layout = lay_out([0, 1], workload([90, 10], edges=[(0, 1)]), free((0, 60)))
    assert shown(layout) == []


def test_released_later() -> None:
    layout = lay_out([0], workload([10], release=[25]), free((0, 60)))
    assert shown(layout) == [(0, 25, 35)]


def test_nothing_is_begun_that_would_hold_up_an_earlier_one_of_the_order() -> None:
    work = workload([10, 60, 20], release=[25, 0, 0])
    layout = lay_out([0, 1, 2], work, free((0, 200)), rules=NO_GAP)
    assert shown(layout) == [(2, 0, 20), (0, 25, 35), (1, 35, 95)]


def test_pins_are_kept_and_count() -> None:
    work = workload([60, 30], min_block=[15, 0])
    layout = lay_out([0, 1], work, free((0, 100)), [pin(0, 40, 80)], NO_GAP)
    assert shown(layout) == [(0, 0, 20), (0, 40, 80)]
    assert (layout.left // MINUTE).tolist() == [0, 30]
    assert layout.ends.tolist() == [80 * MINUTE, FOREVER]


def test_a_pause_around_a_pin() -> None:
    layout = lay_out([0, 1], workload([40, 35]), free((0, 150)), [pin(0, 40, 80)])
    assert shown(layout) == [(1, 0, 35), (0, 40, 80)]


def test_a_successor_waits_for_a_pin() -> None:
    work = workload([30, 10], edges=[(0, 1)])
    layout = lay_out([0, 1], work, free((0, 100)), [pin(0, 50, 80)], NO_GAP)
    assert shown(layout) == [(0, 50, 80), (1, 80, 90)]


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[int], Workload, Intervals, list[Block], BlockRules]:
    size = draw(st.integers(1, 10))

    def column(each: st.SearchStrategy[int]) -> list[int]:
        return draw(st.lists(each, min_size=size, max_size=size))

    row = st.integers(0, size - 1)
    work = workload(
        column(st.integers(1, 300)),
        column(st.one_of(st.just(0), st.integers(0, 1_500))),
        column(st.sampled_from([0, 0, 15, 30, 90])),
        draw(st.lists(st.tuples(row, row), max_size=size)),
    )
    instant = st.integers(0, 2_000)
    spans = draw(st.lists(st.tuples(instant, instant), max_size=8))
    start, length = st.integers(0, 1_500), st.integers(1, 90)
    pins = draw(st.lists(st.tuples(row, start, length), max_size=3))
    rules = BlockRules(gap=draw(st.sampled_from([0, 5])), max_block=draw(st.integers(20, 200)))
    order = draw(st.permutations(range(size)))
    blocks = [pin(row, start, start + length) for row, start, length in pins]
    return list(order), work, free(*spans), blocks, rules


@settings(max_examples=tries(20, 500))
@given(worlds())
def test_blocks_keep_to_free_time_and_to_each_other(
    world: tuple[list[int], Workload, Intervals, list[Block], BlockRules],
) -> None:
    order, work, room, pins, rules = world
    layout = lay_out(order, work, room, pins, rules)
    assert [one for one in layout.blocks if one.pinned] == sorted(
        pins, key=lambda one: (one.start, one.row)
    )
    laid = [one for one in layout.blocks if not one.pinned]
    gap = rules.gap * MINUTE
    for one in laid:
        inside = (room.starts <= one.start) & (one.end <= room.ends)
        assert one.start < one.end
        assert inside.any()
        assert one.start >= work.release[one.row]
        others = [other for other in layout.blocks if other is not one]
        assert all(other.end + gap <= one.start or one.end + gap <= other.start for other in others)
        for before in work.precedence.predecessors.get(one.row, ()):
            assert layout.ends[before] <= one.start


@settings(max_examples=tries(20, 500))
@given(worlds())
def test_minutes_are_conserved_and_pieces_are_useful(
    world: tuple[list[int], Workload, Intervals, list[Block], BlockRules],
) -> None:
    order, work, room, pins, rules = world
    layout = lay_out(order, work, room, pins, rules)
    assert lay_out(order, work, room, pins, rules).blocks == layout.blocks
    for row in order:
        whole = int(work.minutes[row]) * MINUTE
        pinned = sum(one.end - one.start for one in pins if one.row == row)
        pieces = [one.end - one.start for one in layout.blocks if one.row == row and not one.pinned]
        rest = max(0, whole - pinned)
        assert sum(pieces) + layout.left[row] == rest
        least = int(work.min_block[row]) * MINUTE or rest
        assert all(piece >= min(least, rest) for piece in pieces)
        if work.min_block[row]:
            assert all(piece <= max(rules.max_block * MINUTE, 2 * least) for piece in pieces)


@settings(max_examples=tries(20, 500))
@given(worlds())
def test_nothing_that_fits_is_left_out(
    world: tuple[list[int], Workload, Intervals, list[Block], BlockRules],
) -> None:
    """Endless free time behind everything takes in whatever is not blocked by a release."""
    order, work, room, pins, rules = world
    endless = Intervals.of([*zip(room.starts, room.ends, strict=True), (3_000 * MINUTE, FOREVER)])
    layout = lay_out(order, work, endless, pins, rules)
    assert not layout.left.any()
    assert (layout.ends < FOREVER).all()


def test_a_task_left_out_of_the_order_holds_its_successors() -> None:
    layout = lay_out([1], workload([10, 10], edges=[(0, 1)]), free((0, 60)))
    assert layout.blocks == ()
    assert layout.left == pytest.approx([10 * MINUTE, 10 * MINUTE])


@pytest.mark.parametrize(("day", "hours"), [(28, 23), (29, 24)])
def test_a_day_of_summer_time_has_its_own_length(day: int, hours: int) -> None:
    zone = ZoneInfo("Europe/Berlin")
    start = datetime(2027, 3, day, tzinfo=zone)
    calendar = build_calendar(zone, AROUND_THE_CLOCK, start)
    room = calendar.free.within(
        to_micros(start), to_micros(datetime(2027, 3, day + 1, tzinfo=zone))
    )
    layout = lay_out([0], workload([3_000], min_block=[15]), room, rules=NO_GAP)
    laid = sum(one.end - one.start for one in layout.blocks)
    assert laid == hours * 60 * MINUTE
    assert layout.left[0] == 3_000 * MINUTE - laid
