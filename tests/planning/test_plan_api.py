"""The plan, asked through the API: blocks, days, what does not fit, pins, and one order."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from tests.core.outbound.serving import server
from tests.kit.app import good, max_queries, refused
from tests.planning.asking import NOW, Asker, World, at
from upnext.planning.plans.jobs import SWEEP

Json = Any  # what the API answers


@pytest.fixture
async def me(world: World) -> Asker:
    return await world.join()


async def plan(asker: Asker, **params: Any) -> Json:
    return good(await asker.client.get("/plan", params=params))


def shown(answer: Json) -> list[tuple[str, str, str]]:
    """Title with the day and time of its beginning, and the time of its end."""
    return [(one["title"], one["start"][8:16], one["end"][11:16]) for one in answer["blocks"]]


async def test_a_week_in_blocks(me: Asker) -> None:
    await me.add("Long", estimated_duration=300, due_at=at(days=5))
    first = await me.add("First", priority="urgent", estimated_duration=60, due_at=at(hours=2))
    await me.add("Later", estimated_duration=30, start_at=at(days=1, hours=1))
    answer = await plan(me)
    assert answer["from"] == "2026-03-04"
    assert (answer["days"], len(answer["load"]), answer["seed"]) == (7, 7, 0)
    block = answer["blocks"][0]
    assert block == {
        "task_id": first,
        "key": block["key"],
        "title": "First",
        "start": "2026-03-04T10:00:00Z",
        "end": "2026-03-04T11:00:00Z",
        "p80_end": "2026-03-04T11:24:00Z",
        "pinned": False,
    }
    assert ("Later", "05T11:00", "11:30") in shown(answer)
    assert next(one for one in shown(answer) if one[0] == "Long") == ("Long", "04T11:05", "13:05")
    assert answer["unplaced"] == []
    assert answer["deadlines"] == []
    assert answer["cost"] == 0
    assert answer["planned_tasks"] == 3
    assert answer["replan"] is None


async def test_what_does_not_fit_is_said_with_what_it_breaks(me: Asker) -> None:
    for number in range(3):
        await me.add(f"Work {number}", estimated_duration=180, due_at=at(hours=7), priority="high")
    answer = await plan(me, days=1)
    assert [one["state"] for one in answer["load"]] == ["full"]
    day = answer["load"][0]
    assert (day["free_minutes"], day["p50_minutes"]) == (420, 540)
    assert day["p80_minutes"] > 540
    (missing,) = answer["unplaced"]
    assert missing["missing_minutes"] == 540 - sum_of(answer["blocks"])
    assert missing["reason"] == "no_room"
    assert missing["breaks"]["due_at"] == at(hours=7).replace("+00:00", "Z")
    assert missing["breaks"]["late_minutes"] >= 120
    assert missing["breaks"]["cost"] == 4 * missing["breaks"]["late_minutes"]
    (broken,) = answer["deadlines"]
    assert broken["task_id"] == missing["task_id"]
    assert "is due today 17:00 and would be" in broken["text"]
    assert answer["cost"] == 4 * 120


def sum_of(blocks: Sequence[Json]) -> float:
    spans = ((datetime.fromisoformat(b["start"]), datetime.fromisoformat(b["end"])) for b in blocks)
    return sum((end - start) / timedelta(minutes=1) for start, end in spans)


async def test_days_are_checked(me: Asker) -> None:
    for wrong in ({"days": 0}, {"days": 15}, {"from": "2026-03-03"}, {"from": "2027-03-04"}):
        refused(await me.client.get("/plan", params=wrong), 422)
    later = await plan(me, **{"from": "2026-03-06", "days": 14})
    assert later["load"][0]["date"] == "2026-03-06"
    assert (later["blocks"], later["unplaced"]) == ([], [])


async def test_what_waits_comes_after_and_what_waits_for_others_does_not(
    me: Asker, world: World
) -> None:
    after = await me.add("After", estimated_duration=30, priority="urgent", due_at=at(hours=1))
    before = await me.add("Before", estimated_duration=30)
    await me.wait_for(after, before=before)
    assert [one[0] for one in shown(await plan(me))] == ["Before", "After"]
    you = await world.join()
    workspace = good(await me.client.post("/workspaces", json={"name": "Team"}))["id"]
    member = {"email": you.person.email, "role": "member"}
    good(await me.client.post(f"/workspaces/{workspace}/members", json=member))
    body = {"name": "Shared", "workspace_id": workspace}
    project = good(await me.client.post("/projects", json=body))["id"]
    theirs = await me.add("Theirs", project_id=project, assignee_ids=[you.person.id])
    mine = await me.add("Mine", project_id=project, assignee_ids=[me.person.id])
    await me.wait_for(mine, before=theirs)
    answer = await plan(me)
    assert [(one["title"], one["reason"]) for one in answer["unplaced"]] == [("Mine", "waits")]
    assert [one[0] for one in shown(await plan(you))] == ["Theirs"]


async def test_busy_times_are_kept_free(me: Asker) -> None:
    await me.add("Work", estimated_duration=60)
    busy = {"title": "Dentist", "start": at(minutes=-30), "end": at(hours=2)}
    made = await me.client.post("/busy", json=busy)
    assert made.headers["ETag"] == '"1"'
    entry = good(made)
    assert shown(await plan(me)) == [("Work", "04T12:00", "13:00")]
    assert (await plan(me))["load"][0]["free_minutes"] == 300
    moved = {"start": at(hours=3), "end": at(hours=4)}
    good(await me.client.patch(f"/busy/{entry['id']}", json=moved, headers={"If-Match": '"1"'}))
    assert shown(await plan(me)) == [("Work", "04T10:00", "11:00")]
    listed = good(await me.client.get("/busy"))
    assert [(one["title"], one["start"]) for one in listed["items"]] == [
        ("Dentist", at(hours=3).replace("+00:00", "Z"))
    ]
    stale = {"If-Match": '"1"'}
    refused(await me.client.delete(f"/busy/{entry['id']}", headers=stale), 412)
    good(await me.client.delete(f"/busy/{entry['id']}"))
    assert good(await me.client.get("/busy"))["items"] == []
    assert (await plan(me))["load"][0]["free_minutes"] == 420


async def test_busy_times_are_checked(me: Asker) -> None:
    for wrong in (
        {"start": at(hours=2), "end": at(hours=1)},
        {"start": at(hours=1), "end": at(hours=1)},
        {"start": at(hours=1), "end": at(days=80)},
        {"start": at(hours=1)},
        {"start": at(hours=1), "end": at(hours=2), "every": "day"},
    ):
        refused(await me.client.post("/busy", json=wrong), 422)


async def test_pins_are_kept_and_refused_where_something_is(me: Asker) -> None:
    task = await me.add("Call", estimated_duration=30)
    other = await me.add("Other", estimated_duration=60)
    pinned = {"task_id": task, "start": at(hours=3)}
    answer = good(await me.client.put("/plan/pins", json=pinned))
    assert (answer["title"], answer["minutes"]) == ("Call", 30)
    found = await plan(me)
    assert shown(found) == [("Other", "04T10:00", "11:00"), ("Call", "04T13:00", "13:30")]
    assert [one["pinned"] for one in found["blocks"]] == [False, True]
    second = {"task_id": other, "start": at(hours=2, minutes=30), "minutes": 45}
    said = refused(await me.client.put("/plan/pins", json=second), 409, "pin_overlaps")
    assert said["detail"].endswith("'Call' is there already, today 13:00 to 13:30. "
                                   "Choose another time.")  # fmt: skip
    good(await me.client.post("/busy", json={"start": at(hours=5), "end": at(hours=6)}))
    second["start"] = at(hours=5, minutes=30)
    refused(await me.client.put("/plan/pins", json=second), 409, "busy_overlaps")
    moved = {"task_id": task, "start": at(hours=4), "minutes": 20}
    good(await me.client.put("/plan/pins", json=moved))
    (only,) = good(await me.client.get("/plan/pins"))["items"]
    assert (only["start"][11:16], only["minutes"]) == ("14:00", 20)
    good(await me.client.delete(f"/plan/pins/{task}"))
    refused(await me.client.delete(f"/plan/pins/{task}"), 404)
    assert [one["pinned"] for one in (await plan(me))["blocks"]] == [False, False]


async def test_only_what_is_mine_and_ahead_is_pinned(me: Asker, world: World) -> None:
    task = await me.add("Call")
    for start in (at(hours=-3), at(days=120)):
        refused(await me.client.put("/plan/pins", json={"task_id": task, "start": start}), 422)
    body = {"task_id": task, "start": at(hours=1)}
    you = await world.join()
    refused(await you.client.put("/plan/pins", json=body), 404)
    await me.change(task, status="done")
    refused(await me.client.put("/plan/pins", json=body), 409, "not_yours")


async def test_a_running_plan_stands_still_until_something_changes(me: Asker, world: World) -> None:
    await me.add("A", estimated_duration=60, due_at=at(hours=1))
    later = await me.add("B", estimated_duration=60, due_at=at(hours=6))
    before = await plan(me)
    await world.pass_time(minutes=20)
    assert await plan(me) == before
    await me.change(later, estimated_duration=90)
    changed = await plan(me)
    assert changed["blocks"][0] == before["blocks"][0]
    assert changed["replan"]["moved_blocks"] == 0
    await world.pass_time(minutes=50)
    overrun = await plan(me)
    assert shown(overrun)[0] == ("A", "04T11:10", "12:10")


async def test_replanning_says_what_it_moved(me: Asker) -> None:
    for number in range(4):
        await me.add(f"T{number}", estimated_duration=60, due_at=at(hours=2 + number))
    await plan(me)
    await me.add("Now", estimated_duration=30, priority="urgent", due_at=at(minutes=30))
    answer = good(await me.client.post("/plan/replan", params={"days": 2}))
    measure = answer["replan"]
    assert shown(answer)[0][0] == "Now"
    assert measure["moved_tasks"] == 0
    assert measure["moved_blocks"] + measure["kept_blocks"] == 4
    assert measure["cost_after"] <= 1.01 * measure["least_cost"] + 1e-6
    assert measure["cost_after"] <= measure["cost_before"]


async def test_the_list_leads_with_what_the_plan_begins_with(me: Asker, world: World) -> None:
    """Two hours of little worth are due at noon: a rule would begin with what is worth more."""
    await me.add("Noon", estimated_duration=110, priority="medium", due_at=at(hours=2))
    await me.add("Soon", estimated_duration=60, priority="high", due_at=at(hours=3, minutes=30))
    await me.add("Small", estimated_duration=10, priority="low", due_at=at(hours=4))
    without = await me.ask()
    answer = await plan(me)
    first = answer["blocks"][0]["title"]
    found = await me.ask()
    assert found["action"]["task"]["title"] == first
    reasons = found["action"]["reasons"]
    assert reasons[-1]["term"] == "plan"
    assert reasons[-1]["text"].startswith("first in your plan")
    for each in [found["action"], *found["runners_up"]]:
        assert abs(sum(one["value"] for one in each["reasons"]) - each["score"]) < 1e-9
    if without["action"]["task"]["title"] != first:
        assert reasons[-1]["value"] > 0
    assert "plan" not in {one["term"] for one in (await me.ask(energy="low"))["action"]["reasons"]}
    await world.pass_time(hours=3)
    late = await me.ask()
    assert "plan" not in {one["term"] for one in late["action"]["reasons"]}


async def test_of_a_long_list_too(me: Asker) -> None:
    """Of more than is loaded as a whole; what the plan begins with need not be among the first."""
    some = [{"title": f"T{number}", "priority": "low"} for number in range(210)]
    good(await me.client.post("/tasks/bulk", json={"tasks": some}))
    await me.add("Noon", estimated_duration=115, due_at=at(hours=2), priority="medium")
    await me.add("Worth more", estimated_duration=30, due_at=at(hours=9), priority="urgent")
    before = [await me.add(f"Before {number}", priority="low") for number in range(2)]
    waits = await me.add("Waits", estimated_duration=15, due_at=at(hours=12), priority="urgent")
    await me.wait_for(before[1], before=before[0])
    await me.wait_for(waits, before=before[1])
    answer = await plan(me, days=1)
    first = answer["blocks"][0]["title"]
    titles = [block["title"] for block in answer["blocks"]]
    places = [titles.index(title) for title in ("Before 0", "Before 1", "Waits")]
    assert places == sorted(places)
    assert 100 <= answer["planned_tasks"] <= 150
    found = await me.ask(limit=2)
    assert found["action"]["task"]["title"] == first
    assert found["action"]["reasons"][-1]["term"] == "plan"
    await me.add("New", priority="urgent", estimated_duration=10, due_at=at(minutes=10))
    assert (await me.ask())["action"]["task"]["title"] == "New"


@pytest.mark.each
async def test_statements_are_counted(me: Asker, world: World) -> None:
    """Three of a plan are its tasks, pins and row; whoever plans pays no more for what is next."""
    for number in range(5):
        await me.add(f"T{number}", recurrence="FREQ=DAILY", due_at=at(hours=3))
    with max_queries(world.runtime, 5):
        await me.ask()
    await plan(me)
    with max_queries(world.runtime, 9):
        await plan(me)
    with max_queries(world.runtime, 5):
        assert (await me.ask())["action"]["reasons"][-1]["term"] == "plan"


async def test_a_plan_that_is_not_fresh_says_nothing(me: Asker) -> None:
    await me.add("A", estimated_duration=60, due_at=at(hours=1))
    await plan(me)
    assert (await me.ask())["action"]["reasons"][-1]["term"] == "plan"
    await me.add("B", estimated_duration=10, priority="urgent", due_at=at(minutes=10))
    found = await me.ask()
    assert found["action"]["task"]["title"] == "B"
    assert all(one["term"] != "plan" for one in found["action"]["reasons"])


async def test_a_job_makes_the_plan_anew(me: Asker, world: World) -> None:
    await me.add("A", estimated_duration=60, due_at=at(hours=2))
    await plan(me)
    await me.add("B", estimated_duration=10, priority="urgent", due_at=at(minutes=10))
    await world.run_job(SWEEP)
    found = await me.ask()
    assert (found["action"]["task"]["title"], found["action"]["reasons"][-1]["term"]) == (
        "B",
        "plan",
    )


async def test_a_repeating_task_does_not_come_before_its_last_date(me: Asker) -> None:
    daily = {"recurrence": "FREQ=DAILY", "due_at": at(hours=3), "estimated_duration": 10}
    task = await me.add("Water", **daily)
    assert shown(await plan(me)) == [("Water", "04T10:00", "10:10")]
    await me.change(task, status="done")
    assert shown(await plan(me)) == [("Water", "04T13:00", "13:10")]


async def test_what_doing_another_first_would_come_to(me: Asker) -> None:
    await me.add("Urgent", estimated_duration=60, priority="urgent", due_at=at(hours=1))
    await me.add("Long", estimated_duration=120, due_at=at(hours=6))
    (other,) = (await plan(me))["alternatives"]
    assert other["title"] == "Long"
    assert other["cost"] == 8 * 120
    assert other["text"] == "doing 'Long' first makes 'Urgent' 2 h late (+960)"
    (runner_up,) = (await me.ask())["runners_up"]
    assert runner_up["instead"] == {"cost": 960, "text": other["text"]}


async def test_a_private_calendar_shows_the_blocks(me: Asker, world: World) -> None:
    await me.add("A, first", estimated_duration=60, due_at=at(hours=1))
    feed = good(await me.client.post("/feeds", json={"name": "Plan", "kind": "plan"}))
    assert await summaries(me, feed["url"]) == []
    await world.run_jobs()
    assert await summaries(me, feed["url"]) == [("A, first", NOW, NOW + timedelta(hours=1))]
    more = {"name": "x", "kind": "plan", "filters": {"tag": ["home"]}}
    refused(await me.client.post("/feeds", json=more), 422)


async def summaries(asker: Asker, url: str) -> list[tuple[str, datetime, datetime]]:
    answer = await asker.client.get(url)
    assert answer.status_code == 200
    found = Calendar.from_ical(answer.content)
    assert [one.errors for one in found.walk() if one.errors] == []
    return [
        (str(one["SUMMARY"]), one.decoded("DTSTART"), one.decoded("DTEND"))
        for one in found.walk("VEVENT")
    ]


CALENDAR = b"""BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//t//t//EN
BEGIN:VEVENT
UID:1
SUMMARY:Standup
DTSTART:20260304T100000Z
DTEND:20260304T103000Z
RRULE:FREQ=DAILY
END:VEVENT
END:VCALENDAR
""".replace(b"\n", b"\r\n")


def talk(status: bytes, *more: bytes, body: bytes = b"") -> Any:  # what a server says
    async def say(_: Any, writer: Any) -> None:  # asyncio's streams
        head = [b"HTTP/1.1 " + status, b"Content-Length: %d" % len(body), *more, b"", body]
        writer.write(b"\r\n".join(head))
        await writer.drain()

    return say


async def test_a_subscribed_calendar_makes_busy(me: Asker, world: World) -> None:
    await me.add("Work", estimated_duration=60)
    async with server(talk(b"200 OK", body=CALENDAR)) as there:
        body = {"name": "Team", "url": there.url("127.0.0.1")}
        made = good(await me.client.post("/busy/calendars", json=body))
        assert "url" not in made
        assert (made["host"], made["read_at"]) == ("127.0.0.1", None)
        await world.run_jobs()
    (listed,) = good(await me.client.get("/busy/calendars"))["items"]
    assert (listed["error"], listed["read_at"]) == (None, "2026-03-04T10:00:00Z")
    assert shown(await plan(me)) == [("Work", "04T10:30", "11:30")]
    busy = good(await me.client.get("/busy", params={"limit": 1}))
    (first,) = busy["items"]
    assert (first["title"], first["calendar_id"]) == ("Standup", made["id"])
    refused(await me.client.delete(f"/busy/{first['id']}"), 409, "from_calendar")
    following = {"limit": 1, "cursor": busy["next_cursor"]}
    (second,) = good(await me.client.get("/busy", params=following))["items"]
    assert second["start"] == "2026-03-05T10:00:00Z"
    you = await world.join()
    refused(await you.client.delete(f"/busy/calendars/{made['id']}"), 404)
    good(await me.client.delete(f"/busy/calendars/{made['id']}"))
    assert shown(await plan(me)) == [("Work", "04T10:00", "11:00")]


async def test_a_calendar_that_cannot_be_read_says_why(me: Asker, world: World) -> None:
    for wrong in ("ftp://127.0.0.1/x.ics", "http://10.0.0.1/x.ics", "http://127.0.0.1:22/x.ics"):
        refused(await me.client.post("/busy/calendars", json={"name": "x", "url": wrong}), 422)
    said = []
    answers = (
        talk(b"404 Not Found"),
        talk(b"200 OK", body=b"<html>"),
        talk(b"302 Found", b"Location: http://10.0.0.1/x.ics"),
        talk(b"302 Found", b"Location: /in"),
    )
    for answer in answers:
        async with server(answer) as there:
            body = {"name": "x", "url": there.url("127.0.0.1")}
            made = good(await me.client.post("/busy/calendars", json=body))
            await world.run_jobs()
        (found,) = good(await me.client.get("/busy/calendars"))["items"]
        said.append(found["error"])
        good(await me.client.delete(f"/busy/calendars/{made['id']}"))
    assert said[0] == "The server answered 404 instead of a calendar."
    assert said[1] == "What is at this address is not an iCalendar."
    assert said[2].startswith("The host of this URL has no public address.")
    assert said[3].startswith("The server sends from one address to the next")
