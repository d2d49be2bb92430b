"""Warnings and breaches: in time, once each, by however many processes."""

import asyncio
from datetime import timedelta

import pytest

from tests.kit.app import Person, good, max_queries
from tests.sla.desk import CONTEXT, NOW, Desk, Json, Team, at
from upnext.sla import checking, recomputing


async def test_a_breach_is_recorded_within_a_minute(team: Team, desk: Desk) -> None:
    await desk.set_up_schedules()
    await team.promise(resolution_minutes=10)
    task = await team.ask()
    await desk.pass_time(minutes=9)
    assert (await team.read(task))["sla"]["state"] == "warning"
    await desk.pass_time(minutes=4)
    warned, breached = await desk.told(task)
    assert (warned.type, breached.type) == ("sla.warned", "sla.breached")
    for row, due in ((warned, 8), (breached, 10)):
        late = row.at - (NOW + timedelta(minutes=due))
        assert timedelta(0) < late < timedelta(seconds=60), late
        assert (row.resource, row.actor) == ("task", "system")
        assert row.diff == {"target": [None, "resolution"], "due_at": [None, at(minutes=10)]}
    read = await team.read(task)
    assert (read["sla"]["state"], read["sla"]["breached"]) == ("breached", True)
    assert read["version"] == breached.resource_version == 3


async def test_after_an_outage_both_are_recorded_once(team: Team, desk: Desk) -> None:
    await team.promise(first_response_minutes=5, resolution_minutes=10)
    task = await team.ask()
    await desk.later(hours=3)
    await desk.set_up_schedules()
    await desk.pass_time(minutes=2)
    told = [(row.type, row.diff["target"][1]) for row in await desk.told(task)]
    assert told == [
        ("sla.warned", "first_response"),
        ("sla.breached", "first_response"),
        ("sla.warned", "resolution"),
        ("sla.breached", "resolution"),
    ]


async def test_whoever_is_late_before_the_check_is_late(team: Team, desk: Desk) -> None:
    """Closing a task cannot outrun the check."""
    await team.promise(resolution_minutes=10)
    task = await team.ask()
    await desk.later(minutes=11)
    task = await team.work(task, status="done")
    assert (task["sla"]["state"], task["sla"]["breached"]) == ("breached", True)
    assert [row.type for row in await desk.told(task)] == ["sla.warned", "sla.breached"]
    assert await team.read(task) == task


async def test_a_later_deadline_takes_no_breach_back(team: Team, desk: Desk) -> None:
    policy = await team.promise(resolution_minutes=10)
    task = await team.ask()
    await desk.later(minutes=11)
    await team.change(policy, resolution_minutes=600)
    read = await team.read(task)
    assert (read["sla"]["breached"], read["sla"]["due_at"]) == (True, at(minutes=600))
    await team.change(policy, enabled=False)
    assert (await team.read(task))["sla"]["breached"] is True
    await team.change(policy, enabled=True)
    assert [row.type for row in await desk.told(task)] == ["sla.warned", "sla.breached"]


async def test_a_nearer_deadline_is_kept_at_once(team: Team, desk: Desk) -> None:
    policy = await team.promise(resolution_minutes=600)
    task = await team.ask()
    await desk.later(minutes=11)
    await team.change(policy, resolution_minutes=10)
    assert (await team.read(task))["sla"]["breached"] is True


async def test_nobody_is_warned_twice(team: Team, desk: Desk) -> None:
    policy = await team.promise(resolution_minutes=10)
    task = await team.ask()
    await desk.later(minutes=9)
    await desk.set_up_schedules()
    await desk.pass_time(seconds=30)
    await team.change(policy, resolution_minutes=100)
    assert (await team.read(task))["sla"]["state"] == "ok"
    await desk.later(minutes=73)
    await desk.pass_time(seconds=30)
    assert (await team.read(task))["sla"]["state"] == "warning"
    assert [row.type for row in await desk.told(task)] == ["sla.warned"]


async def test_a_new_holiday_moves_deadlines(team: Team, desk: Desk) -> None:
    await team.promise(resolution_minutes=600, business_hours=True)
    task = await team.ask()
    assert task["sla"]["due_at"] == "2026-03-05T12:00:00Z"
    await team.open_on(holidays=[{"date": "2026-03-05"}])
    assert (await team.read(task))["sla"]["due_at"] == "2026-03-06T12:00:00Z"


