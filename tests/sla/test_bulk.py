"""Promises about many tasks that change at once, and about those whose change is taken back."""

from typing import Any

import pytest

from tests.kit.app import good, max_queries
from tests.sla.desk import Desk, Team, at
from tests.tasks.test_bulk_edits import edit
from tests.tasks.test_undo import undo


async def make_some(team: Team, count: int) -> Any:
    tasks = [{"title": f"Help {n}", "project_id": team.project_id} for n in range(count)]
    return good(await team.boss.client.post("/tasks/bulk", json={"tasks": tasks}))


def tasks_of(made: Any) -> list[Any]:
    return [each["task"] for each in made["results"]]


@pytest.mark.each
async def test_clocks_of_many_are_read_together(team: Team, desk: Desk) -> None:
    await team.promise(first_response_minutes=60, resolution_minutes=120)
    tasks = tasks_of(await make_some(team, 40))
    counts = []
    for updates in ({"status": "in_progress"}, {"priority": "high"}, {"status": "done"}):
        for some in (tasks[:15], tasks[15:]):
            with max_queries(desk.runtime, 40) as statements:
                assert (await edit(team.agent, some, updates=updates))["changed"] == len(some)
            counts.append(len(statements))
    assert all(many <= few for few, many in zip(counts[::2], counts[1::2], strict=True)), counts
    read = [(await team.read(task))["sla"] for task in tasks]
    assert {each["state"] for each in read} == {"met"}
    done = await edit(team.agent, tasks, updates={"deleted": True})
    with max_queries(desk.runtime, 40) as statements:
        await undo(team.agent, done)
    assert len(statements) <= 20
    assert all([len(await desk.clocks(task)) == 2 for task in tasks])


async def test_time_is_nobodys_change(team: Team, desk: Desk) -> None:
    await desk.set_up_schedules()
    await team.promise(resolution_minutes=10)
    made = await make_some(team, 2)
    first, second = tasks_of(made)
    await desk.later(seconds=1)
    done = await edit(team.boss, [second], updates={"title": "New"})
    await desk.later(minutes=30)
    await desk.pass_time(minutes=2)
    assert [row.type for row in await desk.told(first)] == ["sla.warned", "sla.breached"]
    assert (await undo(team.boss, done))["restored"] == 1
    undone = await undo(team.boss, made)
    outcomes = {each["id"]: each["outcome"] for each in undone["results"]}
    assert outcomes == {first["id"]: "restored", second["id"]: "kept"}
    (again,) = (await undo(team.boss, undone))["results"]
    assert again["outcome"] == "restored"
    assert (await team.read(first))["sla"]["breached"] is True


async def test_what_breaks_a_promise_at_once_restores_no_date(team: Team, desk: Desk) -> None:
    await team.promise(resolution_minutes=10)
    tasks = tasks_of(await make_some(team, 2))
    await desk.later(minutes=30)
    done = await edit(team.agent, tasks, updates={"status": "done", "due_at": at(days=1)})
    undone = await undo(team.agent, done)
    assert (undone["restored"], undone["partly"]) == (2, 0)
    for task in tasks:
        now = await team.read(task)
        assert (now["due_at"], now["status"]) == (None, "todo")
        assert now["sla"]["breached"] is True


async def test_into_another_project_and_back(team: Team, desk: Desk) -> None:
    await team.promise(resolution_minutes=10)
    tasks = tasks_of(await make_some(team, 3))
    other = await team.new_project()
    done = await edit(team.boss, tasks, updates={"project_id": other})
    assert [(await team.read(task))["sla"] for task in tasks] == [None] * 3
    await undo(team.boss, done)
    assert {(await team.read(task))["sla"]["due_at"] for task in tasks} == {at(minutes=10)}
    for task in tasks:
        assert [clock.next_check is not None for clock in await desk.clocks(task)] == [True]
