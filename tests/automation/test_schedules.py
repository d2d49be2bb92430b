"""Schedules by the API: made, ticked, run, paused, and what becomes of their runs."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from tests.automation.office import Office
from tests.kit.app import good, max_queries, refused
from tests.sla.desk import CONTEXT
from upnext import manifest
from upnext.automation.models import ScheduleRun, UserSchedule
from upnext.automation.tidying import tidy
from upnext.core.jobs import Runner, Ticker, cancel
from upnext.core.jobs.models import Schedule

EVERY_MINUTE = {"cron": "* * * * *", "timezone": "UTC"}


async def test_it_runs_when_its_time_comes_and_leaves_a_run(office: Office) -> None:
    person = await office.join()
    schedule = await office.schedule(person, cron="15 11 * * *", timezone="Europe/Berlin")
    assert schedule["next_runs"][:2] == ["2026-03-04T10:15:00Z", "2026-03-05T10:15:00Z"]
    assert len(schedule["next_runs"]) == 5
    await office.wait(minutes=10)
    assert await office.tasks(person) == []
    await office.wait(minutes=5)
    assert await office.tasks(person) == ["Water them"]
    [run] = await office.runs(person, schedule)
    assert (run["state"], run["attempts"], run["trigger"]) == ("completed", 1, "time")
    assert run["fire_at"] == "2026-03-04T10:15:00Z"
    assert run["output"]["tasks"][0]["key"] == "INBOX-1"
    assert run["finished_at"] is not None
    told = await office.changes("schedule_run.created", "schedule_run.completed")
    assert [each.diff["state"][1] for each in told if str(each.resource_id) == run["id"]] == [
        "pending",
        "completed",
    ]


async def test_once_only_and_a_rule_with_an_end(office: Office) -> None:
    person = await office.join()
    once = await office.schedule(person, run_at="2026-03-04T10:01:00Z", name="Once")
    twice = await office.schedule(
        person, rrule="FREQ=MINUTELY;COUNT=3", timezone="UTC", name="Thrice, once gone by"
    )
    for _ in range(5):
        await office.wait(minutes=1)
    assert len(await office.runs(person, once)) == 1
    assert len(await office.runs(person, twice)) == 2
    read = good(await person.client.get(f"/schedules/{once['id']}"))
    assert read["next_runs"] == []


@pytest.mark.each
async def test_many_processes_fire_each_time_once(office: Office) -> None:
    person = await office.join()
    schedule = await office.schedule(person, **EVERY_MINUTE)
    for _ in range(3):
        office.clock.advance(timedelta(minutes=1))
        tickers = [Ticker(office.runtime.workshop) for _ in range(4)]
        await asyncio.gather(*(each.round() for each in tickers))
        runners = [Runner(office.runtime, manifest.JOBS) for _ in range(2)]
        await asyncio.gather(*(each.drain() for each in runners))
    found = await office.runs(person, schedule)
    assert [run["state"] for run in found] == ["completed"] * 3
    assert len({run["fire_at"] for run in found}) == 3
    assert len(await office.tasks(person)) == 3


@pytest.mark.parametrize(("misfire", "runs"), [("fire_once", 1), ("skip", 0), ("catch_up", 10)])
async def test_what_was_missed(office: Office, misfire: str, runs: int) -> None:
    person = await office.join()
    timing = {"cron": "*/5 * * * *", "timezone": "UTC"}
    schedule = await office.schedule(person, misfire=misfire, **timing)
    await office.later(hours=3, minutes=3)
    await office.tick()
    assert len(await office.runs(person, schedule)) == runs


async def test_pause_resume_run_now_and_dry_run(office: Office) -> None:
    person = await office.join()
    schedule = await office.schedule(person, **EVERY_MINUTE)
    path = f"/schedules/{schedule['id']}"
    paused = good(await person.client.post(f"{path}/pause"))
    assert (paused["enabled"], paused["next_runs"]) == (False, [])
    await office.wait(minutes=3)
    assert await office.runs(person, schedule) == []
    would = good(await person.client.post(f"{path}/dry-run"))["would"]
    assert would["tasks"][0]["title"] == "Water them"
    assert await office.tasks(person) == []
    run = good(await person.client.post(f"{path}/run-now"))
    assert (run["state"], run["trigger"]) == ("pending", "person")
    await office.jobs()
    [done] = await office.runs(person, schedule)
    assert (done["id"], done["state"]) == (run["id"], "completed")
    resumed = good(await person.client.post(f"{path}/resume"))
    assert resumed["next_runs"][0] == "2026-03-04T10:04:00Z"
    await office.wait(minutes=1)
    assert len(await office.runs(person, schedule)) == 2
    good(await person.client.delete(path))
    await office.wait(minutes=5)
    refused(await person.client.get(path), 404)


async def test_an_owner_who_lost_the_right_fails_and_is_paused(office: Office) -> None:
    boss, member, place, project = await office.team()
    action = {"type": "create_task", "title": "Report", "project_id": project}
    schedule = await office.schedule(member, action=action, workspace_id=place, **EVERY_MINUTE)
    good(
        await boss.client.patch(f"/workspaces/{place}/members/{member.id}", json={"role": "viewer"})
    )
    for _ in range(6):
        await office.wait(minutes=1)
    found = await office.runs(member, schedule)
    assert [run["state"] for run in found] == ["failed"] * 5
    assert "task.create" in found[0]["error"]
    read = good(await member.client.get(f"/schedules/{schedule['id']}"))
    assert (read["enabled"], read["failures"]) == (False, 5)
    assert "5 runs in a row failed" in read["paused_because"]
    told = await office.changes("schedule.paused")
    assert told[-1].diff["reason"][1] == read["paused_because"]


@pytest.mark.each
async def test_others_do_not_see_it_and_admins_may_stop_it(office: Office) -> None:
    boss, member, place, _ = await office.team()
    schedule = await office.schedule(member, workspace_id=place, **EVERY_MINUTE)
    path = f"/schedules/{schedule['id']}"
    stranger = await office.join()
    refused(await stranger.client.get(path), 404)
    assert good(await boss.client.get(path))["user_id"] == member.id
    assert good(await boss.client.get("/schedules"))["items"] == []
    with max_queries(office.runtime, 2):
        page = good(await boss.client.get("/schedules", params={"everybody": True}))
    assert [each["id"] for each in page["items"]] == [schedule["id"]]
    refused(await boss.client.patch(path, json={"name": "Mine"}), 403, "not_owner")
    refused(await boss.client.post(f"{path}/run-now"), 403, "not_owner")
    assert good(await boss.client.post(f"{path}/pause"))["enabled"] is False
    good(await boss.client.delete(path))
    refused(await member.client.get(path), 404)


async def test_change_it(office: Office) -> None:
    person = await office.join()
    schedule = await office.schedule(person, **EVERY_MINUTE)
    path = f"/schedules/{schedule['id']}"
    data = {"rrule": "FREQ=DAILY;BYHOUR=7;BYMINUTE=0", "timezone": "America/New_York"}
    changed = good(await person.client.patch(path, json=data))
    assert changed["cron"] is None
    assert changed["next_runs"][0] == "2026-03-04T12:00:00Z"
    stale = await person.client.patch(path, json={"name": "X"}, headers={"If-Match": '"1"'})
    refused(stale, 412)
    refused(await person.client.patch(path, json={"cron": None}), 422)
    await office.wait(minutes=5)
    assert await office.runs(person, schedule) == []
    later = good(await person.client.patch(path, json={"starts_at": "2027-01-01T00:00:00Z"}))
    assert later["next_runs"][0] == "2027-01-01T12:00:00Z"


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"cron": "61 * * * *"}, "/cron"),
    ({"rrule": "FREQ=SECONDLY"}, "/rrule"),
    ({"run_at": "2020-01-01T00:00:00Z"}, "/run_at"),
    ({"cron": "* * * * *", "timezone": "Mars/Olympus"}, "/timezone"),
    ({"cron": "* * * * *", "action": {"type": "fly"}}, "/action/type"),
    ({"cron": "* * * * *", "action": {}}, "/action/type"),
    ({"cron": "* * * * *", "action": {"type": "create_task"}}, "/action"),
    ({"cron": "* * * * *", "action": {"type": "create_task", "title": "x", "due": "soonish"}},
     "/action/due"),
    ({"cron": "* * * * *", "action": {"type": "reminder", "text": "x", "nonsense": 1}},
     "/action/nonsense"),
]  # fmt: skip


async def test_what_cannot_be_is_refused_by_name(office: Office) -> None:
    person = await office.join()
    for body, pointer in WRONG:
        whole = {"name": "x", "action": {"type": "create_task", "title": "x"}, **body}
        problem = refused(await person.client.post("/schedules", json=whole), 422)
        assert [each["pointer"] for each in problem["errors"]] == [pointer], problem
    two = {"name": "x", "action": {"type": "reminder", "text": "x"}, "cron": "* * * * *"}
    refused(await person.client.post("/schedules", json={**two, "rrule": "FREQ=DAILY"}), 422)


async def test_archiving_takes_done_cards_off_their_board(office: Office) -> None:
    boss, _, place, project = await office.team()
    board = good(await boss.client.post(f"/projects/{project}/boards", json={"name": "Board"}))
    made = []
    for title in ("Old", "Fresh", "Open"):
        body = {"title": title, "project_id": project, "board_id": board["id"]}
        made.append(good(await boss.client.post("/tasks", json=body)))
    good(await boss.client.patch(f"/tasks/{made[0]['id']}", json={"completed": True}))
    await office.later(days=10)
    good(await boss.client.patch(f"/tasks/{made[1]['id']}", json={"completed": True}))
    schedule = await office.schedule(
        boss, action={"type": "archive_done", "days": 7}, workspace_id=place, cron="@daily"
    )
    path = f"/schedules/{schedule['id']}"
    would = good(await boss.client.post(f"{path}/dry-run"))["would"]
    assert would == {"archive": 1, "tasks": [made[0]["key"]]}
    good(await boss.client.post(f"{path}/run-now"))
    await office.jobs()
    [run] = await office.runs(boss, schedule)
    assert run["output"]["archived"] == 1
    old = good(await boss.client.get(f"/tasks/{made[0]['id']}"))
    assert (old["board_id"], old["status"]) == (None, "done")
    good(await boss.client.post(f"/operations/{run['output']['operation']}/undo"))
    old = good(await boss.client.get(f"/tasks/{made[0]['id']}"))
    assert old["board_id"] == board["id"]


async def test_a_reminder_tells_whom_it_names(office: Office) -> None:
    boss, member, place, project = await office.team()
    stranger = await office.join()
    task = good(await boss.client.post("/tasks", json={"title": "Pay", "project_id": project}))
    action = {"type": "reminder", "task_id": task["id"], "user_ids": [member.id, boss.id]}
    schedule = await office.schedule(boss, action=action, workspace_id=place, **EVERY_MINUTE)
    await office.wait(minutes=1)
    assert (await office.runs(boss, schedule))[0]["state"] == "completed"
    told = [
        each
        for each in await office.changes("reminder.due")
        if str(each.resource_id) == schedule["id"]
    ]
    assert {each.diff["task_id"][1] for each in told} == {task["id"]}
    assert [each.diff["user_id"][1] for each in told] == [member.id, boss.id]
    assert {each.diff["text"][1] for each in told} == {"Pay"}
    wrong: dict[str, Any] = {"name": "x", "cron": "@daily", "workspace_id": place}
    wrong |= {"action": {"type": "reminder", "text": "x", "user_ids": [stranger.id]}}
    refused(await boss.client.post("/schedules", json=wrong), 422, "not_remindable")


async def test_what_breaks_is_tried_again_and_dead_in_the_end(office: Office) -> None:
    person = await office.join()
    schedule = await office.schedule(person, **EVERY_MINUTE)
    good(await person.client.post(f"/schedules/{schedule['id']}/run-now"))
    parts, kinds = office.runtime.parts, office.runtime.parts["actions"]
    del parts["actions"]
    await office.jobs()
    [run] = await office.runs(person, schedule)
    assert (run["state"], run["attempts"]) == ("pending", 1)
    assert "KeyError" in run["error"]
    parts["actions"] = kinds
    office.clock.advance(timedelta(minutes=10))
    await office.jobs()
    [run] = await office.runs(person, schedule)
    assert (run["state"], run["attempts"], run["error"]) == ("completed", 2, None)
    assert len(await office.tasks(person)) == 1


async def test_a_run_whose_job_is_gone_does_not_wait_for_ever(office: Office) -> None:
    person = await office.join()
    schedule = await office.schedule(person, **EVERY_MINUTE)
    run = good(await person.client.post(f"/schedules/{schedule['id']}/run-now"))
    rows = select(ScheduleRun.job_id).where(ScheduleRun.id == UUID(run["id"]))
    workshop = office.runtime.workshop

    async def call_off(session: AsyncSession) -> None:
        job_id = (await session.scalars(rows)).one()
        assert await cancel(session, job_id, "Called off.")

    await workshop.run(CONTEXT, call_off)
    await workshop.run(CONTEXT, tidy)
    [read] = await office.runs(person, schedule)
    assert (read["state"], read["error"]) == ("dead", "Called off.")
    assert read["finished_at"] is not None


async def test_what_went_with_its_owner_fires_no_more(office: Office) -> None:
    person = await office.join()
    schedule = await office.schedule(person, **EVERY_MINUTE)
    gone = delete(UserSchedule).where(UserSchedule.id == UUID(schedule["id"]))
    workshop = office.runtime.workshop

    async def forget(session: AsyncSession) -> None:
        await session.execute(gone)

    await workshop.run(CONTEXT, forget)
    await office.wait(minutes=2)
    assert await office.tasks(person) == []
    await workshop.run(CONTEXT, tidy)
    left = select(Schedule.id).where(Schedule.id == UUID(schedule["id"]))
    async with office.runtime.db.read() as session:
        assert list(await session.scalars(left)) == []
