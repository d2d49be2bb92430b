"""Export, import, export: the two documents say the same."""

from collections import defaultdict
from typing import Any

from tests.exports.asking import asked, document
from tests.kit.app import MakeUser, Person, good
from tests.tasks.making import block, make, make_project
from upnext.exports.reading import Item, ProjectItem, TaskItem, read_export

# What the new server decides: ids and numbers, versions, and when things were done there.
TASK_OWN = {"id", "key", "workspace_id", "project_id", "version", "reporter_id"}
PLACE_OWN = {"id", "workspace_id"}
TIMES = {"created_at", "updated_at", "completed_at", "archived_at", "exported_at"}


async def _fill(person: Person) -> None:
    """A bit of everything that an export can hold."""
    garden = await make_project(person, name="Garden", key="GDN")
    secret = await make_project(person, name="Secret", key="SCR", private=True)
    old = await make_project(person, name="Old", key="OLD")
    top = await make(
        person,
        project_id=garden["id"],
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


async def _take_in(person: Person, items: list[Item]) -> None:
    """Through the public API alone, as any program could."""
    projects: dict[str, str] = {}
    for item in items:
        if isinstance(item, ProjectItem):
            projects[item.ref] = await _project(person, item)
    tasks = [item for item in items if isinstance(item, TaskItem)]
    ids = await _make_tasks(person, tasks, projects)
    for task in tasks:
        for before in task.blocked_by:
            await block(person, {"id": ids[task.ref]}, {"id": ids[before]})
    for item in items:
        if isinstance(item, ProjectItem) and item.archived:
            path = f"/projects/{projects[item.ref]}"
            good(await person.client.patch(path, json={"archived": True}))


async def _project(person: Person, item: ProjectItem) -> str:
    if item.inbox:
        return person.inbox_id
    body = {"name": item.name, "key": item.key, "private": item.private}
    return str(good(await person.client.post("/projects", json=body))["id"])


async def _make_tasks(
    person: Person, tasks: list[TaskItem], projects: dict[str, str]
) -> dict[str, str]:
    """In bulk, level by level, since a task has to name the one above it by its new id."""
    ids: dict[str, str] = {}
    levels: dict[int, list[TaskItem]] = defaultdict(list)
    depth: dict[str | None, int] = {None: -1}
    for task in tasks:
        depth[task.ref] = depth[task.parent_ref] + 1
        levels[depth[task.ref]].append(task)
    for _, level in sorted(levels.items()):
        bodies = [
            {
                **task.fields,
                "project_id": projects[task.project_ref],
                "parent_id": ids[task.parent_ref] if task.parent_ref else None,
                "assignee_ids": [person.id for _ in task.assignees],
            }
            for task in level
        ]
        outcome = good(await person.client.post("/tasks/bulk", json={"tasks": bodies}))
        assert outcome["created"] == len(level), outcome
        for task, result in zip(level, outcome["results"], strict=True):
            ids[task.ref] = result["task"]["id"]
    return ids


def _told(document: Any, person: Person) -> Any:
    """The document without what is the server's own, and with words instead of ids."""
    projects = {one["id"]: one["key"] for one in document["projects"]}
    titles = {one["id"]: one["title"] for one in document["tasks"]}
    names = {None: None, person.id: "me"}
    assert len(set(titles.values())) == len(titles), "the titles stand for their tasks here"
    return {
        "projects": sorted(
            ({n: v for n, v in one.items() if n not in PLACE_OWN | TIMES | {"members"}}
             | {"archived": one["archived_at"] is not None}
             for one in document["projects"]),
            key=lambda one: one["key"],
        ),
        "tasks": sorted(
            (
                {n: v for n, v in one.items() if n not in TASK_OWN | TIMES}
                | {
                    "project": projects[one["project_id"]],
                    "parent_id": titles.get(one["parent_id"]),
                    "blocked_by": sorted(titles[each] for each in one["blocked_by"]),
                    "assignee_ids": [names[each] for each in one["assignee_ids"]],
                    "completed": one["completed_at"] is not None,
                }
                for one in document["tasks"]
            ),
            key=lambda one: one["title"],
        ),
    }  # fmt: skip


async def test_export_import_export(make_user: MakeUser) -> None:
    first, second = await make_user(), await make_user()
    await _fill(first)
    content = (await asked(first, "json")).content
    await _take_in(second, list(read_export(content)))
    before, after = _told(await document(first), first), _told(await document(second), second)
    assert len(before["tasks"]) == 7
    assert after == before


async def test_what_is_left_out_of_the_comparison_is_all_there_is(person: Person) -> None:
    """A new field of a task is compared from its first day on, unless somebody decides here."""
    await make(person)
    (task,) = (await document(person))["tasks"]
    compared = set(task) - TASK_OWN - TIMES
    assert compared >= {
        *("title", "description", "status", "priority", "category", "estimated_duration"),
        *("due_at", "start_at", "tags", "context", "energy", "external_id", "parent_id"),
        *("blocked_by", "assignee_ids", "deleted_at"),
    }
