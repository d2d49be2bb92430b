"""Lists: each filter, and each order walked to its end."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.kit.app import MakeUser, Person, good, refused
from tests.tasks.making import block, found, make, make_all, make_project, make_team, patch
from upnext.core.ids import new_id
from upnext.core.lanes.many import numbered
from upnext.core.runtime import Runtime
from upnext.tasks import pages
from upnext.tasks.queries import MOST_APART

pytestmark = pytest.mark.each

RANKS = {
    "priority": ["low", "medium", "high", "urgent"],
    "status": ["backlog", "todo", "in_progress", "in_review", "done", "cancelled"],
}
FIELDS = [
    "created_at", "updated_at", "due_at", "start_at", "completed_at",
    "priority", "status", "title", "estimated_duration", "key",
    "project_id", "assignee_id",
]  # fmt: skip


def titles(tasks: list[Any]) -> set[str]:
    return {task["title"] for task in tasks}


@pytest.fixture
async def mixed(person: Person) -> Person:
    """Somebody with one task for each thing one can ask for."""
    await make_all(
        person,
        {"title": "backlog", "status": "backlog", "category": "Home", "tags": ["Bills", "x"]},
        {"title": "todo", "priority": "high", "tags": ["BILLS"], "due_at": "2001-01-01T00:00:00Z"},
        {"title": "going", "status": "in_progress", "description": "50% of Größe_x"},
        {"title": "done", "status": "done", "due_at": "2001-01-02T00:00:00Z"},
        {"title": "dropped", "status": "cancelled", "due_at": "2090-01-01T00:00:00Z"},
        {"title": "mine", "assignee_ids": [person.id], "external_id": "ext 1", "priority": "low"},
    )
    return person


FILTERS: list[tuple[dict[str, Any], str]] = [
    ({"status": "todo"}, "todo mine"),
    ({"status": ["Done", "in_progress"]}, "going done"),
    ({"status": "pending"}, "backlog todo mine"),
    ({"status": "open"}, "backlog todo going mine"),
    ({"status": ["completed", "failed"]}, "done dropped"),
    ({"status": "processing"}, "going"),
    ({"completed": True}, "done"),
    ({"completed": False}, "backlog todo going dropped mine"),
    ({"priority": "HIGH"}, "todo"),
    ({"priority": ["high", "low"]}, "todo mine"),
    ({"category": "home"}, "backlog"),
    ({"category": "general"}, "todo going done dropped mine"),
    ({"tag": "bills"}, "backlog todo"),
    ({"tag": ["x", "nothing"]}, "backlog"),
    ({"assignee_id": "me"}, "mine"),
    ({"due_before": "2001-01-02T00:00:00Z"}, "todo"),
    ({"due_after": "2001-01-02T00:00:00Z"}, "done dropped"),
    ({"due_after": "2001-01-01T12:00:00+12:00", "due_before": "2050-01-01T00:00:00Z"},
     "todo done"),
    ({"overdue": True}, "todo"),
    ({"overdue": False}, "backlog going done dropped mine"),
    ({"text": "GROSSE_X"}, "going"),
    ({"text": "50%"}, "going"),
    ({"text": "_"}, "going"),
    ({"text": "dropp"}, "dropped"),
    ({"text": "\\"}, ""),
    ({"external_id": "ext 1"}, "mine"),
    ({"blocked": False}, "backlog todo going done dropped mine"),
    ({"trashed": True}, ""),
    ({"status": "open", "priority": ["high", "medium"], "tag": "bills", "overdue": True},
     "todo"),
]  # fmt: skip


async def test_each_filter(mixed: Person) -> None:
    for params, expected in FILTERS:
        assert titles(await found(mixed, **params)) == set(expected.split()), params
        asked = {**params, "total": True, "limit": 1}
        page = good(await mixed.client.get("/tasks", params=asked))
        assert page["total"] == len(expected.split()), params


async def test_filters_that_name_something(person: Person) -> None:
    project = await make_project(person)
    top = await make(person, title="top", project_id=project["id"])
    below = await make(person, title="below", parent_id=top["id"], project_id=project["id"])
    inbox = await make(person, title="inbox", assignee_ids=[person.id])
    assert titles(await found(person, project_id=project["id"])) == {"top", "below"}
    assert titles(await found(person, parent_id=top["id"])) == {"below"}
    assert titles(await found(person, key=below["key"].lower())) == {"below"}
    assert titles(await found(person, assignee_id=person.id)) == {"inbox"}
    assert titles(await found(person, workspace_id=person.workspace_id)) == {
        "top",
        "below",
        "inbox",
    }
    await block(person, top, inbox)
    assert titles(await found(person, blocked=True)) == {"top"}
    assert titles(await found(person, blocked=False)) == {"below", "inbox"}
    await patch(person, inbox, completed=True)
    assert await found(person, blocked=True) == []


async def sixty(person: Person) -> list[Any]:
    """With ties and gaps in every field; half of them in a second workspace."""
    chance = random.Random(7)
    day = datetime(2030, 1, 1, tzinfo=UTC)

    def maybe_day() -> str | None:
        return chance.choice([None, (day + timedelta(days=chance.randrange(4))).isoformat()])

    second = good(await person.client.post("/workspaces", json={"name": "Second"}))
    other = await make_project(person, second["id"])
    tasks = []
    for project_id in (person.inbox_id, other["id"]):
        bodies = [
            {
                "title": chance.choice(["a", "B", "c", "Ä", "é", "z", "10", "9"]),
                "project_id": project_id,
                "status": chance.choice(RANKS["status"]),
                "priority": chance.choice(RANKS["priority"]),
                "estimated_duration": chance.choice([None, 5, 30, 10_080]),
                "due_at": maybe_day(),
                "start_at": None,
            }
            for _ in range(30)
        ]
        for body in bodies:
            body["start_at"] = body["due_at"] and chance.choice([None, body["due_at"]])
        tasks += await make_all(person, *bodies)
    for task in chance.sample(tasks, 10):
        await patch(person, task, description="touched")
    return tasks


def rank(task: Any, field: str) -> Any:
    """What a person would sort by; nothing comes after everything."""
    if field == "assignee_id":
        return min(task["assignee_ids"], default="z")
    value = task[field]
    if field in RANKS:
        return RANKS[field].index(value)
    if field == "title":
        return {"Ä": "a", "é": "e"}.get(value, value.lower())
    if field == "key":
        return int(value.rpartition("-")[2])
    return (value is None, value or 0 if field == "estimated_duration" else value or "")


def in_order(tasks: list[Any], sort: str) -> list[str]:
    terms = sort.split(",")
    tasks = sorted(tasks, key=lambda t: t["id"], reverse=terms[-1].startswith("-"))
    for term in reversed(terms):
        field = term.lstrip("-")
        tasks.sort(key=lambda t: rank(t, field), reverse=term.startswith("-"))
    return [task["id"] for task in tasks]


async def walk(person: Person, sort: str, limit: int, **params: Any) -> list[Any]:
    items: list[Any] = []
    asked = {"sort": sort, "limit": limit, **params}
    while True:
        page = good(await person.client.get("/tasks", params=asked))
        assert len(page["items"]) <= limit
        items += page["items"]
        if page["next_cursor"] is None:
            return items
        assert len(page["items"]) == limit
        asked["cursor"] = page["next_cursor"]


async def assigned(person: Person, other: Person, tasks: list[Any]) -> None:
    """Some of them to one, some to both, some to nobody; the other is in one workspace only."""
    second = next(t["workspace_id"] for t in tasks if t["workspace_id"] != person.workspace_id)
    body = {"email": other.email, "role": "member"}
    good(await person.client.post(f"/workspaces/{second}/members", json=body))
    for place, task in enumerate(tasks[::3]):
        both = [other.id] if task["workspace_id"] == second else []
        await patch(person, task, assignee_ids=[[person.id], both, [*both, person.id]][place % 3])


async def test_each_order_to_its_end(make_user: MakeUser, person: Person) -> None:
    await assigned(person, await make_user(), await sixty(person))
    everything = await walk(person, "created_at", 100)
    assert len(everything) == 60
    here = [task for task in everything if task["workspace_id"] == person.workspace_id]
    sorts = [sign + field for field in FIELDS for sign in ("", "-")]
    for sort in [*sorts, "-due_at,priority", "status,-priority,title", "-priority,-due_at,key"]:
        walked = await walk(person, sort, 17)
        # sorted(reverse=True) keeps the order of ties, which the id decides.
        assert [task["id"] for task in walked] == in_order(everything, sort), sort
        walked = await walk(person, sort, 13, workspace_id=person.workspace_id)
        assert [task["id"] for task in walked] == in_order(here, sort), sort


async def test_the_other_ways_to_page_and_sort(person: Person) -> None:
    await sixty(person)
    whole = await walk(person, "-created_at", 100)
    assert [t["id"] for t in await found(person, limit=100)] == [t["id"] for t in whole]
    assert len(await found(person)) == 50
    second = await found(person, limit=20, offset=20)
    assert second == whole[20:40]
    named = await found(person, sort_by="due_at", sort_order="desc", limit=100)
    assert named == await found(person, sort="-due_at", limit=100)
    assert await found(person, sort_by="title") == await found(person, sort="title")
    oldest = await found(person, sort_order="asc", limit=100)
    assert oldest == whole[::-1]


async def test_a_page_does_not_shift_when_tasks_come(person: Person) -> None:
    await make_all(person, *({} for _ in range(6)))
    page = good(await person.client.get("/tasks", params={"limit": 3}))
    await make(person, title="new")
    rest = await found(person, limit=3, cursor=page["next_cursor"])
    assert [task["title"] for task in rest] == ["Number 2", "Number 1", "Number 0"]


WRONG: list[dict[str, Any]] = [
    {"limit": 0}, {"limit": 101}, {"limit": "x"}, {"offset": -1}, {"offset": 10_001},
    {"sort": "color"}, {"sort": "-"}, {"sort": ""}, {"sort": "title,,"}, {"sort_by": "color"},
    {"sort": "title", "sort_by": "title"}, {"sort_order": "up"},
    {"cursor": "x"}, {"cursor": "A" * 2_001}, {"cursor": "Ünïcode"}, {"cursor": "\0"},
    {"status": "nonsense"}, {"priority": "5"}, {"completed": "maybe"}, {"assignee_id": "you"},
    {"workspace_id": "1"}, {"due_before": "tomorrow"}, {"due_before": "2030-01-01"},
    {"due_after": "2030-01-01T00:00:00"}, {"text": "a\0b"}, {"text": "x" * 201}, {"tag": ""},
    {"prioritty": "high"}, {"goal_id": "1"},
]  # fmt: skip


async def test_what_cannot_be_asked(person: Person) -> None:
    for params in WRONG:
        refused(await person.client.get("/tasks", params=params), 422)


async def test_a_cursor_is_for_its_own_order(person: Person) -> None:
    await make_all(person, {}, {})
    page = good(await person.client.get("/tasks", params={"limit": 1, "sort": "title"}))
    params = {"cursor": page["next_cursor"], "sort": "-title"}
    refused(await person.client.get("/tasks", params=params), 422, "bad_cursor")
    params = {"cursor": page["next_cursor"], "sort": "title", "offset": 1}
    refused(await person.client.get("/tasks", params=params), 422)


async def test_private_projects_stay_out_of_lists(make_user: MakeUser) -> None:
    owner, member = await make_user(), await make_user()
    team = await make_team(owner, member=member)
    secret = await make_project(owner, team, private=True)
    public = await make_project(owner, team, name="Public")
    hidden = await make(owner, title="hidden", project_id=secret["id"])
    shown = await make(owner, title="shown", project_id=public["id"])
    await block(owner, shown, hidden)
    assert titles(await found(member)) == {"shown"}
    assert titles(await found(member, workspace_id=team)) == {"shown"}
    assert titles(await found(member, project_id=secret["id"])) == set()
    assert titles(await found(owner, workspace_id=team)) == {"shown", "hidden"}
    refused(await member.client.get(f"/tasks/{hidden['id']}"), 404)
    page = good(await member.client.get("/tasks", params={"total": True}))
    assert page["total"] == 1
    assert (page["items"][0]["blocked"], page["items"][0]["blocked_by"]) == (True, [])
    mine = good(await owner.client.get(f"/tasks/{shown['id']}"))
    assert mine["blocked_by"] == [hidden["id"]]
    around = good(await member.client.get(f"/tasks/{shown['id']}/dependencies"))
    assert around == {"blocked_by": [], "blocks": []}


async def test_of_very_many_workspaces(person: Person) -> None:
    """More than are read each by itself; every third has a task, and they come in one order."""
    names = []
    for number in range(MOST_APART + 3):
        body = {"name": f"W{number}"}
        place = good(await person.client.post("/workspaces", json=body))["id"]
        if number % 3 == 0:
            names.append(f"T{number:02}")
            project = await make_project(person, place)
            await make(person, title=names[-1], project_id=project["id"])
    page = good(await person.client.get("/tasks", params={"sort": "-title", "limit": 5}))
    seen = [task["title"] for task in page["items"]]
    while page["next_cursor"]:
        params = {"sort": "-title", "limit": 5, "cursor": page["next_cursor"]}
        page = good(await person.client.get("/tasks", params=params))
        seen += [task["title"] for task in page["items"]]
    assert seen == names[::-1]


async def test_as_many_workspaces_as_no_union_has_parts(runtime: Runtime) -> None:
    shape = pages.Shape(workspaces=600, asked=(), hidden=0, sort="-created_at,-id")
    values = numbered("workspace", [new_id() for _ in range(600)])
    limits = {"limit": 5, "offset": 0, "reach": 5}
    assert list(await runtime.db.lane.fetch(pages.page(shape), values | limits)) == []
