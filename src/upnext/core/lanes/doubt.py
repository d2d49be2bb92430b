"""What was believed, checked by the very statement that is asked because of it.

Whoever a request acts for is known from the last one, but may be so no longer. Asking first costs
as much again as a short read. So the read's own first statement is asked along with it whether what
was believed still is so; if not, its rows are thrown away and the request starts anew.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple, cast
from weakref import WeakKeyDictionary

from sqlalchemy import Select, Update

from upnext.core.lanes import Lane, Prepared, Row


class Outdated(Exception):
    """What was believed is not so any more, and nothing that was read by it may be shown."""


class Belief:
    """What one statement says of its parameters, and any other can be asked to say as well."""

    def __init__(self, statement: Select[bool]) -> None:
        self.alone: Final = Prepared(statement)
        # Of itself: also where the other statement reads the same tables.
        self._holds = statement.correlate(None).scalar_subquery()
        # No longer than the statements themselves, of which some are made for one request.
        self._beside: WeakKeyDictionary[Prepared, Prepared] = WeakKeyDictionary()

    def beside(self, prepared: Prepared) -> Prepared | None:
        """With whether it holds as the last column of each row; None: not of this statement."""
        found = self._beside.get(prepared)
        if found is None and isinstance(prepared.statement, Select):
            found = Prepared(prepared.statement.add_columns(self._holds.label("holds")))
            self._beside[prepared] = found
        return found

    def required(self, prepared: Prepared) -> Prepared:
        """The same UPDATE, which changes nothing unless it holds."""
        found = self._beside.get(prepared)
        if found is None:
            found = Prepared(cast(Update, prepared.statement).where(self._holds))
            self._beside[prepared] = found
        return found


class Believed(NamedTuple):
    """A belief with its values. Equal ones hold together."""

    belief: Belief
    values: tuple[tuple[str, Any], ...]  # of any column


class Doubt:
    """One request's: whether something is believed, and not yet known to hold."""

    def __init__(self) -> None:
        self.open: Believed | None = None
        self.carried = False
        """Whether the statement that writes asks about it as well, so that nobody else needs to."""

    def take_on(self, belief: Belief, values: Mapping[str, Any]) -> None:
        """From now on `belief` is taken for granted with these values."""
        self.open, self.carried = Believed(belief, tuple(values.items())), False

    async def fetch(
        self, lane: Lane, prepared: Prepared, values: Mapping[str, Any]
    ) -> Sequence[Row]:
        """What the statement finds. Raises Outdated; without rows there is no telling yet."""
        if self.open is None or (guarded := self.open.belief.beside(prepared)) is None:
            return await lane.fetch(prepared, values)
        rows = await lane.fetch(guarded, {**values, **dict(self.open.values)})
        if rows:
            self._learn(rows[0])
        return [row[:-1] for row in rows]

    async def settle(self, lane: Lane) -> None:
        """Before anything is shown or kept. Raises Outdated."""
        if self.open is not None:
            (row,) = await lane.fetch(self.open.belief.alone, dict(self.open.values))
            self._learn(row)

    def confirm(self, held: Believed | None) -> None:
        """Somebody found that this holds."""
        if self.open == held:
            self.open = None

    def _learn(self, row: Row) -> None:
        self.open = None
        if not row[-1]:
            raise Outdated


class DoubtingLane:
    """The lane of a request that starts from a belief."""

    def __init__(self, lane: Lane, doubt: Doubt) -> None:
        self._lane = lane
        self._doubt = doubt

    async def fetch(self, prepared: Prepared, values: Mapping[str, Any]) -> Sequence[Row]:
        return await self._doubt.fetch(self._lane, prepared, values)

    async def close(self) -> None:
        """The lane is somebody else's."""
