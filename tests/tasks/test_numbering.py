"""Numbers of tasks, and the project that a new task stands on while nobody holds its row."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import Delete, event

from tests.kit.app import MakeUser, Person, good, refused
from tests.tasks.making import found, make, make_project
from upnext.core.auth import Actor, WorkspaceRole
from upnext.core.context import RequestContext
from upnext.core.errors import LostRace, Unavailable
from upnext.core.ids import new_id
from upnext.core.inserts.queries import Waiting
from upnext.core.lanes import Prepared, Row, WriteLane
from upnext.core.runtime import Runtime
from upnext.tasks import service
from upnext.tasks.models import Task
from upnext.tasks.schemas import TaskCreate
from upnext.workspaces.numbering import turns
from upnext.workspaces.numbering.guessing import CALM
from upnext.workspaces.numbering.places import Place

CONTEXT = RequestContext(request_id="test-numbering")


def _number(task: dict[str, str]) -> int:
    return int(task["key"].rpartition("-")[2])


def _actor(person: Person) -> Actor:
    return Actor(
        kind="user",
        user_id=UUID(person.id),
        workspaces={UUID(person.workspace_id): WorkspaceRole.OWNER},
    )


@pytest.mark.each
async def test_a_new_task_needs_no_transaction_of_a_session(
    person: Person, runtime: Runtime
) -> None:
    await make(person)
    begun: list[object] = []
    engine = runtime.db.writer.sync_engine
    event.listen(engine, "begin", note := begun.append)
    try:
        task = await make(person, title="Alone")
        again = {"Idempotency-Key": f"alone {task['id']}"}
        body = {"title": "Alone with a key"}
        first = await person.client.post("/tasks", json=body, headers=again)
    finally:
        event.remove(engine, "begin", note)
    assert begun == []
    assert (await person.client.post("/tasks", json=body, headers=again)).content == first.content
    titles = [each["title"] for each in await found(person)]
    assert sorted(titles) == ["Alone", "Alone with a key", "Something"]


@pytest.mark.each
@pytest.mark.parametrize("before", [1, CALM + 2])
@pytest.mark.parametrize("change", ["rename", "trash", "archive"])
async def test_a_project_that_changes_meanwhile_is_noticed(
    person: Person, runtime: Runtime, change: str, before: int
) -> None:
    """Between the number and the row, be it asked for or known."""
    project = await make_project(person, key="FIRST")
    for _ in range(before):
        await make(person, project_id=project["id"])
    data = TaskCreate(title="Late", project_id=UUID(project["id"]))
    async with runtime.workshop.open(CONTEXT) as session:
        task = await service.create_task(session, _actor(person), data)
        await _change(person, project, change)
        with pytest.raises(LostRace):
            await runtime.workshop.finish(session)
    async with runtime.db.read() as session:
        assert await session.get(Task, task.id) is None


async def _change(person: Person, project: dict[str, str], change: str) -> None:
    path = f"/projects/{project['id']}"
    if change == "trash":
        good(await person.client.delete(path))
    else:
        body = {"key": "SECOND"} if change == "rename" else {"archived": True}
        good(await person.client.patch(path, json=body))


@pytest.mark.each
async def test_keys_follow_a_rename_under_way(person: Person) -> None:
    project = await make_project(person, key="OLD")
    await make(person, project_id=project["id"])

    async def rename() -> None:
        await asyncio.sleep(0.01)
        path = f"/projects/{project['id']}"
        good(await person.client.patch(path, json={"key": "NEW"}))

    making = [make(person, project_id=project["id"]) for _ in range(25)]
    await asyncio.gather(*making[:12], rename(), *making[12:])
    tasks = await found(person, project_id=project["id"])
    assert len(tasks) == len({task["key"] for task in tasks}) == 26
    assert {task["key"].partition("-")[0] for task in tasks} == {"NEW"}


@pytest.mark.each
async def test_no_task_slips_into_a_project_that_goes_to_the_trash(person: Person) -> None:
    project = await make_project(person)
    await make(person, project_id=project["id"])

    async def throw_away() -> httpx.Response:
        await asyncio.sleep(0.01)
        return await person.client.delete(f"/projects/{project['id']}")

    async def try_it() -> httpx.Response:
        return await person.client.post("/tasks", json={"title": "x", "project_id": project["id"]})

    gone, *tried = await asyncio.gather(throw_away(), *(try_it() for _ in range(25)))
    assert gone.status_code == 204
    made = [answer for answer in tried if answer.status_code == 201]
    assert {answer.status_code for answer in tried} <= {201, 404}
    assert not await found(person, project_id=project["id"], limit=100)
    good(await person.client.post(f"/projects/{project['id']}/restore"))
    back = await found(person, project_id=project["id"], limit=100)
    assert len(back) == 1 + len(made)


async def test_who_may_not_add_takes_no_number(person: Person, make_user: MakeUser) -> None:
    workspace = good(await person.client.post("/workspaces", json={"name": "Team"}))
    project = await make_project(person, workspace["id"])
    viewer, stranger = await make_user(), await make_user()
    body = {"email": viewer.email, "role": "viewer"}
    good(await person.client.post(f"/workspaces/{workspace['id']}/members", json=body))
    before = await make(person, project_id=project["id"])
    wanted = {"title": "No", "project_id": project["id"]}
    for _ in range(3):
        refused(await viewer.client.post("/tasks", json=wanted), 403)
        refused(await stranger.client.post("/tasks", json=wanted), 404)
    after = await make(person, project_id=project["id"])
    assert _number(after) == _number(before) + 1


@pytest.mark.each
async def test_what_is_set_in_a_task_that_waits_is_kept(person: Person, runtime: Runtime) -> None:
    await make(person)
    async with runtime.workshop.open(CONTEXT) as session:
        task = await service.create_task(session, _actor(person), TaskCreate(title="New"))
        task.description = "Added behind it"
        await runtime.workshop.finish(session)
    async with runtime.db.read() as session:
        made = await session.get(Task, task.id)
    assert made is not None
    assert made.description == "Added behind it"


class Asked:
    """A lane that notes how many numbers each statement takes, or fails."""

    def __init__(self, lane: WriteLane, failure: Exception | None = None) -> None:
        self._lane = lane
        self._failure = failure
        self.counts: list[int] = []

    async def write(
        self, prepared: Prepared, values: Mapping[str, Any], *, lasting: bool = True
    ) -> Sequence[Row] | None:
        self.counts.append(values["count"])
        await asyncio.sleep(0)
        if self._failure is not None:
            raise self._failure
        return await self._lane.write(prepared, values, lasting=lasting)

    async def write_all(
        self, rows: Sequence[Waiting], deletes: Mapping[Delete, Mapping[str, Any]]
    ) -> bool:
        return await self._lane.write_all(rows, deletes)

    async def fetch(self, prepared: Prepared, values: Mapping[str, Any]) -> Sequence[Row]:
        return await self._lane.fetch(prepared, values)

    async def close(self) -> None:
        """The lane is somebody else's."""


