"""Every figure is what a plain computation over all tasks gives: for random tasks and questions."""

import random
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from tests.kit.app import Person, connect, good, register, serve, settings_for
from tests.kit.effort import tries
from tests.tasks.stats.counted import Asked, figures
from upnext.core.clock import FrozenClock
from upnext.core.runtime import Runtime
from upnext.main import build_runtime, close

pytestmark = pytest.mark.each

END = datetime(2026, 11, 21, 8, 0, 0, 123_456, tzinfo=UTC)
"""Berlin put its clocks back four weeks before; Lord Howe put its forward by half an hour."""
ZONES = ("Europe/Berlin", "Australia/Lord_Howe", "America/New_York", "UTC", "Asia/Kathmandu")
STATUSES = ("backlog", "todo", "in_progress", "in_review", "done", "cancelled")
PRIORITIES = ("low", "medium", "high", "urgent")
CATEGORIES = ("general", "Home", "HOME", "work")
TAGS = ("a", "A", "b", "two words", "c")


@dataclass
class Told:
    """`tasks` and `begun` are what the API said of tasks, and when they were first in progress."""

    owner: Person
    other: Person
    clock: FrozenClock
    runtime: Runtime
    team: str
    projects: list[str]
    tasks: list[Any] = field(default_factory=list)
    begun: dict[str, datetime] = field(default_factory=dict)


@pytest.fixture(scope="module")
async def told(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Told]:
    clock = FrozenClock(END - timedelta(days=120))
    runtime = build_runtime(settings_for(database_url, tmp_path_factory.mktemp("data")), clock)
    served = serve(runtime)
    async with connect(served) as one, connect(served) as other:
        yield await _lived(clock, runtime, one, other)
    await close(runtime)


async def _lived(
    clock: FrozenClock, runtime: Runtime, one: httpx.AsyncClient, two: httpx.AsyncClient
) -> Told:
    """Four months of two people, with a project that one of them cannot see."""
    chance = random.Random(8)
    stamp = f"{random.getrandbits(40):x}"
    owner, other = [await _person(c, f"{stamp}{n}") for n, c in enumerate((one, two))]
    team = good(await one.post("/workspaces", json={"name": "Team"}))["id"]
    body = {"email": other.email, "role": "member"}
    good(await one.post(f"/workspaces/{team}/members", json=body))
    projects = []
    for private in (False, True):
        place = {"name": f"P{private}", "workspace_id": team, "private": private}
        projects.append(good(await one.post("/projects", json=place))["id"])
    world = Told(owner, other, clock, runtime, team, [owner.inbox_id, *projects])
    for _ in range(40):
        clock.instant += timedelta(seconds=chance.uniform(0, 2 * 120 * 86_400 / 40))
        clock.instant = min(clock.instant, END - timedelta(minutes=1))
        await _make_some(world, chance)
        for _ in range(4):
            clock.instant += timedelta(seconds=chance.uniform(0, 20))
            await _change_one(world, chance)
    clock.instant = END
    world.tasks = [
        good(await one.get(f"/tasks/{task['id']}")) for task in world.tasks if not task.get("gone")
    ]
    return world


async def _person(client: httpx.AsyncClient, name: str) -> Person:
    """With an API token, which lives longer than months."""
    person = await register(client, f"{name}@example.com")
    good(await client.patch("/auth/me", json={"timezone": "Europe/Berlin"}))
    scopes = ["tasks:read", "tasks:write", "workspaces:write", "projects:write", "workspaces:read"]
    token = good(await client.post("/auth/tokens", json={"name": "t", "scopes": scopes}))
    client.headers["Authorization"] = f"Bearer {token['token']}"
    return person


async def _make_some(world: Told, chance: random.Random) -> None:
    bodies: list[dict[str, Any]] = []
    for _ in range(chance.randint(1, 6)):
        body: dict[str, Any] = {"title": "x", "project_id": chance.choice(world.projects)}
        body["status"] = chance.choice(STATUSES)
        body["priority"] = chance.choice(PRIORITIES)
        body["category"] = chance.choice(CATEGORIES)
        body["tags"] = chance.sample(("a", "b", "two words", "c"), chance.randint(0, 3))
        if chance.random() < 0.2:
            body["tags"] = ["A"]
        if chance.random() < 0.6:
            due = world.clock.instant + timedelta(days=chance.uniform(-20, 90))
            body["due_at"] = due.isoformat()
        if chance.random() < 0.5:
            body["assignee_ids"] = [world.owner.id]
        bodies.append(body)
    made = good(await world.owner.client.post("/tasks/bulk", json={"tasks": bodies}))
    for result in made["results"]:
        _note(world, result["task"])
        world.tasks.append(result["task"])


