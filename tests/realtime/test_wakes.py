"""Processes tell each other by Redis; when it dies they look for themselves, and say so."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from uuid import UUID

import pytest
import redis.asyncio as redis
import structlog
from structlog.testing import LogCapture

from tests.core.test_limits import Gate
from tests.kit.app import Person, seal
from tests.realtime.conftest import write
from upnext.core.runtime import Runtime
from upnext.core.work import Wakeups
from upnext.realtime import hub as hubs
from upnext.realtime import wakes
from upnext.realtime.hub import Hub, Mailbox

PATIENCE = 30.0


@pytest.fixture
async def gate(redis_url: str) -> AsyncIterator[Gate]:
    gate = Gate(redis_url)
    await gate.start()
    yield gate
    await gate.stop()


@pytest.fixture
def log() -> Iterator[LogCapture]:
    before, capture = structlog.get_config(), LogCapture()
    structlog.configure(processors=[capture])
    yield capture
    structlog.configure(**before)


@asynccontextmanager
async def _two(runtime: Runtime, url: str) -> AsyncIterator[tuple[Hub, Hub]]:
    """As in two processes: each knows only what it seals itself."""
    pair = Hub(runtime.db, url), Hub(runtime.db, url)
    tasks = [asyncio.create_task(hub.run(Wakeups())) for hub in pair]
    yield pair
    for hub in pair:
        hub.stop()
    await asyncio.gather(*tasks)


async def _heard(mailbox: Mailbox, seq: int) -> None:
    async with asyncio.timeout(PATIENCE):
        while (await mailbox.get()).last < seq:
            pass


async def _one_more(runtime: Runtime, anna: Person, teller: Hub, seq: int) -> None:
    await write(anna, f"number {seq}")
    await seal(runtime)
    teller.sealed(UUID(anna.workspace_id), seq)


async def _subscribed(url: str, count: int) -> None:
    async with redis.Redis.from_url(url) as client, asyncio.timeout(PATIENCE):
        while dict(await client.pubsub_numsub(wakes.CHANNEL))[wakes.CHANNEL.encode()] < count:  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0.01)


async def test_what_one_seals_the_other_hears(
    runtime: Runtime, anna: Person, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also after Redis cut off whoever listens."""
    monkeypatch.setattr(hubs, "POLL_SECONDS", 60.0)
    monkeypatch.setattr(hubs, "RARE_POLL_SECONDS", 60.0)
    async with _two(runtime, redis_url) as (one, other):
        with other.follow(UUID(anna.workspace_id)) as mailbox:
            await _heard(mailbox, 3)
            await _subscribed(redis_url, 2)
            await _one_more(runtime, anna, one, 4)
            await _heard(mailbox, 4)
            async with redis.Redis.from_url(redis_url) as client:
                await client.client_kill_filter(_type="pubsub")
            await _one_more(runtime, anna, one, 5)
            await _heard(mailbox, 5)


async def test_without_redis_nothing_is_missed_and_the_log_says_so_once(
    runtime: Runtime,
    anna: Person,
    redis_url: str,
    gate: Gate,
    log: LogCapture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hubs, "POLL_SECONDS", 0.05)
    monkeypatch.setattr(hubs, "RARE_POLL_SECONDS", 0.05)
    monkeypatch.setattr(wakes, "PAUSES", (0.05,))
    async with _two(runtime, gate.url(redis_url)) as (one, other):
        with other.follow(UUID(anna.workspace_id)) as mailbox:
            await _subscribed(redis_url, 2)
            await gate.stop()
            for seq in (4, 5):
                await _one_more(runtime, anna, one, seq)
                await _heard(mailbox, seq)
            await gate.start()
            await _subscribed(redis_url, 2)
            await _one_more(runtime, anna, one, 6)
            await _heard(mailbox, 6)
    said = [one["event"] for one in log.entries if one["event"].startswith("realtime")]
    # Once by each of the two.
    assert said.count("realtime_by_polling") == 2
    assert said.count("realtime_by_redis_again") <= 2


async def test_nonsense_on_the_channel_harms_nobody(
    runtime: Runtime, anna: Person, redis_url: str
) -> None:
    async with _two(runtime, redis_url) as (one, other):
        with other.follow(UUID(anna.workspace_id)) as mailbox:
            await _subscribed(redis_url, 2)
            async with redis.Redis.from_url(redis_url) as client:
                for text in ("", "x", "0" * 32, f"{'0' * 32}:x", b"\xff\xfe"):
                    await client.publish(wakes.CHANNEL, text)
            await _one_more(runtime, anna, one, 4)
            await _heard(mailbox, 4)
