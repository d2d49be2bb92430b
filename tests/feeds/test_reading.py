"""What a calendar program gets: the right tasks, in a form it understands, only when it is new."""

from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path

import httpx
import pytest

from tests.feeds.reading import make_feed, read, titles
from tests.kit.app import Person, connect, good, max_queries, register, serve, settings_for
from tests.tasks.making import block, make, make_project, patch
from upnext.core.clock import FrozenClock
from upnext.core.runtime import Runtime
from upnext.feeds import reading
from upnext.main import build_runtime, close

SOON = "2031-05-01T12:00:00Z"


async def test_due_tasks_as_todos(person: Person, calendar: httpx.AsyncClient) -> None:
    feed = await make_feed(person, name="Mine; all, of\\it")
    parent = await make(person, title="Above", due_at="2031-06-01T00:00:00Z")
    before = await make(person, title="First", due_at="2031-04-01T00:00:00Z")
    task = await make(
        person,
        title="Pay, now; or\\never",
        description="One\nTwo",
        due_at=SOON,
        parent_id=parent["id"],
        priority="high",
        tags=["home"],
    )
    await block(person, task, before)
    await make(person, title="Some day")
    await make(person, title="Over", due_at=SOON, completed=True)
    found = await read(calendar, feed)
    assert [str(one["SUMMARY"]) for one in found.subcomponents] == ["First", task["title"], "Above"]
    assert {one.name for one in found.subcomponents} == {"VTODO"}
    todo = found.subcomponents[1]
    assert (str(todo["UID"]), str(todo["DESCRIPTION"])) == (task["id"], "One\nTwo")
    assert (todo["DUE"].dt, todo["PRIORITY"]) == (datetime(2031, 5, 1, 12, tzinfo=UTC), 3)
    related = {(one.params["RELTYPE"], str(one)) for one in todo["RELATED-TO"]}
    assert related == {("PARENT", parent["id"]), ("DEPENDS-ON", before["id"])}
    assert found["REFRESH-INTERVAL"].dt == timedelta(hours=1)
    assert str(found["X-PUBLISHED-TTL"]) == "PT1H"
    assert str(found["VERSION"]) == "2.0"


async def test_deadlines_as_events(person: Person, calendar: httpx.AsyncClient) -> None:
    """For programs that show no tasks. A day alone is its end, in the owner's own zone."""
    good(await person.client.patch("/auth/me", json={"timezone": "America/New_York"}))
    feed = await make_feed(person)
    timed = await make(person, title="At noon", due_at=SOON)
    # 23:59 of 4 July in New York.
    await make(person, title="All day", due_at="2031-07-05T03:59:00Z")
    found = await read(calendar, feed, **{"as": "events"})
    noon, whole = found.subcomponents
    assert {one.name for one in found.subcomponents} == {"VEVENT"}
    assert (str(noon["SUMMARY"]), noon["DTSTART"].dt) == (
        "At noon",
        datetime(2031, 5, 1, 12, tzinfo=UTC),
    )
    # Another one than the to-do's, should somebody put both into one calendar.
    assert str(noon["UID"]) == f"due-{timed['id']}"
    assert (whole["DTSTART"].dt, whole["DTEND"].dt) == (date(2031, 7, 4), date(2031, 7, 5))
    assert str(whole["TRANSP"]) == "TRANSPARENT"
    plain = await calendar.get(feed["url"], params={"as": "else"})
    assert plain.status_code == 422


FILTERS = [
    ({}, {"A", "B", "C"}),
    ({"status": ["done"]}, {"D"}),
    ({"status": ["open", "done"]}, {"A", "B", "C", "D"}),
    ({"priority": ["urgent", "low"]}, {"A", "B"}),
    ({"tag": ["HOME"]}, {"B"}),
    ({"category": "Chores"}, {"B"}),
    ({"assignee_id": "me"}, {"C"}),
    ({"overdue": True}, {"C"}),
    ({"blocked": False}, {"A", "B", "C"}),
    ({"text": "bee"}, {"B"}),
    ({"filter": "p1 or @home"}, {"A", "B"}),
    ({"filter": "not @home", "priority": ["urgent", "medium"]}, {"A", "C"}),
]


@pytest.mark.parametrize(("filters", "expected"), FILTERS)
async def test_filters(
    person: Person, calendar: httpx.AsyncClient, filters: dict[str, object], expected: set[str]
) -> None:
    feed = await make_feed(person, filters=filters)
    await make(person, title="A", due_at=SOON, priority="urgent")
    more = {"tags": ["Home"], "category": "chores", "description": "Bee", "priority": "low"}
    await make(person, title="B", due_at=SOON, **more)
    await make(person, title="C", due_at="2020-01-01T00:00:00Z", assignee_ids=[person.id])
    await make(person, title="D", due_at=SOON, completed=True)
    assert set(await titles(calendar, feed)) == expected


async def test_a_saved_filter_is_read_as_it_is_now(
    person: Person, calendar: httpx.AsyncClient
) -> None:
    saved = good(await person.client.post("/filters", json={"name": "Hot", "query": "p1"}))
    feed = await make_feed(person, filters={"saved_filter": saved["id"]})
    await make(person, title="A", due_at=SOON, priority="urgent")
    await make(person, title="B", due_at=SOON, tags=["home"])
    assert await titles(calendar, feed) == ["A"]
    path = f"/filters/{saved['id']}"
    good(await person.client.patch(path, json={"query": "@home"}))
    assert await titles(calendar, feed) == ["B"]


