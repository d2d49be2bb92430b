"""The people who asked last, and the tasks that were read for them."""

from collections.abc import Iterable
from typing import Any, Final, NamedTuple
from uuid import UUID

from upnext.core.recent import Recent
from upnext.planning.clocks import WorkClock
from upnext.planning.queries import SHORT_LIST

PART: Final = "planning"
"""Where the runtime has its `Memory`."""
MOST_PEOPLE: Final = 2_000
MOST_BYTES: Final = 16_000_000
BESIDE: Final = 4_000
"""What Python takes for a task beside its description, about, in bytes."""


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
        return bool(row.state == self.row.state and (row.keys <= SHORT_LIST) is self.short)


class Memory:
    """Bounded: who asked, and what was read, longest ago is forgotten. Tasks are kept for whoever
    may see them, so nothing may be taken from here by anything but an id that was just read."""

    def __init__(self, most_people: int = MOST_PEOPLE, most_bytes: int = MOST_BYTES) -> None:
        self._people: Recent[UUID, Person] = Recent(most_people)
        self._tasks: Recent[UUID, Any] = Recent(most_bytes, _size)

    def person(self, user_id: UUID) -> Person | None:
        return self._people.get(user_id)

    def meet(self, user_id: UUID, person: Person) -> None:
        self._people.put(user_id, person)

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
