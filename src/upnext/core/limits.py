"""How often somebody may call: counted in this process, or in Redis for all of them.

The windows are fixed and open with a caller's first hit. One atomic increment per hit is all they
cost, they hold one number per caller, and they end at a moment that can be told in the answer. In
exchange, a burst at the seam of two windows may reach twice the rate for a moment; what must not
happen twice, guessing a password, is slowed down per account as well.

Every hit is counted in the process even while Redis counts, so that the counts are there the
moment it fails; it is asked again after a pause. There is no state in which nothing is counted.
"""

import asyncio
import math
import re
import time
from collections.abc import Callable
from functools import partial
from typing import Any, Generic, Literal, NamedTuple, TypeVar

from upnext.core import sentinels
from upnext.core.config import LimitSettings
from upnext.core.sparing import Spared, Told

TOLD = Told("upnext.limits", lost="rate_limits_in_process", back="rate_limits_shared_again")

Kind = Literal["default", "user", "auth"]
Header = tuple[bytes, bytes]
V = TypeVar("V")

SECONDS = {
    "second": 1,
    "minute": 60,
    "hour": 3_600,
    "day": 86_400,
    "month": 2_592_000,
    "year": 31_104_000,
}
RATE = re.compile(
    rf"\s*(\d+)\s*(?:/|per)\s*(\d+)?\s*({'|'.join(SECONDS)})s?\s*", re.IGNORECASE | re.ASCII
)
# Callers remembered per window and process: some 20 MB. Beyond it the oldest are forgotten early.
MOST_CALLERS = 100_000
# A limit is not worth waiting for: a healthy Redis answers in a millisecond.
PATIENCE = 0.25
PAUSE = 2.0


class Rate(NamedTuple):
    amount: int
    window: int


class Verdict(NamedTuple):
    """`reset_after` and `window` in seconds."""

    allowed: bool
    limit: int
    remaining: int
    reset_after: int
    window: int

    def closer_than(self, other: "Verdict") -> bool:
        """Whether this one leaves less: a refusal less than any permission."""
        return (self.allowed, self.remaining) < (other.allowed, other.remaining)


class Count(NamedTuple):
    """Hits in the open window, this one included, and when it closes."""

    hits: int
    closes: float


def parse_rates(text: str) -> tuple[Rate, ...]:
    """`10/second;100/minute` in the notation of the `limits` library, which is slow to import."""
    rates = []
    for part in re.split("[,;]", text):
        found = RATE.fullmatch(part)
        if found is None:
            raise ValueError(f"{part!r} is not a rate")
        amount, multiple, unit = found.groups()
        rates.append(Rate(int(amount), int(multiple or 1) * SECONDS[unit.lower()]))
    return tuple(rates)


class Recent(Generic[V]):
    """What was put in within the last one to two windows, at no cost of sweeping.

    A generation is dropped whole once the next one is a window old: what was put in for at most a
    window is over by then.
    """

    def __init__(self, window: int) -> None:
        self._window = window
        self._young: dict[str, V] = {}
        self._old: dict[str, V] = {}
        self._turns = 0.0

    def get(self, key: str) -> V | None:
        return self._young.get(key) or self._old.get(key)

    def put(self, key: str, value: V, now: float) -> None:
        if now >= self._turns or len(self._young) >= MOST_CALLERS:
            self._old, self._young = self._young, {}
            self._turns = now + self._window
        self._young[key] = value


class Counter:
    """The counts of one rate in this process."""

    def __init__(self, rate: Rate) -> None:
        self.rate = rate
        self._counts: Recent[Count] = Recent(rate.window)

    def hit(self, key: str, now: float) -> Count:
        seen = self._counts.get(key)
        if seen is None or seen.closes <= now:
            count = Count(1, now + self.rate.window)
        else:
            count = Count(seen.hits + 1, seen.closes)
        self._counts.put(key, count, now)
        return count


