"""The people who asked last, and the tasks that were read for them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple
from uuid import UUID

from upnext.core.lanes import Row
from upnext.core.lanes.named import Named
from upnext.core.recent import Recent
from upnext.planning.clocks import WorkClock
from upnext.planning.engine import Basis
from upnext.planning.queries import SHORT_LIST

PART: Final = "planning"
"""Where the runtime has its `Memory`."""
MOST_PEOPLE: Final = 2_000
MOST_BYTES: Final = 16_000_000
BESIDE: Final = 4_000
"""What Python takes for a task beside its description, about, in bytes."""
PICK: Final = 1_200
"""And for a row that was read, and what was made of it."""


class Person(NamedTuple):
    """`row`: of `queries.situation` (Any: a row's columns have no static types)."""

    row: Any
    clock: WorkClock

    @property
    def short(self) -> bool:
        """Whether all their tasks are read."""
        return bool(self.row.keys <= SHORT_LIST)

    def holds(self, row: Any) -> bool:
        """Whether a row that was read along with tasks says the same."""
        return bool(row.state == self.row.state and (not self.short or row.keys <= SHORT_LIST))


@dataclass(slots=True)
class Made:
    """What a ranking starts from, and what it was made of: of no more tasks than there is `room`
    for. Of others nothing is kept, as nobody has counted them."""

    room: int = 0
    of: object = None
    basis: Basis | None = None


class Read(NamedTuple):
    """What was read of somebody, and what was made of that."""

    person: Person
    statement: Named
    found: Sequence[Row]
    stuck: int
    """How many of the offered tasks cannot be done now."""
    states: Mapping[UUID, str]
    """Of the tasks that were found."""
    rows: Sequence[Any]
    """What was found, with the facts of these tasks (Any: as of `Person.row`)."""
    made: Made

    def again(self, person: Person, statement: Named, found: Sequence[Row]) -> bool:
        """Whether the same was read."""
        same = self.person is person and self.statement is statement
        return same and self.found == found


class Memory:
    """Bounded: who asked, and what was read, longest ago is forgotten. Tasks are kept for whoever
    may see them, so nothing may be taken from here by anything but an id that was just read."""

    def __init__(self, most_people: int = MOST_PEOPLE, most_bytes: int = MOST_BYTES) -> None:
        self._people: Recent[UUID, Person] = Recent(most_people)
        self._tasks: Recent[UUID, Any] = Recent(most_bytes, _size)
        self._read: Recent[UUID, Read] = Recent(most_bytes // 2, _size_read)

    def person(self, user_id: UUID) -> Person | None:
        return self._people.get(user_id)

    def meet(self, user_id: UUID, person: Person) -> None:
        self._people.put(user_id, person)

    def read(self, user_id: UUID) -> Read | None:
        """What was read of them last."""
        return self._read.get(user_id)

    def keep(self, user_id: UUID, read: Read) -> None:
        self._read.put(user_id, read)

    def tasks(self, states: Iterable[tuple[UUID, str]]) -> dict[UUID, Any]:
        """Rows of `known.queries.tasks`, of those that are known in just this state."""
        found = {}
        for task_id, state in states:
            row = self._tasks.get(task_id)
            if row is not None and row.task_state == state:
                found[task_id] = row
        return found

    def learn(self, rows: Iterable[Any]) -> None:
        """Any: as `tasks` gives them."""
        for row in rows:
            self._tasks.put(row.id, row)


def _size(row: Any) -> int:  # as above
    return len(row.description) + BESIDE


def _size_read(read: Read) -> int:
    return BESIDE * 2 + PICK * len(read.found)
