"""Export, import, export: the two documents say the same."""

from collections import defaultdict
from typing import Any

from tests.boards.making import make_board, move
from tests.comments.saying import say
from tests.exports.asking import asked, document
from tests.exports.comparing import TASK_OWN, TIMES, fill, told
from tests.exports.reading import (
    BoardItem,
    GoalItem,
    Item,
    OtherItem,
    ProjectItem,
    TaskItem,
    read_export,
)
from tests.kit.app import MakeUser, Person, good
from tests.tasks.making import block, make, patch


async def _take_in(person: Person, items: list[Item]) -> None:
    """Through the public API alone, as any program could."""
    found = [item for item in items if isinstance(item, ProjectItem)]
    projects = {item.ref: await _project(person, item) for item in found}
    goals = await _make_goals(person, items, projects)
    tasks = [item for item in items if isinstance(item, TaskItem)]
    columns = await _make_boards(person, items, projects)
    ids = await _make_tasks(person, tasks, projects, goals)
    await _place(person, tasks, ids, columns)
    for task in tasks:
        await _talk(person, {"id": ids[task.ref]}, task)
        for before in task.blocked_by:
            await block(person, {"id": ids[task.ref]}, {"id": ids[before]})
    for other in (item for item in items if isinstance(item, OtherItem)):
        await _other(person, other, projects)
    for project in (item for item in found if item.archived):
        path = f"/projects/{projects[project.ref]}"
        good(await person.client.patch(path, json={"archived": True}))


async def _project(person: Person, item: ProjectItem) -> str:
    if item.inbox:
        return person.inbox_id
    body = {"name": item.name, "key": item.key, "private": item.private}
    return str(good(await person.client.post("/projects", json=body))["id"])


async def _make_boards(
    person: Person, items: list[Item], projects: dict[str, str]
) -> dict[str, Any]:
    """The columns by their refs."""
    columns: dict[str, Any] = {}
    for item in items:
        if isinstance(item, BoardItem):
            said = [{n: v for n, v in one.items() if n != "id"} for one in item.columns]
            made = await make_board(
                person, projects[item.project_ref], name=item.name, columns=said
            )
            if item.default and not made["default"]:
                path = f"/boards/{made['id']}"
                good(await person.client.patch(path, json={"default": True}))
            pairs = zip(item.columns, made["columns"], strict=True)
            columns |= {old["id"]: new for old, new in pairs}
    return columns


async def _place(
    person: Person, tasks: list[TaskItem], ids: dict[str, str], columns: dict[str, Any]
) -> None:
    """Each below the one before it."""
    last: dict[str, Any] = {}
    for task in sorted(tasks, key=lambda one: one.position):
        here = {"id": ids[task.ref]}
        if task.column_ref is None:
            await patch(person, here, board_id=None)
            continue
        beside = {"after": last[task.column_ref]} if task.column_ref in last else {}
        last[task.column_ref] = await move(person, here, columns[task.column_ref], **beside)


async def _talk(person: Person, task: Any, item: TaskItem) -> None:
    said: dict[str | None, Any] = {None: None}
    for one in item.comments:
        made = await say(person, task, one["body"], said[one["parent_id"]])
        said[one["id"]] = made
        if one["edited_at"]:
            path = f"/comments/{made['id']}"
            for body in ("…", one["body"]):
                good(await person.client.patch(path, json={"body": body}))


async def _other(person: Person, item: OtherItem, projects: dict[str, str]) -> None:
    client, here = person.client, {"workspace_id": person.workspace_id}
    if item.kind == "policy":
        path = f"/projects/{projects[item.project_ref]}/sla-policies"
        good(await client.post(path, json=item.fields))
    elif item.kind == "calendar":
        good(await client.put(f"/workspaces/{person.workspace_id}/calendar", json=item.fields))
    else:
        good(await client.post("/filters", json={**item.fields, **here}))


async def _make_goals(
    person: Person, items: list[Item], projects: dict[str, str]
) -> dict[str | None, str | None]:
    goals: dict[str | None, str | None] = {None: None}
    for item in items:
        if isinstance(item, GoalItem):
            place = projects[item.project_ref] if item.project_ref else None
            where = {"project_id": place, "parent_id": goals[item.parent_ref]}
            made = good(await person.client.post("/goals", json={**item.fields, **where}))
            goals[item.ref] = made["id"]
    return goals


async def _make_tasks(
    person: Person,
    tasks: list[TaskItem],
    projects: dict[str, str],
    goals: dict[str | None, str | None],
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
                "goal_id": goals[task.goal_ref],
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


async def test_export_import_export(make_user: MakeUser) -> None:
    first, second = await make_user(), await make_user()
    await fill(first)
    content = (await asked(first, "json")).content
    await _take_in(second, list(read_export(content)))
    before, after = told(await document(first), first), told(await document(second), second)
    assert len(before["tasks"]) == 8
    for task in (*before["tasks"], *after["tasks"]):
        # Through the API all of it is the word of who sends it; an import run keeps it.
        del task["classification"]
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
