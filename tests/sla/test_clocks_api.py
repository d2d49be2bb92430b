"""What tasks say of the promises about them, through their whole life."""

from typing import Any
from uuid import UUID

from tests.kit.app import good
from tests.sla.desk import CONTEXT, Desk, Team, at
from upnext.core.auth import Actor, WorkspaceRole
from upnext.core.changes import Change
from upnext.sla import upkeep


async def test_without_a_policy_a_task_says_nothing(team: Team) -> None:
    task = await team.ask()
    assert task["sla"] is None
    assert await team.desk.clocks(task) == []


async def test_a_new_task_has_its_deadlines(team: Team) -> None:
    await team.promise(first_response_minutes=60, resolution_minutes=480)
    task = await team.ask()
    assert task["sla"] == {
        "due_at": at(hours=1),
        "breached": False,
        "state": "ok",
        "paused": False,
        "first_response_due_at": at(hours=1),
        "resolution_due_at": at(hours=8),
    }
    assert task["version"] == 1
    assert await team.read(task) == task
    page = good(await team.boss.client.get("/tasks", params={"project_id": team.project_id}))
    assert page["items"] == [task]


async def test_many_new_tasks_have_them_too(team: Team) -> None:
    await team.promise(resolution_minutes=60)
    bodies = [{"title": f"T{n}", "project_id": team.project_id} for n in range(12)]
    reply = good(await team.boss.client.post("/tasks/bulk", json={"tasks": bodies}))
    for result in reply["results"]:
        task = result["task"]
        assert task["sla"]["due_at"] == at(hours=1)
        assert await team.read(task) == task


async def test_each_priority_has_its_policy_and_the_rest_another(team: Team) -> None:
    await team.promise(priority="urgent", resolution_minutes=30)
    await team.promise(resolution_minutes=600)
    await team.promise(priority="low", resolution_minutes=9, enabled=False)
    urgent, low = await team.ask(priority="urgent"), await team.ask(priority="low")
    assert urgent["sla"]["due_at"] == at(minutes=30)
    assert low["sla"]["due_at"] == at(minutes=600)
    low = await team.edit(low, priority="urgent")
    assert low["sla"]["due_at"] == at(minutes=30)
    assert low["version"] == 2


async def test_the_first_response_is_of_somebody_else(team: Team) -> None:
    await team.promise(first_response_minutes=60, resolution_minutes=480)
    task = await team.ask()
    mine = await team.edit(task, status="in_progress")
    assert mine["sla"]["due_at"] == at(hours=1)
    theirs = await team.work(task, status="todo")
    assert theirs["sla"]["due_at"] == at(hours=8)
    assert (theirs["sla"]["state"], theirs["sla"]["breached"]) == ("ok", False)
    # A change of something else is none.
    other = await team.ask()
    assert (await team.work(other, title="New"))["sla"]["due_at"] == at(hours=1)


async def test_done_in_time_it_is_met(team: Team) -> None:
    await team.promise(first_response_minutes=60, resolution_minutes=480)
    for status in ("done", "cancelled"):
        task = await team.edit(await team.ask(), status=status)
        assert (task["sla"]["state"], task["sla"]["breached"]) == ("met", False)
        assert task["sla"]["due_at"] == at(hours=8)
        assert [row.next_check for row in await team.desk.clocks(task)] == [None, None]


async def test_opened_again_the_time_in_between_does_not_count(team: Team) -> None:
    await team.promise(resolution_minutes=480)
    task = await team.work(await team.ask(), status="done")
    await team.desk.later(hours=20)
    task = await team.work(task, status="todo")
    assert task["sla"]["due_at"] == at(hours=28)
    assert task["sla"]["state"] == "ok"


async def test_it_stands_still_in_chosen_statuses(team: Team) -> None:
    await team.promise(resolution_minutes=120, pause_statuses=["in_review"])
    task = await team.ask()
    await team.desk.later(minutes=30)
    task = await team.work(task, status="in_review")
    assert (task["sla"]["state"], task["sla"]["paused"]) == ("paused", True)
    assert task["sla"]["due_at"] == at(minutes=120)
    await team.desk.later(hours=30)
    await team.desk.set_up_schedules()
    await team.desk.pass_time(minutes=1)
    assert await team.desk.told(task) == []
    task = await team.work(task, status="in_progress")
    assert (task["sla"]["state"], task["sla"]["paused"]) == ("ok", False)
    assert task["sla"]["due_at"] == at(hours=32, minutes=1)


async def test_business_hours_and_holidays(team: Team) -> None:
    """NOW is Wednesday, ten o'clock in UTC and five in the morning in New York."""
    holiday = {"date": "2026-03-05", "name": "Town fair"}
    await team.open_on(time_zone="America/New_York", holidays=[holiday])
    await team.promise(first_response_minutes=60, resolution_minutes=600, business_hours=True)
    task = await team.ask()
    assert task["sla"]["first_response_due_at"] == "2026-03-04T15:00:00Z"
    # Eight hours on Wednesday, none on Thursday, two on Friday.
    assert task["sla"]["resolution_due_at"] == "2026-03-06T16:00:00Z"


async def test_from_the_deadline(team: Team) -> None:
    await team.promise(resolution_minutes=60, starts_from="due")
    task = await team.ask()
    assert task["sla"] is None
    task = await team.edit(task, due_at=at(days=2))
    assert task["sla"]["due_at"] == at(days=2, hours=1)
    task = await team.edit(task, due_at=at(days=3))
    assert task["sla"]["due_at"] == at(days=3, hours=1)
    task = await team.edit(task, due_at=None)
    assert task["sla"] is None
    assert await team.desk.clocks(task) == []


