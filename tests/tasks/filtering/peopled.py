"""Some three hundred tasks of all kinds, made over two months, on a server with its own clock."""

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from tests.kit.app import Person, good, register
from upnext.core.clock import FrozenClock
from upnext.core.runtime import Runtime

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
BATCHES, IN_BATCH = 15, 20
TITLES = [
    "Pay rent", "pay RENT twice", "Größe 50%", "groesse", "50 percent", "a_b", "a b", "back\\slash",
    "star * here", "Ⅷ Ligature ﬁne", "naïve café", "NAIVE CAFE", "日本語", "🙂 smile", "x",
    "İstanbul",    "O'Brien", 'say "hi"', "é" * 200, "rent", "trailing ¨",
]  # fmt: skip
DESCRIPTIONS = ["", "", "", "rent is due", "first\nsecond 50%", "Pay it", "Ärger\n\nmit a_b", "x"]
CATEGORIES = ["general", "Home", "HOME", "Büro", "buro", "a_b", "a%b", "Work & Life"]
TAGS = ["home", "HÖME", "Bills", "büro", "two words", "@at", "a_b", "50%", "日本", "x"]
CONTEXTS = ["@home", "@café", "@cafe", "@a_b", "@aab", '@say-"x"', "@back\\slash", "@two-words"]
PROJECTS = [("Haus & Hof", "HH"), ("Büro", "BU"), ("WEB", "X1"), ("Website", "WEB")]


@dataclass
class Peopled:
    """The owner's view; `people` and `projects` by id, with all they are called."""

    owner: Person
    ids: Callable[[str], Awaitable[set[str]]] = field(init=False)
    """What a filter finds, by the owner."""
    tasks: list[Any] = field(default_factory=list)
    projects: dict[str, tuple[str, ...]] = field(default_factory=dict)
    people: dict[str, tuple[str, ...]] = field(default_factory=dict)


async def build(runtime: Runtime, clock: FrozenClock, new: Callable[[], httpx.AsyncClient]) -> Any:
    """Deterministic but for ids and addresses."""
    pick = random.Random(11)
    stamp = f"{random.getrandbits(40):x}"
    clock.instant = NOW - timedelta(days=60)
    owner = await _person(new(), f"owner-{stamp}", "Europe/Berlin")
    other = await _person(new(), f"other-{stamp}", "Asia/Tokyo")
    world = Peopled(owner)
    team = good(await owner.client.post("/workspaces", json={"name": "Team"}))["id"]
    body = {"email": other.email, "role": "admin"}
    good(await owner.client.post(f"/workspaces/{team}/members", json=body))
    for number, (name, key) in enumerate(PROJECTS):
        place = team if number else owner.workspace_id
        body = {"name": name, "key": key, "workspace_id": place}
        made = good(await owner.client.post("/projects", json=body))
        world.projects[made["id"]] = (name, key)
    world.projects[owner.inbox_id] = ("Inbox", "INBOX")
    for person in (owner, other):
        world.people[person.id] = (person.email, person.email.partition("@")[0])
    await _fill(world, pick, clock, other)
    await _hide(other)
    clock.instant = NOW
    world.tasks = await everything(owner.client)
    assert len(world.tasks) == BATCHES * IN_BATCH
    return world


async def everything(client: httpx.AsyncClient, **params: Any) -> list[Any]:
    found: list[Any] = []
    asked = {"limit": 100, **params}
    while True:
        page = good(await client.get("/tasks", params=asked))
        found += page["items"]
        if page["next_cursor"] is None:
            return found
        asked["cursor"] = page["next_cursor"]


async def _person(client: httpx.AsyncClient, name: str, zone: str) -> Person:
    """With an API token, which lives longer than the two months that go by."""
    person = await register(client, f"{name}@Example.com")
    good(await client.patch("/auth/me", json={"timezone": zone, "username": name}))
    scopes = ["tasks:read", "tasks:write", "workspaces:read", "workspaces:write",
              "projects:read", "projects:write"]  # fmt: skip
    token = good(await client.post("/auth/tokens", json={"name": "t", "scopes": scopes}))
    client.headers["Authorization"] = f"Bearer {token['token']}"
    return person


