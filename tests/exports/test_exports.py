"""What is in an export, and who gets to see what."""

import re
from typing import Any

import pytest

from tests.boards.making import make_board
from tests.exports.asking import asked, document, rows, todos
from tests.goals.making import make_goal
from tests.kit.app import MakeUser, Person, good, refused
from tests.tasks.making import block, make, make_project
from tests.workspaces.teams import Team

NEW = ("goal", "board", "column")
EVERYTHING: dict[str, Any] = {
    "title": "Pay the rent",
    "description": "All of it.\nToday, not tomorrow; really",
    "status": "in_review",
    "priority": "urgent",
    "category": "money",
    "estimated_duration": 90,
    "due_at": "2030-12-04T16:00:00Z",
    "start_at": "2030-12-01T08:30:00Z",
    "tags": ["home", "Übung"],
    "context": ["@home", "@phone"],
    "energy": "low",
    "external_id": "bank-1",
}


async def test_json_holds_every_field(person: Person) -> None:
    parent = await make(person)
    before = await make(person, completed=True)
    body = {**EVERYTHING, "parent_id": parent["id"], "assignee_ids": [person.id]}
    task = await make(person, **body)
    await block(person, task, before)
    found = await document(person)
    assert (found["format"], found["version"], found["include_trash"]) == ("upnext", 1, False)
    exported = next(one for one in found["tasks"] if one["id"] == task["id"])
    shown = good(await person.client.get(f"/tasks/{task['id']}"))
    # What follows from the rest, from the time of reading and from this server is left out.
    derived = {"completed", "overdue", "blocked", "blocked_by", "sla"}
    assert exported == {
        **{name: value for name, value in shown.items() if name not in derived},
        "blocked_by": [before["id"]],
    }
    assert len(found["tasks"]) == 3
    project = good(await person.client.get(f"/projects/{person.inbox_id}"))
    (inbox,) = found["projects"]
    # Which role somebody has is told of all members, and not of the reader alone.
    own = {"version", "role"}
    assert inbox == {**{n: v for n, v in project.items() if n not in own}, "members": []}
    (workspace,) = found["workspaces"]
    assert workspace["personal"] is True
    member = {"user_id": person.id, "email": person.email, "username": None, "role": "owner"}
    assert workspace["members"] == [member]


async def test_csv_says_it_in_words(person: Person) -> None:
    parent = await make(person)
    before = await make(person)
    task = await make(person, **EVERYTHING, parent_id=parent["id"], assignee_ids=[person.id])
    await block(person, task, before)
    found = {row["key"]: row for row in await rows(person)}
    row = found[task["key"]]
    assert list(row) == [
        *("key", "title", "status", "priority", "due_at", "start_at", "estimated_duration"),
        *("project", "workspace", "tags", "context", "energy", "category", "assignees"),
        *("parent", "blocked_by", "completed_at", "created_at", "updated_at", "deleted_at"),
        *("external_id", "description", "goal", "board", "column"),
    ]
    told = {name: row[name] for name in EVERYTHING if name in row}
    assert told == {
        **EVERYTHING,
        "estimated_duration": "90",
        "tags": "home, Übung",
        "context": "'@home, @phone",
    }
    assert (row["parent"], row["blocked_by"]) == (parent["key"], before["key"])
    assert (row["assignees"], row["project"]) == (person.email, "Inbox")
    assert (row["completed_at"], row["deleted_at"]) == ("", "")


async def test_ical_has_a_todo_for_each_task(person: Person) -> None:
    parent = await make(person)
    before = await make(person)
    task = await make(person, **EVERYTHING, parent_id=parent["id"])
    await block(person, task, before)
    found = {str(one["UID"]): one for one in await todos(person)}
    assert found.keys() == {parent["id"], before["id"], task["id"]}
    todo = found[task["id"]]
    assert str(todo["SUMMARY"]) == EVERYTHING["title"]
    assert str(todo["DESCRIPTION"]) == EVERYTHING["description"]
    assert todo["DUE"].dt.isoformat() == "2030-12-04T16:00:00+00:00"
    assert todo["DTSTART"].dt.isoformat() == "2030-12-01T08:30:00+00:00"
    assert (todo["PRIORITY"], todo["STATUS"]) == (1, "IN-PROCESS")
    assert "PERCENT-COMPLETE" not in todo
    assert todo.categories == ["home", "Übung", "@home", "@phone", "money"]
    related = {(one.params["RELTYPE"], str(one)) for one in todo["RELATED-TO"]}
    assert related == {("PARENT", parent["id"]), ("DEPENDS-ON", before["id"])}
    assert str(todo["X-UPNEXT-KEY"]) == task["key"]


