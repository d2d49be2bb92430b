"""The order: total, the same for any order of rows, and only of what can be done now."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.planning.engine import worlds
from upnext.planning.engine import (
    Candidate,
    Obstacle,
    Request,
    Status,
    WorkCalendar,
    basis_of,
    columns_of,
    columns_of_rows,
    rank,
)

ALL = Request(now=worlds.NOW, limit=1_000)


def simple(number: int, **fields: object) -> Candidate:
    made = Candidate(id=UUID(int=number), created_at=worlds.NOW, title=f"Task {number}")
    return replace(made, **fields)  # type: ignore[arg-type]  # each caller names real fields


@worlds.properties
@given(worlds.projects(), worlds.requests(), worlds.calendars, st.randoms())
def test_the_order_of_rows_does_not_show(
    tasks: list[Candidate], request: Request, calendar: WorkCalendar, random: Random
) -> None:
    shuffled = random.sample(tasks, len(tasks))
    answer = worlds.answer(tasks, request, calendar=calendar)
    assert worlds.answer(shuffled, request, calendar=calendar) == answer
    assert worlds.answer(tasks, request, calendar=calendar) == answer


@worlds.properties
@given(worlds.projects(), worlds.requests())
def test_best_first_and_ties_by_id(tasks: list[Candidate], request: Request) -> None:
    ordered = worlds.answer(tasks, request).ordered
    keys = [(-ranked.score, ranked.id) for ranked in ordered]
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)


@worlds.properties
@given(worlds.projects(), worlds.requests())
def test_every_task_on_offer_is_either_ranked_or_explained(
    tasks: list[Candidate], request: Request
) -> None:
    answer = worlds.answer(tasks, request)
    told = [task.id for task in answer.ordered] + [task.id for task in answer.ineligible]
    assert sorted(told) == sorted(task.id for task in tasks if task.offered)
    assert answer.eligible_count == len(answer.ordered)
    assert answer.ineligible_count == len(answer.ineligible)


def can_be_done(task: Candidate, tasks: list[Candidate], request: Request) -> bool:
    """Eligibility of a task in a project without cycles, read off the requirements."""
    closed = {other.id for other in tasks if other.status is Status.CLOSED}
    rest = (task.estimate or 30) - task.spent
    whole_or_rest = min(max(5, rest), task.estimate or 30)
    sitting = min(whole_or_rest, task.min_block or whole_or_rest)
    return (
        task.id not in closed
        and set(task.blocked_by) <= closed
        and (task.start_at is None or task.start_at <= request.now)
        and (request.minutes is None or sitting <= request.minutes)
    )


@worlds.properties
@given(worlds.projects(), worlds.requests())
def test_only_what_can_be_done_now_is_ranked(tasks: list[Candidate], request: Request) -> None:
    answer = worlds.answer(tasks, request)
    if not answer.ignored_edges:
        expected = {task.id for task in tasks if task.offered and can_be_done(task, tasks, request)}
        assert {ranked.id for ranked in answer.ordered} == expected


@worlds.properties
@given(st.lists(worlds.candidates(), max_size=40, unique_by=lambda task: task.id), st.data())
def test_the_best_few_are_the_head_of_the_whole_order(
    tasks: list[Candidate], data: st.DataObject
) -> None:
    limit = data.draw(st.integers(0, 10))
    twins = [replace(task, id=UUID(int=task.id.int ^ 1)) for task in tasks]
    every = list({task.id: task for task in (*tasks, *twins)}.values())
    whole = worlds.answer(every, ALL)
    few = worlds.answer(every, replace(ALL, limit=limit))
    assert [task.id for task in few.ordered] == [task.id for task in whole.ordered][:limit]
    assert few.ineligible == whole.ineligible[:limit]
    assert few.eligible_count == whole.eligible_count


def test_ten_thousand_equal_tasks_come_by_id() -> None:
    tasks = [simple(number) for number in range(10_000, 0, -1)]
    answer = worlds.answer(tasks, replace(ALL, limit=3))
    assert [ranked.id.int for ranked in answer.ordered] == [1, 2, 3]


def test_the_obstacles_and_what_is_told_of_them() -> None:
    later = worlds.NOW + timedelta(hours=2)
    stranger = UUID(int=99)
    tasks = [
        simple(1, estimate=20),
        simple(2, blocked_by=(UUID(int=1), stranger)),
        simple(3, start_at=later),
        simple(4, estimate=90),
        simple(5, status=Status.CLOSED),
        simple(6, estimate=90, min_block=15),
        simple(7, estimate=90, spent=75),
    ]
    answer = worlds.answer(tasks, Request(now=worlds.NOW, minutes=20))
    assert {ranked.id.int for ranked in answer.ordered} == {1, 6, 7}
    told = {task.id.int: (task.code, task.params) for task in answer.ineligible}
    assert told == {
        2: (Obstacle.BLOCKED, {"task_ids": (UUID(int=1), stranger), "titles": ("Task 1",)}),
        3: (Obstacle.NOT_STARTED, {"until": later}),
        4: (Obstacle.TOO_LONG, {"needs": 90, "minutes": 20}),
        5: (Obstacle.CLOSED, {}),
    }


@pytest.mark.parametrize(("estimate", "minutes", "fits"), [(2, 2, True), (3, 2, False)])
def test_a_two_minute_task_fits_two_minutes(estimate: int, minutes: int, *, fits: bool) -> None:
    request = Request(now=worlds.NOW, minutes=minutes)
    assert bool(worlds.answer([simple(1, estimate=estimate)], request).ordered) is fits


def test_a_cycle_is_reported_and_leaves_something_to_do() -> None:
    ring = [simple(number, blocked_by=(UUID(int=number % 3 + 1),)) for number in (1, 2, 3)]
    answer = worlds.answer(ring)
    assert len(answer.ignored_edges) == 1
    assert answer.eligible_count == 1
    assert answer.ordered[0].id == answer.ignored_edges[0][1]


def test_ten_in_the_evening_has_an_answer_that_says_so() -> None:
    evening = Request(now=datetime(2026, 3, 27, 21, tzinfo=UTC))
    snoozed = simple(2, start_at=datetime(2026, 3, 27, 22, tzinfo=UTC))
    answer = worlds.answer([simple(1), snoozed], evening)
    assert not answer.standing.working
    assert answer.standing.next_start == datetime(2026, 3, 30, 7, tzinfo=UTC)
    assert [ranked.id.int for ranked in answer.ordered] == [1]
    # No work minute passes until then, but the person asked not to see it before.
    assert answer.ineligible[0].code is Obstacle.NOT_STARTED


def test_nothing_to_do() -> None:
    answer = worlds.answer([])
    assert answer.ordered == ()
    assert answer.ineligible == ()
    assert answer.eligible_count == answer.ineligible_count == 0


@worlds.properties
@given(st.lists(worlds.candidates(), max_size=6, unique_by=lambda task: task.id))
def test_plain_rows_are_ranked_like_candidates(tasks: list[Candidate]) -> None:
    columns = columns_of(tasks)
    instants = zip(columns.due, columns.created, columns.start, strict=True)
    rows = [
        (
            *(task.id, task.title, task.priority, task.status, task.estimate or 0, task.spent),
            *(int(instant) for instant in times),
            *(task.energy or 0, task.min_block or 0, task.goal_weight, task.goal_title or ""),
            *(sorted(task.contexts), task.offered, False),
        )
        for task, times in zip(tasks, instants, strict=True)
    ]
    plain = columns_of_rows(rows, [])
    assert rank(basis_of(plain, worlds.OFFICE), ALL) == worlds.answer(tasks, ALL)
