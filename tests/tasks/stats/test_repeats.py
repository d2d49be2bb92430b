"""What was just answered is answered again without asking the database, while it holds."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from sqlalchemy import update

from tests.kit.app import (
    MakeUser,
    Person,
    connect,
    good,
    max_queries,
    refused,
    register,
    serve,
    settings_for,
)
from tests.tasks.making import make, make_project, make_team, patch
from upnext.core.clock import FrozenClock
from upnext.core.edge import repeats
from upnext.core.runtime import Runtime
from upnext.main import build_runtime, close
from upnext.tasks.models import Task

PATH = "/tasks/stats"
MINUTE = repeats.MINUTE


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the second nor the minute is what ends it here, however slow the machine."""
    monkeypatch.setattr(repeats, "SECONDS", 3_600.0)
    monkeypatch.setattr(repeats, "MINUTE", 2**62)


async def test_a_task_that_is_held_already(person: Person, runtime: Runtime) -> None:
    task = await make(person, due_at="2099-01-01T00:00:00Z")
    path = f"/tasks/{task['id']}"
    tag = (await person.client.get(path)).headers["etag"]
    held = {"If-None-Match": tag}
    assert (await person.client.get(path, headers=held)).status_code == 304
    with max_queries(runtime, 0):
        for given in (tag, f'W/{tag}, "x"'):
            answer = await person.client.get(path, headers={"If-None-Match": given})
            assert (answer.status_code, answer.headers["etag"]) == (304, tag)
            assert answer.headers["x-request-id"]
    assert (await person.client.get(path)).json()["title"] == task["title"]
    assert (await person.client.get(path, headers={"If-None-Match": '"x"'})).status_code == 200
    await patch(person, task, title="Another")
    answer = await person.client.get(path, headers=held)
    assert (answer.status_code, answer.json()["title"]) == (200, "Another")


async def test_the_same_is_said_in_the_same_words(person: Person, runtime: Runtime) -> None:
    task = await make(person)
    for path in (PATH, f"/tasks/{task['id']}"):
        first = await person.client.get(path)
        tag = first.headers["etag"]
        for given in (None, tag, f'W/{tag}, "x"', "*"):
            held = {"If-None-Match": given} if given else {}
            answers = [await person.client.get(path, headers=held) for _ in range(2)]
            assert [each.status_code for each in answers] == [304 if given else 200] * 2
            if given or path == PATH:
                with max_queries(runtime, 0):
                    answers.append(await person.client.get(path, headers=held))
            assert len({_said(answer) for answer in answers}) == 1


def _said(answer: httpx.Response) -> tuple[int, bytes, frozenset[tuple[str, str]]]:
    own = {"x-request-id", "date"}
    about = frozenset((name, text) for name, text in answer.headers.items() if name not in own)
    return answer.status_code, answer.content, about


async def test_each_has_answers_of_their_own(
    person: Person, make_user: MakeUser, runtime: Runtime
) -> None:
    stranger = await make_user()
    task = await make(person)
    path, held = f"/tasks/{task['id']}", {"If-None-Match": ""}
    held["If-None-Match"] = (await person.client.get(path)).headers["etag"]
    for _ in range(2):
        assert (await person.client.get(path, headers=held)).status_code == 304
        refused(await stranger.client.get(path, headers=held), 404)
    assert (await person.client.get(PATH)).json()["total"] == 1
    assert (await stranger.client.get(PATH)).json()["total"] == 0
    with max_queries(runtime, 0):
        assert (await person.client.get(PATH)).json()["total"] == 1
        assert (await stranger.client.get(PATH)).json()["total"] == 0


