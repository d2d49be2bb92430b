"""Plans as pure arithmetic: what holds of every plan, and days with other than 24 hours."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given as generated
from hypothesis import settings
from hypothesis import strategies as st

from tests.planning.asking import NOW
from tests.planning.given import ALWAYS, PRIORITIES, Row, given, many, row
from upnext.core.types import NEVER, micros
from upnext.planning.clocks import Busy
from upnext.planning.engine.instants import MINUTE, to_micros
from upnext.planning.plans.judging import Window, blocks_in, broken, load, unplaced
from upnext.planning.plans.making import Known, Plan, again, make
from upnext.planning.plans.setting import Given, Pin

HOUR = 60 * MINUTE
START = to_micros(NOW)
WEEK = Window(NOW.date(), 7, ZoneInfo("UTC"))


def known(plan: Plan) -> Known:
    return Known(plan.ids, plan.setting.anchor, plan.blocks)


def ends(plan: Plan) -> dict[UUID, int]:
    return {block.task_id: block.end for block in plan.blocks}


@st.composite
def tasks(draw: st.DrawFn, *, later: bool = True) -> list[Row]:
    hours = st.integers(-10, 90)
    starts = st.one_of(st.none(), st.integers(1, 40)) if later else st.none()
    found: list[Row] = []
    for number in range(draw(st.integers(1, 8))):
        due, start = draw(st.one_of(st.none(), hours)), draw(starts)
        before = draw(st.sets(st.integers(0, number - 1), max_size=2)) if number else set()
        found.append(
            row(
                number,
                priority=draw(st.sampled_from(PRIORITIES)),
                estimated_duration=draw(st.sampled_from([None, 5, 12, 30, 60, 150, 400])),
                due_key=NEVER if due is None else START + due * HOUR,
                start_key=NEVER if start is None else START + start * HOUR,
                blocked_by={str(found[other].id): "p" for other in before},
            )
        )
    return found


@st.composite
def busy_times(draw: st.DrawFn) -> Busy:
    first = START // MINUTE
    spans = draw(st.lists(st.tuples(st.integers(0, 3_000), st.integers(10, 300)), max_size=4))
    return tuple(sorted((first + begin, first + begin + length) for begin, length in spans))


@settings(max_examples=12, deadline=None)
@generated(tasks(), busy_times(), st.lists(st.integers(0, 7), unique=True, max_size=2))
def test_what_holds_of_every_plan(rows: list[Row], busy: Busy, pinned: list[int]) -> None:
    pins = [
        Pin(rows[number].id, START + (place + 1) * 5 * HOUR, START + (place + 1) * 5 * HOUR + HOUR)
        for place, number in enumerate(pinned)
        if number < len(rows)
    ]
    asked = given(rows, busy=busy, pins=pins)
    plan = make(asked, NOW)
    assert make(asked, NOW).blocks == plan.blocks
    _check_blocks(plan, asked)
    _check_minutes(plan, rows)
    kept = [(one.task_id, one.start, one.end) for one in plan.blocks if one.pinned]
    assert kept == [(pin.task_id, pin.start, pin.end) for pin in pins]
    assert again(asked, known(plan)).blocks == plan.blocks
    assert [day.free_minutes >= 0 for day in load(plan, WEEK)] == [True] * 7
    assert sum(one.cost for one in broken(plan, WEEK)) >= 0


def _check_blocks(plan: Plan, asked: Given) -> None:
    calendar = asked.clock.calendar_at(NOW)
    facts = {task.id: task for task in asked.tasks}
    for one, after in zip(plan.blocks, plan.blocks[1:], strict=False):
        assert one.end <= after.start
    whole = ends(plan)
    for one in plan.blocks:
        assert one.start < one.end <= one.p80_end
        if one.pinned:
            continue
        free = calendar.free
        assert ((free.starts <= one.start) & (one.end <= free.ends)).any()
        start = facts[one.task_id].start_key
        assert start == NEVER or one.start >= start
        for before in facts[one.task_id].blocked_by:
            assert whole[UUID(before)] <= one.start


def _check_minutes(plan: Plan, rows: Sequence[Row]) -> None:
    """What is planned, and what finds no room, is what there is to do."""
    missing = {one.task_id: one.missing_minutes for one in unplaced(plan, Window(*_fortnight()))}
    for task in rows:
        minutes = max(5, task.estimated_duration or 30)
        laid = sum(one.end - one.start for one in plan.blocks if one.task_id == task.id)
        pinned = any(one.pinned for one in plan.blocks if one.task_id == task.id)
        if pinned and laid > minutes * MINUTE:
            continue  # somebody pinned more than there is to do
        assert laid / MINUTE + missing.get(task.id, 0) == minutes


def _fortnight() -> tuple[date, int, ZoneInfo]:
    return NOW.date(), 14, ZoneInfo("UTC")


@settings(max_examples=12, deadline=None)
@generated(tasks(later=False), busy_times(), st.data())
def test_more_free_time_never_makes_it_worse(
    rows: list[Row], busy: Busy, data: st.DataObject
) -> None:
    """Beyond what the search may miss. (With later starts idle time counts, so it may.)"""
    fewer = tuple(span for span in busy if data.draw(st.booleans()))
    narrow, wide = make(given(rows, busy=busy), NOW), make(given(rows, busy=fewer), NOW)
    assert wide.cost <= narrow.cost * 1.02 + 1e-6


@settings(max_examples=10, deadline=None)
@generated(tasks(), st.integers(0, 7), st.integers(1, 90))
def test_a_new_plan_stays_near(rows: list[Row], gone: int, passed: int) -> None:
    plan = make(given(rows), NOW)
    left = [task for number, task in enumerate(rows) if number != gone]
    ids = {str(task.id) for task in left}
    open_ = [
        Row(**{**vars(task), "blocked_by": {k: v for k, v in task.blocked_by.items() if k in ids}})
        for task in left
    ]
    now = NOW + timedelta(minutes=passed)
    new = make(given(open_), now, known(plan))
    measure = new.measure
    assert measure is not None
    assert measure.cost_after <= 1.01 * measure.least_cost + 1e-6
    assert measure.moved_tasks <= measure.moved_tasks_by_cheapest
    assert measure.least_cost <= measure.cost_before + 1e-6
    _check_minutes(new, open_)


@pytest.mark.parametrize(("day", "hours"), [(28, 23), (29, 24)])
def test_days_in_spring_are_shorter(day: int, hours: int) -> None:
    zone = ZoneInfo("Europe/Berlin")
    now = datetime(2027, 3, day, tzinfo=zone)
    rows = [row(number, estimated_duration=600, created_at=now) for number in range(9)]
    plan = make(given(rows, zone="Europe/Berlin", hours=ALWAYS), now)
    window = Window(now.date(), 1, zone)
    assert load(plan, window)[0].free_minutes == hours * 60
    begin, end = window.start, window.end
    assert end - begin == hours * HOUR
    inside = [min(one.end, end) - one.start for one in blocks_in(plan, window)]
    assert sum(inside) <= hours * HOUR
    assert hours * HOUR - sum(inside) <= 20 * 5 * MINUTE + 30 * MINUTE


@settings(deadline=None)
@generated(
    st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]),
    st.dates(date(2024, 1, 1), date(2030, 12, 31)),
)
def test_a_day_has_as_many_hours_as_its_clock_runs(name: str, day: date) -> None:
    """23 or 25 where the clock changes (on Lord Howe Island by half an hour), else 24."""
    zone = ZoneInfo(name)
    now = datetime.combine(day, datetime.min.time(), zone)
    (_, begin, end), (_, after, _) = Window(day, 2, zone)
    assert end == after
    free = given([], zone=name, hours=ALWAYS).clock.calendar_at(now).free
    assert free.within(begin, end).lengths.sum() == end - begin
    before, behind = (now + timedelta(days=ahead) for ahead in (0, 1))
    change = (behind.utcoffset() or timedelta()) - (before.utcoffset() or timedelta())
    assert end - begin == 24 * HOUR - change // timedelta(microseconds=1)
    allowed = {23.5, 24.0, 24.5} if "Lord" in name else {23.0, 24.0, 25.0}
    assert (end - begin) / HOUR in allowed


def test_days_in_autumn_are_longer() -> None:
    zone = ZoneInfo("Europe/Berlin")
    now = datetime(2026, 10, 25, tzinfo=zone)
    plan = make(given([row(0)], zone="Europe/Berlin", hours=ALWAYS), now)
    week = Window(now.date(), 7, zone)
    assert [day.free_minutes for day in load(plan, week)] == [1_500] + [1_440] * 6


def test_what_is_due_earlier_is_done_earlier_though_it_counts_less() -> None:
    rows = [
        row(0, priority="high", estimated_duration=60, due_key=micros(NOW + timedelta(hours=5))),
        row(1, priority="low", estimated_duration=60, due_key=micros(NOW + timedelta(hours=1))),
    ]
    plan = make(given(rows), NOW)
    assert plan.cost == 0
    assert plan.first == rows[1].id


def test_a_long_task_finds_room_between_meetings() -> None:
    first = START // MINUTE
    meetings = tuple((first + n * 60, first + n * 60 + 30) for n in range(14 * 24))
    plan = make(given([row(0, estimated_duration=90)], busy=meetings), NOW)
    assert [one.end - one.start for one in plan.blocks] == [30 * MINUTE] * 3


def test_only_the_best_hundred_and_what_they_wait_for_are_planned() -> None:
    rows = many(300)
    plan = make(given(rows), NOW)
    facts = {task.id: task for task in rows}
    planned = set(plan.setting.ids)
    assert 100 <= len(planned) <= 150
    for task_id in planned:
        assert all(UUID(before) in planned for before in facts[task_id].blocked_by)
