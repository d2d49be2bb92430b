"""Who is known from the last question is answered as if nothing had been known."""

import re
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from itertools import pairwise
from uuid import UUID

import pytest

from tests.kit.app import good, max_queries
from tests.kit.meddling import Meddled
from tests.planning.asking import NOW, Asker, Json, World, at, work
from upnext.core.auth import Actor, WorkspaceRole
from upnext.planning import service
from upnext.planning.asking import Lanes
from upnext.planning.known import memory
from upnext.planning.queries import SHORT_LIST
from upnext.planning.schemas import Question


@pytest.fixture
async def me(world: World) -> Asker:
    return await world.join()


async def ask(me: Asker, world: World) -> Json:
    """The answer, which is that of a process that never heard of anybody."""
    known = await me.ask(limit=5, include="ineligible")
    parts = world.runtime.parts
    before, parts[memory.PART] = parts[memory.PART], memory.Memory()
    anew = await me.ask(limit=5, include="ineligible")
    parts[memory.PART] = before
    assert known == anew
    return known


async def add_many(me: Asker, count: int) -> list[str]:
    """Some of them late, some that wait until tomorrow."""
    bodies = [
        {"title": f"{n}", "start_at": at(days=1)}
        if n % 7 == 3
        else {"title": f"{n}", "due_at": at(hours=n - 5)}
        for n in range(count)
    ]
    made = good(await me.client.post("/tasks/bulk", json={"tasks": bodies}))
    return [result["task"]["id"] for result in made["results"]]


@pytest.mark.each
async def test_after_each_change(me: Asker, world: World) -> None:
    """Of the person's clock, of what was planned and learned, and of how many tasks there are."""
    ids = await add_many(me, SHORT_LIST - 10)

    async def patch_me(**fields: Json) -> None:
        good(await me.client.patch("/auth/me", json=fields))

    async def skip() -> None:
        answer = await me.ask()
        task_id = answer["action"]["task"]["id"]
        said = {"verdict": "skip", "task_id": task_id, "reason": "not_now"}
        body = {"ticket": answer["ticket"], **said}
        good(await me.client.post("/next-action/feedback", json=body))

    async def replan() -> None:
        good(await me.client.post("/plan/replan", params={"days": 2}))

    async def drop() -> None:
        body = {"task_ids": ids[:40], "updates": {"status": "cancelled"}}
        good(await me.client.patch("/tasks/bulk", json=body))

    changes: Sequence[Callable[[], Awaitable[object]]] = (
        lambda: patch_me(working_hours=[[[600, 700]]] * 7),
        lambda: patch_me(timezone="Asia/Tokyo"),
        replan,
        skip,
        lambda: me.add("Urgent", priority="urgent", due_at=at(hours=1)),
        lambda: world.pass_time(hours=30),
        lambda: add_many(me, 20),  # more than are all read
        lambda: patch_me(timezone="Europe/Berlin"),
        replan,
        skip,
        lambda: me.add("More urgent", priority="urgent", due_at=at(hours=1)),
        lambda: world.pass_time(hours=30),
        lambda: work(me, 5, 90, category="Home"),
        lambda: world.run_job("planning.sweep"),
        drop,
    )
    answers = [await ask(me, world)]
    for change in changes:
        await change()
        answers.append(await ask(me, world))
    different = [after for before, after in pairwise(answers) if after != before]
    assert len(different) >= len(changes) / 2


@pytest.mark.only("postgresql")
@pytest.mark.parametrize("tasks", [20, SHORT_LIST + 20])
async def test_only_what_is_not_known_is_read(me: Asker, world: World, tasks: int) -> None:
    await add_many(me, tasks)
    with max_queries(world.runtime, 3):  # the person, the tasks, what is shown
        await me.ask()
    with max_queries(world.runtime, 2) as asked:
        await me.ask()
    assert "description" in asked[1]
    with max_queries(world.runtime, 1) as asked:
        await me.ask()
    assert "description" not in asked[0]
    first = (await me.ask())["action"]["task"]["id"]
    await me.change(first, title="Another")
    with max_queries(world.runtime, 2) as asked:
        assert (await me.ask())["action"]["task"]["title"] == "Another"
    assert re.search(r"task\.id IN \([^,)]+\)", asked[1])  # the changed one alone
    good(await me.client.patch("/auth/me", json={"timezone": "Asia/Tokyo"}))
    with max_queries(world.runtime, 4):
        await me.ask()
    with max_queries(world.runtime, 2):  # with another clock other tasks may come first
        await me.ask()
    with max_queries(world.runtime, 1):
        await me.ask()