@pytest.mark.parametrize(
    ("status", "shown", "percent", "ended"),
    [
        ("backlog", "NEEDS-ACTION", 0, False),
        ("todo", "NEEDS-ACTION", 0, False),
        ("in_progress", "IN-PROCESS", None, False),
        ("done", "COMPLETED", 100, True),
        ("cancelled", "CANCELLED", None, False),
    ],
)
async def test_ical_statuses(
    person: Person, status: str, shown: str, percent: int | None, ended: bool
) -> None:
    await make(person, status=status)
    (todo,) = await todos(person)
    assert (str(todo["STATUS"]), todo.get("PERCENT-COMPLETE")) == (shown, percent)
    assert ("COMPLETED" in todo) is ended


@pytest.mark.parametrize(
    ("priority", "number"), [("urgent", 1), ("high", 3), ("medium", 5), ("low", 9)]
)
async def test_ical_priorities(person: Person, priority: str, number: int) -> None:
    await make(person, priority=priority)
    (todo,) = await todos(person)
    assert todo["PRIORITY"] == number


async def test_a_start_that_is_no_earlier_is_left_out(person: Person) -> None:
    """RFC 5545 wants DUE later than DTSTART, and knows no parts of a second."""
    await make(person, start_at="2030-01-01T10:00:00.1Z", due_at="2030-01-01T10:00:00.9Z")
    (todo,) = await todos(person)
    assert ("DTSTART" in todo, "DUE" in todo) == (False, True)


@pytest.mark.parametrize(
    ("form", "kind", "ending"),
    [
        ("json", "application/json", "json"),
        ("csv", "text/csv; charset=utf-8; header=present", "csv"),
        ("ical", "text/calendar; charset=utf-8", "ics"),
    ],
)
async def test_headers(person: Person, form: str, kind: str, ending: str) -> None:
    answer = await asked(person, form)
    assert answer.headers["content-type"] == kind
    name = rf'attachment; filename="upnext-\d{{4}}-\d\d-\d\d\.{ending}"'
    assert re.fullmatch(name, answer.headers["content-disposition"])
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers


async def test_json_is_the_default(person: Person) -> None:
    assert good(await person.client.get("/exports"))["format"] == "upnext"


async def test_the_file_is_named_for_the_project(person: Person) -> None:
    project = await make_project(person, name='Häuser / "Gärten": 東京')
    answer = await asked(person, "csv", project_id=project["id"])
    plain, _, whole = answer.headers["content-disposition"].partition("; filename*=UTF-8''")
    assert plain.startswith('attachment; filename="upnext-Hauser-Garten-')
    assert whole.startswith("upnext-H%C3%A4user-G%C3%A4rten-%E6%9D%B1%E4%BA%AC-")


async def test_one_project_only(person: Person) -> None:
    project = await make_project(person)
    inside = await make(person, project_id=project["id"])
    outside = await make(person)
    await block(person, inside, outside)
    found = await document(person, project_id=project["id"])
    assert [one["id"] for one in found["projects"]] == [project["id"]]
    assert [one["id"] for one in found["tasks"]] == [inside["id"]]
    # It would point out of the document.
    assert found["tasks"][0]["blocked_by"] == []
    whole = await document(person, workspace_id=person.workspace_id)
    waits = {one["id"]: one["blocked_by"] for one in whole["tasks"]}
    assert waits == {inside["id"]: [outside["id"]], outside["id"]: []}
    other = good(await person.client.post("/workspaces", json={"name": "Other"}))
    params = {"project_id": project["id"], "workspace_id": other["id"]}
    refused(await person.client.get("/exports", params=params), 404)


async def test_nothing_at_all_is_still_a_file(person: Person) -> None:
    assert (await document(person))["tasks"] == []
    assert await rows(person) == []
    assert await todos(person) == []


async def test_the_trash_comes_only_when_asked_for(person: Person) -> None:
    project = await make_project(person)
    kept = await make(person)
    gone = await make(person)
    with_project = await make(person, project_id=project["id"])
    await block(person, kept, gone)
    good(await person.client.delete(f"/tasks/{gone['id']}"))
    good(await person.client.delete(f"/projects/{project['id']}"))
    usual = await document(person)
    assert [(one["id"], one["blocked_by"]) for one in usual["tasks"]] == [(kept["id"], [])]
    assert project["id"] not in {one["id"] for one in usual["projects"]}
    everything = await document(person, include_trash="true")
    found = {one["id"]: one for one in everything["tasks"]}
    assert found.keys() == {kept["id"], gone["id"], with_project["id"]}
    assert found[kept["id"]]["blocked_by"] == [gone["id"]]
    assert found[gone["id"]]["deleted_at"] is not None
    assert project["id"] in {one["id"] for one in everything["projects"]}
    assert {row["key"] for row in await rows(person, include_trash="true")} == {
        one["key"] for one in found.values()
    }


