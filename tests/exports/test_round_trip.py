"""Export, import, export: the two documents say the same."""

from collections import defaultdict

from tests.exports.asking import asked, document
from tests.exports.comparing import TASK_OWN, TIMES, fill, told
from tests.exports.reading import GoalItem, Item, ProjectItem, TaskItem, read_export
from tests.kit.app import MakeUser, Person, good
from tests.tasks.making import block, make


async def _take_in(person: Person, items: list[Item]) -> None:
    """Through the public API alone, as any program could."""
    projects: dict[str, str] = {}
    for item in items:
        if isinstance(item, ProjectItem):
            projects[item.ref] = await _project(person, item)
    goals = await _make_goals(person, items, projects)
    tasks = [item for item in items if isinstance(item, TaskItem)]
    ids = await _make_tasks(person, tasks, projects, goals)
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