async def test_what_others_do_and_what_they_may_is_seen_at_once(
    person: Person, make_user: MakeUser
) -> None:
    member = await make_user()
    team = await make_team(person, member=member)
    project = await make_project(person, team)
    task = await make(person, project_id=project["id"])
    path = f"/tasks/{task['id']}"
    for number in range(2, 5):
        assert (await member.client.get(PATH)).json()["total"] == number - 1
        await make(person, project_id=project["id"])
        assert (await member.client.get(PATH)).json()["total"] == number
    held = {"If-None-Match": (await member.client.get(path)).headers["etag"]}
    assert (await member.client.get(path, headers=held)).status_code == 304
    good(await person.client.patch(f"/projects/{project['id']}", json={"private": True}))
    refused(await member.client.get(path, headers=held), 404)
    assert (await member.client.get(PATH)).json()["total"] == 0
    good(await person.client.patch(f"/projects/{project['id']}", json={"private": False}))
    assert (await member.client.get(path, headers=held)).status_code == 304
    good(await person.client.delete(f"/workspaces/{team}/members/{member.id}"))
    refused(await member.client.get(path, headers=held), 404)


async def test_what_one_changes_of_oneself_is_seen_at_once(person: Person) -> None:
    """No workspace has a part in it, and yet it can tell the days of the figures."""
    days = set()
    for zone in ("Pacific/Kiritimati", "Pacific/Niue"):
        good(await person.client.patch("/auth/me", json={"timezone": zone}))
        items = (await person.client.get(PATH)).json()["throughput"]["items"]
        days.add(items[-1]["start"])
    assert len(days) == 2


async def test_after_a_second_others_are_thought_of(
    person: Person, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What somebody does in the database itself tells nobody."""
    task = await make(person)
    path = f"/tasks/{task['id']}"
    held = {"If-None-Match": (await person.client.get(path)).headers["etag"]}
    assert (await person.client.get(path, headers=held)).status_code == 304
    async with runtime.db.writer.begin() as connection:
        mine = Task.id == UUID(task["id"])
        await connection.execute(update(Task).where(mine).values(version=7))
    assert (await person.client.get(path, headers=held)).status_code == 304
    monkeypatch.setattr(repeats, "SECONDS", 0.0)
    answer = await person.client.get(path, headers=held)
    assert (answer.status_code, answer.json()["version"]) == (200, 7)


async def test_deadlines_and_minutes_end_it(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repeats, "MINUTE", MINUTE)
    async with FrozenApp(database_url, tmp_path) as (person, clock, runtime):
        due = clock.instant + timedelta(seconds=20)
        task = await make(person, due_at=due.isoformat())
        path = f"/tasks/{task['id']}"
        held = {"If-None-Match": (await person.client.get(path)).headers["etag"]}
        assert (await person.client.get(PATH)).json()["overdue"] == 0
        assert (await person.client.get(path, headers=held)).status_code == 304
        clock.instant += timedelta(seconds=19)
        with max_queries(runtime, 0):
            assert (await person.client.get(PATH)).json()["overdue"] == 0
            assert (await person.client.get(path, headers=held)).status_code == 304
        clock.instant += timedelta(seconds=2)
        assert (await person.client.get(PATH)).json()["overdue"] == 1
        assert (await person.client.get(path, headers=held)).json()["overdue"] is True
        clock.instant += timedelta(seconds=8)
        with max_queries(runtime, 0):
            good(await person.client.get(PATH))
        clock.instant += timedelta(seconds=1)
        with max_queries(runtime, 9) as asked:
            good(await person.client.get(PATH))
        assert asked


class FrozenApp:
    """A server of its own at half past a minute, and somebody on it."""

    def __init__(self, database_url: str, folder: Path) -> None:
        self._settings, self._name = settings_for(database_url, folder), folder.name

    async def __aenter__(self) -> tuple[Person, FrozenClock, Runtime]:
        start = build_runtime(self._settings)
        clock = FrozenClock(start.clock.now().replace(second=30, microsecond=0))
        await close(start)
        self._runtime = build_runtime(self._settings, clock)
        self._client = connect(serve(self._runtime))
        client = await self._client.__aenter__()
        address = f"{self._name}-again@example.com".replace("_", "-")
        return await register(client, address), clock, self._runtime

    async def __aexit__(self, *_: object) -> None:
        await self._client.__aexit__(None, None, None)
        await close(self._runtime)
