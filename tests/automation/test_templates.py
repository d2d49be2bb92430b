"""Templates: filled in, counted from now, made with all below, and refused by name."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.kit.app import MakeUser, Person, good, max_queries, refused
from upnext.automation.templates.dates import moment
from upnext.core.runtime import Runtime

NOW = datetime(2026, 3, 4, 10, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")

WELCOME: dict[str, Any] = {
    "name": "Welcome",
    "variables": [{"name": "client"}, {"name": "lead", "default": "nobody yet"}],
    "task": {
        "title": "Welcome {{client}}",
        "description": "Led by {{ lead }}, since {{today}}",
        "tags": ["client-{{client}}"],
        "priority": "high",
        "due": "+3d",
        "subtasks": [
            {"title": "Call {{client}}", "due": "+1d 9am", "estimated_duration": 15},
            {"title": "Contract", "subtasks": [{"title": "Sign it", "due": "next fri"}]},
        ],
    },
}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("+3d", "2026-03-07T22:59"),
        ("+0d", "2026-03-04T22:59"),
        ("+2w 10:00", "2026-03-18T09:00"),
        ("+2h", "2026-03-04T12:00"),
        ("next fri", "2026-03-06T22:59"),
        ("tomorrow 9am", "2026-03-05T08:00"),
        ("2026-12-01", "2026-12-01T22:59"),
    ],
)
def test_dates_count_from_now(words: str, expected: str) -> None:
    found = moment(words, NOW, BERLIN)
    assert found is not None
    assert f"{found:%Y-%m-%dT%H:%M}" == expected


def test_signs_mean_the_same_in_every_language() -> None:
    assert moment("+3d", NOW, BERLIN, "de") == moment("+3d", NOW, BERLIN)
    assert moment("morgen", NOW, BERLIN, "de") == moment("+1d", NOW, BERLIN)


@pytest.mark.parametrize(
    "words", ["", "soonish", "p1", "every day", "#home", "+3 parsecs", "x +3d"]
)
def test_what_is_no_date_is_none(words: str) -> None:
    assert moment(words, NOW, BERLIN) is None


async def test_a_template_becomes_tasks(person: Person) -> None:
    made = good(await person.client.post("/templates", json=WELCOME))
    path = f"/templates/{made['id']}/create"
    dry = good(
        await person.client.post(path, json={"variables": {"client": "Ada"}, "dry_run": True})
    )
    assert (dry["task"]["title"], len(dry["subtasks"])) == ("Welcome Ada", 3)
    assert good(await person.client.get("/tasks"))["items"] == []
    used = good(await person.client.post(path, json={"variables": {"client": "Ada"}}))
    task, (call, contract, sign) = used["task"], used["subtasks"]
    assert task["title"] == "Welcome Ada"
    assert task["description"].startswith("Led by nobody yet, since 20")
    assert (task["tags"], task["priority"]) == (["client-Ada"], "high")
    assert task["due_at"] > task["created_at"]
    assert (call["title"], call["estimated_duration"]) == ("Call Ada", 15)
    assert [call["parent_id"], contract["parent_id"]] == [task["id"]] * 2
    assert sign["parent_id"] == contract["id"]
    assert {each["project_id"] for each in used["subtasks"]} == {person.inbox_id}


async def test_variables_are_settled_or_refused(person: Person) -> None:
    made = good(await person.client.post("/templates", json=WELCOME))
    path = f"/templates/{made['id']}/create"
    problem = refused(await person.client.post(path, json={}), 422, "variable_missing")
    assert problem["errors"][0]["pointer"] == "/variables/client"
    more = {"variables": {"client": "Ada", "boss": "x"}}
    refused(await person.client.post(path, json=more), 422, "unknown_variable")
    wrong = [
        {**WELCOME, "variables": []},
        {**WELCOME, "variables": [{"name": "client"}, {"name": "client"}]},
        {**WELCOME, "variables": [{"name": "today"}]},
        {**WELCOME, "task": {"title": "x", "due": "soonish"}},
        {**WELCOME, "task": {"title": "x", "status": "done"}},
        {**WELCOME, "task": {"title": "x", "subtasks": [{"title": "y"}] * 101}},
    ]
    for body in wrong:
        refused(await person.client.post("/templates", json=body), 422)


@pytest.mark.each
async def test_change_and_delete_it(person: Person, runtime: Runtime) -> None:
    made = good(await person.client.post("/templates", json=WELCOME))
    path = f"/templates/{made['id']}"
    changed = good(await person.client.patch(path, json={"name": "Hello"}))
    assert (changed["name"], changed["version"]) == ("Hello", 2)
    assert changed["task"]["title"] == "Welcome {{client}}"
    refused(await person.client.patch(path, json={"variables": []}), 422, "bad_template")
    stale = {"If-Match": '"1"'}
    refused(await person.client.patch(path, json={"name": "x"}, headers=stale), 412)
    for name in ("B", "a"):
        good(await person.client.post("/templates", json={"name": name, "task": {"title": "x"}}))
    with max_queries(runtime, 2):
        page = good(await person.client.get("/templates", params={"limit": 2}))
    rest = good(
        await person.client.get("/templates", params={"limit": 2, "cursor": page["next_cursor"]})
    )
    names = [each["name"] for each in (*page["items"], *rest["items"])]
    assert (names, rest["next_cursor"]) == (["a", "B", "Hello"], None)
    good(await person.client.delete(path))
    refused(await person.client.get(path), 404)


async def test_what_lies_in_a_private_project_is_hidden(make_user: MakeUser) -> None:
    boss, member = await make_user(), await make_user()
    place = good(await boss.client.post("/workspaces", json={"name": "Office"}))["id"]
    body = {"email": member.email, "role": "member"}
    good(await boss.client.post(f"/workspaces/{place}/members", json=body))
    data = {"name": "Secret", "workspace_id": place, "private": True}
    project = good(await boss.client.post("/projects", json=data))["id"]
    secret = {"name": "Secret", "project_id": project, "task": {"title": "x"}}
    made = good(await boss.client.post("/templates", json=secret))
    assert made["workspace_id"] == place
    refused(await member.client.get(f"/templates/{made['id']}"), 404)
    refused(await member.client.post(f"/templates/{made['id']}/create", json={}), 404)
    page = good(await member.client.get("/templates", params={"workspace_id": place}))
    assert page["items"] == []
    refused(await member.client.post("/templates", json=secret), 404)
