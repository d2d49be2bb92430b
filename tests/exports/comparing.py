"""What two exports have to say alike, whatever server wrote them."""

from typing import Any

from tests.goals.making import make_goal
from tests.kit.app import Person, good
from tests.tasks.making import block, make, make_project

# What the new server decides: ids and numbers, versions, and when things were done there.
TASK_OWN = {"id", "key", "workspace_id", "project_id", "version", "reporter_id"}
PLACE_OWN = {"id", "workspace_id"}
TIMES = {"created_at", "updated_at", "completed_at", "archived_at", "exported_at"}


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


def told(document: Any, person: Person) -> Any:
    """The document without what is the server's own, and with words instead of ids."""
    projects = {one["id"]: one["key"] for one in document["projects"]}
    titles = {one["id"]: one["title"] for one in document["tasks"]}
    aims = {one["id"]: one["title"] for one in document["goals"]}
    names = {None: None, person.id: "me"}
    assert len(set(titles.values())) == len(titles), "the titles stand for their tasks here"
    return {
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
                {n: v for n, v in one.items() if n not in TASK_OWN | TIMES}
                | {
                    "project": projects[one["project_id"]],
                    "parent_id": titles.get(one["parent_id"]),
                    "goal_id": one["goal_id"] and aims[one["goal_id"]],
                    "blocked_by": sorted(titles[each] for each in one["blocked_by"]),
                    "assignee_ids": [names[each] for each in one["assignee_ids"]],
                    "completed": one["completed_at"] is not None,
                }
                for one in document["tasks"]
            ),
            key=lambda one: one["title"],
        ),
    }  # fmt: skip
