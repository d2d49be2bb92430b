"""So many at a time."""

import asyncio

from upnext.core.errors import Unavailable
from upnext.core.lanes import PATIENCE, RETRY


class Turns:
    """Whoever waits for longer than 15 seconds is told to come back."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._free = asyncio.Semaphore(size)

    async def take(self) -> None:
        """Raises Unavailable."""
        if not self._free.locked():
            await self._free.acquire()
            return
        try:
            async with asyncio.timeout(PATIENCE):
                await self._free.acquire()
        except TimeoutError as error:
            raise Unavailable("The server is busy. Try again.", headers=RETRY) from error

    def give(self) -> None:
        self._free.release()

    async def __aenter__(self) -> None:
        """All of them: when nobody is at it any more."""
        for _ in range(self._size):
            await self._free.acquire()

    async def __aexit__(self, *failure: object) -> None:
        for _ in range(self._size):
            self._free.release()
