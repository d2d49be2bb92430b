"""What may be asked of a provider: by everybody together, and what making a task costs."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from secrets import token_hex

import pytest

from tests.classification.test_providers import LABELS, NEW, backend, hugging
from tests.kit.app import Person, connect, good, max_queries, serve
from tests.tasks.making import make
from upnext.classification.predictions import TaskText
from upnext.classification.spending import Purse
from upnext.core.changes import Subscribers
from upnext.core.db import Database
from upnext.core.runtime import Runtime
from upnext.core.work import Workshop

MARCH = datetime(2026, 3, 31, 23, 59, tzinfo=UTC)
APRIL = datetime(2026, 4, 1, 0, 1, tzinfo=UTC)


class Stopped:
    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def provider() -> str:
    """Of this test alone."""
    return f"p{token_hex(6)}"


async def test_processes_spend_one_budget(runtime: Runtime, provider: str) -> None:
    """Each has a database connection, and a purse, of its own."""
    others = [Database(runtime.settings.database.url) for _ in range(3)]
    clock = Stopped(MARCH)
    purses = [
        Purse(Workshop(db, clock, Subscribers()), provider, daily=10, monthly=0) for db in others
    ]
    taken = await asyncio.gather(*(purse.take() for purse in purses for _ in range(6)))
    assert sum(taken) == 10
    async with runtime.db.read() as session:
        assert await purses[0].spent(session, MARCH) == {"2026-03-31": 10}
    clock.at = APRIL
    assert await purses[1].take()
    for db in others:
        await db.dispose()


async def test_a_month_has_its_own_bound(runtime: Runtime, provider: str) -> None:
    clock = Stopped(MARCH)
    purse = Purse(Workshop(runtime.db, clock, Subscribers()), provider, daily=2, monthly=3)
    assert [await purse.take() for _ in range(3)] == [True, True, False]
    clock.at = MARCH.replace(day=30)
    assert [await purse.take() for _ in range(2)] == [True, False]
    async with runtime.db.read() as session:
        # What a spent month refuses, the day has not counted either.
        assert await purse.spent(session, clock.at) == {"2026-03": 3, "2026-03-30": 1}
    clock.at = APRIL
    assert await purse.take()
    async with runtime.db.read() as session:
        assert await purse.spent(session, MARCH) == {"2026-03": 0, "2026-03-31": 0}


async def test_nobody_is_asked_beyond_it(runtime: Runtime, provider: str) -> None:
    async with backend(NEW) as server:
        guarded = hugging(server)
        guarded.purse = Purse(runtime.workshop, provider, daily=1, monthly=0)
        assert await guarded.category(TaskText("one"), LABELS, 5) is not None
        assert await guarded.category(TaskText("other"), LABELS, 5) is None
        assert await guarded.category(TaskText("one"), LABELS, 5) is not None, "it was kept"
        assert len(server.asked) == 1


async def test_without_the_database_nothing_is_spent(provider: str) -> None:
    gone = Database("sqlite:////no/such/folder/x.db")
    purse = Purse(Workshop(gone, Stopped(MARCH), Subscribers()), provider, daily=9, monthly=0)
    assert not await purse.take()
    await gone.dispose()


async def test_in_the_background_it_costs_the_request_nothing(
    person: Person, runtime: Runtime, in_mode: Callable[[str], Runtime]
) -> None:
    """The same statements as with classification switched off."""
    sent = {}
    for mode in ("off", "async"):
        changed = in_mode(mode)
        async with connect(serve(changed)) as client:
            client.headers["Authorization"] = person.client.headers["Authorization"]
            await make(Person(person.id, "", client, "", ""), title="warm up")
            with max_queries(changed, 100) as statements:
                good(await client.post("/tasks", json={"title": "Pay the bill"}))
            sent[mode] = list(statements)
    assert sent["async"] == sent["off"]
    assert 0 < len(sent["off"]) <= 9
