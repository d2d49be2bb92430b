"""Reminders of tasks: told once, moved with the due date, carried on by a series."""

from typing import Any

from tests.automation.office import Office
from tests.kit.app import Person, good, refused


async def remind(person: Person, task_id: str, **fields: Any) -> Any:
    return good(await person.client.post(f"/tasks/{task_id}/reminders", json=fields))


async def told(office: Office, task_id: str) -> list[tuple[str, str]]:
    """To whom, and what."""
    found = await office.changes("reminder.due")
    return [
        (each.diff["user_id"][1], each.diff["text"][1])
        for each in found
        if each.diff["task_id"][1] == task_id
    ]


async def new_task(person: Person, **fields: Any) -> str:
    made = good(await person.client.post("/tasks", json={"title": "Pay", **fields}))
    return str(made["id"])


async def test_at_a_time_and_before_it_is_due_each_once(office: Office) -> None:
    await office.set_up_schedules()
    person = await office.join()
    task_id = await new_task(person, due_at="2026-03-04T11:00:00Z")
    await remind(person, task_id, at="2026-03-04T10:10:00Z", text="Get the card")
    relative = await remind(person, task_id, before_minutes=30)
    assert relative["fire_at"] == "2026-03-04T10:30:00Z"
    await office.wait(minutes=11)
    assert await told(office, task_id) == [(person.id, "Get the card")]
    await office.wait(minutes=10)
    await office.wait(minutes=5)
    assert await told(office, task_id) == [(person.id, "Get the card")]
    for _ in range(3):
        await office.wait(minutes=1, seconds=40)
    assert await told(office, task_id) == [(person.id, "Get the card"), (person.id, "Pay")]


async def test_it_moves_with_the_due_date(office: Office) -> None:
    await office.set_up_schedules()
    person = await office.join()
    task_id = await new_task(person)
    made = await remind(person, task_id, before_minutes=10)
    assert made["fire_at"] is None
    path = f"/tasks/{task_id}/reminders"
    for due_at, fire_at in (
        ("2026-03-04T10:15:00Z", "2026-03-04T10:05:00Z"),
        ("2026-03-04T10:25:00Z", "2026-03-04T10:15:00Z"),
    ):
        good(await person.client.patch(f"/tasks/{task_id}", json={"due_at": due_at}))
        await office.settle()
        [found] = good(await person.client.get(path))["items"]
        assert found["fire_at"] == fire_at
    # Put off, and due by the old date before anybody told the reminder: it waits for the new one.
    await office.later(minutes=14)
    await office.tick()
    good(await person.client.patch(f"/tasks/{task_id}", json={"due_at": "2026-03-04T10:40:00Z"}))
    await office.wait(minutes=2)
    assert await told(office, task_id) == []
    await office.wait(minutes=12)
    await office.later(minutes=2)
    await office.tick()
    assert await told(office, task_id) == [(person.id, "Pay")]
    # Told, and put off again: it is told again.
    good(await person.client.patch(f"/tasks/{task_id}", json={"due_at": "2026-03-04T10:50:00Z"}))
    await office.settle()
    [found] = good(await person.client.get(path))["items"]
    assert (found["fire_at"], found["fired_at"]) == ("2026-03-04T10:40:00Z", None)
    assert [each["id"] for each in good(await person.client.get("/reminders"))["items"]] == [
        found["id"]
    ]


async def test_a_series_carries_it_on_and_closed_tasks_are_quiet(office: Office) -> None:
    await office.set_up_schedules()
    person = await office.join()
    task_id = await new_task(person, due_at="2026-03-04T10:20:00Z", recurrence="FREQ=DAILY")
    await remind(person, task_id, before_minutes=5)
    good(await person.client.patch(f"/tasks/{task_id}", json={"completed": True}))
    await office.settle()
    await office.wait(minutes=17)
    assert await told(office, task_id) == []
    page = good(await person.client.get("/tasks", params={"status": "open"}))
    [following] = page["items"]
    [found] = good(await person.client.get(f"/tasks/{following['id']}/reminders"))["items"]
    assert (found["before_minutes"], found["fire_at"]) == (5, "2026-03-05T10:15:00Z")


async def test_whom_one_may_remind(office: Office) -> None:
    await office.set_up_schedules()
    boss, member, place, project = await office.team()
    stranger = await office.join()
    task_id = await new_task(boss, project_id=project)
    soon = {"at": "2026-03-04T10:05:00Z"}
    made = await remind(boss, task_id, user_id=member.id, **soon)
    path = f"/tasks/{task_id}/reminders"
    body = {**soon, "user_id": stranger.id}
    refused(await boss.client.post(path, json=body), 422, "not_remindable")
    refused(await stranger.client.post(path, json=soon), 404)
    refused(await boss.client.post(path, json={"at": "2020-01-01T00:00:00Z"}), 422, "past")
    refused(await boss.client.post(path, json={**soon, "before_minutes": 1}), 422)
    for who in (boss, member):
        assert [one["id"] for one in good(await who.client.get(path))["items"]] == [made["id"]]
    good(
        await boss.client.patch(f"/workspaces/{place}/members/{member.id}", json={"role": "viewer"})
    )
    refused(await member.client.post(path, json={**soon, "user_id": boss.id}), 403, "role_too_low")
    mine = await remind(member, task_id, **soon)
    refused(await boss.client.delete(f"{path}/{mine['id']}"), 404)
    good(await member.client.delete(f"{path}/{mine['id']}"))
    # Out of the workspace, they are told nothing of it any more.
    good(await boss.client.delete(f"/workspaces/{place}/members/{member.id}"))
    await office.wait(minutes=6)
    assert await told(office, task_id) == []
