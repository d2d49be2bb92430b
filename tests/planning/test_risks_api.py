"""How likely dates are kept, through the API: SLA promises, deadlines, targets of goals."""

from collections.abc import Sequence
from typing import Any

import pytest

from tests.kit.app import good, max_queries, refused
from tests.planning.asking import Asker, Json, World, at, work


@pytest.fixture
async def me(world: World) -> Asker:
    return await world.join()


async def risks(asker: Asker) -> Json:
    return good(await asker.client.get("/plan/risks"))


def found(answer: Json, kind: str) -> Sequence[Any]:
    return [one for one in answer["items"] if one["kind"] == kind]


async def promising(asker: Asker, minutes: int, **fields: Any) -> str:
    """A project that promises to have tasks done in so many minutes."""
    project = good(await asker.client.post("/projects", json={"name": "Help"}))["id"]
    policy = {"resolution_minutes": minutes, **fields}
    good(await asker.client.post(f"/projects/{project}/sla-policies", json=policy))
    return str(project)


async def test_a_promise_of_the_project_is_judged(me: Asker) -> None:
    project = await promising(me, 120)
    task = await me.add("Answer", project_id=project, estimated_duration=60)
    answer = await risks(me)
    (sla,) = answer["items"]
    assert (answer["futures"], answer["seed"], answer["next_cursor"]) == (1_000, 0, None)
    assert (sla["kind"], sla["id"], sla["title"]) == ("sla", task, "Answer")
    assert sla["key"].startswith("H")
    assert sla["by"] == "2026-03-04T12:00:00Z"
    assert sla["chance"] > 0.9
    assert sla["outlook"] == "on_track"
    assert sla["p80_end"] > sla["likely_end"] > "2026-03-04T10:55"
    percent = round(100 * sla["chance"])
    assert sla["text"].startswith(f"{percent} % by today 12:00: likely done today 1")
    assert await risks(me) == answer
    await me.change(task, estimated_duration=240)
    (worse,) = (await risks(me))["items"]
    assert (worse["outlook"], worse["chance"] < 0.1) == ("late", True)
    await me.change(task, status="done")
    assert (await risks(me))["items"] == []


async def test_a_clock_that_stands_still_promises_nothing_yet(me: Asker) -> None:
    project = await promising(me, 120, pause_statuses=["in_review"])
    task = await me.add("Answer", project_id=project, estimated_duration=60)
    await me.change(task, status="in_review")
    assert (await risks(me))["items"] == []
    await me.change(task, status="in_progress")
    assert [one["kind"] for one in (await risks(me))["items"]] == ["sla"]


async def test_deadlines_the_least_likely_first(me: Asker) -> None:
    await me.add("Safe", estimated_duration=30, due_at=at(days=5))
    await me.add("Lost", estimated_duration=600, due_at=at(hours=3))
    await me.add("Whenever", estimated_duration=30)
    answer = await risks(me)
    shown = [(one["title"], one["kind"], one["outlook"]) for one in answer["items"]]
    assert shown == [("Lost", "deadline", "late"), ("Safe", "deadline", "on_track")]


async def test_a_goal_needs_all_of_its_tasks(me: Asker, world: World) -> None:
    fit = {"title": "Fit", "target_date": "2026-03-05"}
    goal = good(await me.client.post("/goals", json=fit))["id"]
    part = {"title": "Part", "parent_id": goal}
    below = good(await me.client.post("/goals", json=part))["id"]
    await me.add("One", estimated_duration=200, goal_id=goal)
    await me.add("Two", estimated_duration=200, goal_id=below)
    (before,) = found(await risks(me), "goal")
    assert (before["id"], before["key"], before["title"]) == (goal, None, "Fit")
    assert (before["tasks"], before["others"]) == (2, 0)
    assert before["by"] == "2026-03-05T23:59:59.999999Z"
    assert before["chance"] > 0.8
    await me.add("Three", estimated_duration=500, goal_id=goal)
    (after,) = found(await risks(me), "goal")
    assert after["tasks"] == 3
    assert after["chance"] < 0.5
    good(await me.client.patch(f"/goals/{goal}", json={"status": "completed"}))
    assert found(await risks(me), "goal") == []


async def test_tasks_of_others_are_told_and_not_judged(me: Asker, world: World) -> None:
    you = await world.join()
    workspace = good(await me.client.post("/workspaces", json={"name": "Team"}))["id"]
    member = {"email": you.person.email, "role": "member"}
    good(await me.client.post(f"/workspaces/{workspace}/members", json=member))
    body = {"title": "Ship", "workspace_id": workspace, "target_date": "2026-03-09"}
    goal = good(await me.client.post("/goals", json=body))["id"]
    body = {"name": "Shared", "workspace_id": workspace}
    project = good(await me.client.post("/projects", json=body))["id"]
    shared = {"project_id": project, "goal_id": goal, "estimated_duration": 60}
    await me.add("Mine", assignee_ids=[me.person.id], **shared)
    await me.add("Theirs", assignee_ids=[you.person.id], **shared)
    for asker in (me, you):
        (one,) = found(await risks(asker), "goal")
        assert (one["tasks"], one["others"]) == (1, 1)
    other = await world.join()
    assert (await risks(other))["items"] == []


async def test_learned_durations_move_the_chance(me: Asker, world: World) -> None:
    """Of somebody whose tasks take twice as long as they were thought to."""
    project = await promising(me, 100)
    await work(me, 24, 60, estimated_duration=30)
    await me.add("Answer", project_id=project, estimated_duration=60)
    (before,) = found(await risks(me), "sla")
    await world.run_jobs()
    (after,) = found(await risks(me), "sla")
    assert before["chance"] > 0.8
    assert after["chance"] < before["chance"] - 0.2


async def test_it_costs_few_statements_however_many_tasks(me: Asker, world: World) -> None:
    fit = {"title": "Fit", "target_date": "2026-03-12"}
    goal = good(await me.client.post("/goals", json=fit))["id"]
    for number in range(12):
        await me.add(f"T{number}", goal_id=goal, due_at=at(hours=number), estimated_duration=15)
    await risks(me)
    with max_queries(world.runtime, 12):
        assert len((await risks(me))["items"]) == 13


async def test_nobody_else_may_ask(me: Asker) -> None:
    me.client.headers.pop("Authorization")
    refused(await me.client.get("/plan/risks"), 401)
