"""Statistics are kept, and are yet never older than the last thing that their reader did."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.kit.apart import own_app, own_runtime, own_served  # noqa: F401 - these are its fixtures
from tests.kit.app import (
    MakeUser,
    Person,
    connect,
    good,
    max_queries,
    reading,
    refused,
    register,
    seal,
    serve,
    settings_for,
)
from tests.tasks.making import make, make_all, make_project, make_team, patch
from upnext.core.clock import FrozenClock
from upnext.core.config import Settings
from upnext.core.edge import repeats
from upnext.core.runtime import Runtime
from upnext.main import build_runtime, close
from upnext.tasks.stats.kept import Answer, Kept
from upnext.tasks.stats.queries import Shape, figures

PATH = "/tasks/stats"


async def ask(person: Person, tag: str = "", **params: Any) -> httpx.Response:
    headers = {"If-None-Match": tag} if tag else {}
    return await person.client.get(PATH, params=params, headers=headers)


@pytest.mark.each
async def test_what_each_costs(
    person: Person, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repeats, "SECONDS", 3_600.0)
    monkeypatch.setattr(repeats, "MINUTE", 2**62)
    await make(person)
    with max_queries(runtime, reading(runtime, 3)):
        first = await ask(person)
    with max_queries(runtime, 0):
        again = await ask(person)
    assert (again.content, again.headers["etag"]) == (first.content, first.headers["etag"])
    with max_queries(runtime, 0):
        unchanged = await ask(person, first.headers["etag"])
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    monkeypatch.setattr(repeats, "SECONDS", -1.0)
    with max_queries(runtime, reading(runtime, 2)):
        again = await ask(person)
    assert again.content == first.content
    with max_queries(runtime, reading(runtime, 2)):
        unchanged = await ask(person, first.headers["etag"])
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    with max_queries(runtime, reading(runtime, 3)):
        good(await ask(person, project_id=person.inbox_id))


async def test_own_writes_are_in_it_before_and_after_they_are_sealed(
    person: Person, runtime: Runtime
) -> None:
    for number in range(1, 4):
        task = await make(person)
        answer = await ask(person)
        assert answer.json()["total"] == number
        tag = answer.headers["etag"]
        await seal(runtime)
        assert (await ask(person, tag)).status_code == 304
    await patch(person, task, status="done")
    answer = await ask(person, tag)
    assert (answer.status_code, answer.json()["completed"]) == (200, 1)
    good(await person.client.delete(f"/tasks/{task['id']}"))
    assert (await ask(person)).json()["total"] == 2
    body = {"filter": "open", "updates": {"priority": "urgent"}}
    good(await person.client.patch("/tasks/bulk", json=body))
    assert (await ask(person)).json()["by_priority"]["urgent"] == 2


@pytest.mark.each
async def test_in_the_midst_of_other_writes(person: Person, runtime: Runtime) -> None:
    """Each counts at least what it has made itself, while the sealer moves the log along."""

    async def write_and_look(number: int) -> None:
        for made in range(1, 6):
            await make(person, category=f"writer {number}")
            found = (await ask(person)).json()
            assert found["by_category"][f"writer {number}"] == made
            assert found["total"] == sum(found["by_status"].values())

    enough = asyncio.Event()
    sealing = asyncio.create_task(_keep_sealing(runtime, enough))
    await asyncio.gather(*(write_and_look(number) for number in range(6)))
    # Not cut off in the middle of a transaction, which holds a file's lock until it is collected.
    enough.set()
    await sealing
    assert (await ask(person)).json()["total"] == 30


async def _keep_sealing(runtime: Runtime, enough: asyncio.Event) -> None:
    while not enough.is_set():
        await seal(runtime)
        await asyncio.sleep(0.01)


async def test_two_processes(database_url: str, tmp_path: Path) -> None:
    """What one keeps is never given when the other has written."""
    await _take_turns([settings_for(database_url, tmp_path) for _ in range(2)], tmp_path.name)


async def test_two_machines(database_url: str, redis_url: str, tmp_path: Path) -> None:
    """They have no file that both see: so they have Redis, and ask the database."""
    folders = [tmp_path / str(number) for number in range(2)]
    machines = [settings_for(database_url, folder, REDIS_URL=redis_url) for folder in folders]
    await _take_turns(machines, tmp_path.name)


async def _take_turns(settings: Sequence[Settings], name: str) -> None:
    runtimes = [build_runtime(one) for one in settings]
    doors = [serve(one) for one in runtimes]
    async with connect(doors[0]) as one, connect(doors[1]) as other:
        await register(one, f"{name}-two@example.com".replace("_", "-"))
        other.headers["Authorization"] = one.headers["Authorization"]
        for number in range(1, 5):
            writer, reader = (one, other) if number % 2 else (other, one)
            good(await writer.post("/tasks", json={"title": "x"}))
            answers = [await client.get(PATH) for client in (reader, writer)]
            assert [each.json()["total"] for each in answers] == [number] * 2
            tags = {each.headers["etag"] for each in answers}
            assert len(tags) == 1
            given = {"If-None-Match": tags.pop()}
            answers = [await client.get(PATH, headers=given) for client in (one, other)]
            assert [each.status_code for each in answers] == [304, 304]
    for runtime in runtimes:
        await close(runtime)


@pytest.fixture
async def clock(runtime: Runtime) -> FrozenClock:
    return FrozenClock(runtime.clock.now())


async def test_deadlines_pass_and_days_begin(
    database_url: str, tmp_path: Path, clock: FrozenClock
) -> None:
    clock.instant = clock.instant.replace(hour=12, minute=0, second=0, microsecond=0)
    runtime = build_runtime(settings_for(database_url, tmp_path), clock)
    door = serve(runtime)
    async with connect(door) as client:
        person = await register(client, f"{tmp_path.name}-late@example.com".replace("_", "-"))
        for minutes in (5, 15):
            due = clock.instant + timedelta(minutes=minutes)
            await make(person, due_at=due.isoformat())
        tags = []
        for late in range(3):
            answer = await ask(person)
            tags.append(answer.headers["etag"])
            assert answer.json()["overdue"] == late
            assert (await ask(person, tags[-1])).status_code == 304
            if late:
                assert (await ask(person, tags[-2])).status_code == 200
            clock.instant += timedelta(minutes=10)
        last = answer.json()["throughput"]["items"][-1]["start"]
        clock.instant += timedelta(minutes=13 * 60 - 30)
        login = {"email": person.email, "password": "correct horse battery"}
        token = good(await client.post("/auth/login", json=login))["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        answer = await ask(person, tags[-1])
        assert answer.status_code == 200
        assert answer.json()["throughput"]["items"][-2]["start"] == last
    await close(runtime)


async def test_who_sees_more_gets_another_answer(person: Person, make_user: MakeUser) -> None:
    member = await make_user()
    team = await make_team(person, member=member)
    project = await make_project(person, team)
    await make(person, project_id=project["id"])
    tags = []
    for private, seen in ((False, 1), (True, 0), (False, 1)):
        path = f"/projects/{project['id']}"
        good(await person.client.patch(path, json={"private": private}))
        answer = await ask(member, workspace_id=team)
        assert answer.json()["total"] == seen
        tags.append(answer.headers["etag"])
        assert (await ask(person, workspace_id=team)).json()["total"] == 1
    assert len(set(tags)) == 3
    good(await person.client.delete(f"/workspaces/{team}/members/{member.id}"))
    refused(await ask(member, tags[-1], workspace_id=team), 404)
    assert (await ask(member, tags[-1])).json()["total"] == 0


async def test_of_what_nobody_has(person: Person) -> None:
    found = good(await ask(person))
    assert (found["total"], found["completion_rate"], found["by_tag"]) == (0, None, {})
    assert found["lead_time"]["median_seconds"] is None
    assert len(found["throughput"]["items"]) == 30


async def test_what_cannot_be_asked(person: Person, make_user: MakeUser) -> None:
    stranger = await make_user()
    for params in (
        {"from": "2026-13-01"},
        {"from": "yesterday"},
        {"from": "2026-02-30"},
        {"from": "2026-02-02", "to": "2026-02-01"},
        {"from": "1970-01-01", "interval": "day"},
        {"to": "9999-12-31"},
        {"assignee_id": "me", "user_id": "me"},
        {"timezone": "Mars/Olympus"},
        {"interval": "hour"},
        {"status": "open"},
    ):
        refused(await ask(person, **params), 422)
    assert good(await ask(person, **{"from": "1970-01-01"}))["throughput"]["interval"] == "month"
    for params in (
        {"workspace_id": stranger.workspace_id},
        {"project_id": stranger.inbox_id},
        {"project_id": person.inbox_id, "workspace_id": stranger.workspace_id},
    ):
        refused(await ask(person, **params), 404)
    trashed = await make_project(person)
    good(await person.client.delete(f"/projects/{trashed['id']}"))
    refused(await ask(person, project_id=trashed["id"]), 404)


async def test_names_are_a_hundred_at_most(person: Person) -> None:
    bodies = [{"category": f"c{n}", "tags": [f"t{n}"]} for n in range(101)]
    await make_all(person, *bodies, {"category": "C100", "tags": ["T100"]})
    found = good(await ask(person))
    for names, first in (("by_category", "C100"), ("by_tag", "T100")):
        assert (len(found[names]), found[names][first], next(iter(found[names]))) == (100, 2, first)


async def test_work_begins_once(person: Person) -> None:
    task = await make(person, status="in_progress")
    await patch(person, task, status="todo")
    await patch(person, task, status="in_review")
    await patch(person, task, status="done")
    straight = await make(person)
    await patch(person, straight, status="done")
    found = good(await ask(person))
    assert (found["cycle_time"]["count"], found["lead_time"]["count"]) == (1, 2)


def test_only_so_much_is_kept() -> None:
    kept = Kept(most_bytes=100)
    for number in range(10):
        kept.put(str(number), Answer(b"x" * 30, 5, 10))
        assert kept.get("0", 7) is not None or number > 9
    assert len(kept) == 3
    assert kept.get("0", 7) is not None
    assert kept.get("0", 4) is None
    assert kept.get("0", 10) is None
    kept.put("0", Answer(b"x" * 100, 5, 10))
    assert len(kept) == 1


def test_a_question_is_compiled_once() -> None:
    shape = Shape(1, 0, project=False, assignee=False, begins=True, ends=False, shifts=1)
    assert figures(shape) is figures(shape)
