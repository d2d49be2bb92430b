"""`would_win_if`: what it promises happens, and nothing nearer would have done."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.planning.engine import worlds
from upnext.planning.engine import (
    Candidate,
    Change,
    ChangeCode,
    Parameters,
    Priority,
    Ranking,
    Request,
    Status,
    WorkCalendar,
    to_micros,
)
from upnext.planning.engine.counterfactual import LONGEST_TRIED

ROUNDING = 1e-8
MINUTE = timedelta(minutes=1)
thorough = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


class World:
    """One question that can be asked again with one task changed and the mean held."""

    def __init__(self, tasks: list[Candidate], request: Request, calendar: WorkCalendar) -> None:
        self.tasks, self.request, self.calendar = tasks, request, calendar
        self.answer = worlds.answer(tasks, request, calendar=calendar)
        self.held = Parameters(mean_minutes=self.answer.mean_minutes)

    def after(self, changed: Candidate) -> Ranking:
        tasks = [changed if task.id == changed.id else task for task in self.tasks]
        return worlds.answer(tasks, self.request, calendar=self.calendar, parameters=self.held)

    def lead(self, changed: Candidate) -> float:
        """By how much the changed task beats the task that was first; -inf if ineligible."""
        scores = {ranked.id: ranked.score for ranked in self.after(changed).ordered}
        return scores.get(changed.id, float("-inf")) - self.answer.ordered[0].score

    def runners_up(self) -> list[tuple[Candidate, dict[ChangeCode, Change]]]:
        task_of = {task.id: task for task in self.tasks}
        runners = self.answer.ordered[1 : self.request.runners_up + 1]
        return [
            (task_of[ranked.id], {change.code: change for change in ranked.would_win_if})
            for ranked in runners
        ]


crowds = st.builds(World, worlds.projects(most=6), worlds.requests(), worlds.calendars)


def changed(task: Candidate, change: Change) -> Candidate:
    match change.code:
        case ChangeCode.DUE:
            return replace(task, due_at=change.params["due_at"])
        case ChangeCode.PRIORITY:
            return replace(task, priority=change.params["priority"])
        case ChangeCode.ESTIMATE:
            return replace(task, estimate=change.params["minutes"])
        case ChangeCode.STARTED:
            return replace(task, status=Status.STARTED)


@thorough
@given(crowds)
def test_every_promised_change_puts_the_task_first(world: World) -> None:
    for task, changes in world.runners_up():
        for change in changes.values():
            assert world.after(changed(task, change)).ordered[0].id == task.id


@thorough
@given(crowds)
def test_no_lower_priority_would_do(world: World) -> None:
    for task, changes in world.runners_up():
        found = changes.get(ChangeCode.PRIORITY)
        enough = found.params["priority"] if found else max(Priority) + 1
        for level in range(task.priority, enough):
            assert world.lead(replace(task, priority=Priority(level))) <= ROUNDING


@thorough
@given(crowds)
def test_started_is_promised_whenever_it_is_enough(world: World) -> None:
    for task, changes in world.runners_up():
        if ChangeCode.STARTED not in changes and task.status is not Status.STARTED:
            assert world.lead(replace(task, status=Status.STARTED)) <= ROUNDING


@thorough
@given(crowds, st.data())
def test_no_later_deadline_would_do(world: World, data: st.DataObject) -> None:
    now = to_micros(world.request.now)
    for task, changes in world.runners_up():
        found = changes.get(ChangeCode.DUE)
        promised = found.params["due_at"] if found else world.request.now - timedelta(days=30)
        for due in (promised + timedelta(minutes=2), data.draw(worlds.near)):
            latest = float(world.calendar.tau(to_micros(promised), now))
            if float(world.calendar.tau(to_micros(due), now)) > latest + 1.1:
                assert world.lead(replace(task, due_at=due)) <= ROUNDING


@thorough
@given(crowds, st.data())
def test_no_nearer_estimate_would_do(world: World, data: st.DataObject) -> None:
    for task, changes in world.runners_up():
        current, found = task.estimate or 30, changes.get(ChangeCode.ESTIMATE)
        furthest = st.sampled_from([1, max(current, LONGEST_TRIED)])
        enough = found.params["minutes"] if found else data.draw(furthest)
        low, high = sorted((current, enough))
        for estimate in data.draw(st.lists(st.integers(low, high), max_size=3)):
            if estimate != enough or not found:
                assert world.lead(replace(task, estimate=estimate)) <= ROUNDING


def simple(number: int, **fields: object) -> Candidate:
    made = Candidate(id=UUID(int=number), created_at=worlds.NOW)
    return replace(made, **fields)  # type: ignore[arg-type]  # each caller names real fields


def test_a_runner_up_hears_all_four_ways_to_win() -> None:
    now, morning = worlds.NOW.replace(second=0), Request(now=worlds.NOW.replace(hour=8))
    first = simple(1, estimate=60, due_at=now + timedelta(seconds=17))
    second = simple(2, estimate=60, due_at=now + timedelta(minutes=15))
    third = simple(3, estimate=60, due_at=now + timedelta(days=6))
    (_, near), (_, distant) = World([first, second, third], morning, worlds.OFFICE).runners_up()
    assert near[ChangeCode.STARTED].params == {}
    assert near[ChangeCode.PRIORITY].params == {"priority": Priority.HIGH}
    assert 40 < near[ChangeCode.ESTIMATE].params["minutes"] < 60
    assert near[ChangeCode.DUE].params == {"due_at": now}
    assert ChangeCode.STARTED not in distant
    assert distant[ChangeCode.DUE].params == near[ChangeCode.DUE].params


def test_a_longer_estimate_wins_when_only_losing_the_slack_helps() -> None:
    morning = Request(now=datetime(2026, 3, 27, 8, tzinfo=UTC))
    first = simple(1, estimate=60, priority=Priority.LOW, due_at=morning.now)
    urgent = simple(2, estimate=5, priority=Priority.URGENT, due_at=morning.now + 200 * MINUTE)
    small = [simple(number, estimate=5, due_at=worlds.LATER) for number in range(3, 20)]
    world = World([first, urgent, *small], morning, worlds.OFFICE)
    (_, changes), *_ = world.runners_up()
    longer = changes[ChangeCode.ESTIMATE].params["minutes"]
    assert 100 < longer <= 200
    assert world.lead(replace(urgent, estimate=longer)) > 0
    assert world.lead(replace(urgent, estimate=longer - 1)) <= ROUNDING


def test_nobody_is_told_to_take_weeks() -> None:
    morning = Request(now=datetime(2026, 3, 27, 8, tzinfo=UTC))
    first = simple(1, estimate=2_000, priority=Priority.LOW, due_at=morning.now)
    far = simple(2, estimate=5, priority=Priority.URGENT, due_at=morning.now + timedelta(days=14))
    small = [simple(number, estimate=5, due_at=worlds.LATER) for number in range(3, 20)]
    world = World([first, far, *small], morning, worlds.OFFICE)
    (task, changes), *_ = world.runners_up()
    assert task == far
    assert world.lead(replace(far, estimate=4_500)) > 0
    assert ChangeCode.ESTIMATE not in changes


@pytest.mark.parametrize("runners", [0, 1, 3])
def test_only_the_runners_up_asked_for_are_contested(runners: int) -> None:
    tasks = [simple(number, estimate=30 + number) for number in range(6)]
    answer = worlds.answer(tasks, Request(now=worlds.NOW, runners_up=runners))
    told = [bool(ranked.would_win_if) for ranked in answer.ordered]
    assert told == [False] + [True] * runners + [False] * (5 - runners)
