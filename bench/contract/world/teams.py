"""Workspaces, projects and their people."""

from dataclasses import dataclass, field

import httpx

from bench.contract.world.builder import ACCOUNT, MATE, PASSWORD, Builder, named

WORKSPACE, PROJECT = "/workspaces/{workspace_id}", "/projects/{project_id}"
# What is about a project's people, of whom an inbox has none.
ON_BOARD = (
    f"GET {PROJECT}/members",
    f"POST {PROJECT}/members",
    f"PATCH {PROJECT}/members/{{user_id}}",
    f"DELETE {PROJECT}/members/{{user_id}}",
)


@dataclass
class Team:
    workspace_id: str
    project_id: str
    members: list[dict[str, str]] = field(default_factory=list)
    guests: list[dict[str, str]] = field(default_factory=list)
    administered: list[dict[str, str]] = field(default_factory=list)
    """Accounts that are there for whoever administers."""
    mate: httpx.Client = field(default_factory=httpx.Client)
    """Somebody else, who signs in as well."""


def build(builder: Builder) -> Team:
    workspace_id = builder.made("/workspaces", 1)[0]
    project_id = builder.made("/projects", 1, workspace_id=workspace_id)[0]
    people = [_person(builder, number) for number in range(45)]
    members, guests, administered = people[:20], people[20:28], people[28:]
    team = Team(workspace_id, project_id, members, guests, administered, _mate(builder))
    for person in members:
        body = {"email": person["email"], "role": "member"}
        builder.good("POST", f"/workspaces/{workspace_id}/members", body)
    for person in members[:15]:
        body = {"user_id": person["id"], "role": "viewer"}
        builder.good("POST", f"/projects/{project_id}/members", body)
    _workspaces(builder, team)
    _projects(builder, team)
    _people(builder, team)
    return team


def _person(builder: Builder, number: int) -> dict[str, str]:
    account = {"email": f"person{number}@example.com", "password": PASSWORD}
    return {"id": builder.good("POST", "/auth/register", account)["id"], "email": account["email"]}


def _mate(builder: Builder) -> httpx.Client:
    builder.good("POST", "/auth/register", MATE)
    http = httpx.Client(base_url=builder.http.base_url, timeout=60)
    builder.enter(http, MATE)
    return http


def _workspaces(builder: Builder, team: Team) -> None:
    builder.pool("workspace_id", [team.workspace_id])
    # Archived ones take nothing new, so those that others need are left alone.
    for operation in (f"PATCH {WORKSPACE}", f"PATCH /admin{WORKSPACE}"):
        builder.places(operation, named("workspace_id", builder.made("/workspaces", 10)))
    for operation in (
        f"DELETE {WORKSPACE}",
        f"DELETE /admin{WORKSPACE}",
        f"POST /admin{WORKSPACE}/transfer",
    ):
        builder.places(operation, named("workspace_id", builder.made("/workspaces", 30)))
    for operation in (f"POST {WORKSPACE}/restore", f"POST /admin{WORKSPACE}/restore"):
        builder.places(operation, named("workspace_id", builder.trashed("/workspaces", 30)))


def _projects(builder: Builder, team: Team) -> None:
    # Where the tasks are: a parent lies in the same project.
    builder.pool("project_id", [builder.inbox])
    for operation in ON_BOARD:
        builder.pool(f"{operation} project_id", [team.project_id])
    for operation in (f"PATCH {PROJECT}", f"PATCH /admin{PROJECT}"):
        builder.places(operation, named("project_id", builder.made("/projects", 10)))
    for operation in (f"DELETE {PROJECT}", f"DELETE /admin{PROJECT}"):
        builder.places(operation, named("project_id", builder.made("/projects", 30)))
    for operation in (f"POST {PROJECT}/restore", f"POST /admin{PROJECT}/restore"):
        builder.places(operation, named("project_id", builder.trashed("/projects", 30)))


def _people(builder: Builder, team: Team) -> None:
    ids = [person["id"] for person in team.members]
    in_team, in_board = f"{WORKSPACE}/members", f"{PROJECT}/members"
    builder.pool("user_id", [builder.me])
    builder.pool(f"PATCH {in_team}/{{user_id}} user_id", ids[15:19])
    builder.pool(f"DELETE {in_team}/{{user_id}} user_id", ids[19:])
    builder.pool(f"POST {in_board} user_id", ids[15:19])
    builder.pool(f"PATCH {in_board}/{{user_id}} user_id", ids[:5])
    builder.pool(f"DELETE {in_board}/{{user_id}} user_id", ids[5:15])
    leaving = {one["id"]: {"email": one["email"], "role": "member"} for one in team.members[19:]}
    builder.joins(f"DELETE {in_team}/{{user_id}}", leaving)
    leaving = {each: {"user_id": each, "role": "viewer"} for each in ids[5:15]}
    builder.joins(f"DELETE {in_board}/{{user_id}}", leaving)
    invited = [{"email": person["email"], "role": "viewer"} for person in team.guests]
    builder.bodies(f"POST {in_team}", invited)
    # In calls that follow from others: who made a workspace is the one member it surely has.
    builder.pool("stateful user_id", [builder.me])
    builder.pool("stateful email", [ACCOUNT["email"]])
