"""Pure: whether the rows of a chain are those that were sealed, in their order, and all of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from upnext.core.changes import ChangeRow
from upnext.core.sealing import link

NOTHING = bytes(32)


class Kind(StrEnum):
    """What is wrong."""

    ALTERED = "altered"
    MISSING = "missing"
    EXTRA = "extra"
    TRUNCATED = "truncated"
    HEAD = "head"
    CHECKPOINT = "checkpoint"
    UNSEALED = "unsealed"
    EXPECTED = "expected"


class Mark(NamedTuple):
    """A place in a chain."""

    seq: int
    hash: bytes


START = Mark(0, NOTHING)


@dataclass(frozen=True, slots=True)
class Fault:
    """`seq` is where; `change_id` is None for what is not there or is no row."""

    kind: Kind
    seq: int | None
    change_id: UUID | None
    detail: str


class Chain:
    """Takes the rows one after the other, in the order of `seq`, beginning behind `start`."""

    def __init__(self, start: Mark) -> None:
        self._floor = start.seq
        self.last = start
        self.rows = 0

    def take(self, row: ChangeRow) -> Iterator[Fault]:
        self.rows += 1
        seq, digest = row.seq, bytes(row.hash or b"")
        if seq is None or seq <= self._floor:
            detail = "It lies before the chain's beginning, where nothing can be."
            yield Fault(Kind.EXTRA, seq, row.id, detail)
            return
        if seq > self.last.seq + 1:
            # What its hash was made over is gone, so it cannot be judged; its followers can.
            yield self._gap(seq)
        elif digest != link(self.last.hash, row, seq):
            detail = "It, or the hash of the change before it, is not what was sealed."
            yield Fault(Kind.ALTERED, seq, row.id, detail)
        self.last = Mark(seq, digest)

    def _gap(self, seq: int) -> Fault:
        first, last = self.last.seq + 1, seq - 1
        what = f"Change {first} is" if first == last else f"Changes {first} to {last} are"
        return Fault(Kind.MISSING, first, None, f"{what} missing.")

    def end(self, head: Mark | None) -> Iterator[Fault]:
        """`head` is where the sealer says that the chain ends."""
        last = self.last
        if head is None:
            if last != START:
                yield Fault(Kind.HEAD, last.seq, None, "The chain's head is missing.")
        elif head.seq > last.seq:
            detail = f"The chain ended at {head.seq}; what followed {last.seq} is missing."
            yield Fault(Kind.TRUNCATED, last.seq + 1, None, detail)
        elif head.seq < last.seq:
            detail = f"The chain's head is at {head.seq}, but there are changes to {last.seq}."
            yield Fault(Kind.HEAD, head.seq, None, detail)
        elif head.hash != last.hash:
            detail = "The chain's head has another hash than its last change."
            yield Fault(Kind.HEAD, head.seq, None, detail)
