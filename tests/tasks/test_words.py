"""Words as they come in: once more, as they were told, and nothing that only looks like one."""

from typing import Any
from uuid import UUID

import pytest
from pydantic import TypeAdapter, ValidationError

from upnext.automation.templates.schemas import TemplateTask
from upnext.goals.schemas import GoalCreate
from upnext.identity.schemas import TokenIn
from upnext.planning.plans.schemas import Days, PinWrite
from upnext.sla.schemas import CalendarPut
from upnext.tasks.words import LONGEST_CONTEXT, Contexts
from upnext.timetracking.schemas import TimeEntryCreate
from upnext.webhooks.schemas import ReplaySince

CONTEXTS = TypeAdapter[list[str]](Contexts)


def test_the_longest_context_can_be_sent_back_as_it_was_told() -> None:
    told = CONTEXTS.validate_python(["x" * LONGEST_CONTEXT])
    assert told == ["@" + "x" * LONGEST_CONTEXT]
    assert CONTEXTS.validate_python(told) == told


def test_the_longest_context_is_described_without_its_mark() -> None:
    assert CONTEXTS.json_schema()["items"]["maxLength"] == LONGEST_CONTEXT
    told = CONTEXTS.json_schema(mode="serialization")
    assert told["items"]["maxLength"] == LONGEST_CONTEXT + 1


@pytest.mark.parametrize("mark", ["", "@"])
def test_a_longer_context_is_refused(mark: str) -> None:
    with pytest.raises(ValidationError):
        CONTEXTS.validate_python([mark + "x" * (LONGEST_CONTEXT + 1)])


def test_a_template_with_the_longest_context_can_be_read_again() -> None:
    task = TemplateTask(title="x", context=["x" * LONGEST_CONTEXT])
    assert TemplateTask.model_validate(task.model_dump(mode="json")) == task


@pytest.mark.parametrize("day", [0, 86_400.0, "0", "86400", "2026-02-30", "1969-12-31", True])
def test_a_number_is_no_day(day: Any) -> None:
    for shape, value in (
        (CalendarPut, {"holidays": [{"date": day}]}),
        (GoalCreate, {"title": "Aim", "target_date": day}),
        (Days, {"from": day}),
    ):
        with pytest.raises(ValidationError):
            shape.model_validate(value)


def test_a_day_is_a_day() -> None:
    given = CalendarPut.model_validate({"holidays": [{"date": "2026-12-25"}]})
    assert given.model_dump(mode="json")["holidays"] == [{"date": "2026-12-25", "name": ""}]
    assert GoalCreate.model_validate({"title": "Aim", "target_date": None}).target_date is None


@pytest.mark.parametrize("moment", [0, 4_102_444_800, "4102444800", True])
def test_a_number_is_no_moment(moment: Any) -> None:
    for shape, value in (
        (ReplaySince, {"since": moment}),
        (TokenIn, {"name": "t", "scopes": ["tasks:read"], "expires_at": moment}),
    ):
        with pytest.raises(ValidationError):
            shape.model_validate(value)


def test_a_whole_number_may_have_a_point() -> None:
    entry = TimeEntryCreate.model_validate({"minutes": 30.0})
    pin = PinWrite.model_validate(
        {"task_id": UUID(int=1), "start": "2030-01-01T09:00:00Z", "minutes": 30.0}
    )
    assert (entry.minutes, pin.minutes) == (30, 30)
    with pytest.raises(ValidationError):
        TimeEntryCreate.model_validate({"minutes": 30.5})