@pytest.mark.each
async def test_who_asks_at_once_shares_a_statement(
    person: Person, runtime: Runtime, dialect: str
) -> None:
    """And everybody gets a number of their own, also when one of them leaves while they wait."""
    lane, place = Asked(runtime.db.write_lane), _inbox(person)
    asking = [asyncio.create_task(turns.one(lane, place)) for _ in range(20)]
    await asyncio.sleep(0)
    asking[7].cancel()
    told = await asyncio.gather(*asking, return_exceptions=True)
    numbers = [each.number for each in told if isinstance(each, turns.Taken)]
    assert numbers == [1, *range(2, 8), *range(9, 21)]
    assert lane.counts == [1, 19]
    last = await turns.one(lane, place)
    assert last is not None
    assert last.number == 21


@pytest.mark.each
async def test_who_waits_is_told_why_there_is_no_number(person: Person, runtime: Runtime) -> None:
    broken = Asked(runtime.db.write_lane, Unavailable("The database is not available."))
    asking = (turns.one(broken, _inbox(person)) for _ in range(5))
    told = await asyncio.gather(*asking, return_exceptions=True)
    assert [type(each) for each in told] == [Unavailable] * 5
    assert broken.counts == [1, 4]
    lane, missing = Asked(runtime.db.write_lane), Place(UUID(person.workspace_id), new_id())
    assert await asyncio.gather(*(turns.one(lane, missing) for _ in range(3))) == [None] * 3


def _inbox(person: Person) -> Place:
    return Place(UUID(person.workspace_id), UUID(person.inbox_id))
