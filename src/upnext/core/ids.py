"""UUIDv7 (RFC 9562): keys that sort by the time they were made."""

import os
import threading
import time
from datetime import datetime
from uuid import UUID

_lock = threading.Lock()
_last = 0


def new_id() -> UUID:
    """Strictly increasing within a process: 48 bits of milliseconds, then a counter-like tail.

    The 74 bits after the milliseconds are random; within one millisecond the number before is
    counted up by a random step instead, so that the order holds and nothing can be guessed.
    """
    global _last  # noqa: PLW0603  (one sequence for the whole process is the guarantee)
    fresh = (time.time_ns() // 1_000_000) << 74 | int.from_bytes(os.urandom(10)) >> 6
    with _lock:
        step = 1 + int.from_bytes(os.urandom(4))
        _last = number = fresh if fresh > _last else _last + step
    head, tail = number >> 62, number & ((1 << 62) - 1)
    return UUID(int=(head >> 12) << 80 | 0x7 << 76 | (head & 0xFFF) << 64 | 0b10 << 62 | tail)


def id_at(moment: datetime, nth: int = 0) -> UUID:
    """Of something that was made then, elsewhere: it sorts among what was made here at the time.

    The twelve bits after the milliseconds hold the microseconds, so the order is exact to one;
    below them `nth` tells apart what was made in one moment.
    """
    micros = int(moment.timestamp()) * 1_000_000 + moment.microsecond
    tail = (nth & 0x3FFF) << 48 | int.from_bytes(os.urandom(6))
    return UUID(int=(micros // 1000) << 80 | 0x7 << 76 | (micros % 1000) << 64 | 0b10 << 62 | tail)