async def test_one_project_or_workspace(person: Person, calendar: httpx.AsyncClient) -> None:
    other = good(await person.client.post("/workspaces", json={"name": "Other"}))["id"]
    project = (await make_project(person, other))["id"]
    await make(person, title="Mine", due_at=SOON)
    await make(person, title="Other's", due_at=SOON, project_id=project)
    assert await titles(calendar, await make_feed(person)) == ["Mine", "Other's"]
    assert await titles(calendar, await make_feed(person, workspace_id=other)) == ["Other's"]
    feed = await make_feed(person, filters={"project_id": person.inbox_id})
    assert await titles(calendar, feed) == ["Mine"]


async def test_no_more_than_a_calendar_can_bear(
    person: Person, calendar: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MOST", 2)
    for number in (3, 1, 2):
        await make(person, title=f"{number}", due_at=f"2031-05-0{number}T00:00:00Z")
    assert await titles(calendar, await make_feed(person)) == ["1", "2"]


@pytest.mark.each
async def test_what_an_address_costs(
    person: Person, calendar: httpx.AsyncClient, runtime: Runtime
) -> None:
    feed = await make_feed(person)
    for number in range(5):
        await make(person, title=f"{number}", due_at=SOON)
    with max_queries(runtime, 4):  # the link, its owner's roles, the tasks; and that it was read
        await read(calendar, feed)
    with max_queries(runtime, 3):
        await read(calendar, feed)
    with max_queries(runtime, 1):
        await calendar.get("/feeds/upn_feed_none.ics")


async def test_headers(person: Person, calendar: httpx.AsyncClient) -> None:
    feed = await make_feed(person)
    answer = await calendar.get(feed["url"])
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["cache-control"] == "private, no-cache"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-robots-tag"] == "noindex"
    assert answer.headers["content-disposition"] == 'inline; filename="upnext.ics"'
    # It was first seen within this second, in which it may still change.
    assert "last-modified" not in answer.headers
    head = await calendar.head(feed["url"])
    assert (head.status_code, head.headers["etag"]) == (200, answer.headers["etag"])


async def test_what_has_not_changed_is_not_sent(
    person: Person, calendar: httpx.AsyncClient
) -> None:
    feed = await make_feed(person)
    task = await make(person, due_at=SOON)
    first = await calendar.get(feed["url"])
    again = await calendar.get(feed["url"], headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    for name in ("etag", "cache-control"):
        assert again.headers[name] == first.headers[name]
    events = {"If-None-Match": first.headers["etag"]}
    other = await calendar.get(feed["url"], params={"as": "events"}, headers=events)
    assert other.status_code == 200
    await patch(person, task, title="New")
    changed = await calendar.get(feed["url"], headers={"If-None-Match": first.headers["etag"]})
    assert changed.status_code == 200
    assert changed.headers["etag"] != first.headers["etag"]


async def test_by_time_alone(database_url: str, tmp_path: Path) -> None:
    """For programs that know no ETag: also when a task goes, or changes twice in one second."""
    clock = FrozenClock(datetime.now(UTC).replace(microsecond=0))
    runtime = build_runtime(settings_for(database_url, tmp_path), clock)
    async with connect(serve(runtime)) as client:
        person = await register(client, f"{clock.now().timestamp()}@example.com")
        url = (await make_feed(person))["url"]
        task = await make(person, due_at=SOON)
        seen = ""
        for change in ({"title": "New"}, {"title": "Newer"}, {"due_at": None}):
            since = {"If-Modified-Since": seen} if seen else {}
            assert (await client.get(url, headers=since)).status_code == 200
            clock.advance(timedelta(seconds=0.3))
            # Whoever read in the same second has nothing to ask with, and gets it again.
            assert "last-modified" not in (await client.get(url)).headers
            await patch(person, task, **change)
            answer = await client.get(url)
            assert "last-modified" not in answer.headers
            clock.advance(timedelta(seconds=1.7))
            seen = (await client.get(url)).headers["last-modified"]
            assert parsedate_to_datetime(seen) < clock.now()
            same = await client.get(url, headers={"If-Modified-Since": seen})
            assert (same.status_code, same.headers["last-modified"]) == (304, seen)
            clock.advance(timedelta(seconds=10))
            await patch(person, task, description=seen, due_at=SOON)
        old = format_datetime(datetime(2020, 1, 1, tzinfo=UTC), usegmt=True)
        for value in (old, "nonsense", "Thu, 01 Jan 1970 00:00:00 -0000"):
            answer = await client.get(url, headers={"If-Modified-Since": value})
            assert answer.status_code == 200, value
        # RFC 9110: who names an ETag is not asked for the time.
        both = {"If-None-Match": '"other"', "If-Modified-Since": seen}
        assert (await client.get(url, headers=both)).status_code == 200
    await close(runtime)


async def test_its_owner_sees_when_it_was_read(person: Person, calendar: httpx.AsyncClient) -> None:
    feed = await make_feed(person)
    before = datetime.now(UTC)
    await read(calendar, feed)
    (shown,) = good(await person.client.get("/feeds"))["items"]
    assert before <= datetime.fromisoformat(shown["last_read_at"]) <= datetime.now(UTC)
    assert shown["version"] == 1


async def test_the_same_tasks_give_the_same_bytes(
    person: Person, calendar: httpx.AsyncClient
) -> None:
    feed = await make_feed(person)
    for number in range(3):
        await make(person, title=f"{number}", due_at=SOON)
    first, second = [(await calendar.get(feed["url"])).content for _ in range(2)]
    assert first == second
