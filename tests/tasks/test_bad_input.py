"""What must not come in, and the sentence that says why."""

from typing import Any

import pytest

from tests.kit.app import Person, good, refused
from tests.tasks.making import found, make

WRONG: list[tuple[str, Any]] = [
    ("title", ""), ("title", "   "), ("title", "\x07\x08"), ("title", "x" * 201), ("title", None),
    ("title", 5), ("title", ["x"]), ("title", "a\0b"),
    ("description", "x" * 10_001), ("description", None), ("description", {}),
    ("status", "open"), ("status", ""), ("status", None), ("status", 1),
    ("completed", None), ("completed", "true"), ("completed", 1),
    ("priority", "highest"), ("priority", None), ("priority", 4),
    ("category", ""), ("category", "x" * 51), ("category", None),
    ("estimated_duration", 0), ("estimated_duration", -5), ("estimated_duration", 10_081),
    ("estimated_duration", 1.5), ("estimated_duration", "30"), ("estimated_duration", True),
    ("estimated_duration", 2**70),
    ("due_at", "2030-01-01"), ("due_at", "2030-01-01T00:00:00"), ("due_at", "tomorrow"),
    ("due_at", "2030-02-30T00:00:00Z"), ("due_at", "2030-01-01T25:00:00Z"),
    ("due_at", "1969-12-31T23:59:59Z"), ("due_at", "0001-01-01T00:00:00+14:00"),
    ("due_at", "9999-12-31T23:59:59-14:00"), ("due_at", "10000-01-01T00:00:00Z"),
    ("due_at", 1_900_000_000), ("due_at", True), ("due_at", ""), ("start_at", "never"),
    ("due_at", "2030-01-01T00:00:00+99:00"),
    ("tags", None), ("tags", "x"), ("tags", [""]), ("tags", ["x" * 51]), ("tags", [None]),
    ("tags", [f"{n}" for n in range(51)]), ("tags", {"a": 1}),
    ("context", ["@"]), ("context", None), ("context", ["@@"]), ("context", [""]),
    ("energy", "full"), ("energy", 1),
    ("assignee_ids", None), ("assignee_ids", ["me"]), ("assignee_ids", [None]),
    ("parent_id", "x"), ("parent_id", 5), ("project_id", "inbox"),
    ("goal_id", "x"), ("goal_id", 5), ("board_id", "x"), ("column_id", 5), ("id", "x"),
    ("recurrence", ""), ("recurrence", {}), ("recurrence", "FREQ=X"), ("recurrence", True),
    ("key", "X-1"), ("version", 1), ("created_at", "2030-01-01T00:00:00Z"), ("", 1), ("sla", {}),
]  # fmt: skip


@pytest.mark.parametrize("field", dict.fromkeys(field for field, _ in WRONG))
async def test_wrong_values(person: Person, field: str) -> None:
    task = await make(person)
    path = f"/tasks/{task['id']}"
    for value in (value for name, value in WRONG if name == field):
        body = {"title": "Fine", field: value}
        for answer in (
            await person.client.post("/tasks", json=body),
            await person.client.put(path, json=body),
            await person.client.patch(path, json={field: value}),
        ):
            problem = refused(answer, 422)
            pointers = [error["pointer"] for error in problem["errors"]]
            assert any(pointer.startswith(f"/{field}") for pointer in pointers), value
        if not _unparsable(value):
            outcome = good(await person.client.post("/tasks/bulk", json={"tasks": [body]}))
            assert outcome["invalid"] == 1, value
    assert await found(person) == [task]


def _unparsable(value: Any) -> bool:
    """What the parser of the body refuses as a whole."""
    return (isinstance(value, str) and "\0" in value) or value == 2**70


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b"5", b'"x"', b'{"title": "\xff"}',
        b'{"title": "a", "title": "b"}',
        b'{"title": "\\ud800"}', b'{"title": "x", "estimated_duration": NaN}', b"[" * 100_000,
        b'{"title": "x"} {}', b"title=x",
    ],
)  # fmt: skip
async def test_wrong_bodies(person: Person, body: bytes) -> None:
    answer = await person.client.post(
        "/tasks", content=body, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code in {400, 422}
    refused(answer, answer.status_code)
    assert await found(person) == []


@pytest.mark.parametrize("task_id", ["1", "HOME-1", "x" * 300, "0" * 32 + "0", "%00", "null"])
async def test_wrong_paths(person: Person, task_id: str) -> None:
    for answer in (
        await person.client.get(f"/tasks/{task_id}"),
        await person.client.patch(f"/tasks/{task_id}", json={"title": "x"}),
        await person.client.delete(f"/tasks/{task_id}"),
    ):
        assert answer.status_code in {400, 404, 422}
        refused(answer, answer.status_code)


@pytest.mark.parametrize("header", ["x", '"x"', '"1', '"99999999999999999999"', '"-1"'])
async def test_wrong_versions(person: Person, header: str) -> None:
    task = await make(person)
    answer = await person.client.patch(
        f"/tasks/{task['id']}", json={"title": "x"}, headers={"If-Match": header}
    )
    if header != '"1':
        refused(answer, 422, "invalid")


async def test_the_edges_are_let_in(person: Person) -> None:
    task = await make(
        person,
        title="é" * 200,
        description="ﷺ" * 10_000,
        tags=["ﷺ" * 50, "😀"],
        category="ﷺ" * 50,
        context=["x" * 50],
        estimated_duration=10_080,
        due_at="9999-12-31T23:59:59.999999Z",
        start_at="1970-01-01T00:00:00Z",
        external_id="ﷺ" * 200,
    )
    assert good(await person.client.get(f"/tasks/{task['id']}")) == task
    # A microsecond less than what was sent: PostgreSQL's driver takes that for "infinity".
    assert task["due_at"] == "9999-12-31T23:59:59.999998Z"
    again = await found(
        person, tag="ﷺ" * 50, external_id="ﷺ" * 200, due_after="9999-01-01T00:00:00Z"
    )
    assert again == [task]