@pytest.mark.only("postgresql")
@pytest.mark.parametrize("tasks", [20, SHORT_LIST + 20])
async def test_as_time_passes_nothing_is_made_anew(me: Asker, world: World, tasks: int) -> None:
    ids = await add_many(me, tasks)
    user_id = UUID(me.person.id)

    def made() -> object:
        read = world.runtime.parts[memory.PART].read(user_id)
        return read and read.made.basis

    for _ in range(2):
        await ask(me, world)
    before = made()
    assert before is not None
    for seconds in (1, 20, 30):
        world.clock.advance(timedelta(seconds=seconds))
        await ask(me, world)
        assert made() is before
    await me.change(ids[0], title="Another")
    await ask(me, world)
    assert made() is not before


@pytest.mark.only("postgresql")
async def test_what_nobody_has_counted_is_not_kept(me: Asker, world: World) -> None:
    """A long chain is read beside what was found, and would be kept with it."""
    ids = await add_many(me, SHORT_LIST + 20)
    chain = [await me.add("Last", priority="urgent", due_at=at(hours=0)), *ids[:30]]
    for waits, before in pairwise(chain):
        await me.wait_for(waits, before=before)
    for _ in range(3):
        await me.ask(limit=1)
    read = world.runtime.parts[memory.PART].read(UUID(me.person.id))
    assert read is not None
    assert read.made.basis is None
    assert len(read.found) == read.made.room


@pytest.mark.each
@pytest.mark.parametrize("tasks", [5, SHORT_LIST + 5])
async def test_what_waits_changes(me: Asker, world: World, tasks: int) -> None:
    """Of a long list it is read by itself, and only its key along with the others."""
    await add_many(me, tasks)
    first = await me.add("First", priority="high", due_at=at(hours=0))
    waits = await me.add("Waits", priority="urgent", due_at=at(hours=0))
    await me.wait_for(waits, before=first)
    told = [await ask(me, world) for _ in range(2)]
    changes: Sequence[Json] = ({"title": "Changed"}, {"priority": "medium"}, {"status": "done"})
    for fields in changes:
        await me.change(waits, **fields)
        told.append(await ask(me, world))
    assert "frees 'Waits'" in str(told[1])
    assert "frees 'Changed'" in str(told[2])
    assert "frees" not in str(told[-1])


@pytest.mark.only("postgresql")
async def test_changed_while_it_is_read(me: Asker, world: World) -> None:
    """What was hidden from somebody meanwhile is not read for them by its id."""
    task_id = await me.add("Mine")
    lanes = Lanes(world.runtime.db.lane, world.runtime.db.ordered_lane, memory.Memory())
    workspaces = {UUID(me.person.workspace_id): WorkspaceRole.OWNER}
    actor = Actor(kind="user", user_id=UUID(me.person.id), workspaces=workspaces)
    await service.next_action(lanes, actor, Question(), NOW)

    async def elsewhere() -> None:
        await me.change(task_id, title="Secret", status="cancelled")

    ordered = Meddled(lanes.ordered, lambda asked: "task_state" in str(asked.statement), elsewhere)
    answer = await service.next_action(lanes._replace(ordered=ordered), actor, Question(), NOW)
    assert ordered.done
    assert "Secret" not in str(answer.body)
    assert answer.body["action"] is None


async def test_who_asked_longest_ago_is_forgotten(me: Asker, world: World) -> None:
    you = await world.join()
    world.runtime.parts[memory.PART] = memory.Memory(1)
    await me.add("Mine")
    await you.add("Yours")
    for _ in range(2):
        assert await me.order() == ["Mine"]
        assert await you.order() == ["Yours"]
