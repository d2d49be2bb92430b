"""The numbers of tasks, who an actor is, and what is recorded of it all."""

import asyncio
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from tests.kit.app import Person, good, max_queries
from tests.workspaces.teams import Team
from upnext.core.auth import SYSTEM, Actor, Credential, ProjectRole, WorkspaceRole
from upnext.core.changes import ChangeRow
from upnext.core.context import RequestContext
from upnext.core.errors import Conflict, Forbidden, NotFound
from upnext.core.load import Action
from upnext.core.runtime import Runtime
from upnext.workspaces import service
from upnext.workspaces.actors import actor_for
from upnext.workspaces.numbering import take_numbers
from upnext.workspaces.numbering.places import ProjectSlot

CONTEXT = RequestContext(request_id="test")
CREATE = Action("task.create", WorkspaceRole.MEMBER)


async def _take(runtime: Runtime, project_id: str, count: int) -> ProjectSlot | None:
    async def use_case(session: AsyncSession) -> ProjectSlot | None:
        return await take_numbers(session, UUID(project_id), count)

    return await runtime.workshop.run(CONTEXT, use_case)


async def _slot(
    runtime: Runtime, actor: Actor, project_id: str | None, count: int = 1
) -> ProjectSlot:
    place = UUID(project_id) if project_id else None

    async def use_case(session: AsyncSession) -> ProjectSlot:
        return await service.slot_for_new_tasks(session, actor, place, CREATE, count=count)

    return await runtime.workshop.run(CONTEXT, use_case)


async def _actor(runtime: Runtime, person: Person) -> Actor:
    credential = Credential(kind="session", id=UUID(int=1), user_id=UUID(person.id))
    return await actor_for(runtime.db.lane, credential)


@pytest.mark.each
async def test_numbers_are_handed_out_once_and_without_gaps(
    runtime: Runtime, person: Person
) -> None:
    slots = await asyncio.gather(*(_take(runtime, person.inbox_id, n % 3 + 1) for n in range(12)))
    taken = [
        number
        for n, slot in enumerate(slots)
        if slot
        for number in range(slot.first_number, slot.first_number + n % 3 + 1)
    ]
    assert sorted(taken) == list(range(1, 25))
    project = good(await person.client.get(f"/projects/{person.inbox_id}"))
    assert project["version"] == 1


async def test_there_are_no_numbers_in_no_project(runtime: Runtime) -> None:
    assert await _take(runtime, "00000000-0000-0000-0000-000000000001", 1) is None


@pytest.mark.each
async def test_a_slot_is_one_statement_where_the_database_can(
    runtime: Runtime, person: Person, dialect: str
) -> None:
    actor = await _actor(runtime, person)
    for place in (None, person.inbox_id):
        with max_queries(runtime, 2 if dialect == "mysql" else 1):
            slot = await _slot(runtime, actor, place)
        assert (str(slot.id), slot.key) == (person.inbox_id, "INBOX")
    assert slot.first_number == 2


async def test_a_refused_slot_takes_no_number(runtime: Runtime, team: Team) -> None:
    project = await team.project()
    viewer = await _actor(runtime, team.viewer)
    outsider = await _actor(runtime, team.outsider)
    member = await _actor(runtime, team.member)
    with pytest.raises(Forbidden):
        await _slot(runtime, viewer, project)
    with pytest.raises(NotFound):
        await _slot(runtime, outsider, project)
    with pytest.raises(NotFound):
        await _slot(runtime, SYSTEM, None)
    assert (await _slot(runtime, member, project)).first_number == 1


