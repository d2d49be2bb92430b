"""Everybody who may knock, and the places they knock at; built once per database."""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
from starlette.types import ASGIApp

from tests.kit.app import Person, connect, good, register
from tests.workspaces.teams import ROLES, assemble, regroup
from upnext.core.runtime import Runtime

PROJECT_ROLES = ("admin", "manager", "member", "viewer")
SHARED = tuple(f"shared with a project {role}" for role in PROJECT_ROLES)
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Place:
    """A workspace and a project in it. `keeper` owns both; `spare` is a member to be acted on."""

    name: str
    keeper: Person
    workspace_id: str
    project_id: str
    spare: Person
    private: bool = False
    guest: tuple[Person, str] | None = None

    async def ask(self, method: str, path: str, json: object = None) -> httpx.Response:
        return await self.keeper.client.request(method, path, json=json)

    async def make(self, path: str, **data: object) -> Any:  # JSON
        return good(await self.ask("POST", path, data))

    async def new_project(self) -> str:
        number = next(_numbers)
        data = {"name": f"Part {number}", "key": f"Z{number}", "private": self.private}
        made = await self.make("/projects", workspace_id=self.workspace_id, **data)
        found: str = made["id"]
        if self.guest:
            person, role = self.guest
            await self.make(f"/projects/{found}/members", user_id=person.id, role=role)
        return found

    async def new_task(self, **more: object) -> str:
        made = await self.make("/tasks", title="Work", project_id=self.project_id, **more)
        found: str = made["id"]
        return found


@dataclass(frozen=True)
class World:
    people: Mapping[str, Person]
    """By the columns of the table, but for the anonymous one."""
    guest: Person
    newcomer: Person
    nobody: httpx.AsyncClient
    places: dict[str, Place] = field(default_factory=dict)
    runtime: Runtime | None = None
    """For what is made in the background."""

    def client(self, column: str) -> httpx.AsyncClient:
        return self.nobody if column == "anonymous" else self.people[column].client

    def knocks(self, level: str) -> Iterator[tuple[Place, str, str | None]]:
        """Place, column, and the column whose right counts; None: nothing is there for them."""
        for column in (*self.people, "anonymous"):
            yield self.places["own"], column, column
            yield self.places["foreign"], column, _outside(column)
        if level == "project":
            for column in (*self.people, "anonymous"):
                yield self.places["private"], column, _if_private(column)
            for name, role in zip(SHARED, PROJECT_ROLES, strict=True):
                yield self.places[name], "guest", role

    def asking(self, column: str) -> httpx.AsyncClient:
        return self.guest.client if column == "guest" else self.client(column)


def _outside(column: str) -> str | None:
    """In the other tenant's workspace, who owns it there."""
    return {"other tenant": "owner", "anonymous": "anonymous"}.get(column)


def _if_private(column: str) -> str | None:
    return column if column in {"owner", "admin", "anonymous"} else None


async def build(served: ASGIApp, runtime: Runtime) -> World:
    team = await regroup(await assemble(served))
    more = {
        name: await register(connect(served), f"{name}{next(_numbers)}@world.example")
        for name in ("guest", "newcomer", "former", "first", "beside", "second", "foreign")
    }
    people = {role: team[role] for role in ROLES}
    people |= {"ex-member": more["former"], "other tenant": team.outsider}
    world = World(people, more["guest"], more["newcomer"], connect(served), runtime=runtime)
    path = f"/workspaces/{team.workspace_id}/members"
    for name in ("guest", "former", "first", "beside"):
        body = {"email": more[name].email, "role": "viewer"}
        good(await team.owner.client.post(path, json=body))
    good(await team.owner.client.delete(f"{path}/{more['former'].id}"))
    owner = team.owner
    await _place(world, "own", owner, team.workspace_id, more["first"])
    await _place(world, "beside", owner, team.workspace_id, more["beside"])
    await _place(world, "private", owner, team.workspace_id, more["first"], private=True)
    for name, role in zip(SHARED, PROJECT_ROLES, strict=True):
        guest = (more["guest"], role)
        await _place(
            world, name, owner, team.workspace_id, more["first"], private=True, guest=guest
        )
    for name, keeper in (("second", owner), ("foreign", team.outsider)):
        made = good(await keeper.client.post("/workspaces", json={"name": name}))
        body = {"email": more[name].email, "role": "viewer"}
        good(await keeper.client.post(f"/workspaces/{made['id']}/members", json=body))
        await _place(world, name, keeper, made["id"], more[name])
    return world


async def _place(
    world: World, name: str, keeper: Person, workspace_id: str, spare: Person, **more: Any
) -> None:
    place = Place(name, keeper, workspace_id, "", spare, **more)
    project_id = await place.new_project()
    world.places[name] = Place(name, keeper, workspace_id, project_id, spare, **more)
