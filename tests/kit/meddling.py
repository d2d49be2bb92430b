"""Something happens between two statements of one request."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from upnext.core.lanes import Lane, Prepared, Row


class Meddled:
    """A lane on which `meddle` is done once, after the first statement that `when` is true of."""

    def __init__(
        self, lane: Lane, when: Callable[[Prepared], bool], meddle: Callable[[], Awaitable[object]]
    ) -> None:
        self._lane = lane
        self._when = when
        self._meddle: Callable[[], Awaitable[object]] | None = meddle

    @property
    def done(self) -> bool:
        return self._meddle is None

    async def fetch(self, prepared: Prepared, values: Mapping[str, Any]) -> Sequence[Row]:
        rows = await self._lane.fetch(prepared, values)
        if self._meddle is not None and self._when(prepared):
            meddle, self._meddle = self._meddle, None
            await meddle()
        return rows

    async def close(self) -> None:
        """The lane is somebody else's."""
