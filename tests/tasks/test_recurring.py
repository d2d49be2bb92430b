"""Tasks that come again, through the API."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.kit.app import Person, good, refused
from tests.kit.effort import cpu_below
from tests.tasks.making import block, found, get, make, make_all, make_project, patch
from tests.tasks.repeating import DUE, WEEKLY, after, finish, open_ones, preview, repeating


async def test_a_completed_occurrence_is_followed_by_the_next(person: Person) -> None:
    task = await repeating(
        person,
        **{"tags": ["home"], "assignee_ids": [person.id], "priority": "high", "energy": "low"},
        **{"estimated_duration": 20, "context": ["@desk"], "description": "All of it"},
        start_at="2030-05-06T06:00:00Z",
    )
    assert task["recurrence"] == {**WEEKLY, "basis": "due", "exdates": []}
    following = await finish(person, task)
    done = await get(person, task)
    assert (done["status"], done["due_at"]) == ("done", DUE)
    own = {"id", "key", "due_at", "start_at", "created_at", "updated_at"}
    assert {name: following[name] for name in following if name not in own} == {
        name: task[name] for name in task if name not in own
    }
    assert following["due_at"] == "2030-05-14T07:00:00Z"
    assert following["start_at"] == "2030-05-13T06:00:00Z"
    assert following["key"] != task["key"]
    assert [one["id"] for one in await open_ones(person)] == [following["id"]]
    assert [one["id"] for one in await found(person, tag="home", assignee_id="me")] != []


async def test_it_keeps_the_wall_time_when_clocks_change(person: Person) -> None:
    task = await repeating(person, due_at="2030-10-22T07:00:00Z")
    assert (await finish(person, task))["due_at"] == "2030-10-29T08:00:00Z"


@pytest.mark.parametrize("word", ["done", "completed", "cancelled"])
async def test_any_end_of_an_occurrence_makes_the_next(person: Person, word: str) -> None:
    task = await repeating(person)
    await patch(person, task, status=word)
    assert (await after(person, task))["due_at"] == "2030-05-14T07:00:00Z"


async def test_a_put_that_keeps_the_rule_completes_it_too(person: Person) -> None:
    task = await repeating(person)
    body = {"title": "New", "due_at": DUE, "recurrence": WEEKLY, "completed": True}
    good(await person.client.put(f"/tasks/{task['id']}", json=body))
    assert (await after(person, task))["title"] == "New"
    body = {"title": "Not again", "due_at": DUE}
    last = await after(person, task)
    assert good(await person.client.put(f"/tasks/{last['id']}", json=body))["recurrence"] is None


async def test_what_was_missed_is_left_out(person: Person) -> None:
    """Daily and due long ago: the next one lies in the future, at the same time of day."""
    task = await make(person, due_at="2020-01-01T09:30:00Z", recurrence="FREQ=DAILY")
    due = datetime.fromisoformat((await finish(person, task))["due_at"])
    now = datetime.now(UTC)
    assert now < due < now + timedelta(days=1)
    assert (due.hour, due.minute) == (9, 30)


async def test_done_early_the_next_one_stays_in_step(person: Person) -> None:
    task = await make(person, due_at="2099-01-31T09:00:00Z", recurrence="FREQ=MONTHLY")
    assert (await finish(person, task))["due_at"] == "2099-03-31T09:00:00Z"


async def test_from_completion(person: Person) -> None:
    rule = {"rrule": "FREQ=DAILY;INTERVAL=3", "basis": "completion"}
    task = await make(person, due_at="2020-01-01T09:30:00Z", recurrence=rule)
    following = await finish(person, task)
    done = datetime.fromisoformat((await get(person, task))["completed_at"])
    wanted = (done + timedelta(days=3)).replace(hour=9, minute=30, second=0, microsecond=0)
    assert datetime.fromisoformat(following["due_at"]) == wanted


async def test_from_completion_without_a_due_date(person: Person) -> None:
    rule = {"rrule": "FREQ=WEEKLY", "basis": "completion"}
    task = await make(person, recurrence=rule)
    following = await finish(person, task)
    done = datetime.fromisoformat((await get(person, task))["completed_at"])
    assert datetime.fromisoformat(following["due_at"]) == done.replace(microsecond=0) + timedelta(7)
    assert (await finish(person, following))["due_at"] is not None


async def test_count_and_until_end_a_series(person: Person) -> None:
    twice = await repeating(person, recurrence="FREQ=DAILY;COUNT=2")
    second = await finish(person, twice)
    assert second["due_at"] == "2030-05-08T07:00:00Z"
    assert await finish(person, second) is None
    until = await repeating(person, recurrence="FREQ=DAILY;UNTIL=20300508")
    second = await finish(person, until)
    assert await finish(person, second) is None
    assert (await get(person, second))["status"] == "done"
    assert await open_ones(person) == []


async def test_exdates_are_left_out(person: Person) -> None:
    rule = {**WEEKLY, "exdates": ["2030-05-14T09:00:00+02:00"]}
    task = await repeating(person, recurrence=rule)
    assert task["recurrence"]["exdates"] == ["2030-05-14T07:00:00Z"]
    assert (await finish(person, task))["due_at"] == "2030-05-21T07:00:00Z"


async def test_subtasks_come_along_fresh_and_shifted(person: Person) -> None:
    task = await repeating(person)
    dated = {"due_at": "2030-05-06T15:00:00Z", "start_at": "2030-05-05T08:00:00Z", "tags": ["x"]}
    bodies: list[dict[str, Any]] = [
        {"title": "First", "parent_id": task["id"], **dated},
        {"title": "Second", "parent_id": task["id"], "assignee_ids": [person.id]},
        {"title": "Gone", "parent_id": task["id"]},
        {"title": "Own", "parent_id": task["id"], "due_at": DUE, "recurrence": "FREQ=DAILY"},
    ]
    first, second, gone, _ = await make_all(person, *bodies)
    below = await make(person, title="Below", parent_id=first["id"])
    good(await person.client.delete(f"/tasks/{gone['id']}"))
    await patch(person, second, status="done")
    following = await finish(person, task)

    async def children(parent: Any) -> dict[str, Any]:
        items = good(await person.client.get(f"/tasks/{parent['id']}/subtasks"))["items"]
        return {one["title"]: one for one in items}

    copies = await children(following)
    assert copies.keys() == {"First", "Second"}
    assert {one["status"] for one in copies.values()} == {"todo"}
    assert copies["First"]["due_at"] == "2030-05-13T15:00:00Z"
    assert copies["First"]["start_at"] == "2030-05-12T08:00:00Z"
    assert copies["First"]["tags"] == ["x"]
    assert copies["Second"]["assignee_ids"] == [person.id]
    deeper = await children(copies["First"])
    assert deeper.keys() == {"Below"}
    assert deeper["Below"]["id"] != below["id"]
    assert (await get(person, second))["status"] == "done"
    # What was left undone is to do in the next occurrence, and not twice.
    assert (await get(person, first))["status"] == (await get(person, below))["status"]
    assert (await get(person, first))["status"] == "cancelled"
    assert len(await children(task)) == 3
    assert [one["title"] for one in await found(person, tag="x")] == ["First", "First"]


async def test_dependencies_stay_behind(person: Person) -> None:
    task, blocker, waiting = await repeating(person), await make(person), await make(person)
    await block(person, task, blocker)
    await block(person, waiting, task)
    following = await finish(person, task)
    assert (following["blocked"], following["blocked_by"]) == (False, [])
    assert (await get(person, waiting))["blocked"] is False


async def test_the_history_tells_of_both(person: Person) -> None:
    task = await repeating(person)
    await finish(person, task)
    again = await patch(person, task, status="todo")
    assert again["recurrence"]["rrule"] == "FREQ=WEEKLY;BYDAY=TU"
    await patch(person, task, status="done")
    assert len(await open_ones(person)) == 1


async def test_skipping(person: Person) -> None:
    task = await repeating(person)
    answer = good(await person.client.post(f"/tasks/{task['id']}/skip"))
    assert answer["skipped"]["status"] == "cancelled"
    assert answer["next"]["due_at"] == "2030-05-14T07:00:00Z"
    again = await person.client.post(f"/tasks/{task['id']}/skip")
    refused(again, 409, "occurrence_closed")
    plain = await make(person)
    refused(await person.client.post(f"/tasks/{plain['id']}/skip"), 409, "not_recurring")
    last = await repeating(person, recurrence="FREQ=DAILY;COUNT=1")
    assert good(await person.client.post(f"/tasks/{last['id']}/skip"))["next"] is None


async def test_the_next_dates(person: Person) -> None:
    task = await repeating(person, start_at="2030-05-06T07:00:00Z")
    assert await preview(person, task, limit=3) == [
        *("2030-05-14T07:00:00Z", "2030-05-21T07:00:00Z", "2030-05-28T07:00:00Z")
    ]
    told = good(
        await person.client.get(f"/tasks/{task['id']}/occurrences", params={"language": "de"})
    )
    assert told["text"] == "jeden Dienstag"
    assert told["items"][0]["start_at"] == "2030-05-13T07:00:00Z"
    assert len(told["items"]) == 10
    short = await repeating(person, recurrence="FREQ=DAILY;COUNT=4")
    assert len(await preview(person, short, limit=100)) == 3
    plain = good(await person.client.get(f"/tasks/{(await make(person))['id']}/occurrences"))
    assert plain == {"items": [], "next_cursor": None, "text": None, "next_task_id": None}
    for limit in (0, 101):
        path = f"/tasks/{task['id']}/occurrences"
        refused(await person.client.get(path, params={"limit": limit}), 422)


async def test_it_follows_into_another_project(person: Person) -> None:
    task = await repeating(person)
    project = await make_project(person, key="MOVED")
    await patch(person, task, project_id=project["id"])
    following = await finish(person, task)
    assert following["project_id"] == project["id"]
    assert following["key"].startswith("MOVED-")


async def test_the_zone_is_the_persons_own_unless_said(person: Person) -> None:
    good(await person.client.patch("/auth/me", json={"timezone": "America/New_York"}))
    task = await make(person, due_at=DUE, recurrence="FREQ=DAILY")
    assert task["recurrence"]["timezone"] == "America/New_York"
    other = await repeating(person)
    assert (await patch(person, other, recurrence="FREQ=DAILY"))["recurrence"]["timezone"] == (
        "Europe/Berlin"
    )
    outcome = await make_all(person, {"due_at": DUE, "recurrence": "FREQ=DAILY"})
    assert outcome[0]["recurrence"]["timezone"] == "America/New_York"


BAD: list[tuple[Any, str]] = [
    ("FREQ=SOMETIMES", "/recurrence/rrule"),
    ("FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30", "/recurrence/rrule"),
    ("FREQ=DAILY;INTERVAL=0", "/recurrence/rrule"),
    ("FREQ=DAILY;COUNT=99999999", "/recurrence/rrule"),
    ("FREQ=DAILY;BYHOUR=1;BYMINUTE=1,2", "/recurrence/rrule"),
    ("FREQ=DAILY;BYSETPOS=1", "/recurrence/rrule"),
    ("X" * 5_000, "/recurrence/rrule"),
    ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "/recurrence"),
    ("FREQ=DAILY;UNTIL=20300101", "/recurrence"),
    ({"rrule": "FREQ=DAILY", "timezone": "Mars/Olympus"}, "/recurrence/timezone"),
    ({"rrule": "FREQ=DAILY", "basis": "whim"}, "/recurrence/basis"),
    ({"rrule": "FREQ=DAILY", "until": "tomorrow"}, "/recurrence/until"),
    ({"rrule": "FREQ=DAILY", "exdates": [DUE] * 10_000}, "/recurrence/exdates"),
    ({"rrule": "FREQ=DAILY", "exdates": ["2030-01-01"]}, "/recurrence/exdates/0"),
    (7, "/recurrence"),
]


@pytest.mark.parametrize(("recurrence", "pointer"), BAD)
async def test_bad_rules_are_refused(person: Person, recurrence: Any, pointer: str) -> None:
    body = {"title": "x", "due_at": DUE, "recurrence": recurrence}
    problem = refused(await person.client.post("/tasks", json=body), 422)
    assert pointer in {error["pointer"] for error in problem["errors"]}
    outcome = good(await person.client.post("/tasks/bulk", json={"tasks": [body, {"title": "y"}]}))
    assert (outcome["created"], outcome["invalid"]) == (1, 1)
    task = await make(person, due_at=DUE)
    changed = {"recurrence": recurrence}
    refused(await person.client.patch(f"/tasks/{task['id']}", json=changed), 422)


async def test_a_thousand_rules_that_never_come_cost_seconds(person: Person) -> None:
    rule = "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT={}"
    never = "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30;INTERVAL={}"
    bodies = [
        {"title": "x", "due_at": DUE, "recurrence": never.format(number + 1)}
        for number in range(999)
    ]
    bodies.append({"title": "x", "due_at": DUE, "recurrence": rule.format(1)})
    with cpu_below(5):
        outcome = good(await person.client.post("/tasks/bulk", json={"tasks": bodies}))
    # The last one comes once, so nothing has to follow.
    assert (outcome["created"], outcome["invalid"]) == (1, 999)


async def test_what_repeats_from_its_due_date_needs_one(person: Person) -> None:
    body = {"title": "x", "recurrence": "FREQ=DAILY"}
    refused(await person.client.post("/tasks", json=body), 422, "needs_due_at")
    task = await repeating(person)
    path = f"/tasks/{task['id']}"
    refused(await person.client.patch(path, json={"due_at": None}), 409, "needs_due_at")
    plain = await make(person)
    body = {"recurrence": "FREQ=DAILY"}
    refused(await person.client.patch(f"/tasks/{plain['id']}", json=body), 422, "needs_due_at")
    far = {"due_at": "9999-01-01T00:00:00Z"}
    refused(await person.client.patch(path, json=far), 422, "due_too_late")


@pytest.mark.each
async def test_completed_at_once_it_has_one_successor(person: Person) -> None:
    task = await repeating(person)
    path = f"/tasks/{task['id']}"
    answers = await asyncio.gather(
        *(person.client.patch(path, json={"completed": True}) for _ in range(10)),
        *(person.client.post(f"{path}/skip") for _ in range(5)),
    )
    counted = Counter(answer.status_code for answer in answers)
    assert set(counted) <= {200, 409}
    assert len(await open_ones(person)) == 1
