"""Every route that names an object: the action it is, and how to make what it is done to.

A route that is not here fails the build (test_matrix.py): add it, and its action to the tables in
docs/permissions.md.
"""

from typing import Any
from uuid import uuid4

import httpx

from tests.authorization import (
    arranging,
    automating,
    calling,
    classifying,
    filing,
    talking,
    timing,
)
from tests.authorization.entry import Entry, Params
from tests.authorization.world import PROJECT_ROLES, Place, World
from tests.kit.app import good
from tests.workspaces.teams import ROLES


async def _workspace(_: World, place: Place, __: str) -> Params:
    """Also brings it back if the last knock put it into the trash."""
    await place.ask("POST", f"/workspaces/{place.workspace_id}/restore")
    return {"workspace_id": place.workspace_id}


async def _trashed_workspace(_: World, place: Place, __: str) -> Params:
    await place.ask("DELETE", f"/workspaces/{place.workspace_id}")
    return {"workspace_id": place.workspace_id}


async def _newcomer(world: World, place: Place, _: str) -> Params:
    path = f"/workspaces/{place.workspace_id}/members/{world.newcomer.id}"
    await place.ask("DELETE", path)
    return {"workspace_id": place.workspace_id, "email": world.newcomer.email}


async def _member(_: World, place: Place, __: str) -> Params:
    body = {"email": place.spare.email, "role": "viewer"}
    await place.ask("POST", f"/workspaces/{place.workspace_id}/members", body)
    return {"workspace_id": place.workspace_id, "user_id": place.spare.id}


async def _leaver(world: World, place: Place, column: str) -> Params:
    """In a workspace of the spare's, which the one who knocks has joined in their role."""
    made = good(await place.spare.client.post("/workspaces", json={"name": "Leaving"}))
    person = world.people.get(column)
    if person and column in ROLES:
        body = {"email": person.email, "role": column}
        good(await place.spare.client.post(f"/workspaces/{made['id']}/members", json=body))
    return {"workspace_id": made["id"], "user_id": person.id if person else str(uuid4())}


async def _project(_: World, place: Place, __: str) -> Params:
    return {"project_id": place.project_id, "workspace_id": place.workspace_id}


async def _new_project(_: World, place: Place, __: str) -> Params:
    return {"project_id": await place.new_project()}


async def _trashed_project(_: World, place: Place, __: str) -> Params:
    project_id = await place.new_project()
    good(await place.ask("DELETE", f"/projects/{project_id}"))
    return {"project_id": project_id}


async def _project_newcomer(world: World, place: Place, column: str) -> Params:
    await _member(world, place, column)
    path = f"/projects/{place.project_id}/members/{place.spare.id}"
    await place.ask("DELETE", path)
    return {"project_id": place.project_id, "user_id": place.spare.id}


async def _project_member(world: World, place: Place, column: str) -> Params:
    params = await _project_newcomer(world, place, column)
    body = {"user_id": place.spare.id, "role": "viewer"}
    good(await place.ask("POST", f"/projects/{place.project_id}/members", body))
    return params


async def _project_leaver(world: World, place: Place, column: str) -> Params:
    project_id = await place.new_project()
    person = world.people.get(column)
    if person and column in ROLES:
        role = column if column in PROJECT_ROLES else "admin"
        await place.make(f"/projects/{project_id}/members", user_id=person.id, role=role)
    return {"project_id": project_id, "user_id": person.id if person else str(uuid4())}


async def _task(_: World, place: Place, __: str) -> Params:
    return {"task_id": await place.new_task(tags=["red"]), "tag": "red"}


async def _trashed_task(_: World, place: Place, __: str) -> Params:
    task_id = await place.new_task()
    good(await place.ask("DELETE", f"/tasks/{task_id}"))
    return {"task_id": task_id}


async def _repeating_task(_: World, place: Place, __: str) -> Params:
    due = {"due_at": "2030-01-01T09:00:00Z", "recurrence": "FREQ=DAILY"}
    return {"task_id": await place.new_task(**due)}


async def _two_tasks(_: World, place: Place, __: str) -> Params:
    return {"task_id": await place.new_task(), "blocked_by_id": await place.new_task()}


async def _dependency(world: World, place: Place, column: str) -> Params:
    params = await _two_tasks(world, place, column)
    body = {"blocked_by": params["blocked_by_id"]}
    good(await place.ask("POST", f"/tasks/{params['task_id']}/dependencies", body))
    return params


async def _filter(_: World, place: Place, __: str) -> Params:
    """One that the keeper shares with the workspace."""
    shared = {"workspace_id": place.workspace_id, "shared": True}
    made = await place.make("/filters", name=f"Shared {uuid4()}", query="p1", **shared)
    return {"filter_id": made["id"], "workspace_id": place.workspace_id}


def _shared_filter(params: Params) -> Any:
    shared = {"workspace_id": params["workspace_id"], "shared": True}
    return {"name": f"Shared {uuid4()}", "query": "p1", **shared}