async def _change_one(world: Told, chance: random.Random) -> None:
    task = chance.choice(world.tasks)
    if task.get("gone"):
        return
    client = world.owner.client
    if chance.random() < 0.1:
        good(await client.delete(f"/tasks/{task['id']}"))
        task["gone"] = True
        return
    if chance.random() < 0.2:
        by = chance.choice(world.tasks)["id"]
        await client.post(f"/tasks/{task['id']}/dependencies", json={"blocked_by": by})
        return
    ended = task["id"] in world.begun and chance.random() < 0.6
    body = {"status": "done" if ended else chance.choice(STATUSES)}
    _note(world, good(await client.patch(f"/tasks/{task['id']}", json=body)))


def _note(world: Told, task: Any) -> None:
    if task["status"] in {"in_progress", "in_review"}:
        world.begun.setdefault(task["id"], world.clock.instant)


def _question(world: Told, chance: random.Random) -> tuple[dict[str, str], Asked, Any]:
    """Parameters, the same for the plain computation, and which tasks are meant."""
    params: dict[str, str] = {}
    meant = world.tasks
    where = chance.random()
    if where < 0.3:
        params["workspace_id"] = world.team
        meant = [task for task in meant if task["workspace_id"] == world.team]
    elif where < 0.6:
        params["project_id"] = chance.choice(world.projects)
        meant = [task for task in meant if task["project_id"] == params["project_id"]]
    if chance.random() < 0.3:
        params[chance.choice(["assignee_id", "user_id"])] = chance.choice(["me", world.owner.id])
        meant = [task for task in meant if world.owner.id in task["assignee_ids"]]
    zone = ZoneInfo("Europe/Berlin")
    if chance.random() < 0.6:
        params["timezone"] = chance.choice(ZONES)
        zone = ZoneInfo(params["timezone"])
    since, until = _edges(params, chance, zone)
    params["interval"] = chance.choice(["day", "week", "month"])
    return params, Asked(END, zone, since, until, params["interval"]), meant


def _edges(
    params: dict[str, str], chance: random.Random, zone: ZoneInfo
) -> tuple[datetime | None, datetime | None]:
    since = until = None
    begin = END - timedelta(seconds=chance.uniform(30 * 86_400, 130 * 86_400))
    if chance.random() < 0.6:
        since = begin
        params["from"] = begin.isoformat()
        if chance.random() < 0.5:
            day = begin.date()
            params["from"] = day.isoformat()
            since = datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
    if chance.random() < 0.5:
        until = begin + timedelta(seconds=chance.uniform(2 * 86_400, 140 * 86_400))
        params["to"] = until.isoformat()
        if chance.random() < 0.5:
            day = until.date()
            params["to"] = day.isoformat()
            day += timedelta(days=1)
            until = datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
    return since, until


async def _shown(person: Person, **params: Any) -> Any:
    return good(await person.client.get("/tasks/stats", params=params))


async def test_every_figure_is_what_a_plain_computation_gives(told: Told) -> None:
    chance = random.Random(85)
    for number in range(tries(50, 150)):
        params, asked, meant = _question(told, chance)
        found = await _shown(told.owner, **params)
        expected = figures(meant, told.begun, asked)
        assert {name: found[name] for name in expected} == expected, (number, params)
        if meant and number % 10 == 0:
            assert found["timezone"] == asked.zone.key


async def test_t016_private_projects_do_not_count(told: Told) -> None:
    hidden = told.projects[2]
    seen = [task for task in told.tasks if task["workspace_id"] == told.team]
    seen = [task for task in seen if task["project_id"] != hidden]
    expected = figures(seen, told.begun, Asked(END, ZoneInfo("Europe/Berlin")))
    for params in ({}, {"workspace_id": told.team}):
        found = await _shown(told.other, **params)
        assert {name: found[name] for name in expected} == expected
    answer = await told.other.client.get("/tasks/stats", params={"project_id": hidden})
    assert answer.status_code == 404


async def test_there_was_something_to_count(told: Told) -> None:
    found = await _shown(told.owner)
    assert min(found["cycle_time"]["count"], found["lead_time"]["count"]) > 10
    assert min(found["by_status"].values()) > 5
    assert min(found["overdue"], found["blocked"]) > 1
