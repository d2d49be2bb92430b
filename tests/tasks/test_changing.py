"""A task that is read without a lock is changed as any other, whatever happens meanwhile."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

import pytest
from httpx import Response
from sqlalchemy import event, select, text, update

from tests.kit.app import MakeUser, Person, good, max_queries, refused
from tests.tasks.making import block, get, make, make_all, make_project, make_team, patch
from upnext.core.changes import ChangeRow
from upnext.core.context import RequestContext
from upnext.core.ids import new_id
from upnext.core.lanes import Prepared, Row
from upnext.core.runtime import Runtime
from upnext.planning.models import RankKey
from upnext.search.models import SearchDocument
from upnext.tasks import changing
from upnext.tasks.models import Task

Meanwhile = Callable[[Callable[[], Awaitable[object]]], None]
CONTEXT = RequestContext(request_id="test-changing")
LATER = "2027-03-04T10:00:00Z"
BODIES: Sequence[Mapping[str, Any]] = (
    {"title": "Paint the fence"},
    {"title": "Paint the fence"},
    {"description": "The green one"},
    {"priority": "urgent"},
    {"category": "garden"},
    {"estimated_duration": 45},
    {"due_at": LATER, "start_at": "2027-03-01T08:00:00+01:00"},
    {"start_at": "2027-03-05T10:00:00Z"},
    {"energy": "low", "context": ["outside"]},
    {"status": "in_progress"},
    {"completed": True},
    {"completed": True, "title": "Painted"},
    {"priority": "low"},
    {"status": "todo", "energy": None},
    {"status": "cancelled", "due_at": None, "start_at": None},
    {},
    {"status": "backlog", "estimated_duration": None},
)
HOW: Sequence[Mapping[str, str]] = ({}, {"If-Match": '"3"'}, {"Idempotency-Key": "once"})
OWN = {"id", "key", "number", "created_at", "updated_at", "completed_at", "started_at"}
OWN |= {"instance", "resource_id", "task_id", "at", "request_id", "completed_key", "b", "named"}


@pytest.fixture
def meanwhile(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> Meanwhile:
    """Does something once, between the read and the write of the next change."""
    waiting: list[Callable[[], Awaitable[object]]] = []
    lane = runtime.db.lane
    real: Callable[..., Any] = lane.fetch

    async def meddled(prepared: Prepared, values: Mapping[str, Any]) -> Sequence[Row]:
        rows: Sequence[Row] = await real(prepared, values)
        if waiting and "AS state" in str(prepared.statement):
            await waiting.pop()()
        return rows

    monkeypatch.setattr(lane, "fetch", meddled)
    return waiting.append


async def about(runtime: Runtime, task: Any) -> Any:
    """All that lies in the database of one task, but what is its own."""
    tables: list[tuple[Any, Any]] = [
        (Task.__table__, Task.id),
        (ChangeRow.__table__, ChangeRow.resource_id),
        (RankKey.__table__, RankKey.task_id),
        (SearchDocument.__table__, SearchDocument.resource_id),
    ]
    found = []
    async with runtime.db.read() as session:
        for table, column in tables:
            rows = await session.execute(select(table).where(column == UUID(task["id"])))
            found.append([_common(dict(row)) for row in rows.mappings()])
    changes = found[1]
    changes.sort(key=lambda row: row["resource_version"])
    return found


def _common(row: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in row.items() if name not in OWN | {"seq", "hash"}}
    if "diff" in kept:
        kept["diff"] = {name: value for name, value in kept["diff"].items() if name not in OWN}
    return kept


async def ask(person: Person, task: Any, body: Any, headers: Mapping[str, str]) -> Response:
    if "Idempotency-Key" in headers:
        headers = {"Idempotency-Key": str(new_id())}
    path = f"/tasks/{task['id']}"
    return await person.client.patch(path, json=body, headers=dict(headers))


@pytest.mark.parametrize("headers", HOW, ids=["plain", "if-match", "key"])
async def test_it_ends_as_with_a_lock(
    person: Person, runtime: Runtime, headers: Mapping[str, str]
) -> None:
    # Of one moment: without a due date, it is from then on that their keys are measured.
    swift, locked = await make_all(person, {"title": "Paint"}, {"title": "Paint"})
    for body in BODIES:
        one = await ask(person, swift, body, headers)
        changing.contested(UUID(locked["id"]))
        other = await ask(person, locked, body, headers)
        assert one.status_code == other.status_code
        assert one.headers.get("etag") == other.headers.get("etag")
        assert _common(one.json()) == _common(other.json())
        assert await about(runtime, swift) == await about(runtime, locked)


@pytest.mark.each
@pytest.mark.parametrize(
    "body", [{"title": "Two"}, {"due_at": LATER}, {"completed": True}], ids=min
)
async def test_no_session_begins_for_it(
    person: Person, runtime: Runtime, dialect: str, body: Any
) -> None:
    task = await make(person)
    await patch(person, task, priority="high")
    begun: list[object] = []
    engine = runtime.db.writer.sync_engine
    event.listen(engine, "begin", note := begun.append)
    try:
        with max_queries(runtime, 2 if dialect == "postgresql" else 9) as asked:
            assert (await patch(person, task, **body)).items() >= body.items()
        # Once more: nothing is to be written.
        with max_queries(runtime, len(asked) - 1):
            await patch(person, task, **body)
    finally:
        event.remove(engine, "begin", note)
    assert begun == []


@pytest.mark.each
async def test_what_somebody_else_wrote_stays(person: Person, meanwhile: Meanwhile) -> None:
    task = await make(person)
    meanwhile(lambda: patch(person, task, title="Theirs", priority="urgent"))
    after = await patch(person, task, description="Mine", priority="low")
    assert (after["title"], after["priority"]) == ("Theirs", "low")
    assert after["version"] == 3
    assert after == await get(person, task)


@pytest.mark.each
async def test_what_makes_no_version_is_seen_as_well(
    person: Person, runtime: Runtime, meanwhile: Meanwhile
) -> None:
    """Such as whose wish each value is, which is told anew from what was there."""
    task = await make(person)
    told = {"fields": {"category": {"source": "rules"}, "priority": {"source": "user"}}}

    async def classify() -> None:
        async with runtime.db.writer.begin() as connection:
            table: Any = Task.__table__
            here = table.c.id == UUID(task["id"])
            was = (await connection.execute(select(table.c.classification).where(here))).scalar()
            new = {**(was or {}), **told}
            await connection.execute(update(table).where(here).values(classification=new))

    meanwhile(classify)
    await patch(person, task, estimated_duration=20)
    async with runtime.db.read() as session:
        kept = await session.scalar(select(Task.classification).where(Task.id == UUID(task["id"])))
    assert kept is not None
    assert kept["fields"]["category"] == {"source": "rules"}


@pytest.mark.each
async def test_a_version_that_is_not_any_more_is_refused(
    person: Person, meanwhile: Meanwhile
) -> None:
    task = await make(person)
    meanwhile(lambda: patch(person, task, title="Theirs"))
    path, headers = f"/tasks/{task['id']}", {"If-Match": '"1"'}
    refused(await person.client.patch(path, json={"title": "Mine"}, headers=headers), 412)
    assert (await get(person, task))["title"] == "Theirs"


@pytest.mark.each
async def test_what_goes_to_the_trash_stays_as_it_is(person: Person, meanwhile: Meanwhile) -> None:
    project = await make_project(person)
    for path in ("/tasks/{task}", "/projects/{project}"):
        task = await make(person, project_id=project["id"])
        where = path.format(task=task["id"], project=project["id"])

        async def trash(where: str = where) -> None:
            assert (await person.client.delete(where)).status_code == 204

        meanwhile(trash)
        refused(await person.client.patch(f"/tasks/{task['id']}", json={"title": "Late"}), 404)


@pytest.mark.each
async def test_what_comes_to_wait_for_it_meanwhile_is_told(
    person: Person, meanwhile: Meanwhile
) -> None:
    first, second = await make(person), await make(person)
    meanwhile(lambda: block(person, second, by=first))
    await patch(person, first, completed=True)
    assert (await get(person, second))["blocked"] is False


@pytest.mark.each
async def test_all_of_many_at_once_are_kept(person: Person) -> None:
    task = await make(person)
    said: dict[str, Any] = {"title": "T", "description": "D", "energy": "high"}
    bodies: list[dict[str, Any]] = [{name: value} for name, value in said.items()]
    bodies += [{"estimated_duration": minutes} for minutes in range(5, 14)]
    await asyncio.gather(*(patch(person, task, **body) for body in bodies))
    after = await get(person, task)
    assert after["version"] == 1 + len(bodies)
    assert after.items() >= said.items()


@pytest.mark.only("postgresql")
@pytest.mark.parametrize("table", [SearchDocument, RankKey])
async def test_the_task_is_locked_before_anything_else(
    person: Person, runtime: Runtime, table: Any
) -> None:
    """As by whoever locks it first, who then goes on to what belongs to it and waits for nobody."""
    task = await make(person)
    await patch(person, task, priority="high")
    task_id = UUID(task["id"])
    async with runtime.db.write() as session:
        await session.execute(select(Task.id).where(Task.id == task_id).with_for_update())
        changing_it = asyncio.create_task(patch(person, task, title="Other", completed=True))
        while not await somebody_waits(runtime):  # noqa: ASYNC110  (for the server, not for us)
            await asyncio.sleep(0.01)
        ours = table.resource_id if table is SearchDocument else table.task_id
        rows = select(table).where(ours == task_id).with_for_update(nowait=True)
        assert (await session.execute(rows)).all()
        await session.commit()
    await changing_it
    assert (await get(person, task))["title"] == "Other"


async def somebody_waits(runtime: Runtime) -> bool:
    waiting = "datname = current_database() AND wait_event_type = 'Lock'"
    async with runtime.db.read() as session:
        asked = text(f"SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE {waiting})")
        return bool((await session.execute(asked)).scalar_one())


@pytest.mark.each
async def test_whoever_lost_their_role_changes_nothing(person: Person, make_user: MakeUser) -> None:
    mate = await make_user()
    workspace_id = await make_team(person, member=mate)
    project = await make_project(person, workspace_id)
    task = await make(person, project_id=project["id"])
    await patch(mate, task, title="Theirs")
    member = f"/workspaces/{workspace_id}/members/{mate.id}"
    good(await person.client.patch(member, json={"role": "viewer"}))
    refused(await mate.client.patch(f"/tasks/{task['id']}", json={"title": "No"}), 403)
    good(await person.client.patch(member, json={"role": "member"}))
    await patch(mate, task, title="Theirs again")
    good(await person.client.delete(member))
    refused(await mate.client.patch(f"/tasks/{task['id']}", json={"title": "No"}), 404)
    assert (await get(person, task))["title"] == "Theirs again"