def _list_for(params: Params) -> dict[str, Any]:
    """A file of one task for the project."""
    where = {"project_id": params["project_id"]}
    return {"files": {"file": ("list.csv", b"title\nMade\n")}, "data": where}


def _in_workspace(params: Params) -> Params:
    return {"workspace_id": params["workspace_id"]}


def _in_project(params: Params) -> Params:
    return {"project_id": params["project_id"]}


def _no_events(params: Params) -> Params:
    """Of a stream, which would have no end."""
    return {"limit": "0", **_in_workspace(params)}


def _project_of_workspace(params: Params) -> Params:
    return {**_in_workspace(params), **_in_project(params)}


def _no_events_of_project(params: Params) -> Params:
    return {"limit": "0", **_project_of_workspace(params)}


def _search_in_workspace(params: Params) -> Params:
    return {"q": "work", **_in_workspace(params)}


def _search_in_project(params: Params) -> Params:
    return {"q": "work", **_in_project(params)}


async def cancel_import(client: httpx.AsyncClient, answer: httpx.Response) -> None:
    good(await client.delete(f"/imports/{answer.json()['id']}"))


def _all_created(answer: httpx.Response) -> bool:
    return bool(answer.is_success and answer.json()["created"] == 1)


def _all_changed(answer: httpx.Response) -> bool:
    return bool(answer.is_success and answer.json()["changed"] == 1)


def _first_refusal(answer: httpx.Response) -> int:
    found: int = answer.json()["results"][0]["error"]["status"]
    return found