async def test_a_policy_reaches_tasks_that_are_there_and_leaves_them(team: Team) -> None:
    task, closed = await team.ask(), await team.ask(status="done")
    begun = await team.ask(status="in_progress")
    policy = await team.promise(first_response_minutes=5, resolution_minutes=60)
    assert (await team.read(task))["sla"]["due_at"] == at(minutes=5)
    # Of one that somebody works on already only the resolution is waited for.
    assert (await team.read(begun))["sla"]["due_at"] == at(minutes=60)
    assert (await team.read(closed))["sla"] is None
    assert (await team.edit(closed, status="todo"))["sla"]["due_at"] == at(minutes=5)
    good(await team.boss.client.delete(f"/sla-policies/{policy['id']}"))
    await team.desk.jobs()
    for each in (task, closed, begun):
        assert (await team.read(each))["sla"] is None
        assert await team.desk.clocks(each) == []
    assert (await team.ask())["sla"] is None


async def test_moved_it_is_under_the_other_projects_rules(team: Team) -> None:
    await team.promise(resolution_minutes=60)
    task = await team.ask()
    child = await team.ask(parent_id=task["id"])
    other = await team.new_project()
    moved = await team.edit(task, project_id=other)
    assert moved["sla"] is (await team.read(child))["sla"] is None
    back = await team.edit(task, project_id=team.project_id)
    assert back["sla"]["due_at"] == (await team.read(child))["sla"]["due_at"] == at(hours=1)


async def test_in_the_trash_nobody_is_told(team: Team) -> None:
    await team.promise(resolution_minutes=60)
    task, in_project = await team.ask(), await team.ask()
    good(await team.boss.client.delete(f"/tasks/{task['id']}"))
    good(await team.boss.client.delete(f"/projects/{team.project_id}"))
    await team.desk.later(hours=2)
    await team.desk.set_up_schedules()
    await team.desk.pass_time(minutes=1)
    assert await team.desk.told(task) == await team.desk.told(in_project) == []
    good(await team.boss.client.post(f"/projects/{team.project_id}/restore"))
    await team.desk.jobs()
    assert (await team.read(in_project))["sla"]["state"] == "breached"
    restored = good(await team.boss.client.post(f"/tasks/{task['id']}/restore"))
    assert restored["sla"]["breached"] is True
    assert await team.read(task) == restored


async def test_in_the_archive_nobody_is_told(team: Team) -> None:
    await team.promise(resolution_minutes=60)
    task = await team.ask()
    path = f"/projects/{team.project_id}"
    good(await team.boss.client.patch(path, json={"archived": True}))
    await team.desk.later(hours=2)
    await team.desk.set_up_schedules()
    await team.desk.pass_time(minutes=1)
    assert await team.desk.told(task) == []
    good(await team.boss.client.patch(path, json={"archived": False}))
    await team.desk.jobs()
    assert (await team.read(task))["sla"]["breached"] is True


async def test_an_occurrence_has_clocks_of_its_own(team: Team) -> None:
    await team.promise(resolution_minutes=60, starts_from="due")
    task = await team.ask(due_at=at(days=1), recurrence="FREQ=DAILY")
    await team.work(task, status="done")
    following = good(await team.boss.client.get("/tasks", params={"status": "open"}))["items"]
    (following,) = [each for each in following if each["project_id"] == team.project_id]
    assert following["sla"]["due_at"] == at(days=2, hours=1)


async def test_lists_find_and_sort(team: Team) -> None:
    await team.promise(priority="urgent", resolution_minutes=30)
    await team.promise(priority="high", resolution_minutes=90)
    for title, priority in (("soon", "urgent"), ("later", "high"), ("never", "low")):
        await team.ask(title, priority=priority)
    await team.desk.later(minutes=45)
    await team.desk.set_up_schedules()
    await team.desk.pass_time(minutes=1)
    assert await team.find(sla_breached=True) == ["soon"]
    assert sorted(await team.find(sla_breached=False)) == ["later", "never"]
    assert await team.find(sort="sla_due_at") == ["soon", "later", "never"]
    assert await team.find(filter="sla_breached") == ["soon"]
    assert sorted(await team.find(filter="not sla_breached")) == ["later", "never"]
    assert await team.find(filter="no sla_due") == ["never"]
    assert sorted(await team.find(filter="sla_due < now+1h")) == ["later", "soon"]


async def test_a_reporters_answer_is_no_response_but_anothers_is(team: Team, desk: Desk) -> None:
    """As the comments tell it."""
    await team.promise(first_response_minutes=60, resolution_minutes=480)
    task = await team.ask()
    await respond(desk, team, team.boss.id, task)
    assert (await team.read(task))["sla"]["due_at"] == at(hours=1)
    await respond(desk, team, team.agent.id, task)
    read = await team.read(task)
    assert read["sla"]["due_at"] == at(hours=8)
    assert read["version"] == 2
    await respond(desk, team, team.agent.id, task)
    assert await team.read(task) == read


async def respond(desk: Desk, team: Team, user_id: str, task: Any) -> None:
    places = {UUID(team.workspace_id): WorkspaceRole.MEMBER}
    actor = Actor(kind="user", user_id=UUID(user_id), workspaces=places)
    said = Commented(
        workspace_id=UUID(team.workspace_id),
        resource_id=UUID(int=1),
        diff={"task_id": (None, task["id"])},
    )
    await desk.runtime.workshop.run(
        CONTEXT, lambda session: upkeep.on_comment_created(session, actor, said)
    )


class Commented(Change):
    """What comments tell of a new one."""

    type = "comment.created"
