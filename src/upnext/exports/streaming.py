"""How an export reaches its reader: a few at a time, each with an end, and nothing left open."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import AsyncExitStack, contextmanager
from uuid import UUID

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from upnext.core.errors import TooMany, Unavailable
from upnext.core.runtime import Runtime

# Each holds a connection to the database for as long as its reader takes.
MOST, MOST_OF_ONE = 3, 1
LONGEST_SECONDS = 900


class Turns:
    """Who is exporting in this process."""

    def __init__(self) -> None:
        self._running: Counter[UUID | None] = Counter()

    @property
    def running(self) -> int:
        return self._running.total()

    @contextmanager
    def taken(self, user_id: UUID | None) -> Iterator[None]:
        again = {"Retry-After": "5"}
        if self._running[user_id] >= MOST_OF_ONE:
            raise TooMany(
                "An export of yours is still running. Start the next one when it is done.",
                code="export_running",
                headers=again,
            )
        if self.running >= MOST:
            raise Unavailable("Others are exporting. Try again in a moment.", headers=again)
        self._running[user_id] += 1
        try:
            yield
        finally:
            self._running[user_id] -= 1
            self._running += Counter()  # forgets whoever is done


def turns_of(runtime: Runtime) -> Turns:
    turns: Turns = runtime.parts.setdefault("exports", Turns())
    return turns


class Stream(StreamingResponse):
    """Sends what a generator yields. What it reads from is closed however the sending ends.

    A reader who leaves cancels the sending, and a cancelled statement costs its connection. So
    each step of the generator is a task of its own, which goes on to its end.
    """

    def __init__(
        self, chunks: AsyncGenerator[bytes], source: AsyncExitStack, headers: Mapping[str, str]
    ) -> None:
        super().__init__(self._stepwise(), headers=headers)
        self._chunks = chunks
        self._source = source
        self._step: asyncio.Task[bytes | None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with self._source:
            try:
                await super().__call__(scope, receive, send)
            finally:
                if self._step is not None:
                    await asyncio.wait([self._step])
                await self._chunks.aclose()

    async def _stepwise(self) -> AsyncGenerator[bytes]:
        while True:
            self._step = asyncio.create_task(self._next())
            chunk = await asyncio.shield(self._step)
            if chunk is None:
                return
            yield chunk

    async def _next(self) -> bytes | None:
        return await anext(self._chunks, None)

    async def stream_response(self, send: Send) -> None:
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                await super().stream_response(send)
        except TimeoutError:
            # The answer has begun: it breaks off without an end, which its reader notices.
            raise Unavailable("The export was not read in time.") from None
