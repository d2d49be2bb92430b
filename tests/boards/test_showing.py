"""What is kept of cards that were shown is never shown for something else."""

import re
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from tests.boards.making import column, make_board, move, show
from tests.kit.app import MakeUser, Person, good, max_queries, refused
from tests.kit.meddling import Meddled
from tests.tasks.making import block, make, make_all, make_project, make_team, patch
from upnext.boards.showing import kept, queries, reading
from upnext.core.auth import Actor, WorkspaceRole
from upnext.core.runtime import Runtime
from upnext.tasks.models import Task

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
Json = Any  # what the API answers


async def look(person: Person, runtime: Runtime, board: Json) -> Json:
    """What is shown, which is what a process shows that never saw the board."""
    shown = await person.client.get(f"/boards/{board['id']}")
    before, runtime.parts[kept.PART] = runtime.parts[kept.PART], kept.Kept()
    anew = await person.client.get(f"/boards/{board['id']}")
    runtime.parts[kept.PART] = before
    assert shown.content == anew.content
    assert shown.headers["etag"] == anew.headers["etag"]
    return good(shown)


@pytest.mark.each
async def test_after_each_change(person: Person, runtime: Runtime) -> None:
    board = await make_board(person)
    place = {"project_id": board["project_id"]}
    a, b, c = await make_all(person, *[place] * 3)
    todo, doing = column(board, "To do"), column(board, "In progress")
    await look(person, runtime, board)

    async def assigned() -> None:
        good(await person.client.patch(f"/tasks/{a['id']}", json={"assignee_ids": [person.id]}))

    async def away(how: str) -> None:
        good(await person.client.request(how, f"/tasks/{c['id']}"))

    async def back() -> None:
        good(await person.client.post(f"/tasks/{c['id']}/restore"))

    async def bulk() -> None:
        body = {"task_ids": [a["id"], b["id"]], "updates": {"priority": "urgent"}}
        good(await person.client.patch("/tasks/bulk", json=body))

    async def quietly() -> None:
        """As somebody does who has the database before them."""
        async with runtime.db.writer.begin() as connection:
            where = Task.id == UUID(a["id"])
            await connection.execute(update(Task).where(where).values(title="By hand"))

    changes: Sequence[Callable[[], Awaitable[object]]] = (
        lambda: patch(person, a, title="Another"),
        lambda: patch(person, a, tags=["red"], context=["home"], energy="low"),
        lambda: patch(person, a, due_at="2020-01-01T00:00:00Z"),
        lambda: patch(person, a, due_at=None),
        assigned,
        lambda: block(person, a, b),
        lambda: patch(person, b, completed=True),
        lambda: patch(person, b, completed=False),
        lambda: move(person, c, doing),
        lambda: move(person, c, todo, before=a),
        lambda: move(person, c, todo, after=b),
        lambda: make(person, title="New", **place),
        lambda: away("DELETE"),
        back,
        bulk,
        quietly,
    )
    before = await look(person, runtime, board)
    for change in changes:
        await change()
        after = await look(person, runtime, board)
        assert after != before
        before = after


@pytest.mark.only("postgresql")
async def test_only_what_has_changed_is_read(person: Person, runtime: Runtime) -> None:
    board = await make_board(person)
    tasks = await make_all(person, *[{"project_id": board["project_id"]}] * 200)
    await show(person, board)
    with max_queries(runtime, 2) as asked:
        await show(person, board)
    assert "string_agg" in asked[1]
    for task in tasks[:3]:
        await patch(person, task, title="Another")
    with max_queries(runtime, 3) as asked:
        assert len((await show(person, board))["columns"][1]["cards"]) == 200
    assert "blocker_count" not in asked[1]
    assert re.search(r"task\.id IN \([^,)]+(, [^,)]+){3}\)", asked[2])
    with max_queries(runtime, 2):
        await show(person, board)


@pytest.mark.only("postgresql")
async def test_of_many_changes_all_is_read(person: Person, runtime: Runtime) -> None:
    board = await make_board(person)
    tasks = await make_all(person, *[{"project_id": board["project_id"]}] * 70)
    await show(person, board)
    body = {"task_ids": [task["id"] for task in tasks], "updates": {"priority": "urgent"}}
    good(await person.client.patch("/tasks/bulk", json=body))
    with max_queries(runtime, 3):
        cards = (await show(person, board))["columns"][1]["cards"]
    assert {card["priority"] for card in cards} == {"urgent"}
    with max_queries(runtime, 2):
        await show(person, board)


async def test_another_reader(person: Person, make_user: MakeUser, runtime: Runtime) -> None:
    """Who may not see a board is shown nothing of what was kept for others."""
    other = await make_user()
    workspace_id = await make_team(person, member=other)
    project = await make_project(person, workspace_id, private=True)
    board = await make_board(person, project["id"])
    await make(person, project_id=project["id"])
    await look(person, runtime, board)
    refused(await other.client.get(f"/boards/{board['id']}"), 404)


def _actor(person: Person) -> Actor:
    workspaces = {UUID(person.workspace_id): WorkspaceRole.OWNER}
    return Actor(kind="user", user_id=UUID(person.id), workspaces=workspaces)


@pytest.mark.only("postgresql")
async def test_moved_while_it_is_read(person: Person, runtime: Runtime) -> None:
    """A card is where it was or where it is, with the status that it has there."""
    board = await make_board(person)
    task, other = await make_all(person, *[{"project_id": board["project_id"]}] * 2)
    shown, now = kept.Kept(), runtime.clock.now()
    actor, board_id = _actor(person), UUID(board["id"])
    await reading.read(runtime.db.lane, shown, actor, board_id, closed=50, now=now)
    await patch(person, task, title="Another")

    async def elsewhere() -> None:
        await move(person, task, column(board, "In progress"))

    lane = Meddled(runtime.db.lane, lambda asked: asked is queries.states(5), elsewhere)
    found = await reading.read(lane, shown, actor, board_id, closed=50, now=now)
    anew = await reading.read(runtime.db.lane, kept.Kept(), actor, board_id, closed=50, now=now)
    assert lane.done
    assert found == anew
    assert other["id"] in found.body.decode()


@pytest.mark.each
async def test_a_deadline_passes(person: Person, runtime: Runtime) -> None:
    board = await make_board(person)
    due_at = (NOW + timedelta(hours=1)).isoformat()
    await make(person, project_id=board["project_id"], due_at=due_at)
    shown, actor, board_id = kept.Kept(), _actor(person), UUID(board["id"])
    for ahead, overdue in (
        (0, False),
        (0, False),
        (60, False),
        (61, True),
        (61, True),
        (30, False),
    ):
        now = NOW + timedelta(minutes=ahead)
        whole = await reading.read(runtime.db.lane, shown, actor, board_id, closed=50, now=now)
        assert (b'"overdue":true' in whole.body) is overdue
