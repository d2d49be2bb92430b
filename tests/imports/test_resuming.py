"""Runs that are interrupted, begun twice, or lose the ground under their feet."""

import asyncio
import json
from functools import partial
from uuid import UUID

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from tests.imports.asking import Json, begin, counts, look, tasks_of, work
from tests.kit.app import MakeUser, Person, good
from tests.tasks.making import make_project, make_team
from upnext.core.context import RequestContext
from upnext.core.errors import Unavailable
from upnext.core.ids import new_id
from upnext.core.jobs import Attempt
from upnext.core.runtime import Runtime
from upnext.identity.models import User
from upnext.imports import plans, running, service
from upnext.imports.models import ImportPart, ImportRun, ImportState
from upnext.tasks.models import Task

CONTEXT = RequestContext(request_id="resuming")
NUMBER = 3 * plans.PORTION + 7
# Each waits for the one before it, so that there are dependencies enough for several portions.
ROWS = [f"{n},t{n},{n - 1 if n % 7 == 0 else ''}" for n in range(1, NUMBER + 1)]
TEXT = "\n".join(["id,title,blocked by", *ROWS])
LINKS = NUMBER // 7


def attempt(run: Json, number: int = 1) -> Attempt:
    return Attempt(
        job_id=new_id(),
        kind=running.RUN,
        args={"run_id": run["id"]},
        workspace_id=UUID(run["workspace_id"]),
        number=number,
        max_attempts=running.ATTEMPTS,
        token=new_id(),
        context=CONTEXT,
    )


async def some_steps(runtime: Runtime, run: Json, count: int) -> None:
    """As a process does that is killed after `count` transactions."""
    run_id = UUID(run["id"])
    plan = await running._prepare(runtime, run_id)  # noqa: SLF001  (where a process would be cut)
    assert plan is not None
    for _ in range(count):
        await runtime.workshop.run(CONTEXT, partial(running.step, run_id, plan))


async def stored(runtime: Runtime, run: Json) -> tuple[int, int]:
    """Tasks of the workspace, and pieces of the file."""
    tasks = select(func.count()).where(Task.workspace_id == UUID(run["workspace_id"]))
    pieces = select(func.count()).where(ImportPart.run_id == UUID(run["id"]))
    async with runtime.db.read() as session:
        return (await session.scalar(tasks)) or 0, (await session.scalar(pieces)) or 0


@pytest.mark.parametrize("steps", [1, 3, 5])
async def test_a_killed_run_goes_on_where_it_stood(
    person: Person, runtime: Runtime, steps: int
) -> None:
    run = await begin(person, TEXT)
    await some_steps(runtime, run, steps)
    halfway = await look(person, run)
    assert halfway["state"] == "processing"
    assert halfway["progress"] == {"total": NUMBER, "done": min(steps * plans.PORTION, NUMBER)}
    await work(runtime)
    run = await look(person, run)
    assert (run["state"], counts(run)) == ("completed", (NUMBER, 0, 0, 0))
    assert run["dependencies"] == LINKS
    assert await stored(runtime, run) == (NUMBER, 0)


async def test_a_torn_transaction_counts_for_nothing(person: Person, runtime: Runtime) -> None:
    run = await begin(person, TEXT)
    run_id = UUID(run["id"])
    plan = await running._prepare(runtime, run_id)  # noqa: SLF001  (as above)
    assert plan is not None

    async def torn(session: AsyncSession) -> None:
        await running.step(run_id, plan, session)
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await runtime.workshop.run(CONTEXT, torn)
    assert (await look(person, run))["state"] == "pending"
    assert await stored(runtime, run) == (0, 1)
    await work(runtime)
    assert counts(await look(person, run)) == (NUMBER, 0, 0, 0)


@pytest.mark.each
async def test_two_processes_at_one_run_double_nothing(person: Person, runtime: Runtime) -> None:
    run = await begin(person, TEXT)
    tries = (running.perform(runtime, attempt(run)) for _ in range(3))
    ends = await asyncio.gather(*tries, return_exceptions=True)
    # On a busy machine one may wait for the others for too long; its job would be tried again.
    assert all(end is None or isinstance(end, Unavailable) for end in ends), ends
    await work(runtime)
    run = await look(person, run)
    assert (run["state"], counts(run)) == ("completed", (NUMBER, 0, 0, 0))
    assert run["dependencies"] == LINKS
    assert await stored(runtime, run) == (NUMBER, 0)
    await work(runtime)
    assert counts(await look(person, run)) == (NUMBER, 0, 0, 0)


async def test_a_run_that_is_cancelled_under_way_stops(person: Person, runtime: Runtime) -> None:
    run = await begin(person, TEXT)
    await some_steps(runtime, run, 2)
    good(await person.client.delete(f"/imports/{run['id']}"))
    await work(runtime)
    assert await stored(runtime, run) == (2 * plans.PORTION, 0)


async def test_who_lost_the_workspace_writes_no_more(make_user: MakeUser, runtime: Runtime) -> None:
    owner, member = await make_user(), await make_user()
    team = await make_team(owner, member=member)
    home = await make_project(owner, team)
    run = await begin(member, TEXT, project_id=home["id"])
    await some_steps(runtime, run, 1)
    good(await owner.client.delete(f"/workspaces/{team}/members/{member.id}"))
    await work(runtime)
    run = await look(member, run)
    assert (run["state"], run["created"]) == ("failed", plans.PORTION)
    assert "may not write" in run["error"]
    assert len(await tasks_of(owner, workspace_id=team)) == plans.PORTION


