"""Cards as they were shown last, so that only those are read in full that have changed since."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Final, NamedTuple
from uuid import UUID

from upnext.core.recent import Recent

PART: Final = "boards"
"""Where the runtime has its `Kept`."""
MOST_BYTES: Final = 16_000_000
BESIDE: Final = 300
"""What Python takes for a card beside its JSON, about, in bytes."""

NEVER: Final = datetime.max.replace(tzinfo=UTC)
View = tuple[UUID, int]
"""A board, and how many cards of its closed columns are shown."""


class Cards(NamedTuple):
    """The JSON of cards by their states. It holds from `since` on and before `until`: deadlines
    pass by themselves."""

    since: datetime
    until: datetime
    bodies: Mapping[str, bytes]

    def joined(self, more: "Cards") -> "Cards":
        since, until = max(self.since, more.since), min(self.until, more.until)
        return Cards(since, until, {**self.bodies, **more.bodies})

    def only(self, states: Iterable[Iterable[str]]) -> "Cards":
        wanted = {state: self.bodies[state] for each in states for state in each}
        return self._replace(bodies=wanted)

    @property
    def size(self) -> int:
        return sum(map(len, self.bodies.values())) + BESIDE * len(self.bodies)


class Kept:
    """Of a process: the boards that were looked at last. Whoever may see a board sees the same."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._boards: Recent[View, Cards] = Recent(most_bytes, lambda cards: cards.size)

    def get(self, view: View, now: datetime) -> Cards | None:
        cards = self._boards.get(view)
        return cards if cards is not None and cards.since <= now < cards.until else None

    def put(self, view: View, cards: Cards) -> None:
        self._boards.put(view, cards)
