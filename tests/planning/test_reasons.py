"""The sentences that people read."""

from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from tests.planning.engine import worlds
from upnext.planning import reasons
from upnext.planning.engine import (
    Candidate,
    Change,
    ChangeCode,
    Energy,
    Ineligible,
    Obstacle,
    Priority,
    Request,
    Term,
    WorkCalendar,
)

TIMES = "\N{MULTIPLICATION SIGN}"
FRIDAY = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
READER = reasons.Reader(ZoneInfo("Europe/Berlin"), FRIDAY)
A, B, C = (UUID(int=number) for number in (1, 2, 3))


def at(days: float) -> datetime:
    return FRIDAY + timedelta(days=days)


@pytest.mark.parametrize(
    ("term", "params", "text"),
    [
        ("priority", {"priority": Priority.HIGH, "counts": 4}, f"High: counts 4{TIMES}"),
        ("goal", {"goal": "Fit", "counts": 1.5}, f"serves 'Fit': counts 1.5{TIMES}"),
        ("no_deadline", {"expected_by": at(14)}, "no deadline; expected by 4 Dec"),
        ("no_deadline", {"expected_by": at(-1)}, "no deadline; expected by yesterday"),
        ("no_deadline", {"expected_by": at(60)}, "no deadline; expected by 19 Jan 2027"),
        ("duration", {"minutes": 10, "assumed": False, "started": False}, "only 10 min"),
        ("duration", {"minutes": 180, "assumed": False, "started": False}, "takes 3 h"),
        ("duration", {"minutes": 65, "assumed": False, "started": True}, "1 h 05 left"),
        ("duration", {"minutes": 30, "assumed": True, "started": False},
         "no estimate; taken for 30 min"),
        ("slack", {"expected": False, "spare": 80, "late": 0},
         "1 h 20 of work time to spare"),
        ("slack", {"expected": False, "spare": 2_400, "late": 0}, "5 work days to spare"),
        ("slack", {"expected": False, "spare": -5, "late": 0}, "no slack: start now"),
        ("slack", {"expected": False, "spare": -150, "late": 120},
         "late by 2 h"),
        ("slack", {"expected": False, "spare": -30, "late": 0, "clock_minutes_late": 180},
         "late by 3 h, outside working hours"),
        ("slack", {"expected": True, "spare": -1_000, "late": 970},
         "waiting 2 work days longer than expected"),
        ("unblocks", {"title": "Release", "priority": Priority.URGENT, "due_at": at(6), "more": 0},
         "frees 'Release' (Urgent, Thu)"),
        ("unblocks", {"title": "Pay", "priority": Priority.LOW, "due_at": None, "more": 2},
         "frees 'Pay' (Low) and 2 more"),
        ("started", {}, "already started"),
        ("energy", {"needs": Energy.LOW, "have": Energy.LOW}, "fits your low energy"),
        ("energy", {"needs": Energy.HIGH, "have": Energy.LOW}, "needs high energy, not low"),
        ("context", {"contexts": ("@home", "@phone")}, "belongs to @home and @phone"),
    ],
)  # fmt: skip
def test_terms(term: str, params: dict[str, object], text: str) -> None:
    assert reasons.term_text(Term(term, 0.0, params), READER) == text


@pytest.mark.parametrize(
    ("code", "params", "text"),
    [
        (Obstacle.CLOSED, {}, "is closed"),
        (Obstacle.BLOCKED, {"task_ids": (A,), "titles": ("Pay",)}, "waits for 'Pay'"),
        (Obstacle.BLOCKED, {"task_ids": (A, B, C), "titles": ("Pay", "Sign")},
         "waits for 'Pay', 'Sign' and 1 other task"),
        (Obstacle.BLOCKED, {"task_ids": (A, B), "titles": ()}, "waits for 2 other tasks"),
        (Obstacle.NOT_STARTED, {"until": at(1)}, "not before tomorrow 10:00"),
        (Obstacle.TOO_LONG, {"needs": 90.0, "minutes": 20}, "needs 1 h 30; you have 20 min"),
    ],
)  # fmt: skip
def test_obstacles(code: Obstacle, params: dict[str, object], text: str) -> None:
    assert reasons.obstacle_text(Ineligible(A, code, params), READER) == text


@pytest.mark.parametrize(
    ("code", "params", "text"),
    [
        (ChangeCode.DUE, {"due_at": at(0.25)}, "it were due by today 16:00"),
        (ChangeCode.PRIORITY, {"priority": Priority.URGENT}, "its priority were urgent"),
        (ChangeCode.ESTIMATE, {"minutes": 75}, "its estimate were 1 h 15"),
        (ChangeCode.STARTED, {}, "you had already started it"),
    ],
)
def test_changes(code: ChangeCode, params: dict[str, object], text: str) -> None:
    assert reasons.change_text(Change(code, params), READER) == text


@worlds.properties
@given(worlds.projects(), worlds.requests(), worlds.calendars)
def test_whatever_the_engine_says_has_a_sentence(
    tasks: list[Candidate], request: Request, calendar: WorkCalendar
) -> None:
    answer = worlds.answer(tasks, request, calendar=calendar)
    reader = reasons.Reader(ZoneInfo("America/New_York"), request.now)
    told = [reasons.term_text(term, reader) for task in answer.ordered for term in task.terms]
    told += [reasons.obstacle_text(task, reader) for task in answer.ineligible]
    told += [
        reasons.change_text(change, reader)
        for task in answer.ordered
        for change in task.would_win_if
    ]
    assert all(told)