async def test_who_became_a_viewer_fails_row_by_row(make_user: MakeUser, runtime: Runtime) -> None:
    owner, member = await make_user(), await make_user()
    team = await make_team(owner, member=member)
    home = await make_project(owner, team)
    run = await begin(member, TEXT, project_id=home["id"])
    await some_steps(runtime, run, 1)
    path = f"/workspaces/{team}/members/{member.id}"
    good(await owner.client.patch(path, json={"role": "viewer"}))
    await work(runtime)
    run = await look(member, run)
    rest = NUMBER - plans.PORTION
    assert (run["state"], counts(run)) == ("completed", (plans.PORTION, 0, 0, rest))
    assert "task.create needs at least member" in run["report"]["errors"][0]["detail"]


async def test_a_disabled_account_imports_nothing(person: Person, runtime: Runtime) -> None:
    run = await begin(person, TEXT)

    async def disable(session: AsyncSession) -> None:
        at = runtime.clock.now()
        where = update(User).where(User.id == UUID(person.id))
        await session.execute(where.values(disabled_at=at))

    await runtime.workshop.run(CONTEXT, disable)
    await work(runtime)
    async with runtime.db.read() as session:
        row = (
            await session.scalars(select(ImportRun).where(ImportRun.id == UUID(run["id"])))
        ).one()
    assert (row.state, row.created) == (ImportState.FAILED, 0)


async def _spoil(runtime: Runtime, run: Json, **values: object) -> None:
    async def use_case(session: AsyncSession) -> None:
        where = update(ImportRun).where(ImportRun.id == UUID(run["id"]))
        await session.execute(where.values(**values))

    await runtime.workshop.run(CONTEXT, use_case)


async def test_a_bug_is_tried_again_and_then_told(person: Person, runtime: Runtime) -> None:
    run = await begin(person, TEXT)
    await _spoil(runtime, run, options={})
    with pytest.raises(KeyError):
        await running.perform(runtime, attempt(run))
    await _spoil(runtime, run, report={})
    async with runtime.db.read() as session:
        row = (
            await session.scalars(select(ImportRun).where(ImportRun.id == UUID(run["id"])))
        ).one()
        assert row.state == ImportState.PENDING
    with pytest.raises(KeyError):
        await running.perform(runtime, attempt(run, running.ATTEMPTS))
    async with runtime.db.read() as session:
        row = (
            await session.scalars(select(ImportRun).where(ImportRun.id == UUID(run["id"])))
        ).one()
        assert (row.state, "interrupted too often" in (row.error or "")) == (
            ImportState.FAILED,
            True,
        )


async def test_what_nobody_works_on_is_ended_and_what_is_old_forgotten(
    person: Person, runtime: Runtime
) -> None:
    stuck, old, new = [await begin(person, "title\nTea\n") for _ in range(3)]
    await _spoil(runtime, stuck, updated_at=runtime.clock.now() - service.STUCK_AFTER * 2)
    done = {"state": ImportState.COMPLETED}
    await _spoil(runtime, old, updated_at=runtime.clock.now() - service.KEPT_FOR * 2, **done)
    await runtime.workshop.run(CONTEXT, service.sweep)
    found = {one["id"]: one for one in good(await person.client.get("/imports"))["items"]}
    assert set(found) == {stuck["id"], new["id"]}
    assert found[stuck["id"]]["state"] == "failed"
    assert found[new["id"]]["state"] == "pending"
    assert (await stored(runtime, stuck))[1] == (await stored(runtime, old))[1] == 0
    await work(runtime)


async def test_a_large_file_is_stored_in_pieces(person: Person, runtime: Runtime) -> None:
    text = "title,description\n" + f"x,{'y' * 9_000}\n" * 250
    run = await begin(person, text)
    assert (await stored(runtime, run))[1] == 3
    await work(runtime)
    run = await look(person, run)
    assert (counts(run), (await stored(runtime, run))[1]) == ((250, 0, 0, 0), 0)


async def test_a_run_makes_way_for_others_and_goes_on(
    person: Person, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "SLICE", 0.0)
    run = await begin(person, TEXT)
    await running.perform(runtime, attempt(run))
    assert (await look(person, run))["state"] == "pending"
    monkeypatch.setattr(running, "SLICE", 0.001)
    await work(runtime)
    run = await look(person, run)
    assert (run["state"], counts(run)) == ("completed", (NUMBER, 0, 0, 0))
    assert run["dependencies"] == LINKS


async def test_unbounded_lists_do_not_break_a_run(person: Person, runtime: Runtime) -> None:
    entries = [
        {"uuid": "a", "description": "x", "depends": [f"d{n}" for n in range(40_000)]},
        {"uuid": "d1", "description": "y", "project": "\u202a\u202c"},
    ]
    run = await begin(person, json.dumps(entries))
    await work(runtime)
    run = await look(person, run)
    assert (run["state"], counts(run)) == ("completed", (2, 0, 0, 0))
    assert run["dependencies"] == 1
    told = " ".join(note["detail"] for note in run["report"]["warnings"])
    assert "more dependencies than tasks can have" in told
    assert "is no name of a project" in told
    board = {
        "name": "B",
        "lists": [],
        "members": [{"id": str(n), "username": f"u{n}"} for n in range(40_000)],
        "cards": [{"id": "c", "name": "z", "idMembers": [str(n) for n in range(40_000)]}],
    }
    run = await begin(person, json.dumps(board))
    await work(runtime)
    assert (await look(person, run))["state"] == "completed"
