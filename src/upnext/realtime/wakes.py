"""How a process learns that another has sealed something: by Redis at once, else by looking.

Only names of workspaces travel. What happened is read from the database, so a lost message costs
a moment and never an event.
"""

import asyncio
import re
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

import structlog

from upnext.core import sentinels

log = structlog.get_logger("upnext.realtime")

CHANNEL = "upnext:sealed"
PATIENCE = 1.0
QUIET_SECONDS = 10.0
NEWS = re.compile(rb"([0-9a-f]{32}):([0-9]{1,18})")
PAUSES = (0.5, 1.0, 2.0, 5.0)

Wake = Callable[[UUID, int], None]


class SharedWakes:
    """Tells the other processes, and is told by them, as long as Redis is there."""

    def __init__(self, url: str, wake: Wake, *, missed: Callable[[], None]) -> None:
        """`missed` is called when others may have told something that was not heard."""
        # Imported here: most instances have no use for it.
        from redis.asyncio import Redis  # noqa: PLC0415 - see above
        from redis.asyncio.retry import Retry  # noqa: PLC0415 - see above
        from redis.backoff import NoBackoff  # noqa: PLC0415 - see above
        from redis.exceptions import RedisError  # noqa: PLC0415 - see above

        self._failures = (RedisError, OSError, TimeoutError)
        self._pool = sentinels.pool_of(
            url,
            socket_connect_timeout=PATIENCE,
            socket_timeout=PATIENCE,
            retry=Retry(NoBackoff(), 0),
        )
        self._redis = Redis(connection_pool=self._pool)
        self._wake, self._missed = wake, missed
        self._news: dict[UUID, int] = {}
        self._stir = asyncio.Event()
        self._lost = False
        self.connected = False
        """Whether this process hears the others."""

    def tell(self, workspace_id: UUID, seq: int) -> None:
        self._news[workspace_id] = seq
        self._stir.set()

    async def run(self) -> None:
        """Until cancelled."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._publish_forever())
                group.create_task(self._listen_forever())
        finally:
            await sentinels.close(self._pool)

    async def _publish_forever(self) -> None:
        while True:
            await self._stir.wait()
            self._stir.clear()
            news, self._news = self._news, {}
            try:
                for workspace_id, seq in news.items():
                    await self._redis.publish(CHANNEL, f"{workspace_id.hex}:{seq}")
            except self._failures as error:
                # They look for themselves every second.
                self._note_lost(error)

    async def _listen_forever(self) -> None:
        attempt = 0
        while True:
            try:
                async with self._redis.pubsub() as channel:
                    await channel.subscribe(CHANNEL)
                    while True:
                        self._heard(await channel.get_message(timeout=QUIET_SECONDS))
            except self._failures as error:
                attempt = 0 if self.connected else attempt + 1
                self.connected = False
                self._note_lost(error)
            await asyncio.sleep(PAUSES[min(attempt, len(PAUSES) - 1)])

    def _heard(self, message: Mapping[str, Any] | None) -> None:
        if message is None:
            return
        if message["type"] == "subscribe":
            # Also after the client mended a broken connection by itself.
            if self._lost:
                log.info("realtime_by_redis_again")
            self._lost, self.connected = False, True
            self._missed()
        elif message["type"] == "message":
            found = NEWS.fullmatch(message["data"])
            if found is not None:
                self._wake(UUID(found[1].decode()), int(found[2]))

    def _note_lost(self, error: Exception) -> None:
        if not self._lost:
            log.warning("realtime_by_polling", error=repr(error))
        self._lost = True
