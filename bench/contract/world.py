"""What the generated calls may hit: made through the API, enough of it to delete some."""

from typing import Any

import httpx

ACCOUNT = {"email": "contract@example.com", "password": "a long enough password"}
TASK, WORKSPACE, PROJECT = "/api/v1/tasks", "/api/v1/workspaces", "/api/v1/projects"
TAG = "red"
# What is about a project's people, of whom an inbox has none.
ON_BOARD = (
    f"GET {PROJECT}/{{project_id}}/members",
    f"POST {PROJECT}/{{project_id}}/members",
    f"PATCH {PROJECT}/{{project_id}}/members/{{user_id}}",
    f"DELETE {PROJECT}/{{project_id}}/members/{{user_id}}",
)
DAILY = {"due_at": "2030-01-01T09:00:00Z", "recurrence": "FREQ=DAILY"}
World = dict[str, Any]


class Builder:
    def __init__(self, api: str) -> None:
        self.api = api
        self.http = httpx.Client(base_url=api, timeout=60)
        self.good("POST", "/auth/register", ACCOUNT)
        tokens = self.good("POST", "/auth/login", ACCOUNT)
        self.http.headers["Authorization"] = f"Bearer {tokens['access_token']}"

    def good(self, method: str, path: str, body: object = None) -> Any:  # JSON
        answer = self.http.request(method, path, json=body)
        if not answer.is_success:
            raise SystemExit(f"{method} {path}: {answer.status_code} {answer.text}")
        return answer.json() if answer.content else None

    def made(self, path: str, count: int, **fields: object) -> list[str]:
        what = "title" if path == "/tasks" else "name"
        bodies = [{what: f"One of many {number}", **fields} for number in range(count)]
        return [self.good("POST", path, body)["id"] for body in bodies]

    def trashed(self, path: str, count: int) -> list[str]:
        ids = self.made(path, count)
        for one in ids:
            self.good("DELETE", f"{path}/{one}")
        return ids


def build(api: str) -> World:
    build = Builder(api)
    team = build.made("/workspaces", 1)[0]
    board = build.made("/projects", 1, workspace_id=team)[0]
    people = [_person(build, number) for number in range(110)]
    members, guests, administered = people[:30], people[30:50], people[50:]
    for person in members:
        build.good(
            "POST", f"/workspaces/{team}/members", {"email": person["email"], "role": "member"}
        )
    for person in members[:20]:
        body = {"user_id": person["id"], "role": "viewer"}
        build.good("POST", f"/projects/{board}/members", body)
    hub, *waits = build.made("/tasks", 41)
    for one in waits:
        build.good("POST", f"/tasks/{hub}/dependencies", {"blocked_by": one})
    me = build.good("GET", "/auth/me")["id"]
    return {
        "api": api,
        "me": me,
        "account": ACCOUNT,
        "pools": _pools(build, team, board, hub, waits)
        | _member_pools(members)
        | _self(me)
        | {"/admin/users user_id": [person["id"] for person in administered]},
        "bodies": _bodies(guests),
    }


def _person(build: Builder, number: int) -> dict[str, str]:
    account = {"email": f"person{number}@example.com", "password": ACCOUNT["password"]}
    return {"id": build.good("POST", "/auth/register", account)["id"], "email": account["email"]}


def _pools(build: Builder, team: str, board: str, hub: str, waits: list[str]) -> World:
    projects = build.good("GET", "/projects")["items"]
    inbox = next(one["id"] for one in projects if one["inbox"])
    tokens = [
        build.good("POST", "/auth/tokens", {"name": f"t{n}", "scopes": ["tasks:read"]})["id"]
        for n in range(30)
    ]
    return {
        "task_id": build.made("/tasks", 80),
        f"DELETE {TASK}/{{task_id}}/tags/{{tag}} task_id": build.made("/tasks", 60, tags=[TAG]),
        f"DELETE {TASK}/{{task_id}}/tags/{{tag}} tag": [TAG],
        # Archived ones take nothing new, so those that others need are left alone.
        f"PATCH {WORKSPACE}/{{workspace_id}} workspace_id": build.made("/workspaces", 20),
        f"PATCH {PROJECT}/{{project_id}} project_id": build.made("/projects", 20),
        "blocked_by": build.made("/tasks", 20),
        "parent_id": build.made("/tasks", 20),
        # Where the tasks are: a parent lies in the same project.
        "project_id": [inbox],
        **{f"{operation} project_id": [board] for operation in ON_BOARD},
        "workspace_id": [team],
        "filter_id": [
            build.good("POST", "/filters", {"name": f"f{n}", "query": "p1"})["id"]
            for n in range(40)
        ],
        "token_id": tokens,
        f"DELETE {TASK}/{{task_id}} task_id": build.made("/tasks", 60),
        f"POST {TASK}/{{task_id}}/restore task_id": build.trashed("/tasks", 60),
        f"POST {TASK}/{{task_id}}/skip task_id": build.made("/tasks", 60, **DAILY),
        f"DELETE {TASK}/{{task_id}}/dependencies/{{blocked_by_id}} task_id": [hub],
        f"DELETE {TASK}/{{task_id}}/dependencies/{{blocked_by_id}} blocked_by_id": waits,
        f"DELETE {WORKSPACE}/{{workspace_id}} workspace_id": build.made("/workspaces", 40),
        f"POST {WORKSPACE}/{{workspace_id}}/restore workspace_id": build.trashed("/workspaces", 30),
        f"DELETE {PROJECT}/{{project_id}} project_id": build.made("/projects", 40),
        f"POST {PROJECT}/{{project_id}}/restore project_id": build.trashed("/projects", 30),
    }


def _member_pools(members: list[Any]) -> World:
    ids = [person["id"] for person in members]
    in_team, in_board = f"{WORKSPACE}/{{workspace_id}}/members", f"{PROJECT}/{{project_id}}/members"
    return {
        f"PATCH {in_team}/{{user_id}} user_id": ids[20:25],
        f"DELETE {in_team}/{{user_id}} user_id": ids[25:],
        f"POST {in_board} user_id": ids[20:25],
        f"PATCH {in_board}/{{user_id}} user_id": ids[:5],
        f"DELETE {in_board}/{{user_id}} user_id": ids[5:20],
    }


def _self(me: str) -> World:
    """In calls that follow from others: who made a workspace is the one member it surely has."""
    return {"stateful user_id": [me], "stateful email": [ACCOUNT["email"]]}


def _bodies(guests: list[Any]) -> World:
    password = ACCOUNT["password"]
    return {
        "POST /api/v1/auth/login": [ACCOUNT],
        f"POST {TASK}/bulk": [{"tasks": [{"title": "One"}, {"title": "Two", "tags": [TAG]}]}],
        "POST /api/v1/auth/refresh": [{"refresh_token": ""}],
        "POST /api/v1/auth/password": [{"current_password": password, "new_password": password}],
        f"POST {WORKSPACE}/{{workspace_id}}/members": [
            {"email": person["email"], "role": "viewer"} for person in guests
        ],
    }
