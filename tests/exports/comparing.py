"""What two exports have to say alike, whatever server wrote them."""

from typing import Any

from tests.boards.making import column, make_board, move
from tests.comments.saying import say
from tests.goals.making import make_goal
from tests.kit.app import Person, good
from tests.tasks.making import block, make, make_project

# What the new server decides: ids and numbers, versions, and when things were done there.
TASK_OWN = {"id", "key", "workspace_id", "project_id", "version", "reporter_id"}
PLACE_OWN = {"id", "workspace_id"}
TIMES = {"created_at", "updated_at", "completed_at", "archived_at", "exported_at"}
# What a task says by ids of its board, and what is said about it: compared in words instead.
TOLD_APART = {"board_id", "column_id", "position", "comments"}

COLUMNS = [
    {"name": "Ideas", "status": "backlog"},
    {"name": "Next", "status": "todo", "wip_limit": 9, "wip_hard": True},
    {"name": "Later", "status": "todo"},
    {"name": "Doing", "status": "in_progress", "wip_limit": 1},
    {"name": "In review", "status": "in_review"},
    {"name": "Done", "status": "done"},
    {"name": "Dropped", "status": "cancelled"},
]
WEEK = [[[540, 720], [780, 1020]]] * 4 + [[[540, 720]], [], []]


async def fill(person: Person) -> None:
    """A bit of everything that an export can hold."""
    garden = await make_project(person, name="Garden", key="GDN")
    secret = await make_project(person, name="Secret", key="SCR", private=True)
    old = await make_project(person, name="Old", key="OLD")
    whole = await make_goal(person, "Feed ourselves", weight=1.5, target_date="2031-10-01")
    aim = await make_goal(
        person, "Vegetables", project_id=garden["id"], parent_id=whole["id"], description="*Beds*"
    )
    await make_goal(person, "Never begun", status="abandoned")
    await make_goal(person, "Herbs", project_id=garden["id"], parent_id=aim["id"])
    board = await _boards(person, garden["id"], old["id"])
    top = await make(
        person,
        project_id=garden["id"],
        goal_id=aim["id"],
        title='Dig, "deep"; and\\wide',
        description="One\nTwo\n\n=SUM(A1)",
        status="in_progress",
        priority="urgent",
        category="outside",
        estimated_duration=240,
        due_at="2031-05-01T12:00:00.123456Z",
        start_at="2031-04-01T06:00:00Z",
        tags=["spring", "Übung, mit Komma"],
        context=["@garden"],
        energy="high",
        external_id="paper-1",
        assignee_ids=[person.id],
    )
    below = await make(person, project_id=garden["id"], parent_id=top["id"], title="Seeds")
    deeper = await make(person, project_id=garden["id"], parent_id=below["id"], title="Buy")
    done = await make(person, title="Money", completed=True, external_id="paper-2")
    hidden = await make(person, project_id=secret["id"], title="日本語 🌱", status="cancelled")
    await make(person, project_id=old["id"], title="Long ago", status="backlog")
    for task, before in ((top, done), (deeper, hidden), (deeper, top)):
        await block(person, task, before)
    path = f"/projects/{old['id']}"
    good(await person.client.patch(path, json={"archived": True}))
    # A parent that is younger than its child comes after it in the document.
    younger = await make(person, project_id=garden["id"], title="Younger")
    good(await person.client.patch(f"/tasks/{top['id']}", json={"parent_id": younger["id"]}))
    for task in (below, younger, deeper):
        await move(person, task, column(board, "Later"))
    await move(person, deeper, column(board, "Later"), before=below)
    await make(person, project_id=garden["id"], title="On no board", board_id=None)
    await make_project(person, name="Nothing yet", key="NIL")
    await _promise(person, garden["id"])
    await _talk(person, top, done)
    await _filters(person)


async def _boards(person: Person, project_id: str, other_id: str) -> Any:
    """The first; two are called the same, and a later one takes the new tasks."""
    board = await make_board(person, project_id, name="Beds", columns=COLUMNS)
    await make_board(person, project_id, name="Beds", columns=COLUMNS[:2])
    plan = await make_board(person, project_id, name="Seasons")
    good(await person.client.patch(f"/boards/{plan['id']}", json={"default": True}))
    await make_board(person, other_id, name="Past")
    return board


async def _promise(person: Person, project_id: str) -> None:
    path = f"/projects/{project_id}/sla-policies"
    urgent = {"priority": "urgent", "first_response_minutes": 30, "business_hours": True}
    other = {"resolution_minutes": 9_000, "starts_from": "due", "pause_statuses": ["in_review"]}
    for policy in (urgent, {**other, "enabled": False}):
        good(await person.client.post(path, json=policy))
    day = {"date": "2031-01-01", "name": "New Year"}
    calendar = {"time_zone": "Europe/Berlin", "hours": WEEK, "holidays": [day]}
    path = f"/workspaces/{person.workspace_id}/calendar"
    good(await person.client.put(path, json=calendar))


