"""The routes of what is arranged around tasks: boards, goals, promises."""

from uuid import uuid4

import httpx

from tests.authorization.entry import Entry, Params
from tests.authorization.world import Place, World
from tests.kit.app import good

WORKSPACES = "/workspaces/{workspace_id}"
PROJECTS = "/projects/{project_id}"
TASKS = "/tasks/{task_id}"
GOALS = "/goals/{goal_id}"
BOARDS = "/boards/{board_id}"
COLUMNS = f"{BOARDS}/columns"
INVITATIONS = f"{WORKSPACES}/invitations"
INVITATION = f"{INVITATIONS}/{{invitation_id}}"


async def _workspace(_: World, place: Place, __: str) -> Params:
    return {"workspace_id": place.workspace_id}


async def _project(_: World, place: Place, __: str) -> Params:
    return {"project_id": place.project_id, "workspace_id": place.workspace_id}


async def _new_project(_: World, place: Place, __: str) -> Params:
    return {"project_id": await place.new_project()}


async def _board(_: World, place: Place, __: str) -> Params:
    """With a column for each status, in a project of its own."""
    project_id = await place.new_project()
    made = await place.make(f"/projects/{project_id}/boards", name="Board")
    column_id = made["columns"][0]["id"]
    return {"project_id": project_id, "board_id": made["id"], "column_id": column_id}


async def _card(world: World, place: Place, column: str) -> Params:
    params = await _board(world, place, column)
    task = await place.make("/tasks", title="Work", project_id=params["project_id"])
    return {**params, "task_id": task["id"]}


async def _only_column(_: World, place: Place, __: str) -> Params:
    body = {"name": "Board", "columns": [{"name": "All", "status": "todo"}]}
    made = await place.make(f"/projects/{await place.new_project()}/boards", **body)
    return {"board_id": made["id"], "column_id": made["columns"][0]["id"]}


async def delete_board(client: httpx.AsyncClient, answer: httpx.Response) -> None:
    good(await client.delete(f"/boards/{answer.json()['id']}"))


async def _goal(_: World, place: Place, __: str) -> Params:
    made = await place.make("/goals", title="Aim", project_id=place.project_id)
    return {"goal_id": made["id"]}


async def _trashed_goal(world: World, place: Place, column: str) -> Params:
    params = await _goal(world, place, column)
    good(await place.ask("DELETE", f"/goals/{params['goal_id']}"))
    return params


async def _sla_policy(_: World, place: Place, __: str) -> Params:
    """In a project of its own, where there is one for each priority at most."""
    project_id = await place.new_project()
    made = await place.make(f"/projects/{project_id}/sla-policies", resolution_minutes=60)
    return {"policy_id": made["id"]}


async def _invitation(_: World, place: Place, __: str) -> Params:
    path = f"/workspaces/{place.workspace_id}/invitations"
    made = await place.make(path, email=f"{uuid4()}@world.example", role="viewer")
    return {"workspace_id": place.workspace_id, "invitation_id": made["id"]}


def _new_address(_: Params) -> dict[str, str]:
    return {"email": f"{uuid4()}@world.example"}


async def withdraw(client: httpx.AsyncClient, answer: httpx.Response) -> None:
    made = answer.json()
    path = f"/workspaces/{made['workspace_id']}/invitations/{made['id']}"
    good(await client.delete(path))


def _in_workspace(params: Params) -> Params:
    return {"workspace_id": params["workspace_id"]}


ROUTES: dict[str, list[Entry]] = {
    f"POST {TASKS}/move": [
        Entry("task.update", _card, lambda params: {"column_id": params["column_id"]})
    ],
    f"GET {PROJECTS}/boards": [Entry("board.read", _project)],
    f"POST {PROJECTS}/boards": [
        Entry("board.create", _project, lambda _: {"name": "Made"}, after=delete_board)
    ],
    f"GET {BOARDS}": [Entry("board.read", _board)],
    f"PATCH {BOARDS}": [Entry("board.update", _board, lambda _: {"name": "New"})],
    f"DELETE {BOARDS}": [Entry("board.delete", _board)],
    f"POST {COLUMNS}": [
        Entry(
            "board.update",
            _board,
            lambda _: {"name": "Made", "status": "todo"},
            fresh=True,
        )
    ],
    f"PUT {COLUMNS}/order": [
        Entry("board.update", _only_column, lambda params: {"column_ids": [params["column_id"]]})
    ],
    f"PATCH {COLUMNS}/{{column_id}}": [Entry("board.update", _board, lambda _: {"name": "New"})],
    f"DELETE {COLUMNS}/{{column_id}}": [Entry("board.update", _board)],
    "GET /goals": [Entry("goal.read", _project, query=_in_workspace, level="workspace")],
    "POST /goals": [
        Entry(
            "goal.create",
            _project,
            lambda params: {"title": "Made", "project_id": params["project_id"]},
        ),
        Entry(
            "goal.create",
            _workspace,
            lambda params: {"title": "Made", "workspace_id": params["workspace_id"]},
            level="workspace",
        ),
    ],
    f"GET {GOALS}": [Entry("goal.read", _goal)],
    f"PATCH {GOALS}": [Entry("goal.update", _goal, lambda _: {"title": "New"})],
    f"PUT {GOALS}": [Entry("goal.update", _goal, lambda _: {"title": "New"})],
    f"DELETE {GOALS}": [Entry("goal.delete", _goal)],
    f"POST {GOALS}/restore": [Entry("goal.restore", _trashed_goal)],
    f"GET {PROJECTS}/sla-policies": [Entry("sla.read", _project)],
    f"POST {PROJECTS}/sla-policies": [
        Entry("sla.create", _new_project, lambda _: {"resolution_minutes": 60}, fresh=True)
    ],
    "GET /sla-policies/{policy_id}": [Entry("sla.read", _sla_policy)],
    "PATCH /sla-policies/{policy_id}": [
        Entry("sla.update", _sla_policy, lambda _: {"enabled": False})
    ],
    "DELETE /sla-policies/{policy_id}": [Entry("sla.delete", _sla_policy)],
    f"GET {PROJECTS}/sla": [Entry("sla.read", _project)],
    f"GET {INVITATIONS}": [Entry("invitation.read", _workspace, level="workspace")],
    f"POST {INVITATIONS}": [
        Entry("invitation.create", _workspace, _new_address, level="workspace", after=withdraw)
    ],
    f"GET {INVITATION}": [Entry("invitation.read", _invitation, level="workspace")],
    f"PATCH {INVITATION}": [
        Entry("invitation.update", _invitation, lambda _: {"role": "viewer"}, level="workspace")
    ],
    f"DELETE {INVITATION}": [Entry("invitation.delete", _invitation, level="workspace")],
    f"POST {INVITATION}/resend": [Entry("invitation.update", _invitation, level="workspace")],
    f"GET {WORKSPACES}/calendar": [Entry("calendar.read", _workspace, level="workspace")],
    f"PUT {WORKSPACES}/calendar": [
        Entry("calendar.update", _workspace, lambda _: {"time_zone": "UTC"}, level="workspace")
    ],
}
