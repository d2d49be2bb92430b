"""Random filters over many tasks find what a second, plain reading of them finds."""

import random
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx
import pytest
from sqlalchemy import select

from tests.kit.app import connect, serve, settings_for
from tests.kit.effort import tries
from tests.tasks.filtering import peopled
from tests.tasks.filtering.judging import Judge
from tests.tasks.filtering.peopled import NOW, Peopled, everything
from tests.tasks.filtering.seeded import Inventor
from upnext.core.auth import Credential
from upnext.core.clock import FrozenClock
from upnext.core.runtime import Runtime
from upnext.main import build_runtime, close
from upnext.tasks.filtering import FIELDS, parse, render
from upnext.tasks.filtering.asking import understood
from upnext.tasks.models import Task
from upnext.workspaces.actors import actor_for

FILTERS = tries(120, 500)


@pytest.fixture(scope="module")
async def world(
    database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Peopled]:
    clock = FrozenClock(NOW)
    runtime = build_runtime(settings_for(database_url, tmp_path_factory.mktemp("data")), clock)
    served = serve(runtime)
    opened: list[httpx.AsyncClient] = []

    def new() -> httpx.AsyncClient:
        opened.append(connect(served))
        return opened[-1]

    made = await peopled.build(runtime, clock, new)
    made.ids = lambda text: _ids(runtime, made, text)
    yield made
    for client in opened:
        await client.aclose()
    await close(runtime)


async def _ids(runtime: Runtime, world: Peopled, text: str) -> set[str]:
    """What a list's own conditions give, without its pages: hundreds of times."""
    user_id = UUID(world.owner.id)
    async with runtime.db.read() as session:
        credential = Credential(kind="session", id=user_id, user_id=user_id)
        actor = await actor_for(runtime.db.lane, credential)
        where: list[Any] = [Task.deleted_at.is_(None), Task.project_id.not_in(actor.hidden)]
        where.append((await understood(session, actor, text, NOW))[1])
        where.append(Task.workspace_id.in_(list(actor.workspaces)))
        return {str(found) for found in await session.scalars(select(Task.id).where(*where))}


def judge_of(world: Peopled) -> Judge:
    keys = {task["id"]: task["key"] for task in world.tasks}
    berlin = ZoneInfo("Europe/Berlin")
    return Judge(
        NOW, berlin, world.owner.id, world.owner.workspace_id, world.projects, world.people, keys
    )


async def test_random_filters_find_what_a_plain_reading_finds(world: Peopled) -> None:
    judge, invent = judge_of(world), Inventor(random.Random(2026), world)
    some = 0
    for number in range(FILTERS):
        node = invent.node()
        text = render(node)
        assert parse(text, FIELDS) == node
        found = await world.ids(text)
        expected = {task["id"] for task in world.tasks if judge.finds(node, task)}
        assert found == expected, f"{number}: {text}"
        some += 0 < len(found) < len(world.tasks)
    # Filters that find nothing or everything would prove little.
    assert some > FILTERS * 0.6


LEAVES = [
    "p1", "today", "tomorrow", "yesterday", "this week", "overdue", "blocked", "mine", "unassigned",
    "open", "done", "no date", "no duration", "@home", "@höme", '@"two words"', "@café", "@cafe",
    "@at", "#hh", "#buro", "#web", '#"haus & hof"', "'rent'", "'50%'", "'a_b'", "'\\\\\\\\'",
    "title = 'PAY RENT'", "title like 'pay*'", "title like '*fine'", "title = 'X'",
    "title like 'é*é'", "title = 'trailing'", "title = 'trailing ¨'", "category = 'a_b'",
    "category = bûro", "description like rent", "description not like rent", "no description",
    "description like 'first*50%'", "text like 'a_b'", "text like '*'", "title like '*'",
    "due = 2026-11-21T08:00:00Z", "due <= now", "due < now", "due >= now", "due > now",
    "due < today", "due <= today", "due > today", "due >= today", "due != today", "due = now",
    "due not in (today, tomorrow)", "due <= end of month", "start < start of year", "energy != low",
    "energy >= medium", "not energy >= medium", "duration != 30m", "not duration = 30m",
    "duration > 1h", "duration <= 1h", "context in (home, café)", "no context", "no label",
    "external_id = 'Ext 7'", "no parent", "parent is not null", "reporter = me", "completed = no",
    "completed_at > today-5w", "created > today-30d", "updated >= last month", "tag != home",
    "tag in (x, 'büro')", "tag = '@at'", "status >= in_review", "status = pending",
]  # fmt: skip


async def test_what_people_write_finds_what_a_plain_reading_finds(world: Peopled) -> None:
    judge = judge_of(world)
    for text in LEAVES:
        node = parse(text, FIELDS)
        expected = {task["id"] for task in world.tasks if judge.finds(node, task)}
        found = {task["id"] for task in await everything(world.owner.client, filter=text)}
        assert found == expected, text
        assert await world.ids(f"not ({text})") == set(judge.keys) - expected, text
