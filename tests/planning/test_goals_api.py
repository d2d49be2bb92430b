"""A goal's weight is a term of the score: it changes what is next, at once and for everybody."""

import asyncio
import random
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from tests.kit.app import good, max_queries
from tests.planning.asking import Asker, World, at
from upnext.core.context import RequestContext
from upnext.planning.keys import goal_term
from upnext.planning.models import RankKey
from upnext.planning.queries import SHORT_LIST
from upnext.planning.reasons import TIMES
from upnext.planning.recomputing import recompute

SAME: dict[str, Any] = {"priority": "medium", "estimated_duration": 60, "due_at": at(hours=5)}


@pytest.fixture
async def me(world: World) -> Asker:
    return await world.join()


async def make_goal(asker: Asker, title: str = "Fit", **fields: Any) -> str:
    return str(good(await asker.client.post("/goals", json={"title": title, **fields}))["id"])


async def set_goal(asker: Asker, goal_id: str, **fields: Any) -> None:
    good(await asker.client.patch(f"/goals/{goal_id}", json=fields))


def summed(proposal: Any) -> float:
    return float(sum(reason["value"] for reason in proposal["reasons"]))


def goal_reason(proposal: Any) -> Any:
    return next((one for one in proposal["reasons"] if one["term"] == "goal"), None)


async def test_a_heavier_goal_changes_the_choice(me: Asker) -> None:
    goal = await make_goal(me, weight=1)
    await me.add("A", **SAME)
    await me.add("B", **SAME, goal_id=goal)
    assert await me.order() == ["A", "B"]
    await set_goal(me, goal, weight=1.5)
    answer = await me.ask()
    assert answer["action"]["task"]["title"] == "B"
    assert goal_reason(answer["action"])["text"] == f"serves 'Fit': counts 1.5{TIMES}"
    assert goal_reason(answer["runners_up"][0]) is None
    for proposal in (answer["action"], *answer["runners_up"]):
        assert summed(proposal) == pytest.approx(proposal["score"], abs=1e-9)
    await set_goal(me, goal, weight=0.5)
    assert await me.order() == ["A", "B"]


ENDS: tuple[dict[str, str], ...] = ({"status": "completed"}, {"status": "abandoned"})


@pytest.mark.parametrize("end", ENDS, ids=lambda end: end["status"])
async def test_a_closed_goal_counts_like_none(me: Asker, end: dict[str, str]) -> None:
    goal = await make_goal(me, weight=2)
    await me.add("A", **SAME)
    await me.add("B", **SAME, goal_id=goal)
    assert await me.order() == ["B", "A"]
    await set_goal(me, goal, **end)
    assert await me.order() == ["A", "B"]
    await set_goal(me, goal, status="open")
    assert await me.order() == ["B", "A"]


async def test_so_does_one_in_the_trash(me: Asker) -> None:
    goal = await make_goal(me, weight=2)
    await me.add("A", **SAME)
    await me.add("B", **SAME, goal_id=goal)
    good(await me.client.delete(f"/goals/{goal}"))
    assert await me.order() == ["A", "B"]
    good(await me.client.post(f"/goals/{goal}/restore"))
    assert await me.order() == ["B", "A"]


async def test_a_sub_goal_counts_what_it_says_itself(me: Asker) -> None:
    parent = await make_goal(me, "Parent", weight=2)
    child = await make_goal(me, "Child", parent_id=parent)
    await me.add("A", **SAME)
    await me.add("B", **SAME, goal_id=child)
    assert await me.order() == ["A", "B"]


async def test_what_would_win_is_true_of_tasks_with_goals(me: Asker) -> None:
    heavy, light = await make_goal(me, weight=2), await make_goal(me, "Light", weight=0.5)
    await me.add("A", **SAME | {"priority": "high"}, goal_id=heavy)
    other = await me.add("B", **SAME, goal_id=light)
    answer = await me.ask()
    (runner_up,) = answer["runners_up"]
    changes = {change["code"]: change["change"] for change in runner_up["would_win_if"]}
    assert changes
    for change in changes.values():
        await me.change(other, **change)
        assert (await me.order())[0] == "B", change
        await me.change(other, **SAME, status="todo")
        assert (await me.order())[0] == "A", change


async def test_a_goal_lends_its_weight_to_what_frees_its_task(me: Asker) -> None:
    goal = await make_goal(me, weight=1)
    await me.add("A", **SAME)
    before = await me.add("B", **SAME | {"priority": "low"})
    waiting = await me.add("C", **SAME | {"estimated_duration": 10}, goal_id=goal)
    await me.wait_for(waiting, before=before)
    light = await _scores(me)
    await set_goal(me, goal, weight=2)
    heavy = await _scores(me)
    assert heavy["B"] > light["B"]
    assert heavy["A"] == light["A"]
    texts = [reason["text"] for reason in (await me.ask())["action"]["reasons"]]
    assert "frees 'C' (Medium, today)" in texts


async def _scores(asker: Asker) -> dict[str, float]:
    answer = await asker.ask(limit=5)
    shown = (answer["action"], *answer["runners_up"])
    return {one["task"]["title"]: one["score"] for one in shown}


async def _keys(world: World, asker: Asker) -> dict[UUID, tuple[float, ...]]:
    statement = select(RankKey).where(RankKey.user_id == UUID(asker.person.id))
    async with world.runtime.db.read() as session:
        rows = await session.scalars(statement)
        return {row.task_id: (row.a, row.latest_start, row.goal) for row in rows}