class SharedCounters:
    """The counts of all processes, in Redis, by the script of the `limits` library."""

    def __init__(self, url: str, longest: int, clock: Callable[[], float]) -> None:
        # Imported here: a quarter of a second of a start that most instances have no use for.
        from limits.aio.storage import RedisStorage  # noqa: PLC0415 - see above
        from redis.asyncio import Redis  # noqa: PLC0415 - see above
        from redis.asyncio.retry import Retry  # noqa: PLC0415 - see above
        from redis.backoff import NoBackoff  # noqa: PLC0415 - see above
        from redis.exceptions import RedisError  # noqa: PLC0415 - see above

        self._failures = (RedisError, OSError, TimeoutError)
        self.spared = Spared(self._failures, clock, TOLD)
        self._pool = sentinels.pool_of(
            url,
            socket_timeout=PATIENCE,
            socket_connect_timeout=PATIENCE,
            retry=Retry(NoBackoff(), 0),
        )
        self._redis = Redis(connection_pool=self._pool)
        # It declares plain values only. Where Redis is, the pool knows.
        options: dict[str, Any] = {"connection_pool": self._pool}
        self._storage = RedisStorage(
            "async+redis://", implementation="redispy", key_prefix="upnext:limits", **options
        )
        self._closes: Recent[float] = Recent(longest)

    async def hit(self, key: str, rate: Rate, now: float) -> Count:
        """One round trip; a second one to learn when a window closes that another opened."""
        hits = await self._storage.incr(key, rate.window)
        closes = now + rate.window if hits == 1 else self._closes.get(key)
        if closes is None or closes <= now:
            closes = now + await self._storage.get_expiry(key) - time.time()
        self._closes.put(key, closes, now)
        return Count(hits, closes)

    async def check(self) -> bool:
        try:
            return bool(await self._redis.ping())
        except self._failures:
            return False

    async def close(self) -> None:
        await sentinels.close(self._pool)


class Limiter:
    """Made once per process. `clock` counts seconds from anywhere and never goes back."""

    def __init__(
        self,
        settings: LimitSettings,
        redis_url: str | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        texts: dict[Kind, str] = {
            "default": settings.default,
            "user": settings.user,
            "auth": settings.auth,
        }
        self._counters: dict[Kind, tuple[Counter, ...]] = {
            kind: tuple(Counter(rate) for rate in parse_rates(text)) for kind, text in texts.items()
        }
        self._policies = {kind: _policy(kind, own) for kind, own in self._counters.items()}
        self._clock = clock
        longest = max(c.rate.window for own in self._counters.values() for c in own)
        self._shared = SharedCounters(redis_url, longest, clock) if redis_url else None

    async def hit(self, kind: Kind, key: str) -> Verdict:
        """Counts one call. Of several rates, the verdict is that of the one closest to its end."""
        now = self._clock()
        worst: Verdict | None = None
        for counter in self._counters[kind]:
            rate = counter.rate
            count = counter.hit(key, now)
            if self._shared is not None:
                name = f"{kind}:{rate.window}:{key}"
                # While Redis does not answer, the count in this process holds.
                ask = partial(self._shared.hit, name, rate, now)
                shared = await self._shared.spared.ask(ask, patience=PATIENCE, pause=PAUSE)
                count = shared or count
            verdict = _judge(rate, count, now)
            if worst is None or verdict.closer_than(worst):
                worst = verdict
        if worst is None:
            raise ValueError(f"the limit {kind!r} has no rate")
        return worst

    def headers(self, kind: Kind, verdict: Verdict) -> list[Header]:
        """`RateLimit-Policy` and `RateLimit` as draft-ietf-httpapi-ratelimit-headers has them."""
        name = _name(kind, verdict.window, len(self._counters[kind]))
        state = f'"{name}";r={verdict.remaining};t={verdict.reset_after}'
        return [self._policies[kind], (b"ratelimit", state.encode())]

    async def state(self) -> Literal["connected", "disconnected", "in-process"]:
        """Of what is shared, for the health report."""
        if self._shared is None:
            return "in-process"
        try:
            async with asyncio.timeout(PATIENCE):
                answers = await self._shared.check()
        except TimeoutError:
            answers = False
        return "connected" if answers else "disconnected"

    async def close(self) -> None:
        if self._shared is not None:
            await self._shared.close()


def _judge(rate: Rate, count: Count, now: float) -> Verdict:
    return Verdict(
        allowed=count.hits <= rate.amount,
        limit=rate.amount,
        remaining=max(0, rate.amount - count.hits),
        reset_after=math.ceil(count.closes - now),
        window=rate.window,
    )


def _policy(kind: Kind, counters: tuple[Counter, ...]) -> Header:
    rates = [counter.rate for counter in counters]
    items = [f'"{_name(kind, r.window, len(rates))}";q={r.amount};w={r.window}' for r in rates]
    return b"ratelimit-policy", ", ".join(items).encode()


def _name(kind: Kind, window: int, rates: int) -> str:
    return kind if rates == 1 else f"{kind}-{window}s"
