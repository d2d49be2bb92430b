"""Any one task asked about: its place in the whole order, and what would put it first."""

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given

from tests.planning.engine import worlds
from tests.planning.engine.worlds import NOW, answer
from upnext.planning.engine import Candidate, Priority, Request


@worlds.properties
@given(worlds.projects(), worlds.requests())
def test_its_place_is_that_of_the_whole_order(tasks: list[Candidate], request: Request) -> None:
    whole = answer(tasks, replace(request, limit=100, runners_up=100))
    ordered = {one.id: (place, one) for place, one in enumerate(whole.ordered, start=1)}
    stuck = {one.id: one for one in whole.ineligible}
    for task in tasks:
        found = answer(tasks, replace(request, limit=1, contest=task.id)).contested
        if not task.offered:
            assert found is None
            continue
        assert found is not None
        if task.id in stuck:
            assert (found.place, found.ranked, found.obstacle) == (None, None, stuck[task.id])
            continue
        place, ranked = ordered[task.id]
        assert found.place == place
        assert found.ranked == ranked


def test_the_changes_are_told_however_far_down_it_stands() -> None:
    tasks = [
        Candidate(id=UUID(int=number + 1), created_at=NOW, estimate=30, priority=Priority.HIGH)
        for number in range(40)
    ]
    last = replace(tasks[0], id=UUID(int=99), priority=Priority.LOW)
    found = answer([*tasks, last], Request(now=NOW, limit=2, contest=last.id)).contested
    assert found is not None
    assert found.ranked is not None
    assert found.place == 41
    changes = {change.code.value: change.params for change in found.ranked.would_win_if}
    assert changes["priority"]["priority"] is Priority.URGENT


@pytest.mark.parametrize("contest", [None, UUID(int=7)])
def test_nobody_asked_or_a_stranger(contest: UUID | None) -> None:
    task = Candidate(id=UUID(int=1), created_at=NOW)
    assert answer([task], Request(now=NOW, contest=contest)).contested is None
