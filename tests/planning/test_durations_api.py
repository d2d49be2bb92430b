"""What is learned of tracked time, and how the order uses it."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from tests.kit.app import good
from tests.planning.asking import Asker, World, work
from upnext.core.context import RequestContext
from upnext.core.jobs.models import Job
from upnext.planning.history import durations

Json = Any  # what the API answers


@pytest.fixture
async def me(world: World) -> Asker:
    return await world.join()


async def learn(me: Asker, world: World) -> Json:
    """As the job does."""
    workshop, user_id = world.runtime.workshop, UUID(me.person.id)
    await workshop.run(
        RequestContext(request_id="test"), lambda session: durations.refresh(session, user_id)
    )
    return good(await me.client.get("/planning/durations"))


async def asked(me: Asker, world: World) -> bool:
    key = f"{durations.LEARN}:{me.person.id}"
    async with world.runtime.db.read() as session:
        return await session.scalar(select(Job.id).where(Job.dedupe_key == key)) is not None


def minutes_of(proposal: Json) -> str:
    return str(next(r["text"] for r in proposal["reasons"] if r["term"] == "duration"))


async def test_a_habit_is_learned_told_and_used(me: Asker, world: World) -> None:
    before = good(await me.client.get("/planning/durations"))
    assert (before["tasks"], before["correction"], before["text"]) == (0, 1, None)
    open_id = await me.add("Open", estimated_duration=100)
    await work(me, 24, 30, estimated_duration=60, category="call")
    assert await asked(me, world)
    learned = await learn(me, world)
    assert (learned["tasks"], learned["with_estimate"], learned["corrected"]) == (24, 24, True)
    assert 0.5 < learned["correction"] < 0.8
    assert "usually take 0.7" in learned["text"]
    assert [group["name"] for group in learned["categories"]] == ["call"]
    answer = await me.ask()
    assert answer["action"]["task"]["id"] == open_id
    assert minutes_of(answer["action"]).startswith("takes 1 h")
    assert await learn(me, world) == learned


async def test_a_task_without_estimate_takes_what_such_tasks_take(me: Asker, world: World) -> None:
    await work(me, 8, 12, category="call")
    call, other = await me.add("Call", category="call"), await me.add("Other", category="new")
    assert (await learn(me, world))["without_estimate"]["p50"] < 20
    answer = await me.ask()
    told = {p["task"]["id"]: minutes_of(p) for p in [answer["action"], *answer["runners_up"]]}
    assert told[call].startswith("no estimate; taken for 1")
    assert told[other].startswith("no estimate; taken for 1")
    # What takes 17 minutes fits into 20, where half an hour would not have.
    assert (await me.ask(minutes=20))["action"] is not None


async def test_time_spent_is_taken_off_what_is_left(me: Asker) -> None:
    task_id = await me.add("Long", estimated_duration=120)
    good(await me.client.post(f"/tasks/{task_id}/time-entries", json={"minutes": 90}))
    assert minutes_of((await me.ask())["action"]) == "30 min left"


async def test_without_tracked_time_nothing_is_learned(me: Asker, world: World) -> None:
    task_id = await me.add("Task", estimated_duration=60)
    await me.change(task_id, status="done")
    assert not await asked(me, world)
    assert (await learn(me, world))["tasks"] == 0


async def test_what_two_people_did_teaches_neither_alone(served: Any, world: World) -> None:
    """The estimate was for the whole."""
    me, other = await world.join(), await world.join()
    made = good(await me.client.post("/workspaces", json={"name": "Both"}))
    body = {"email": other.person.email, "role": "member"}
    good(await me.client.post(f"/workspaces/{made['id']}/members", json=body))
    project = {"name": "Shared", "key": "SH", "workspace_id": made["id"]}
    project_id = good(await me.client.post("/projects", json=project))["id"]
    task_id = await me.add("Task", project_id=project_id, estimated_duration=60)
    for person in (me, other):
        path = f"/tasks/{task_id}/time-entries"
        good(await person.client.post(path, json={"minutes": 10}))
    await me.change(task_id, status="done")
    assert (await learn(me, world))["tasks"] == 0
    assert await asked(other, world)


async def test_everybody_who_worked_lately_is_looked_at(me: Asker, world: World) -> None:
    task_id = await me.add("Task")
    good(await me.client.post(f"/tasks/{task_id}/time-entries", json={"minutes": 10}))
    assert not await asked(me, world)
    await world.runtime.workshop.run(RequestContext(request_id="test"), durations.sweep)
    assert await asked(me, world)