async def _talk(person: Person, task: Any, other: Any) -> None:
    first = await say(person, task, "**Where** to begin?")
    reply = await say(person, task, "At the wall", first)
    await say(person, task, "Which one?", reply)
    await say(person, task, "On another matter")
    good(await person.client.patch(f"/comments/{reply['id']}", json={"body": "At the old wall"}))
    await say(person, other, "Counted")


async def _filters(person: Person) -> None:
    here = {"workspace_id": person.workspace_id}
    for body in (
        {"name": "Hot", "query": "priority >= high and project = Garden", **here},
        {"name": "Ours", "query": "board = Beds", "shared": True, **here},
    ):
        good(await person.client.post("/filters", json=body))


def told(document: Any, person: Person) -> Any:
    """The document without what is the server's own, and with words instead of ids."""
    projects = {one["id"]: one["key"] for one in document["projects"]}
    titles = {one["id"]: one["title"] for one in document["tasks"]}
    aims = {one["id"]: one["title"] for one in document["goals"]}
    names = {None: None, person.id: "me"}
    places = _places(document)
    assert len(set(titles.values())) == len(titles), "the titles stand for their tasks here"
    return {
        **_around(document, projects),
        "projects": sorted(
            ({n: v for n, v in one.items() if n not in PLACE_OWN | TIMES | {"members"}}
             | {"archived": one["archived_at"] is not None}
             for one in document["projects"]),
            key=lambda one: one["key"],
        ),
        "goals": sorted(
            ({n: v for n, v in one.items() if n not in PLACE_OWN | TIMES}
             | {"project_id": one["project_id"] and projects[one["project_id"]],
                "parent_id": one["parent_id"] and aims[one["parent_id"]]}
             for one in document["goals"]),
            key=lambda one: one["title"],
        ),
        "tasks": sorted(
            (
                {n: v for n, v in one.items() if n not in TASK_OWN | TIMES | TOLD_APART}
                | {
                    "project": projects[one["project_id"]],
                    "parent_id": titles.get(one["parent_id"]),
                    "goal_id": one["goal_id"] and aims[one["goal_id"]],
                    "blocked_by": sorted(titles[each] for each in one["blocked_by"]),
                    "assignee_ids": [names[each] for each in one["assignee_ids"]],
                    "completed": one["completed_at"] is not None,
                    "place": places.get(one["id"]),
                    "comments": _said(one.get("comments", []), person),
                }
                for one in document["tasks"]
            ),
            key=lambda one: one["title"],
        ),
    }  # fmt: skip


def _around(document: Any, projects: dict[str, str]) -> dict[str, Any]:
    """What is told of the places of tasks."""
    own = {"id", "project_id", "workspace_id", "user_id"} | TIMES
    boards = [
        {n: v for n, v in one.items() if n not in own}
        | {
            "project": projects[one["project_id"]],
            "columns": [{n: v for n, v in each.items() if n != "id"} for each in one["columns"]],
        }
        for one in document["boards"]
    ]
    policies = [
        {n: v for n, v in one.items() if n not in own} | {"project": projects[one["project_id"]]}
        for one in document["sla_policies"]
    ]
    filters = [
        {n: v for n, v in one.items() if n not in own} | {"everywhere": one["workspace_id"] is None}
        for one in document["saved_filters"]
    ]
    return {
        # Those of one name keep their order, the oldest first.
        "boards": sorted(boards, key=lambda one: (one["project"], one["name"])),
        "sla_policies": sorted(policies, key=lambda one: (one["project"], str(one["priority"]))),
        "saved_filters": sorted(filters, key=lambda one: str(one["name"])),
        "calendars": [
            {n: v for n, v in one["calendar"].items() if n not in TIMES}
            for one in document["workspaces"]
            if one["calendar"] is not None
        ],
    }


def _places(document: Any) -> dict[str, tuple[str, int, str, int]]:
    """Of each card: the board (of those of one name the length tells), the column, how far down."""
    columns = {
        each["id"]: (one["name"], len(one["columns"]), f"{at} {each['name']}")
        for one in document["boards"]
        for at, each in enumerate(one["columns"])
    }
    cards = [one for one in document["tasks"] if one["column_id"] is not None]
    cards.sort(key=lambda one: (one["column_id"], one["position"], one["id"]))
    found: dict[str, tuple[str, int, str, int]] = {}
    depth: dict[str, int] = {}
    for card in cards:
        column_id = card["column_id"]
        depth[column_id] = depth.get(column_id, -1) + 1
        found[card["id"]] = (*columns[column_id], depth[column_id])
    return found


def _said(comments: list[Any], person: Person) -> list[Any]:
    """Threads as places in the list."""
    places = {one["id"]: at for at, one in enumerate(comments)}
    return [
        {
            "body": one["body"],
            "author": "me" if one["author_id"] == person.id else one["author"],
            "thread": places[one["thread_id"]],
            "reply_to": places.get(one["parent_id"]),
            "edited": one["edited_at"] is not None,
            "deleted_at": one["deleted_at"],
        }
        for one in comments
    ]
