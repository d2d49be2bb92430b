"""Reads start from the roles that somebody had last, and never show what these would not allow now.

On PostgreSQL that is found out by the read's own statement; elsewhere it is asked before. What
people see is the same.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest
from sqlalchemy import text

from tests.kit.app import Person, good, max_queries, reading, refused
from tests.tasks.making import make
from tests.workspaces.teams import ROLES, Team
from upnext.core.lanes.doubt import Doubt, DoubtingLane, Outdated
from upnext.core.runtime import Runtime
from upnext.workspaces import queries
from upnext.workspaces.believing import UNCHANGED, text_of

pytestmark = pytest.mark.each


@pytest.fixture
async def project_id(team: Team) -> str:
    return await team.project()


@pytest.fixture
async def task_id(team: Team, project_id: str) -> str:
    task = await make(team.owner, title="Secret plan", project_id=project_id)
    return str(task["id"])


async def _board(team: Team, project_id: str) -> str:
    boards = good(await team.owner.client.get(f"/projects/{project_id}/boards"))["items"]
    if not boards:
        board = await team.owner.client.post(f"/projects/{project_id}/boards", json={"name": "B"})
        boards = [good(board)]
    return f"/boards/{boards[0]['id']}"


async def _read_all(person: Person, paths: list[str], status: int) -> None:
    for path in paths:
        answer = await person.client.get(path)
        assert answer.status_code == status, (path, answer.text)
        assert status == 200 or "Secret plan" not in answer.text


async def test_a_role_that_was_taken_away_is_gone_with_the_next_read(
    team: Team, project_id: str, task_id: str
) -> None:
    named = f"workspace_id={team.workspace_id}"
    paths = [
        f"/tasks/{task_id}",
        f"/tasks?{named}",
        f"/tasks/stats?{named}",
        f"/search?q=secret&{named}",
        f"/next-action?{named}",
        await _board(team, project_id),
    ]
    for path in paths:  # each of them is the first to find out
        await _read_all(team.member, paths, 200)
        good(await team.owner.client.delete(team.path("members", team.member.id)))
        await _read_all(team.member, [path], 404)
        everything = await team.member.client.get("/tasks")
        assert "Secret plan" not in everything.text
        back = {"email": team.member.email, "role": "member"}
        good(await team.owner.client.post(team.path("members"), json=back))


async def test_a_project_is_hidden_at_once(team: Team, project_id: str, task_id: str) -> None:
    path = f"/tasks?workspace_id={team.workspace_id}"
    for private in (True, False, True):
        good(await team.owner.client.patch(f"/projects/{project_id}", json={"private": private}))
        found = good(await team.member.client.get(path))["items"]
        assert [task["id"] for task in found] == ([] if private else [task_id])


async def test_what_another_process_did_is_seen(team: Team, task_id: str, runtime: Runtime) -> None:
    """Nobody tells this one: the row is changed behind its back."""
    await _read_all(team.viewer, [f"/tasks/{task_id}"], 200)
    async with runtime.db.writer.begin() as connection:
        member = "workspace_id = :workspace AND user_id = :person"
        gone = text(f"DELETE FROM workspace_member WHERE {member}").bindparams(
            workspace=_as_stored(runtime, team.workspace_id),
            person=_as_stored(runtime, team.viewer.id),
        )
        assert (await connection.execute(gone)).rowcount == 1
    await _read_all(team.viewer, [f"/tasks/{task_id}"], 404)


def _as_stored(runtime: Runtime, id_: str) -> UUID | bytes:
    return UUID(id_) if runtime.db.dialect == "postgresql" else UUID(id_).bytes


async def test_a_new_workspace_is_there_at_once(person: Person) -> None:
    for name in ("One", "Two"):
        made = good(await person.client.post("/workspaces", json={"name": name}))
        path = f"/tasks?workspace_id={made['id']}"
        assert good(await person.client.get(path))["items"] == []


async def test_what_it_costs(team: Team, task_id: str, runtime: Runtime) -> None:
    path = f"/tasks/{task_id}"
    good(await team.member.client.get(path))
    with max_queries(runtime, reading(runtime, 2)):
        good(await team.member.client.get(path))
    # Nothing found says nothing of who asks.
    with max_queries(runtime, 2):
        refused(await team.member.client.get(f"/tasks/{team.workspace_id}"), 404)
    await team.project(private=True)
    # What was believed is wrong: the statement was in vain.
    with max_queries(runtime, 3 if runtime.db.doubts else 2):
        good(await team.member.client.get(path))


async def test_a_role_that_was_taken_away_adds_nothing(
    team: Team, project_id: str, task_id: str, runtime: Runtime
) -> None:
    """Nor does the first request that starts from it take a number, or any later one."""
    wanted = {"title": "Mine", "project_id": project_id}
    for _ in range(2):  # the second one starts from what the first one found
        good(await team.member.client.post("/tasks", json=wanted))
    with max_queries(runtime, 2 if runtime.db.doubts else 20):
        last = good(await team.member.client.post("/tasks", json=wanted))
    good(await team.owner.client.delete(team.path("members", team.member.id)))
    key = {"Idempotency-Key": "of somebody who was here"}
    refused(await team.member.client.post("/tasks", json=wanted, headers=key), 404)
    good(await team.owner.client.post("/tasks", json=wanted))
    many = [team.owner, team.member, team.owner, team.manager, team.member]
    asked = (each.client.post("/tasks", json=wanted) for each in many)
    statuses = [answer.status_code for answer in await asyncio.gather(*asked)]
    assert statuses == [201, 404, 201, 201, 404]
    everything = good(await team.owner.client.get(f"/tasks?project_id={project_id}"))["items"]
    numbers = sorted(int(task["key"].rpartition("-")[2]) for task in everything)
    assert numbers == list(range(1, 9))
    assert max(numbers) == int(last["key"].rpartition("-")[2]) + 4


async def test_many_who_believe_different_things_all_get_theirs(
    team: Team, project_id: str
) -> None:
    wanted = {"title": "Ours", "project_id": project_id}
    people = [team.owner, team.admin, team.manager, team.member]
    for each in people:
        good(await each.client.post("/tasks", json=wanted))
    good(await team.owner.client.delete(team.path("members", team.member.id)))
    asked = [each.client.post("/tasks", json=wanted) for _ in range(6) for each in people]
    answers = await asyncio.gather(*asked)
    assert [answer.status_code for answer in answers] == [201, 201, 201, 404] * 6
    keys = {good(answer)["key"] for answer in answers if answer.status_code == 201}
    assert len(keys) == 18


@contextmanager
def _outdated(*, expected: bool) -> Iterator[None]:
    if not expected:
        yield
        return
    with pytest.raises(Outdated):
        yield


@pytest.mark.only("postgresql")
async def test_the_database_says_the_same_of_everybody(team: Team, runtime: Runtime) -> None:
    """Of whoever has any role anywhere, sees or does not see private projects, or has none."""
    for number in range(3):
        project = await team.project(private=number > 0)
        await team.join(project, "viewer", as_="manager")
    gone = good(await team.manager.client.post("/workspaces", json={"name": "Gone"}))
    good(await team.manager.client.delete(f"/workspaces/{gone['id']}"))
    for role in (*ROLES, "outsider"):
        person = UUID(team[role].id)
        rows = await runtime.db.lane.fetch(queries.STANDING, {"user_id": person})
        for believed in (text_of(rows), f"{text_of(rows)},", ""):
            doubt = Doubt()
            doubt.take_on(UNCHANGED, {"believer": person, "believed": believed})
            with _outdated(expected=believed != text_of(rows)):
                await doubt.settle(runtime.db.lane)
            doubt.take_on(UNCHANGED, {"believer": person, "believed": believed})
            beside = DoubtingLane(runtime.db.lane, doubt)
            with _outdated(expected=believed != text_of(rows)):
                # A union of three cannot be asked beside, and is asked alone.
                assert await beside.fetch(queries.STANDING, {"user_id": person}) == rows
                await doubt.settle(runtime.db.lane)
