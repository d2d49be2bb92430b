"""The keys of a few tasks and of many are the same keys."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.planning.engine import worlds
from upnext.planning.engine import Candidate, Parameters, WorkCalendar, to_micros
from upnext.planning.engine.columns import Row
from upnext.planning.engine.instants import NEVER
from upnext.planning.engine.stored import few_keys, many_keys


def row_of(task: Candidate) -> Row:
    return Row(
        id=task.id,
        title=task.title,
        priority=task.priority,
        status=task.status,
        estimate=task.estimate or 0,
        spent=task.spent,
        due=to_micros(task.due_at) if task.due_at else NEVER,
        created=to_micros(task.created_at),
        start=NEVER,
        energy=0,
        min_block=task.min_block or 0,
        goal_weight=task.goal_weight,
        goal_title="",
        contexts=(),
        offered=task.offered,
    )


@worlds.properties
@given(
    st.lists(worlds.candidates(), min_size=1, max_size=5),
    worlds.calendars,
    st.floats(1 / 240, 1 / 30),
    st.sampled_from([Parameters(), replace(Parameters(), correction=1.7, least_minutes=12)]),
)
def test_plain_numbers_say_what_arrays_say(
    tasks: list[Candidate], calendar: WorkCalendar, rate: float, parameters: Parameters
) -> None:
    rows = [row_of(task) for task in tasks]
    few = list(few_keys(rows, calendar, rate, parameters))
    many = list(many_keys(rows, calendar, rate, parameters))
    assert len(few) == len(many) == len(rows)
    for plain, array in zip(few, many, strict=True):
        assert plain == pytest.approx(array, rel=1e-12, abs=1e-9)