async def _rebuilt(world: World, asker: Asker) -> dict[UUID, tuple[float, ...]]:
    context = RequestContext(request_id="goals")
    await world.runtime.workshop.run(
        context, lambda session: recompute(session, UUID(asker.person.id), everything=True)
    )
    return await _keys(world, asker)


async def test_after_any_changes_the_keys_are_those_of_a_rebuild(me: Asker, world: World) -> None:
    draw = random.Random(7)
    goals = [await make_goal(me, f"Goal {number}") for number in range(3)]
    tasks = [await me.add(f"Task {number}") for number in range(6)]
    await _rebuilt(world, me)
    for _ in range(60):
        goal, kind = draw.choice(goals), draw.random()
        body: dict[str, Any] = {"weight": draw.choice((0.5, 1, 1.5, 2))}
        if kind < 0.2:
            body = {"status": draw.choice(("open", "completed", "abandoned"))}
        if kind < 0.4:
            await me.client.patch(f"/goals/{goal}", json=body)
        elif kind < 0.5:
            await me.client.delete(f"/goals/{goal}")
        elif kind < 0.6:
            await me.client.post(f"/goals/{goal}/restore")
        else:
            body = draw.choice(
                ({"goal_id": goal}, {"goal_id": None}, {"priority": "high"}, {"status": "done"})
            )
            await me.client.patch(f"/tasks/{draw.choice(tasks)}", json=body)
    await me.client.post(f"/goals/{goals[0]}/restore")
    await set_goal(me, goals[0], status="open", weight=2)
    await me.change(tasks[0], goal_id=goals[0], status="todo")
    followed = await _keys(world, me)
    assert followed[UUID(tasks[0])][2] > 0
    rebuilt = await _rebuilt(world, me)
    assert followed.keys() == rebuilt.keys()
    for task, key in followed.items():
        assert key == pytest.approx(rebuilt[task], abs=1e-9)


@pytest.mark.each
async def test_a_weight_costs_the_same_however_many_tasks_there_are(
    me: Asker, world: World
) -> None:
    """And the choice is right at once also where only the stored keys are read."""
    goal = await make_goal(me)
    count = SHORT_LIST + 50
    tasks = [{"title": f"{n}", **SAME, "goal_id": goal if n == count - 1 else None}
             for n in range(count)]  # fmt: skip
    tasks += [{"title": f"low {n}", **SAME, "priority": "low", "goal_id": goal} for n in range(50)]
    good(await me.client.post("/tasks/bulk", json={"tasks": tasks}))
    assert str(count - 1) not in await me.order(limit=3)
    with max_queries(world.runtime, 8):
        await set_goal(me, goal, weight=2)
    assert (await me.order(limit=3))[0] == str(count - 1)


@pytest.mark.each
async def test_a_goal_costs_one_statement_and_no_goal_none(me: Asker, world: World) -> None:
    goal = await make_goal(me, weight=2)
    await me.add("Warm", goal_id=goal)
    with max_queries(world.runtime, 20) as without:
        await me.add("Without")
    with max_queries(world.runtime, 20) as served:
        task = await me.add("With", goal_id=goal)
    assert len(served) == len(without) + 1
    assert not any(" goal" in statement and "FROM goal" in statement for statement in without)
    with max_queries(world.runtime, 20) as statements:
        await me.change(task, priority="high")
    assert not any("FROM goal" in statement for statement in statements)


async def test_everybody_is_told_the_goal_of_what_they_see(me: Asker, world: World) -> None:
    workspace = good(await me.client.post("/workspaces", json={"name": "Team"}))
    you = await world.join()
    member = {"email": you.person.email, "role": "member"}
    good(await me.client.post(f"/workspaces/{workspace['id']}/members", json=member))
    body = {"name": "Shared", "workspace_id": workspace["id"]}
    project = good(await me.client.post("/projects", json=body))
    goal = await make_goal(me, "Together", workspace_id=workspace["id"], weight=2)
    who = [you.person.id]
    await me.add("Ours", project_id=project["id"], goal_id=goal, assignee_ids=who)
    reason = goal_reason((await you.ask())["action"])
    assert reason["text"] == f"serves 'Together': counts 2{TIMES}"
    await set_goal(me, goal, weight=0.5)
    assert goal_reason((await you.ask())["action"])["value"] < 0


@pytest.mark.each
async def test_a_weight_changes_while_tasks_come_and_go(me: Asker, world: World) -> None:
    """Whoever is first, all keys have the weight that the goal has in the end."""
    goal, other = await make_goal(me), await make_goal(me, "Other")
    tasks = [await me.add(f"Task {number}", goal_id=other) for number in range(4)]
    await _rebuilt(world, me)
    changes = [
        *(me.client.patch(f"/goals/{goal}", json={"weight": each}) for each in (0.5, 2, 1.5)),
        *(me.client.patch(f"/tasks/{each}", json={"goal_id": goal}) for each in tasks),
        *(me.client.post("/tasks", json={"title": "New", "goal_id": goal}) for _ in range(6)),
        me.client.patch(f"/goals/{other}", json={"weight": 0.5}),
    ]
    random.Random(3).shuffle(changes)
    answers = await asyncio.gather(*changes)
    assert {answer.status_code for answer in answers} == {200, 201}
    followed = await _keys(world, me)
    assert len(followed) == 10
    weight = good(await me.client.get(f"/goals/{goal}"))["weight"]
    assert {key[2] for key in followed.values()} == {goal_term(weight)}
    rebuilt = await _rebuilt(world, me)
    for task, key in followed.items():
        assert key == pytest.approx(rebuilt[task], abs=1e-9)