async def _fill(world: Peopled, pick: random.Random, clock: FrozenClock, other: Person) -> None:
    projects = list(world.projects)
    tops: dict[str, list[str]] = {each: [] for each in projects}
    for batch in range(BATCHES):
        clock.advance(timedelta(days=3, hours=pick.randrange(20), minutes=31))
        shared = [each for each in projects[1:] if each != world.owner.inbox_id]
        maker = other if batch % 4 == 3 else world.owner
        places = shared if maker is other else projects
        people = [*world.people]
        bodies = [
            _body(pick, pick.choice(places), tops, people, number=batch * IN_BATCH + n)
            for n in range(IN_BATCH)
        ]
        for body in bodies:
            if body["project_id"] not in shared:
                body["assignee_ids"] = [x for x in body["assignee_ids"] if x == world.owner.id]
        outcome = good(await maker.client.post("/tasks/bulk", json={"tasks": bodies}))
        assert outcome["created"] == IN_BATCH, outcome
        for result in outcome["results"]:
            task = result["task"]
            if task["parent_id"] is None:
                tops[task["project_id"]].append(task["id"])
    await _block(world, pick, tops)


def _body(
    pick: random.Random, project: str, tops: dict[str, list[str]], people: list[str], *, number: int
) -> dict[str, Any]:
    due = _maybe(pick, lambda: NOW + timedelta(hours=pick.randrange(-2_000, 4_000), minutes=31))
    start = due - timedelta(hours=pick.randrange(1, 300)) if due and pick.random() < 0.5 else None
    parents = tops[project]
    body: dict[str, Any] = {
        "title": pick.choice(TITLES),
        "description": pick.choice(DESCRIPTIONS),
        "status": pick.choice(["backlog", "todo", "todo", "in_progress", "in_review", "done",
                               "cancelled"]),
        "priority": pick.choice(["low", "medium", "high", "urgent"]),
        "category": pick.choice(CATEGORIES),
        "estimated_duration": pick.choice([None, None, 5, 30, 60, 90, 10_080]),
        "due_at": due and due.isoformat(),
        "start_at": start and start.isoformat(),
        "tags": pick.sample(TAGS, pick.choice([0, 0, 1, 2, 3])),
        "context": pick.sample(CONTEXTS, pick.choice([0, 0, 1, 2])),
        "energy": pick.choice([None, "low", "medium", "high"]),
        "assignee_ids": pick.sample(people, pick.choice([0, 0, 1, 2])),
        "parent_id": pick.choice(parents) if parents and pick.random() < 0.2 else None,
        "project_id": project,
    }  # fmt: skip
    if due and number % 7 == 0:
        body["recurrence"] = "FREQ=WEEKLY"
    if pick.random() < 0.3:
        body["external_id"] = f"Ext {number}"
    return body


def _maybe(pick: random.Random, make: Callable[[], datetime]) -> datetime | None:
    """At times exactly midnight in Berlin, where a day begins; NOW itself for once."""
    chance = pick.random()
    if chance < 0.35:
        return None
    if chance < 0.45:
        return datetime(2026, 11, 20, 23, tzinfo=UTC) + timedelta(days=pick.randrange(-9, 9))
    return NOW if chance < 0.48 else make()


async def _block(world: Peopled, pick: random.Random, tops: dict[str, list[str]]) -> None:
    for project in tops:
        for first, second in zip(tops[project][::4], tops[project][1::4], strict=False):
            path = f"/tasks/{first}/dependencies"
            good(await world.owner.client.post(path, json={"blocked_by": second}))


async def _hide(other: Person) -> None:
    """What the owner may never see: the other one's own tasks."""
    bodies = [{"title": "Pay rent", "tags": ["home"], "priority": "urgent"} for _ in range(10)]
    good(await other.client.post("/tasks/bulk", json={"tasks": bodies}))
