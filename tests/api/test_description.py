"""The description tells the truth, and addresses that look alike are kept apart."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI

from tests.kit.app import Person, good, refused
from upnext import manifest


@pytest.fixture
def description(app: FastAPI) -> dict[str, Any]:
    return app.openapi()


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(reference := part.get("$ref"), str):
            yield reference
        for inner in part.values():
            yield from _references(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _references(inner)


def test_every_reference_leads_somewhere(description: dict[str, Any]) -> None:
    found = set(_references(description))
    assert "#/components/schemas/Problem" in found
    for reference in found:
        place: Any = description
        for step in reference.removeprefix("#/").split("/"):
            place = place[step]


def _members(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        yield from part
    for inner in part.values() if isinstance(part, dict) else part:
        if isinstance(inner, dict | list):
            yield from _members(inner)


def test_limits_are_in_the_words_of_json_schema(description: dict[str, Any]) -> None:
    """A validator in front of a limit hides it: the schema then says `ge`, which means nothing."""
    assert {"ge", "gt", "le", "lt"}.isdisjoint(_members(description["components"]))


def test_the_scopes_of_a_token_are_named(description: dict[str, Any]) -> None:
    field = description["components"]["schemas"]["TokenIn"]["properties"]["scopes"]
    assert field["items"] == {"type": "string", "enum": sorted(manifest.SCOPES)}


def test_of_two_fields_exactly_one(description: dict[str, Any]) -> None:
    shapes = description["components"]["schemas"]
    either = [{"required": ["email"]}, {"required": ["user_id"]}]
    assert shapes["ProjectMemberAdd"]["oneOf"] == either
    assert "anyOf" not in shapes["ProjectMemberAdd"]["properties"]["email"]


async def test_null_is_neither_of_the_two(person: Person) -> None:
    path = f"/projects/{person.inbox_id}/members"
    body = {"email": None, "user_id": person.id}
    problem = refused(await person.client.post(path, json=body), 422)
    assert problem["errors"][0]["pointer"] == "/email"


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_a_word_is_no_id(person: Person, method: str) -> None:
    """`/tasks/bulk` is an address of its own, which takes what it takes."""
    answer = await person.client.request(method, "/tasks/bulk", json={})
    refused(answer, 405, "method_not_allowed")
    assert answer.headers["allow"] == "PATCH, POST"


async def test_all_that_an_address_takes(person: Person) -> None:
    answer = await person.client.post(f"/tasks/{person.id}", json={})
    refused(answer, 405, "method_not_allowed")
    assert answer.headers["allow"] == "DELETE, GET, PATCH, PUT"


async def test_whole_numbers(person: Person) -> None:
    """JSON has one kind of number, so 30.0 is an integer, and says 30."""
    body = {"title": "Half an hour", "estimated_duration": 30.0}
    task = good(await person.client.post("/tasks", json=body))
    assert task["estimated_duration"] == 30
    hours = [[[540.0, 1020.0]], [], [], [], [], [], []]
    me = good(await person.client.patch("/auth/me", json={"working_hours": hours}))
    assert me["working_hours"][0] == [[540, 1020]]


async def test_events_are_named_like_events(person: Person) -> None:
    body = {"notifications": {"Not an event": ["app"]}}
    refused(await person.client.patch("/auth/me", json=body), 422)


def test_each_parameter_is_described_once(description: dict[str, Any]) -> None:
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            named = [(one["in"], one["name"]) for one in operation.get("parameters", [])]
            assert len(named) == len(set(named)), (method, path)


@pytest.mark.parametrize(
    ("shape", "names"),
    [
        ("ScheduleCreate", ("cron", "rrule", "run_at")),
        ("ReminderCreate", ("at", "before_minutes")),
        ("BulkEdit", ("task_ids", "filter")),
    ],
)
def test_of_fields_that_may_be_null_exactly_one(
    description: dict[str, Any], shape: str, names: tuple[str, ...]
) -> None:
    either = description["components"]["schemas"][shape]["oneOf"]
    given = {"not": {"type": "null"}}
    assert either == [{"required": [name], "properties": {name: given}} for name in names]


@pytest.mark.parametrize("shape", ["ColumnAdd", "ColumnPatch", "MoveIn"])
def test_beside_at_most_one(description: dict[str, Any], shape: str) -> None:
    given = {"not": {"type": "null"}}
    both = {"required": ["before", "after"], "properties": {"before": given, "after": given}}
    assert description["components"]["schemas"][shape]["not"] == both


def test_the_events_one_can_be_told_of_are_named(description: dict[str, Any]) -> None:
    events = description["components"]["schemas"]["PreferencesIn"]["properties"]["events"]
    assert "reminder.due" in events["propertyNames"]["enum"]
