"""Stored keys follow every change, and nobody's order shows what is not theirs to see."""

import random
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from tests.kit.app import good, max_queries
from tests.planning.asking import NOW, Asker, World, at
from upnext.core.context import RequestContext
from upnext.core.jobs.models import Job
from upnext.planning.models import RankKey
from upnext.planning.recomputing import recompute, sweep

CONTEXT = RequestContext(request_id="upkeep")
KEYS = ("a", "b", "latest_start", "remaining", "sitting", "ready_at", "energy", "tagged")


@pytest.fixture
async def me(world: World) -> Asker:
    return await world.join()


@pytest.fixture
async def team(world: World, me: Asker) -> "Team":
    workspace = good(await me.client.post("/workspaces", json={"name": "Team"}))
    you = await world.join()
    member = {"email": you.person.email, "role": "member"}
    good(await me.client.post(f"/workspaces/{workspace['id']}/members", json=member))
    team = Team(workspace["id"], me, you)
    team.project_id = await team.project("Shared")
    return team


class Team:
    """A workspace of two, of which `me` is the owner."""

    def __init__(self, workspace_id: str, me: Asker, you: Asker) -> None:
        self.workspace_id, self.me, self.you = workspace_id, me, you
        self.project_id = ""

    async def project(self, name: str, **fields: Any) -> str:
        body = {"name": name, "workspace_id": self.workspace_id, **fields}
        return str(good(await self.me.client.post("/projects", json=body))["id"])

    async def add(self, title: str, *who: Asker, **fields: Any) -> str:
        people = [asker.person.id for asker in who]
        return await self.me.add(
            title, **{"project_id": self.project_id, "assignee_ids": people} | fields
        )


async def stored(world: World, asker: Asker, *, all_rows: bool = True) -> dict[UUID, Any]:
    """Task id to key of one person."""
    statement = select(RankKey).where(RankKey.user_id == UUID(asker.person.id))
    async with world.runtime.db.read() as session:
        rows = await session.scalars(statement if all_rows else statement.where(RankKey.offered))
        return {row.task_id: [row.offered, *(getattr(row, name) for name in KEYS)] for row in rows}


async def rebuild(world: World, asker: Asker) -> None:
    await world.runtime.workshop.run(
        CONTEXT,
        lambda session: recompute(session, UUID(asker.person.id), everything=True),
    )


async def test_two_people_do_not_see_each_others_tasks(me: Asker, world: World) -> None:
    you = await world.join()
    await me.add("Mine")
    await you.add("Yours")
    assert await me.order() == ["Mine"]
    assert await you.order() == ["Yours"]


async def test_of_a_shared_workspace_only_assigned_tasks_are_offered(team: Team) -> None:
    task = await team.add("Nobody's")
    await team.add("Ours", team.me, team.you)
    assert await team.me.order() == ["Ours"]
    await team.me.change(task, assignee_ids=[team.you.person.id])
    assert set(await team.you.order()) == {"Ours", "Nobody's"}
    assert await team.me.order() == ["Ours"]
    await team.me.change(task, assignee_ids=[])
    assert await team.you.order() == ["Ours"]


async def test_who_leaves_a_workspace_loses_its_tasks(team: Team) -> None:
    await team.add("Ours", team.me, team.you)
    await team.you.add("Own")
    assert set(await team.you.order()) == {"Ours", "Own"}
    path = f"/workspaces/{team.workspace_id}/members/{team.you.person.id}"
    good(await team.me.client.delete(path))
    assert await team.you.order() == ["Own"]


async def test_a_private_project_stays_hidden(team: Team) -> None:
    """Also as what a task waits for, and as what it frees."""
    secret = await team.project("Secret", private=True)
    hidden = await team.add("Hidden", team.me, project_id=secret, priority="urgent")
    seen = await team.add("Seen", team.you)
    before = await team.add("Before", team.you)
    await team.me.wait_for(seen, before=hidden)
    await team.me.wait_for(hidden, before=before)
    obstacles = await team.you.obstacles()
    assert obstacles == {"Seen": ("blocked", "waits for 1 other task")}
    answer = await team.you.ask()
    assert answer["action"]["task"]["title"] == "Before"
    assert "unblocks" not in {reason["term"] for reason in answer["action"]["reasons"]}