async def test_private_projects_stay_private(team: Team) -> None:
    hidden = await team.project(private=True, name="Zanzibar")
    shown = await team.project()
    secret = await make(team.owner, project_id=hidden, title="Zanzibar itself")
    task = await make(team.owner, project_id=shown, title="Plain")
    await block(team.owner, task, secret)
    for form in ("json", "csv", "ical"):
        owners = (await asked(team.owner, form, workspace_id=team.workspace_id)).text
        assert "Zanzibar" in owners
        for role in ("viewer", "member"):
            text = (await asked(team[role], form, workspace_id=team.workspace_id)).text
            assert "Plain" in text
            for word in ("Zanzibar", secret["id"], secret["key"], hidden):
                assert word not in text, (form, role, word)
    refused(await team.viewer.client.get("/exports", params={"project_id": hidden}), 404)
    await team.join(hidden, "viewer", as_="viewer")
    assert "Zanzibar" in (await asked(team.viewer, "csv", project_id=hidden)).text


async def test_who_is_in_a_private_project_is_told_to_those_who_see_it(team: Team) -> None:
    hidden = await team.project(private=True)
    await team.join(hidden, "member", as_="manager")
    found = await document(team.member, project_id=hidden)
    roles = {one["user_id"]: one["role"] for one in found["projects"][0]["members"]}
    assert roles[team.member.id] == "manager"
    assert found["projects"][0]["id"] == hidden
    everything = await document(team.viewer)
    assert hidden not in {one["id"] for one in everything["projects"]}


async def test_strangers_get_nothing(team: Team) -> None:
    project = await team.project()
    for params in ({"workspace_id": team.workspace_id}, {"project_id": project}):
        refused(await team.outsider.client.get("/exports", params=params), 404)
    found = await document(team.outsider)
    assert team.workspace_id not in {one["id"] for one in found["workspaces"]}


async def test_bad_questions(person: Person) -> None:
    for params in ({"format": "xml"}, {"color": "red"}, {"project_id": "x"}, {"limit": "5"}):
        refused(await person.client.get("/exports", params=params), 422)


async def test_boards_with_their_columns_and_the_places_of_cards(make_user: MakeUser) -> None:
    person, stranger = await make_user(), await make_user()
    project = await make_project(person)
    path = f"/projects/{project['id']}/boards"
    board = good(await person.client.post(path, json={"name": "Board"}))
    tasks = [await make(person, project_id=project["id"]) for _ in "ab"]
    found = await document(person)
    (shown,) = found["boards"]
    same = ("id", "project_id", "name", "default", "columns", "created_at", "updated_at")
    assert shown == {name: board[name] for name in same}
    cards = [one for one in found["tasks"] if one["board_id"] == board["id"]]
    assert [one["id"] for one in sorted(cards, key=lambda one: one["position"])] == [
        one["id"] for one in tasks
    ]
    assert (await document(person, project_id=person.inbox_id))["boards"] == []
    assert (await document(stranger))["boards"] == []


async def test_csv_names_goals_boards_and_columns(person: Person) -> None:
    project = await make_project(person)
    goal = await make_goal(person, "Fit")
    board = await make_board(person, project["id"], name="Week")
    task = await make(person, project_id=project["id"], goal_id=goal["id"], status="done")
    plain = await make(person)
    found = {row["key"]: [row[name] for name in NEW] for row in await rows(person)}
    assert found == {task["key"]: ["Fit", board["name"], "Done"], plain["key"]: ["", "", ""]}


async def test_policies_calendars_and_filters(team: Team) -> None:
    """What one sees of a private project and of other people's filters is in it, and no more."""
    private = await team.project(private=True)
    path = f"/projects/{private}/sla-policies"
    good(await team.owner.client.post(path, json={"resolution_minutes": 60}))
    for shared in (True, False):
        body = {"name": f"Shared {shared}", "query": "priority >= high", "shared": shared}
        here = {"workspace_id": team.workspace_id}
        good(await team.owner.client.post("/filters", json={**body, **here}))
    good(await team.owner.client.post("/filters", json={"name": "All", "query": "@home"}))
    everything, seen = await document(team.owner), await document(team.member)
    assert [one["resolution_minutes"] for one in everything["sla_policies"]] == [60]
    assert seen["sla_policies"] == []
    assert {one["name"] for one in everything["saved_filters"]} == {
        *("Shared True", "Shared False", "All"),
    }
    assert {one["name"] for one in seen["saved_filters"]} == {"Shared True"}
    only = await document(team.owner, project_id=private)
    assert (len(only["sla_policies"]), only["saved_filters"]) == (1, [])