async def test_nothing_new_goes_into_the_archive_or_the_trash(runtime: Runtime, team: Team) -> None:
    actor = await _actor(runtime, team.owner)
    path = f"/projects/{(project := await team.project())}"
    good(await team.owner.client.patch(path, json={"archived": True}))
    with pytest.raises(Conflict):
        await _slot(runtime, actor, project)
    with pytest.raises(Conflict):
        await _placed(runtime, actor, project)
    good(await team.owner.client.patch(path, json={"archived": False}))
    good(await team.owner.client.patch(team.path(), json={"archived": True}))
    with pytest.raises(Conflict):
        await _slot(runtime, actor, project)
    with pytest.raises(Conflict):
        await _placed(runtime, actor, project)
    good(await team.owner.client.patch(team.path(), json={"archived": False}))
    assert await _placed(runtime, actor, project) == project
    good(await team.owner.client.delete(path))
    with pytest.raises(NotFound):
        await _slot(runtime, actor, project)
    with pytest.raises(NotFound):
        await _placed(runtime, actor, project)
    assert await _placed(runtime, actor, None) == team.owner.inbox_id


async def _placed(runtime: Runtime, actor: Actor, project_id: str | None) -> str:
    place = UUID(project_id) if project_id else None
    async with runtime.db.read() as session:
        project = await service.place_for_new_task(session, actor, place, CREATE)
        return str(project.id)


@pytest.mark.each
async def test_an_actor_is_one_statement(runtime: Runtime, team: Team) -> None:
    mine = await team.project(private=True)
    hidden = await team.project(private=True)
    await team.join(mine, "viewer", as_="manager")
    with max_queries(runtime, 1):
        actor = await _actor(runtime, team.viewer)
    assert actor.workspaces[UUID(team.workspace_id)] is WorkspaceRole.VIEWER
    assert actor.workspaces[UUID(team.viewer.workspace_id)] is WorkspaceRole.OWNER
    assert UUID(team.outsider.workspace_id) not in actor.workspaces
    assert actor.projects[UUID(mine)] is ProjectRole.MANAGER
    assert UUID(hidden) in actor.hidden
    assert UUID(mine) not in actor.hidden
    admin = await _actor(runtime, team.admin)
    assert {UUID(mine), UUID(hidden)} & admin.hidden == set()


@pytest.mark.each
async def test_a_read_costs_the_actor_and_the_row(runtime: Runtime, person: Person) -> None:
    path = f"/projects/{person.inbox_id}"
    good(await person.client.get(path))
    with max_queries(runtime, 2):
        good(await person.client.get(path))


async def test_every_change_is_recorded_with_what_changed(runtime: Runtime, team: Team) -> None:
    client = team.owner.client
    project = await team.project(key="WEB")
    path = f"/projects/{project}"
    good(await client.patch(path, json={"key": "APP", "name": "App"}))
    await team.join(project, "viewer", as_="member")
    good(await client.patch(f"{path}/members/{team.viewer.id}", json={"role": "manager"}))
    good(await client.delete(f"{path}/members/{team.viewer.id}"))
    good(await client.delete(path))
    good(await client.post(f"{path}/restore"))
    good(await client.patch(team.path(), json={"archived": True}))
    good(await client.patch(team.path(f"members/{team.viewer.id}"), json={"role": "member"}))
    good(await client.delete(team.path(f"members/{team.viewer.id}")))
    good(await client.delete(team.path()))
    good(await client.post(team.path("restore")))
    place = ChangeRow.workspace_id == UUID(team.workspace_id)
    async with runtime.db.read() as session:
        found = select(ChangeRow).where(place).order_by(ChangeRow.id)
        rows = (await session.scalars(found)).all()
    assert [row.type for row in rows] == [
        "workspace.created", *["workspace_member.added"] * 5, "project.created",
        "project.updated", "project_member.added", "project_member.updated",
        "project_member.removed", "project.deleted", "project.restored", "workspace.updated",
        "workspace_member.updated", "workspace_member.removed", "workspace.deleted",
        "workspace.restored",
    ]  # fmt: skip
    updated = next(row for row in rows if row.type == "project.updated")
    assert updated.diff["key"] == ["WEB", "APP"]
    assert set(updated.diff) == {"key", "name"}
    assert (updated.actor, updated.resource_version) == (f"user:{team.owner.id}", 2)
    assert str(updated.resource_id) == project
