"""Asking what may be gone: nobody waits for it long, and the log says once that it went.

After a failure one call tries again now and then; the others go on without it meanwhile.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import NamedTuple, TypeVar

import structlog

T = TypeVar("T")


class Told(NamedTuple):
    """What the log says."""

    logger: str
    lost: str
    back: str


class Spared:
    """`failures` mean that it is gone. `clock` counts seconds and never goes back."""

    def __init__(
        self, failures: tuple[type[Exception], ...], clock: Callable[[], float], told: Told
    ) -> None:
        self._failures = failures
        self._clock = clock
        self._told = told
        self._log = structlog.get_logger(told.logger)
        self._lost = False
        self._asks_again = 0.0

    async def ask(
        self, question: Callable[[], Awaitable[T]], *, patience: float, pause: float
    ) -> T | None:
        """None while there is no answer. Waits `patience` seconds, and is lost for `pause`."""
        if self._lost:
            if self._clock() < self._asks_again:
                return None
            self._asks_again = self._clock() + pause
        try:
            async with asyncio.timeout(patience):
                found = await question()
        except self._failures as error:
            self._asks_again = self._clock() + pause
            if not self._lost:
                self._log.warning(self._told.lost, error=repr(error))
            self._lost = True
            return None
        if self._lost:
            self._log.info(self._told.back)
        self._lost = False
        return found
