"""What one process worked out and the others need not: in Redis, if there is one.

Only for what may be lost at any moment, and is kept under a name that says all that it depends on.
A Redis that fails costs nobody more than a moment: it is asked again after a pause, and the log
says so once.
"""

import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from upnext.core import sentinels
from upnext.core.sparing import Spared, Told

TOLD = Told("upnext.cache", lost="cache_in_process", back="cache_shared_again")

PREFIX = "upnext:cache:"
# What is kept can be worked out again: nobody waits for it long.
PATIENCE = 0.1
PAUSE = 2.0
T = TypeVar("T")


class SharedCache:
    """Made once per process. `clock` counts seconds from anywhere and never goes back."""

    def __init__(
        self, url: str | None = None, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._redis = None
        if url is None:
            return
        # Imported here: most instances have no use for it.
        from redis.asyncio import Redis  # noqa: PLC0415 - see above
        from redis.asyncio.retry import Retry  # noqa: PLC0415 - see above
        from redis.backoff import NoBackoff  # noqa: PLC0415 - see above
        from redis.exceptions import RedisError  # noqa: PLC0415 - see above

        failures = (RedisError, OSError, TimeoutError)
        self._spared = Spared(failures, clock, TOLD)
        self._pool = sentinels.pool_of(
            url,
            socket_timeout=PATIENCE,
            socket_connect_timeout=PATIENCE,
            retry=Retry(NoBackoff(), 0),
        )
        self._redis = Redis(connection_pool=self._pool)

    async def get(self, name: str) -> bytes | None:
        redis = self._redis
        found = None if redis is None else await self._ask(lambda: redis.get(PREFIX + name))
        # Typed wider by the client, which decodes only when it is told to.
        return found if isinstance(found, bytes) else None

    async def put(self, name: str, value: bytes, seconds: int) -> None:
        redis = self._redis
        if redis is not None:
            await self._ask(lambda: redis.set(PREFIX + name, value, ex=seconds))

    async def close(self) -> None:
        if self._redis is not None:
            await self._redis.aclose()
            await sentinels.close(self._pool)

    async def _ask(self, question: Callable[[], Awaitable[T]]) -> T | None:
        """None while Redis does not answer."""
        return await self._spared.ask(question, patience=PATIENCE, pause=PAUSE)
