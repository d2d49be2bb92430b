"""How likely dates are kept, as pure arithmetic: what holds of every plan."""

import warnings
from dataclasses import replace

import pytest
from hypothesis import given as generated
from hypothesis import settings
from hypothesis import strategies as st

from tests.kit.effort import tries
from tests.planning.asking import NOW
from tests.planning.given import ALWAYS, Row, given, many, row
from upnext.core.types import NEVER
from upnext.goals.forecast import Outlook
from upnext.planning.clocks import WorkClock
from upnext.planning.engine.instants import DAY, MINUTE, to_micros
from upnext.planning.learning.durations import Learned
from upnext.planning.plans.making import Plan, make
from upnext.planning.plans.risking import Kind, Promise, Risk, futures, risks
from upnext.planning.plans.setting import Pin

HOUR = 60 * MINUTE
START = to_micros(NOW)


def promise(*rows: Row, by: int, kind: Kind = Kind.DEADLINE) -> Promise:
    return Promise(kind=kind, id=rows[0].id, title="", by=by, task_ids=[one.id for one in rows])


def risk(plan: Plan, *rows: Row, by: int) -> Risk:
    (found,) = risks(plan, [promise(*rows, by=by)])
    return found


def chance(plan: Plan, *rows: Row, by: int) -> float:
    return risk(plan, *rows, by=by).chance


def test_one_task_is_done_by_its_quantiles_as_often_as_they_say() -> None:
    only = row(0, estimated_duration=60)
    plan = make(given([only]), NOW)
    assert chance(plan, only, by=START + HOUR) == pytest.approx(0.5, abs=0.05)
    assert chance(plan, only, by=START + round(1.4 * HOUR)) == pytest.approx(0.8, abs=0.04)
    found = risk(plan, only, by=START + 7 * HOUR)
    assert (found.chance, found.outlook) == (1, Outlook.ON_TRACK)
    assert found.likely_end == pytest.approx(START + HOUR, abs=4 * MINUTE)
    assert found.p80_end == pytest.approx(START + 1.4 * HOUR, abs=5 * MINUTE)
    assert risk(plan, only, by=START - 1).outlook is Outlook.LATE


def test_learned_durations_decide() -> None:
    only = row(0, estimated_duration=60)
    plain = given([only])
    slow = Learned(correction=2.0, factor=1.5)
    sure = Learned(factor=1.01)
    chances = []
    for learned in (slow, Learned(), sure):
        clock: WorkClock = replace(plain.clock, learned=learned)
        plan = make(replace(plain, clock=clock), NOW)
        chances.append(chance(plan, only, by=START + round(1.2 * HOUR)))
    assert chances[0] < 0.2 < chances[1] < 0.8 < chances[2] == 1


def test_capacity_is_free_time() -> None:
    """What is due this evening is lost if the afternoon is taken."""
    only = row(0, estimated_duration=240)
    evening = START + 7 * HOUR
    free = chance(make(given([only]), NOW), only, by=evening)
    first = START // MINUTE
    taken = make(given([only], busy=((first, first + 300),)), NOW)
    assert free > 0.8
    assert chance(taken, only, by=evening) < 0.2
    assert risk(taken, only, by=evening).likely_end >= evening + 16 * HOUR


def test_what_comes_first_takes_its_time_too() -> None:
    first = row(0, estimated_duration=60, priority="urgent", due_key=START + HOUR)
    second = row(1, estimated_duration=60, blocked_by={str(first.id): "p"})
    plan = make(given([first, second], hours=ALWAYS), NOW)
    by = START + 125 * MINUTE
    alone = make(given([replace(second, blocked_by={})], hours=ALWAYS), NOW)
    assert chance(alone, second, by=by) > 0.9
    assert 0.3 < chance(plan, second, by=by) < 0.6
    both = chance(plan, first, second, by=by)
    assert both == chance(plan, second, by=by)


def test_a_pin_may_last_for_millennia() -> None:
    one = row(0, estimated_duration=60)
    pin = Pin(one.id, START, START + 7_900 * 365 * DAY)
    plain = given([one], pins=[pin])
    clock: WorkClock = replace(plain.clock, learned=Learned(factor=50.0))
    with warnings.catch_warnings(action="error"):
        found = futures(make(replace(plain, clock=clock), NOW))
    assert (found >= START).all()
    assert (found < NEVER).all()


def test_a_pin_begins_when_it_is_pinned_to() -> None:
    only = row(0, estimated_duration=60)
    pin = Pin(only.id, START + 2 * HOUR, START + 3 * HOUR)
    plan = make(given([only], pins=[pin]), NOW)
    assert chance(plan, only, by=START + 2 * HOUR) == 0
    assert chance(plan, only, by=START + 3 * HOUR) == pytest.approx(0.5, abs=0.05)
    assert chance(plan, only, by=START + 200 * MINUTE) == pytest.approx(0.75, abs=0.08)


def test_what_is_not_planned_is_not_judged_and_the_least_likely_comes_first() -> None:
    rows = many(30)
    plan = make(given(rows), NOW)
    stranger = row(999)
    promises = [promise(one, by=START + DAY) for one in (*rows, stranger)]
    promises += [promise(*rows[:3], by=START + DAY, kind=Kind.GOAL)]
    found = risks(plan, promises)
    assert len(found) == len(plan.setting.tasks) + 1
    assert [one.chance for one in found] == sorted(one.chance for one in found)
    assert risks(plan, promises) == found
    assert risks(plan, []) == []


@settings(deadline=None, max_examples=tries(15, 200))
@generated(
    st.lists(
        st.tuples(st.sampled_from([None, 5, 30, 90, 400]), st.integers(-10, 90)),
        min_size=1,
        max_size=8,
    ),
    st.integers(0, 60),
    st.integers(0, 60),
)
def test_a_later_date_is_no_less_likely_and_more_tasks_are_no_more_likely(
    shapes: list[tuple[int | None, int]], early: int, more: int
) -> None:
    rows = [
        row(number, estimated_duration=minutes, due_key=START + due * HOUR if due > 0 else NEVER)
        for number, (minutes, due) in enumerate(shapes)
    ]
    plan = make(given(rows), NOW)
    ends = futures(plan)
    assert ends.shape == (1_000, len(rows))
    assert (ends > START).all()
    by, later = START + early * HOUR, START + (early + more) * HOUR
    every = [chance(plan, one, by=by) for one in rows]
    assert all(0 <= each <= 1 for each in every)
    assert chance(plan, rows[0], by=later) >= every[0]
    assert chance(plan, *rows, by=by) <= min(every)
