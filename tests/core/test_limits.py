"""Counting calls: windows, several rates, several processes, and a Redis that fails."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import limits as limits_library
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kit.effort import slowness
from upnext.core import limits
from upnext.core.config import LimitSettings
from upnext.core.limits import Counter, Limiter, Rate, Recent, parse_rates

Log = Callable[[], list[dict[str, Any]]]


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


async def hits(limiter: Limiter, count: int, key: str = "k") -> list[bool]:
    return [(await limiter.hit("default", key)).allowed for _ in range(count)]


class TestRates:
    @pytest.mark.parametrize(
        "text",
        [
            "100/minute", "1 per second", "10/second;100/minute", "5 / 2 hours", "7/day,9/month",
            "3/year", "12 PER 30 Seconds",
        ],
    )  # fmt: skip
    def test_reads_what_the_library_reads(self, text: str) -> None:
        theirs = limits_library.parse_many(text)
        assert parse_rates(text) == tuple((rate.amount, rate.get_expiry()) for rate in theirs)

    @given(
        st.integers(1, 10**9),
        st.sampled_from(["/", " per ", " / "]),
        st.integers(1, 10**6) | st.none(),
        st.sampled_from(["second", "minute", "hours", "Day", "month", "years"]),
    )
    def test_every_rate(self, amount: int, by: str, many: int | None, unit: str) -> None:
        text = f"{amount}{by}{'' if many is None else f'{many} '}{unit}"
        theirs = limits_library.parse(text)
        assert parse_rates(text) == ((theirs.amount, theirs.get_expiry()),)

    @pytest.mark.parametrize("text", ["", "fast", "10", "10/fortnight", "-1/minute", "1/minute;"])
    def test_refuses_the_rest(self, text: str) -> None:
        with pytest.raises(ValueError, match="is not a rate"):
            parse_rates(text)


class TestInProcess:
    async def test_a_window_opens_with_the_first_hit(self, clock: Clock) -> None:
        limiter = Limiter(LimitSettings(default="3/minute"), clock=clock)
        clock.now += 17
        assert await hits(limiter, 5) == [True, True, True, False, False]
        clock.now += 59.9
        verdict = await limiter.hit("default", "k")
        assert (verdict.allowed, verdict.remaining, verdict.reset_after) == (False, 0, 1)
        clock.now += 0.2
        verdict = await limiter.hit("default", "k")
        assert (verdict.allowed, verdict.remaining, verdict.reset_after) == (True, 2, 60)

    async def test_keys_and_kinds_are_apart(self, clock: Clock) -> None:
        limiter = Limiter(LimitSettings(default="1/minute", user="1/minute"), clock=clock)
        assert (await limiter.hit("default", "a")).allowed
        assert (await limiter.hit("default", "b")).allowed
        assert (await limiter.hit("user", "a")).allowed
        assert not (await limiter.hit("default", "a")).allowed

    async def test_of_several_rates_the_closest_speaks(self, clock: Clock) -> None:
        limiter = Limiter(LimitSettings(default="2/second;3/minute"), clock=clock)
        first = await limiter.hit("default", "k")
        assert (first.limit, first.remaining, first.window) == (2, 1, 1)
        await limiter.hit("default", "k")
        refused = await limiter.hit("default", "k")
        assert (refused.allowed, refused.window) == (False, 1)
        clock.now += 1.5
        refused = await limiter.hit("default", "k")
        assert (refused.allowed, refused.limit, refused.window) == (False, 3, 60)
        policy, state = limiter.headers("default", refused)
        assert policy == (b"ratelimit-policy", b'"default-1s";q=2;w=1, "default-60s";q=3;w=60')
        assert state == (b"ratelimit", b'"default-60s";r=0;t=59')

    def test_a_window_is_never_forgotten_early_nor_kept_for_long(self) -> None:
        """Against a counter that remembers everything, at any pace."""
        counter, naive = Counter(Rate(5, 10)), dict[str, tuple[int, float]]()
        now = 0.0
        for step in range(20_000):
            now += (step * 7919 % 23) / 10
            key = str(step * 104_729 % 50)
            count, closes = naive.get(key, (0, 0.0))
            if closes <= now:
                count, closes = 0, now + 10
            naive[key] = (count + 1, closes)
            assert counter.hit(key, now) == naive[key]

    def test_memory_is_bounded(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(limits, "MOST_CALLERS", 1_000)
        recent: Recent[int] = Recent(60)
        for number in range(10_000):
            recent.put(str(number), number, now=1.0)
        held = sum(recent.get(str(number)) is not None for number in range(10_000))
        assert held <= 2_000

    async def test_a_hit_is_cheap_and_starts_nothing(self) -> None:
        limiter = Limiter(LimitSettings())
        tasks = len(asyncio.all_tasks())
        for number in range(20_000):
            await limiter.hit("default", str(number))
        began = time.process_time()
        for number in range(20_000):
            await limiter.hit("default", str(number))
        assert (time.process_time() - began) / 20_000 < 50e-6 * slowness()
        assert len(asyncio.all_tasks()) == tasks

    async def test_nothing_shared_is_nothing_to_lose(self) -> None:
        limiter = Limiter(LimitSettings())
        assert await limiter.state() == "in-process"
        await limiter.close()


class Gate:
    """Stands before Redis, and can drop, or silently hold, whatever passes."""

    def __init__(self, url: str) -> None:
        target = urlsplit(url)
        assert target.hostname is not None
        assert target.port is not None
        self._target = (target.hostname, target.port)
        self._writers: list[asyncio.StreamWriter] = []
        self._open = asyncio.Event()
        self._open.set()
        self._server: asyncio.Server | None = None
        self._port = 0

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    def url(self, url: str) -> str:
        parts = urlsplit(url)
        credentials, at, _ = parts.netloc.rpartition("@")
        return parts._replace(netloc=f"{credentials}{at}127.0.0.1:{self._port}").geturl()

    def hold(self) -> None:
        self._open.clear()

    def release(self) -> None:
        self._open.set()

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        for writer in self._writers:
            writer.close()
        self._writers.clear()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(*self._target)
        self._writers += [writer, far_writer]
        await asyncio.gather(self._pass(reader, far_writer), self._pass(far_reader, writer))

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(65_536):
                await self._open.wait()
                writer.write(data)
                await writer.drain()
        writer.close()


@pytest.fixture
async def gate(redis_url: str) -> AsyncIterator[Gate]:
    gate = Gate(redis_url)
    await gate.start()
    yield gate
    gate.release()
    await gate.stop()


class TestShared:
    @pytest.fixture(autouse=True)
    def _patient(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A busy machine is not what is tested."""
        monkeypatch.setattr(limits, "PATIENCE", 20)

    async def test_processes_count_together(self, redis_url: str) -> None:
        one, two = (Limiter(LimitSettings(default="5/minute"), redis_url) for _ in range(2))
        assert await hits(one, 3) == [True] * 3
        assert await hits(two, 3) == [True, True, False]
        verdict = await one.hit("default", "k")
        assert (verdict.allowed, verdict.remaining) == (False, 0)
        assert 55 <= verdict.reset_after <= 60
        # The second one did not open the window, and knows nevertheless when it closes.
        assert abs((await two.hit("default", "k")).reset_after - verdict.reset_after) <= 1
        assert await one.state() == "connected"
        await one.close()
        await two.close()

    async def test_a_window_closes(self, redis_url: str) -> None:
        limiter = Limiter(LimitSettings(default="1 per 2 seconds"), redis_url)
        assert await hits(limiter, 2) == [True, False]
        async with asyncio.timeout(20):
            while await hits(limiter, 1) == [False]:  # noqa: ASYNC110 - it tells nobody
                await asyncio.sleep(0.1)
        await limiter.close()

    async def test_exactly_the_rate_passes_under_concurrency(self, redis_url: str) -> None:
        limiters = [Limiter(LimitSettings(default="50/minute"), redis_url) for _ in range(3)]
        verdicts = await asyncio.gather(*(limiters[n % 3].hit("default", "k") for n in range(150)))
        assert sum(verdict.allowed for verdict in verdicts) == 50
        for limiter in limiters:
            await limiter.close()

    async def test_when_redis_dies_the_process_counts_on(
        self, redis_url: str, gate: Gate, log: Log, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(limits, "PAUSE", 0.3)
        limiter = Limiter(LimitSettings(default="5/minute"), gate.url(redis_url))
        assert await hits(limiter, 3) == [True] * 3
        await gate.stop()
        assert await hits(limiter, 4) == [True, True, False, False]
        assert await limiter.state() == "disconnected"
        await gate.start()
        await asyncio.sleep(0.35)
        # Redis saw three hits only; this is the fourth.
        verdict = await limiter.hit("default", "k")
        assert (verdict.allowed, verdict.remaining) == (True, 1)
        assert await limiter.state() == "connected"
        events = [event["event"] for event in log()]
        assert events == ["rate_limits_in_process", "rate_limits_shared_again"]
        await limiter.close()

    async def test_when_redis_hangs_nobody_waits_for_it(
        self, redis_url: str, gate: Gate, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(limits, "PATIENCE", 0.2)
        limiter = Limiter(LimitSettings(default="5/minute"), gate.url(redis_url))
        await hits(limiter, 1)
        gate.hold()
        began = time.monotonic()
        assert await hits(limiter, 50) == [True] * 4 + [False] * 46
        assert time.monotonic() - began < 5  # fifty that waited would take ten
        assert await limiter.state() == "disconnected"
        await limiter.close()

    async def test_a_redis_that_was_never_there(self) -> None:
        with socket.socket() as reserved:
            reserved.bind(("127.0.0.1", 0))
            port = reserved.getsockname()[1]
            limiter = Limiter(LimitSettings(default="2/minute"), f"redis://127.0.0.1:{port}/0")
            assert await hits(limiter, 3) == [True, True, False]
            assert await limiter.state() == "disconnected"
            await limiter.close()

    async def test_a_redis_that_refuses_the_password(self, redis_url: str) -> None:
        parts = urlsplit(redis_url)
        wrong = parts._replace(netloc=f":wrong@{parts.netloc.rpartition('@')[2]}").geturl()
        limiter = Limiter(LimitSettings(default="2/minute"), wrong)
        assert await hits(limiter, 3) == [True, True, False]
        await limiter.close()
