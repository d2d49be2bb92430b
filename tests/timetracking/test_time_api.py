"""Time entries and timers through the API."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.exc import IntegrityError

from tests.kit.app import good, refused
from tests.planning.asking import NOW, Asker, World
from tests.workspaces.teams import assemble, regroup
from upnext.timetracking.models import TimeEntry

Json = Any  # what the API answers


def later(world: World, **ahead: float) -> None:
    world.clock.advance(timedelta(**ahead))


async def task_of(asker: Asker, task_id: str) -> Json:
    return good(await asker.client.get(f"/tasks/{task_id}"))


async def test_a_timer_counts_until_it_is_stopped(world: World) -> None:
    asker = await world.join()
    task_id = await asker.add("Write")
    path = f"/tasks/{task_id}/timer"
    started = good(await asker.client.post(f"{path}/start", json={"note": "draft"}))
    assert started["stopped"] is None
    assert started["timer"]["running"]
    later(world, minutes=25)
    now = good(await asker.client.get("/timer"))["timer"]
    assert (now["minutes"], now["task"]["title"], now["ended_at"]) == (25, "Write", None)
    assert (await task_of(asker, task_id))["actual_minutes"] == 0
    stopped = good(await asker.client.post(f"{path}/stop"))
    assert (stopped["minutes"], stopped["running"], stopped["note"]) == (25, False, "draft")
    assert (await task_of(asker, task_id))["actual_minutes"] == 25
    assert good(await asker.client.get("/timer")) == {"timer": None}
    refused(await asker.client.post(f"{path}/stop"), 409, "no_timer")
    refused(await asker.client.post("/timer/stop"), 409, "no_timer")


async def test_starting_another_stops_the_first_and_the_same_goes_on(world: World) -> None:
    asker = await world.join()
    one, two = await asker.add("One"), await asker.add("Two")
    first = good(await asker.client.post(f"/tasks/{one}/timer/start"))["timer"]
    later(world, minutes=10)
    again = good(await asker.client.post(f"/tasks/{one}/timer/start"))
    assert (again["timer"]["id"], again["stopped"]) == (first["id"], None)
    second = good(await asker.client.post(f"/tasks/{two}/timer/start"))
    assert (second["stopped"]["id"], second["stopped"]["minutes"]) == (first["id"], 10)
    refused(await asker.client.post(f"/tasks/{one}/timer/stop"), 409, "no_timer")
    assert (await task_of(asker, one))["actual_minutes"] == 10
    later(world, minutes=5)
    assert good(await asker.client.post("/timer/stop"))["task"]["id"] == two


@pytest.mark.each
async def test_only_one_runs_however_many_are_started_at_once(world: World) -> None:
    asker = await world.join()
    tasks = [await asker.add(f"Task {number}") for number in range(4)]
    starts = [asker.client.post(f"/tasks/{task_id}/timer/start") for task_id in tasks]
    answers = await asyncio.gather(*starts)
    assert {answer.status_code for answer in answers} <= {200, 503}
    page = good(await asker.client.get("/time-entries", params={"user_id": "me"}))
    assert sum(entry["running"] for entry in page["items"]) == 1


async def test_the_database_itself_refuses_a_second_running_timer(world: World) -> None:
    asker = await world.join()
    task = await task_of(asker, await asker.add("Task"))
    user_id = UUID(asker.person.id)
    place = {"workspace_id": UUID(task["workspace_id"]), "task_id": UUID(task["id"])}
    times = dict.fromkeys(("started_at", "created_at", "updated_at"), NOW)
    async with world.runtime.db.write(unit=None) as session:
        for _ in range(2):
            session.add(TimeEntry(user_id=user_id, running_key=user_id, **place, **times))
        with pytest.raises(IntegrityError):
            await session.flush()


@pytest.mark.parametrize("how", ["done", "cancelled", "bulk", "trash"])
async def test_the_end_of_a_task_ends_its_timer(world: World, how: str) -> None:
    asker = await world.join()
    task_id = await asker.add("Task")
    good(await asker.client.post(f"/tasks/{task_id}/timer/start"))
    later(world, minutes=12)
    if how == "trash":
        good(await asker.client.delete(f"/tasks/{task_id}"))
    elif how == "bulk":
        body = {"task_ids": [task_id], "updates": {"status": "done"}}
        good(await asker.client.patch("/tasks/bulk", json=body))
    else:
        changed = await asker.change(task_id, status=how)
        assert changed["actual_minutes"] == 12
    assert good(await asker.client.get("/timer")) == {"timer": None}
    if how == "trash":
        good(await asker.client.post(f"/tasks/{task_id}/restore"))
    assert (await task_of(asker, task_id))["actual_minutes"] == 12
    if how in {"done", "cancelled"}:
        refused(await asker.client.post(f"/tasks/{task_id}/timer/start"), 409, "task_closed")


async def test_entries_are_entered_changed_and_deleted(world: World) -> None:
    asker = await world.join()
    task_id = await asker.add("Task")
    body = {"task_id": task_id, "minutes": 30, "note": "call"}
    answer = await asker.client.post("/time-entries", json=body)
    entry = good(answer)
    assert answer.status_code == 201
    assert answer.headers["Location"].endswith(entry["id"])
    good(await asker.client.post(f"/tasks/{task_id}/time-entries", json={"minutes": 15}))
    task = await task_of(asker, task_id)
    assert (task["actual_minutes"], task["version"]) == (45, 3)
    path = f"/time-entries/{entry['id']}"
    changed = await asker.client.patch(path, json={"minutes": 20}, headers={"If-Match": '"1"'})
    assert (good(changed)["minutes"], good(changed)["note"]) == (20, "call")
    assert changed.headers["ETag"] == '"2"'
    stale = await asker.client.patch(path, json={"minutes": 5}, headers={"If-Match": '"1"'})
    refused(stale, 412)
    assert good(await asker.client.get(path))["minutes"] == 20
    assert (await task_of(asker, task_id))["actual_minutes"] == 35
    assert (await asker.client.delete(path)).status_code == 204
    refused(await asker.client.get(path), 404)
    assert (await task_of(asker, task_id))["actual_minutes"] == 15
    refused(await asker.client.patch(path, json={}), 404)
    for wrong in ({}, {"minutes": 0}, {"minutes": 5, "user_id": asker.person.id}):
        refused(await asker.client.post(f"/tasks/{task_id}/time-entries", json=wrong), 422)


async def test_lists_page_filter_and_sort(world: World) -> None:
    asker = await world.join()
    one, two = await asker.add("One"), await asker.add("Two")
    for number, task_id in enumerate([one, two, one]):
        later(world, minutes=4)
        body = {"task_id": task_id, "minutes": 10 + number}
        good(await asker.client.post("/time-entries", json=body))
    page = good(await asker.client.get("/time-entries", params={"limit": 2, "user_id": "me"}))
    assert [entry["minutes"] for entry in page["items"]] == [12, 11]
    rest = {"cursor": page["next_cursor"], "user_id": "me"}
    last = good(await asker.client.get("/time-entries", params=rest))["items"]
    assert [entry["minutes"] for entry in last] == [10]
    only = good(await asker.client.get("/time-entries", params={"task_id": two}))["items"]
    assert [entry["task"]["id"] for entry in only] == [two]
    here = good(await asker.client.get(f"/tasks/{one}/time-entries"))["items"]
    assert [entry["minutes"] for entry in here] == [12, 10]
    most = good(await asker.client.get("/tasks", params={"sort": "-actual_minutes"}))["items"]
    assert [task["title"] for task in most] == ["One", "Two"]
    some = good(await asker.client.get("/tasks", params={"filter": "actual > 15m"}))["items"]
    assert [task["title"] for task in some] == ["One"]


async def test_members_see_it_owners_change_it_and_others_know_nothing(served: Any) -> None:
    team = await regroup(await assemble(served))
    project_id = await team.project()
    task = {"title": "Task", "project_id": project_id}
    task_id = good(await team.member.client.post("/tasks", json=task))["id"]
    path = f"/tasks/{task_id}/time-entries"
    entry = good(await team.member.client.post(path, json={"minutes": 5}))
    refused(await team.viewer.client.post(path, json={"minutes": 5}), 403)
    refused(await team.viewer.client.post(f"/tasks/{task_id}/timer/start"), 403)
    one = f"/time-entries/{entry['id']}"
    assert good(await team.viewer.client.get(one))["user_id"] == team.member.id
    refused(await team.owner.client.patch(one, json={"minutes": 9}), 403, "not_owner")
    refused(await team.owner.client.delete(one), 403, "not_owner")
    for what in (team.outsider.client.get(one), team.outsider.client.get(path)):
        refused(await what, 404)
    assert good(await team.outsider.client.get("/time-entries"))["items"] == []
    assert len(good(await team.viewer.client.get("/time-entries"))["items"]) == 1


async def test_who_lost_the_task_can_still_stop(served: Any) -> None:
    team = await regroup(await assemble(served))
    project_id = await team.project()
    task = {"title": "Task", "project_id": project_id}
    task_id = good(await team.member.client.post("/tasks", json=task))["id"]
    good(await team.member.client.post(f"/tasks/{task_id}/timer/start"))
    good(await team.owner.client.delete(team.path("members", team.member.id)))
    assert good(await team.member.client.get("/timer"))["timer"]["task"] is None
    assert good(await team.member.client.post("/timer/stop"))["task"] is None