async def test_a_colleague_who_waits_lends_the_weight_of_their_task(team: Team) -> None:
    for title in ("A", "B", "C"):
        await team.add(title, team.you, estimated_duration=30)
    mine = await team.add("Signature", team.you, priority="low", estimated_duration=30)
    middle = await team.add("Middle", team.me, priority="low", estimated_duration=30)
    urgent = await team.add("Release", priority="urgent", due_at=at(hours=1))
    assert (await team.you.order())[-1] == "Signature"
    await team.me.wait_for(middle, before=mine)
    await team.me.wait_for(urgent, before=middle)
    await team.me.change(urgent, assignee_ids=[team.me.person.id])
    answer = await team.you.ask()
    assert answer["action"]["task"]["title"] == "Signature"
    assert answer["ineligible_count"] == 0
    texts = [reason["text"] for reason in answer["action"]["reasons"]]
    assert "frees 'Middle' (Low)" in texts
    assert await team.me.obstacles() == {
        "Release": ("blocked", "waits for 'Middle'"),
        "Middle": ("blocked", "waits for 'Signature'"),
    }


async def test_the_holder_of_a_task_changes_with_its_assignee(team: Team) -> None:
    before = await team.add("Before", team.me, priority="low", estimated_duration=30)
    after = await team.add("After", team.me, priority="urgent", due_at=at(hours=1))
    await team.me.wait_for(after, before=before)
    await team.add("Other", team.you, estimated_duration=30)
    assert await team.you.order() == ["Other"]
    await team.me.change(before, assignee_ids=[team.you.person.id])
    assert await team.you.order() == ["Before", "Other"]


CHANGES: tuple[dict[str, Any], ...] = (
    {"priority": "urgent"},
    {"priority": "low"},
    {"estimated_duration": 15},
    {"estimated_duration": None},
    {"due_at": at(hours=7)},
    {"due_at": None},
    {"start_at": at(hours=1)},
    {"start_at": None},
    {"energy": "high"},
    {"energy": None},
    {"context": ["@home"]},
    {"context": []},
    {"status": "in_progress"},
    {"status": "done"},
    {"status": "cancelled"},
    {"status": "todo"},
    {"title": "Another title"},
)


@pytest.mark.parametrize("seed", range(3))
async def test_after_any_changes_the_keys_are_those_of_a_rebuild(
    team: Team, world: World, seed: int
) -> None:
    draw = random.Random(seed)
    people: list[list[str]] = [[], [team.me.person.id], [team.you.person.id]]
    tasks = [await team.add(f"Task {number}") for number in range(6)]
    tasks += [await team.me.add("Own") for _ in range(2)]
    for asker in (team.me, team.you):
        await rebuild(world, asker)
    for _ in range(60):
        await change_something(team, tasks, people, draw)
    for asker in (team.me, team.you):
        followed = await stored(world, asker)
        # The mean was 30 minutes, and stays until somebody asks for another one.
        for a, b, latest_start in (key[1:4] for key in followed.values()):
            assert b == pytest.approx(a - latest_start / (2 * 30))
        await rebuild(world, asker)
        rebuilt = await stored(world, asker)
        # A key that lends weight to nobody any more may stay: it changes no answer.
        kept = {task: key for task, key in followed.items() if key[0] or task in rebuilt}
        assert kept.keys() == rebuilt.keys()
        for task, key in kept.items():
            assert without_b(key) == pytest.approx(without_b(rebuilt[task])), task


def without_b(key: list[Any]) -> list[Any]:
    """`b` depends on the mean of all tasks, which a rebuild takes anew."""
    return key[:2] + key[3:]


