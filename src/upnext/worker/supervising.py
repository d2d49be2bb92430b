"""Keeps the parts of a worker alive: what dies is started again, and what is told to end, ends.

The process that does so holds nothing but handles on the others, so that there is little in it to
break; parts that lose it end by themselves.
"""

import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from types import FrameType

import structlog

log = structlog.get_logger("upnext.worker")

LOOK_SECONDS = 1.0
# What does not live that long has something wrong with it that no further start mends.
SHORTEST_LIFE = 5.0
TELLING = (signal.SIGTERM, signal.SIGINT)


class Part:
    """A process by fork, which runs `main`."""

    def __init__(self, name: str, main: Callable[[], None]) -> None:
        self.name = name
        self._main = main
        self._born = 0.0
        self._process: BaseProcess | None = None

    def start(self) -> None:
        context = multiprocessing.get_context("fork")
        self._process = context.Process(target=self._live, name=self.name)
        self._born = time.monotonic()
        self._process.start()

    def _live(self) -> None:
        for number in TELLING:
            signal.signal(number, signal.SIG_DFL)
        self._main()

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.is_alive()

    @property
    def sentinel(self) -> int:
        assert self._process is not None  # noqa: S101  (for the type checker: it was started)
        return self._process.sentinel

    @property
    def may_live(self) -> bool:
        """Not what ended by itself, and soon."""
        assert self._process is not None  # noqa: S101  (as above)
        killed = (self._process.exitcode or 0) < 0
        return killed or time.monotonic() - self._born > SHORTEST_LIFE

    def tell(self) -> None:
        if self._process is not None and self._process.is_alive():
            self._process.terminate()


def supervise(parts: Sequence[Part]) -> None:
    """Until SIGTERM or SIGINT, and then until every part has ended."""
    told = False

    def tell(_: int, __: FrameType | None) -> None:
        nonlocal told
        told = True

    for part in parts:
        part.start()
    for number in TELLING:
        signal.signal(number, tell)
    while not told:
        wait([part.sentinel for part in parts], timeout=LOOK_SECONDS)
        for part in parts:
            if not (part.alive or told):
                _replace(part, parts)
    # From the first one on, since the last one may be what the others lean on.
    for part in parts:
        part.tell()
        wait([part.sentinel])


def _replace(dead: Part, parts: Sequence[Part]) -> None:
    if not dead.may_live:
        log.error("worker_part_does_not_live", part=dead.name)
        for part in parts:
            part.tell()
        sys.exit(1)
    log.warning("worker_part_died", part=dead.name)
    dead.start()


def end_with_parent() -> None:
    """From now on this process ends at once when the one that started it is gone."""
    parent = os.getppid()

    def look() -> None:
        while os.getppid() == parent:
            time.sleep(LOOK_SECONDS)
        os._exit(1)

    threading.Thread(target=look, name="parent", daemon=True).start()
