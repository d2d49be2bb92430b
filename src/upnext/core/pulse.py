"""What was written last, told among the processes of one machine without asking the database.

They share a small file of numbers, one for each workspace and each person (two may have the same).
Whoever has committed a change puts a number there that was never there before, and only then
answers. So whoever finds the numbers that they saw before they asked the database knows that
nothing was written by any of these processes since.

Several machines do not share it: there nothing is said, and who would like to know has to ask.
"""

import mmap
import os
import secrets
from collections.abc import Iterable
from itertools import count
from pathlib import Path
from typing import Final
from uuid import UUID

import structlog

log = structlog.get_logger("upnext.pulse")

SLOTS: Final = 8_192
WIDTH: Final = 8
MOST_WATCHED: Final = 64
"""Of somebody in more workspaces than these, each look would cost as much as asking."""

Seen = tuple[tuple[int, int], ...]
"""Places with the numbers that were there."""


class Pulse:
    """Opens its file when it is first used, since a runtime opens nothing by itself."""

    def __init__(self, file: Path | None = None) -> None:
        """None: nothing is shared, so nothing is ever known."""
        self._file = file
        self._numbers: memoryview | None = None
        self._mapped: mmap.mmap | None = None
        # Of all processes that ever use the file, none puts a number that another has put.
        self._new = count(secrets.randbits(63))

    def seen(self, ids: Iterable[UUID | None]) -> Seen | None:
        """To be taken before the database is asked. None: there is no telling."""
        numbers = self._open()
        if numbers is None:
            return None
        places = {each.int % SLOTS for each in ids if each is not None}
        if len(places) > MOST_WATCHED:
            return None
        return tuple((place, numbers[place]) for place in places)

    def still(self, seen: Seen) -> bool:
        """Whether nothing was written there since, by any process that shares the file."""
        numbers = self._numbers
        return numbers is not None and all(numbers[place] == then for place, then in seen)

    def beat(self, ids: Iterable[UUID | None]) -> None:
        """After the commit, and before anybody is told of it."""
        numbers = self._open()
        if numbers is not None:
            for each in ids:
                if each is not None:
                    # One aligned store of eight bytes: nobody sees half of it.
                    numbers[each.int % SLOTS] = next(self._new) % 2**64

    def close(self) -> None:
        if self._numbers is not None and self._mapped is not None:
            self._numbers.release()
            self._mapped.close()
        self._numbers = self._mapped = self._file = None

    def _open(self) -> memoryview | None:
        if self._numbers is None and self._file is not None:
            try:
                self._mapped = _mapped(self._file)
            except OSError as error:
                # Then each question is asked, as on several machines.
                log.info("pulse_not_shared", error=str(error))
                self._file = None
                return None
            self._numbers = memoryview(self._mapped).cast("Q")
        return self._numbers


def _mapped(path: Path) -> mmap.mmap:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        if os.fstat(descriptor).st_size < SLOTS * WIDTH:
            os.ftruncate(descriptor, SLOTS * WIDTH)
        return mmap.mmap(descriptor, SLOTS * WIDTH)
    finally:
        os.close(descriptor)