async def change_something(
    team: Team, tasks: list[str], people: list[list[str]], draw: random.Random
) -> None:
    task, kind = draw.choice(tasks), draw.random()
    client = team.me.client
    if kind < 0.4:
        await client.patch(f"/tasks/{task}", json=draw.choice(CHANGES))
    elif kind < 0.6:
        await client.patch(f"/tasks/{task}", json={"assignee_ids": draw.choice(people)})
    elif kind < 0.85:
        before = {"blocked_by": draw.choice(tasks)}
        await client.post(f"/tasks/{task}/dependencies", json=before)
    elif kind < 0.92:
        await client.delete(f"/tasks/{task}")
    else:
        await client.post(f"/tasks/{task}/restore")


@pytest.mark.each
async def test_keys_cost_a_create_one_statement(me: Asker, world: World) -> None:
    await me.add("Warm")
    with max_queries(world.runtime, 20) as statements:
        await me.add("Cold")
    assert sum("rank_key" in statement for statement in statements) == 1
    assert not any("planning_profile" in statement for statement in statements)


@pytest.mark.each
async def test_keys_of_many_tasks_cost_one_statement(me: Asker, world: World) -> None:
    tasks = [{"title": f"Task {number}"} for number in range(300)]
    with max_queries(world.runtime, 40) as statements:
        good(await me.client.post("/tasks/bulk", json={"tasks": tasks}))
    assert sum("rank_key" in statement for statement in statements) == 1
    assert len(await stored(world, me)) == 300


@pytest.mark.each
async def test_a_title_costs_the_keys_nothing(me: Asker, world: World) -> None:
    task = await me.add("A")
    with max_queries(world.runtime, 20) as statements:
        await me.change(task, title="B", description="Other words", tags=["x"])
    assert not any("rank_key" in statement for statement in statements)


async def test_a_category_costs_the_keys_of_an_estimated_task_nothing(
    me: Asker, world: World
) -> None:
    """It tells how long a task takes, and that is known here."""
    task = await me.add("A", estimated_duration=30)
    unknown = await me.add("B")
    before = await stored(world, me)
    with max_queries(world.runtime, 20) as statements:
        await me.change(task, category="errands")
    assert not any("rank_key" in statement for statement in statements)
    assert (await stored(world, me)).keys() == before.keys()
    with max_queries(world.runtime, 20) as statements:
        await me.change(unknown, category="errands")
    assert any("rank_key" in statement for statement in statements)


@pytest.mark.each
async def test_other_working_hours_ask_for_other_keys_twice(me: Asker, world: World) -> None:
    await me.add("A", due_at=at(days=2))
    await rebuild(world, me)
    before = await stored(world, me)
    week = [[[0, 1_440]]] * 7
    with max_queries(world.runtime, 20):
        good(await me.client.patch("/auth/me", json={"working_hours": week}))
    async with world.runtime.db.read() as session:
        jobs = await session.scalars(select(Job).where(Job.kind == "planning.recompute"))
        mine = [job for job in jobs if job.args["user_id"] == me.person.id]
    assert sorted(job.run_at - NOW for job in mine) == [timedelta(0), timedelta(seconds=90)]
    await rebuild(world, me)
    assert await stored(world, me) != before
    assert (await me.ask())["action"]["task"]["title"] == "A"


async def test_the_sweep_asks_for_whoever_has_another_mean(me: Asker, world: World) -> None:
    async def asked() -> int:
        await world.runtime.workshop.run(CONTEXT, sweep)
        async with world.runtime.db.read() as session:
            jobs = await session.scalars(select(Job).where(Job.kind == "planning.recompute"))
            return sum(job.args["user_id"] == me.person.id for job in jobs)

    for _ in range(3):
        await me.add("A", estimated_duration=60)
    assert await asked() == 2
    await rebuild(world, me)
    assert await asked() == 2
    await me.add("Long", estimated_duration=400)
    assert await asked() == 4
