"""Random tasks, calendars and questions for the engine's property tests."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import settings
from hypothesis import strategies as st

from upnext.planning.engine import (
    AROUND_THE_CLOCK,
    OFFICE_HOURS,
    Candidate,
    Energy,
    Parameters,
    Priority,
    Ranking,
    Request,
    Status,
    WorkCalendar,
    basis_of,
    build_calendar,
    columns_of,
    rank,
)

NOW = datetime(2026, 3, 27, 15, 20, 17, tzinfo=UTC)
LATER = NOW + timedelta(days=100)
ZONES = ("America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Africa/Casablanca",
         "Asia/Kathmandu")  # fmt: skip
TAGS = ("@home", "@office", "@phone")

properties = settings(deadline=None)
"""The machine is shared: an example is judged by its answer, not by its time."""

ids = st.integers(0, 2**128 - 1).map(lambda number: UUID(int=number))
near = st.timedeltas(timedelta(days=-30), timedelta(days=60)).map(lambda delta: NOW + delta)
far = st.integers(-738_000, 2_900_000).map(lambda days: NOW + timedelta(days=days))
whole_minutes = st.integers(-40_000, 80_000).map(lambda minutes: NOW + timedelta(minutes=minutes))
instants = near | whole_minutes | far


@st.composite
def candidates(draw: st.DrawFn, task: UUID | None = None) -> Candidate:
    """Any task that the product accepts, and some that it does not."""
    return Candidate(
        id=task or draw(ids),
        created_at=draw(near | st.just(NOW) | far),
        title=draw(st.sampled_from(["Pay rent", "Release", ""])),
        priority=draw(st.sampled_from(Priority)),
        goal_weight=draw(st.sampled_from([1.0, 1.0, 0.5, 2.0, 0.0, 1e9])),
        goal_title=draw(st.sampled_from([None, "Fit by summer"])),
        estimate=draw(st.none() | st.sampled_from([1, 5, 30, 60]) | st.integers(1, 10_080)),
        spent=draw(st.sampled_from([0, 0, 7.5, 45]) | st.floats(0, 1e6)),
        due_at=draw(st.none() | instants),
        start_at=draw(st.none() | near),
        status=draw(st.sampled_from([Status.OPEN, Status.OPEN, Status.STARTED, Status.CLOSED])),
        energy=draw(st.none() | st.sampled_from(Energy)),
        contexts=draw(st.frozensets(st.sampled_from(TAGS))),
        min_block=draw(st.none() | st.integers(5, 120)),
        offered=draw(st.sampled_from([True, True, True, False])),
    )


@st.composite
def projects(draw: st.DrawFn, most: int = 8) -> list[Candidate]:
    """Tasks that wait for one another, for tasks unknown, for themselves, and in circles."""
    names = draw(st.lists(ids, min_size=1, max_size=most, unique=True))
    waits = st.lists(st.sampled_from(names) | ids, max_size=2).map(tuple)
    return [
        replace(draw(candidates(task=name)), blocked_by=draw(st.just(()) | waits)) for name in names
    ]


@st.composite
def requests(draw: st.DrawFn) -> Request:
    return Request(
        now=draw(near | st.just(NOW)),
        minutes=draw(st.none() | st.integers(1, 600)),
        contexts=draw(st.none() | st.frozensets(st.sampled_from(TAGS))),
        energy=draw(st.none() | st.sampled_from(Energy)),
    )


weeks = st.lists(
    st.lists(
        st.integers(0, 1_439).flatmap(
            lambda start: st.tuples(st.just(start), st.integers(start + 1, 1_440))
        ),
        max_size=3,
    ),
    min_size=7,
    max_size=7,
)


@cache
def calendar(zone: str, week_name: str) -> WorkCalendar:
    week = {"office": OFFICE_HOURS, "always": AROUND_THE_CLOCK, "sparse": SPARSE}[week_name]
    busy = [(NOW + timedelta(days=3), NOW + timedelta(days=5))]
    return build_calendar(ZoneInfo(zone), week, NOW, busy)


SPARSE = ((), ((600, 610),), (), (), (), (), ())
calendars = st.builds(
    calendar, st.sampled_from(ZONES), st.sampled_from(["office", "always", "sparse"])
)
OFFICE = calendar("Europe/Berlin", "office")


def answer(
    tasks: list[Candidate],
    request: Request | None = None,
    *,
    calendar: WorkCalendar = OFFICE,
    parameters: Parameters | None = None,
) -> Ranking:
    """The engine's answer for candidates, at NOW unless a request says otherwise."""
    asked = request or Request(now=NOW)
    return rank(basis_of(columns_of(tasks), calendar, parameters or Parameters()), asked)