WORKSPACES = "/workspaces/{workspace_id}"
MEMBERS = f"{WORKSPACES}/members"
PROJECTS = "/projects/{project_id}"
TASKS = "/tasks/{task_id}"
FILTERS = "/filters/{filter_id}"
ROUTES: dict[str, list[Entry]] = {
    f"GET {WORKSPACES}": [Entry("workspace.read", _workspace, level="workspace")],
    f"PATCH {WORKSPACES}": [
        Entry("workspace.update", _workspace, lambda _: {"name": "New"}, level="workspace")
    ],
    f"DELETE {WORKSPACES}": [Entry("workspace.delete", _workspace, level="workspace")],
    f"POST {WORKSPACES}/restore": [
        Entry("workspace.restore", _trashed_workspace, level="workspace")
    ],
    f"GET {MEMBERS}": [Entry("member.read", _workspace, level="workspace")],
    f"POST {MEMBERS}": [
        Entry(
            "member.add",
            _newcomer,
            lambda params: {"email": params["email"], "role": "viewer"},
            level="workspace",
        )
    ],
    f"PATCH {MEMBERS}/{{user_id}}": [
        Entry("member.update", _member, lambda _: {"role": "viewer"}, level="workspace")
    ],
    f"DELETE {MEMBERS}/{{user_id}}": [
        Entry("member.remove", _member, level="workspace"),
        Entry("member.leave", _leaver, level="workspace", fresh=True, own_only=True),
    ],
    "GET /projects": [Entry("project.read", _project, query=_in_workspace, level="workspace")],
    "POST /projects": [
        Entry(
            "project.create",
            _project,
            lambda params: {"name": "Made", "workspace_id": params["workspace_id"]},
            level="workspace",
        )
    ],
    f"GET {PROJECTS}": [Entry("project.read", _project)],
    f"PATCH {PROJECTS}": [Entry("project.update", _project, lambda _: {"name": "New"})],
    f"DELETE {PROJECTS}": [Entry("project.delete", _new_project)],
    f"POST {PROJECTS}/restore": [Entry("project.restore", _trashed_project)],
    f"GET {PROJECTS}/members": [Entry("project_member.read", _project)],
    f"POST {PROJECTS}/members": [
        Entry(
            "project_member.add",
            _project_newcomer,
            lambda params: {"user_id": params["user_id"], "role": "viewer"},
        )
    ],
    f"PATCH {PROJECTS}/members/{{user_id}}": [
        Entry("project_member.update", _project_member, lambda _: {"role": "viewer"})
    ],
    f"DELETE {PROJECTS}/members/{{user_id}}": [
        Entry("project_member.remove", _project_member),
        Entry("project_member.leave", _project_leaver, fresh=True, own_only=True),
    ],
    "GET /tasks": [Entry("task.read", _project, query=_in_workspace, level="workspace")],
    "POST /tasks": [
        Entry(
            "task.create",
            _project,
            lambda params: {"title": "Made", "project_id": params["project_id"]},
        )
    ],
    "POST /tasks/quick": [
        Entry(
            "task.create",
            _project,
            lambda params: {"text": "Made", "project_id": params["project_id"]},
        )
    ],
    "POST /tasks/bulk": [
        Entry(
            "task.create",
            _project,
            lambda params: {"tasks": [{"title": "Made", "project_id": params["project_id"]}]},
            granted=_all_created,
        )
    ],
    "PATCH /tasks/bulk": [
        Entry(
            "task.update",
            _task,
            lambda params: {"task_ids": [params["task_id"]], "updates": {"title": str(uuid4())}},
            granted=_all_changed,
            refusal=_first_refusal,
        ),
        Entry(
            "task.delete",
            _task,
            lambda params: {"task_ids": [params["task_id"]], "updates": {"deleted": True}},
            granted=_all_changed,
            refusal=_first_refusal,
            fresh=True,
        ),
    ],
    "GET /tasks/stats": [
        Entry("task.read", _project, query=_in_workspace, level="workspace"),
        Entry("task.read", _project, query=_in_project),
    ],
    f"GET {TASKS}": [Entry("task.read", _task)],
    f"PATCH {TASKS}": [Entry("task.update", _task, lambda _: {"title": "New"})],
    f"PUT {TASKS}": [Entry("task.update", _task, lambda _: {"title": "New"})],
    f"DELETE {TASKS}": [Entry("task.delete", _task)],
    f"POST {TASKS}/restore": [Entry("task.restore", _trashed_task)],
    f"POST {TASKS}/tags": [Entry("task.tag", _task, lambda _: {"tags": ["blue"]})],
    f"DELETE {TASKS}/tags/{{tag}}": [Entry("task.tag", _task)],
    f"GET {TASKS}/activity": [Entry("task.read", _task)],
    f"GET {TASKS}/history": [Entry("task.read", _task)],
    f"GET {PROJECTS}/activity": [Entry("project.read", _project)],
    f"GET {TASKS}/subtasks": [Entry("task.read", _task)],
    f"GET {TASKS}/occurrences": [Entry("task.read", _repeating_task)],
    f"POST {TASKS}/skip": [Entry("task.update", _repeating_task)],
    f"GET {TASKS}/dependencies": [Entry("task.read", _task)],
    f"POST {TASKS}/dependencies": [
        Entry("task.depend", _two_tasks, lambda params: {"blocked_by": params["blocked_by_id"]})
    ],
    f"DELETE {TASKS}/dependencies/{{blocked_by_id}}": [Entry("task.depend", _dependency)],
    "GET /filters": [Entry("filter.read", _filter, query=_in_workspace, level="workspace")],
    "POST /filters": [Entry("filter.share", _filter, _shared_filter, level="workspace")],
    f"GET {FILTERS}": [Entry("filter.read", _filter, level="workspace")],
    f"PATCH {FILTERS}": [
        Entry("filter.update", _filter, lambda _: {"query": "p2"}, level="workspace")
    ],
    f"DELETE {FILTERS}": [Entry("filter.delete", _filter, level="workspace")],
    "GET /exports": [
        Entry("export.read", _project, query=_in_workspace, level="workspace"),
        Entry("export.read", _project, query=_in_project),
    ],
    "GET /search": [
        Entry("search.read", _project, query=_search_in_workspace, level="workspace"),
        Entry("search.read", _project, query=_search_in_project),
    ],
    "GET /events": [
        Entry("event.read", _workspace, query=_in_workspace, level="workspace"),
        Entry("event.read", _project, query=_project_of_workspace),
    ],
    "GET /events/stream": [
        Entry("event.read", _workspace, query=_no_events, level="workspace"),
        Entry("event.read", _project, query=_no_events_of_project),
    ],
    "POST /imports": [Entry("import.create", _project, upload=_list_for, after=cancel_import)],
    "POST /imports/preview": [Entry("import.create", _project, upload=_list_for)],
    **arranging.ROUTES,
    **talking.ROUTES,
    **timing.ROUTES,
    **calling.ROUTES,
    **filing.ROUTES,
    **classifying.ROUTES,
    **automating.ROUTES,
    "GET /audit": [
        Entry("audit.read", _workspace, query=_in_workspace, level="workspace"),
    ],
    "GET /audit.csv": [
        Entry("audit.read", _workspace, query=_in_workspace, level="workspace"),
    ],
    "GET /next-action": [Entry("planning.read", _project, query=_in_project)],
}


WITHOUT_OBJECT = {
    "GET /workspaces",
    "POST /workspaces",
    "POST /auth/ws-ticket",
    "GET /auth/me",
    "PATCH /auth/me",
    "POST /auth/password",
    "GET /auth/sessions",
    "GET /auth/tokens",
    "POST /auth/tokens",
    "POST /auth/verify-email/resend",
    "POST /invitations/accept",
    "GET /notifications",
    "POST /notifications/read-all",
    "GET /notifications/preferences",
    "PUT /notifications/preferences",
    "GET /notifications/push",
    "POST /notifications/push",
    "GET /notifications/targets",
    "POST /notifications/targets",
    "GET /feeds",
    "POST /feeds",
    "GET /imports",
    "GET /operations",
    "GET /busy",
    "POST /busy",
    "GET /busy/calendars",
    "POST /busy/calendars",
    "GET /plan",
    "POST /plan/replan",
    "GET /plan/pins",
    "GET /plan/risks",
    "PUT /plan/pins",
    "GET /timer",
    "POST /next-action/feedback",
    "GET /next-action/weights",
    "DELETE /next-action/weights",
    "GET /next-action/backtest",
    "GET /planning/durations",
    "POST /timer/stop",
    "GET /webhooks/event-types",
    *automating.OWN_LISTS,
}
