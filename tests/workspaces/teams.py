"""A team: one person of each role in a fresh workspace, and somebody who is not in it."""

import itertools
from dataclasses import dataclass, replace

from starlette.types import ASGIApp

from tests.kit.app import Person, connect, good, register

ROLES = ("owner", "admin", "manager", "member", "viewer")
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Team:
    workspace_id: str
    owner: Person
    admin: Person
    manager: Person
    member: Person
    viewer: Person
    outsider: Person

    def __getitem__(self, role: str) -> Person:
        person: Person = getattr(self, role)
        return person

    def path(self, *parts: str) -> str:
        return "/".join(["/workspaces", self.workspace_id, *parts])

    async def project(self, by: str = "owner", **more: object) -> str:
        number = next(_numbers)
        data = {"name": f"Project {number}", "key": f"P{number}", **more}
        data["workspace_id"] = self.workspace_id
        made = good(await self[by].client.post("/projects", json=data))
        found: str = made["id"]
        return found

    async def join(self, project_id: str, role: str, *, as_: str) -> None:
        body = {"user_id": self[role].id, "role": as_}
        good(await self.owner.client.post(f"/projects/{project_id}/members", json=body))


async def assemble(served: ASGIApp) -> Team:
    """Signs up six people; `regroup` gives them a workspace of their own for each test."""
    people = {}
    for role in (*ROLES, "outsider"):
        email = f"{role}{next(_numbers)}@team.example"
        people[role] = await register(connect(served), email)
    return Team("", **people)


async def regroup(team: Team) -> Team:
    made = good(await team.owner.client.post("/workspaces", json={"name": "Team"}))
    team = replace(team, workspace_id=made["id"])
    for role in ROLES[1:]:
        body = {"email": team[role].email, "role": role}
        good(await team.owner.client.post(team.path("members"), json=body))
    return team
