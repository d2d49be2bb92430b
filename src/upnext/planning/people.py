"""What a process knew last of the people who asked it what is next."""

from collections import OrderedDict
from typing import Any, Final, NamedTuple
from uuid import UUID

from upnext.planning.clocks import WorkClock
from upnext.planning.queries import SHORT_LIST

PART: Final = "people"
"""Where the runtime has its `People`."""
MOST_PEOPLE: Final = 2_000


class Known(NamedTuple):
    """`row`: of `queries.situation` (Any: a row's columns have no static types)."""

    row: Any
    clock: WorkClock

    @property
    def short(self) -> bool:
        return bool(self.row.keys <= SHORT_LIST)

    def holds(self, row: Any) -> bool:
        """Whether a row that was read along with tasks says the same."""
        return bool(row.state == self.row.state and (row.keys <= SHORT_LIST) is self.short)


class People:
    """What a process knew of them last. It may be wrong at any time."""

    def __init__(self, most: int = MOST_PEOPLE) -> None:
        self._known: OrderedDict[UUID, Known] = OrderedDict()
        self._most = most

    def get(self, user_id: UUID) -> Known | None:
        return self._known.get(user_id)

    def put(self, user_id: UUID, known: Known) -> None:
        self._known.pop(user_id, None)
        self._known[user_id] = known
        if len(self._known) > self._most:
            self._known.popitem(last=False)