@pytest.mark.each
async def test_eight_checks_at_once_tell_it_once(team: Team, desk: Desk) -> None:
    await team.promise(resolution_minutes=10)
    tasks = [await team.ask() for _ in range(5)]
    desk.clock.advance(timedelta(minutes=11))
    workshop = desk.runtime.workshop
    await asyncio.gather(*(workshop.run(CONTEXT, checking.check) for _ in range(8)))
    await workshop.run(CONTEXT, checking.check)
    for task in tasks:
        assert [row.type for row in await desk.told(task)] == ["sla.warned", "sla.breached"]


@pytest.mark.each
async def test_checks_and_changes_at_once_lose_nothing(team: Team, desk: Desk) -> None:
    await team.promise(resolution_minutes=10)
    tasks = [await team.ask() for _ in range(6)]
    await desk.later(minutes=11)
    workshop = desk.runtime.workshop
    await asyncio.gather(
        *(team.work(task, status="done") for task in tasks),
        *(workshop.run(CONTEXT, checking.check) for _ in range(3)),
    )
    await workshop.run(CONTEXT, checking.check)
    for task in tasks:
        read = await team.read(task)
        assert (read["status"], read["sla"]["breached"]) == ("done", True)
        assert [row.type for row in await desk.told(task)] == ["sla.warned", "sla.breached"]


async def test_more_than_a_batch(team: Team, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "BATCH", 3)
    monkeypatch.setattr(recomputing, "BATCH", 3)
    tasks = [await team.ask() for _ in range(8)]
    await team.promise(resolution_minutes=10)
    await desk.later(minutes=11)
    await desk.set_up_schedules()
    await desk.pass_time(minutes=1)
    for task in tasks:
        assert (await team.read(task))["sla"]["breached"] is True


async def test_one_that_wakes_from_the_archive_of_a_workspace(team: Team, desk: Desk) -> None:
    await team.promise(resolution_minutes=10)
    task = await team.ask()
    path = f"/workspaces/{team.workspace_id}"
    good(await team.boss.client.patch(path, json={"archived": True}))
    await desk.later(minutes=11)
    await desk.set_up_schedules()
    await desk.pass_time(minutes=1)
    assert await desk.told(task) == []
    good(await team.boss.client.patch(path, json={"archived": False}))
    await desk.jobs()
    assert (await team.read(task))["sla"]["breached"] is True


@pytest.mark.each
async def test_costs(team: Team, desk: Desk, dialect: str) -> None:
    """What they cost beyond a task without clocks; such a one pays nothing (tests/tasks)."""
    await team.promise(first_response_minutes=60, resolution_minutes=480)
    # With the words that search finds it by: on PostgreSQL they go along. Each task is first looked
    # at if anything but itself is concerned, there twice by who has a new role.
    made, changed, renamed = {
        "sqlite": (8, 10, 6), "mysql": (9, 10, 6), "postgresql": (4, 11, 5),
    }[dialect]  # fmt: skip
    await team.ask()
    with max_queries(desk.runtime, made):
        task = await team.ask()
    with max_queries(desk.runtime, changed):
        await team.work(task, status="in_progress")
    with max_queries(desk.runtime, renamed):
        await team.work(task, title="Another")
    page: Json = {"project_id": team.project_id, "sla_breached": False, "sort": "sla_due_at"}
    with max_queries(desk.runtime, 2):
        good(await team.boss.client.get("/tasks", params=page))


@pytest.mark.each
async def test_many_at_once_cost_little_more(team: Team, desk: Desk) -> None:
    await team.promise(first_response_minutes=60, resolution_minutes=480)
    await team.ask()
    bodies = [{"title": f"T{n}", "project_id": team.project_id} for n in range(60)]
    with max_queries(desk.runtime, 13):
        reply = await team.boss.client.post("/tasks/bulk", json={"tasks": bodies})
    assert good(reply)["created"] == 60
    desk.clock.advance(timedelta(hours=9))
    # What is due, the tasks, their clocks; the clocks, the changes and the tasks written.
    with max_queries(desk.runtime, 6):
        await desk.runtime.workshop.run(CONTEXT, checking.check)


@pytest.mark.each
async def test_an_idle_check_is_one_statement(desk: Desk, team: Team) -> None:
    await team.promise(resolution_minutes=60)
    await team.ask()
    with max_queries(desk.runtime, 1):
        await desk.runtime.workshop.run(CONTEXT, checking.check)


async def test_nobodys_clock_of_another_workspace_is_touched(team: Team, desk: Desk) -> None:
    stranger: Person = await desk.join()
    task = good(await stranger.client.post("/tasks", json={"title": "Mine"}))
    await team.promise(resolution_minutes=10)
    assert good(await stranger.client.get(f"/tasks/{task['id']}"))["sla"] is None
