"""Connections that a process of the suite keeps for tests that each have a runtime of their own.

Such a test has another clock or other settings than the rest. Connecting an engine of its own and
compiling every statement once more took it longer than what it tests.
"""

from collections.abc import AsyncIterator

import pytest

from upnext.core.db import Database


class Kept(Database):
    """Outlives the runtimes that it is given to."""

    async def dispose(self) -> None:
        """Each of them closes what it has at its end: not this."""

    async def really_dispose(self) -> None:
        await super().dispose()


class Keeper:
    def __init__(self) -> None:
        self._kept: dict[str, Kept] = {}

    def of(self, url: str) -> Kept:
        """For databases that tests share; one of a test's own would stay open to the end."""
        if url not in self._kept:
            self._kept[url] = Kept(url)
        return self._kept[url]

    async def end(self) -> None:
        for one in self._kept.values():
            await one.really_dispose()


@pytest.fixture(scope="session")
async def keeper() -> AsyncIterator[Keeper]:
    keeper = Keeper()
    yield keeper
    await keeper.end()
