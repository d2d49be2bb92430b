"""The roles that somebody had when last asked, to start a read from: see `core.lanes.doubt`."""

from collections import OrderedDict
from collections.abc import Sequence
from typing import Final, NamedTuple
from uuid import UUID

from upnext.core.auth import Actor, Credential
from upnext.core.lanes import Lane, Row
from upnext.core.lanes.doubt import Belief, Doubt
from upnext.workspaces import queries
from upnext.workspaces.actors import Standing, actor_for, person, standing_of

MOST_PEOPLE: Final = 2_000
MOST_ROLES: Final = 50
"""Of somebody with more, comparing them costs more than asking for them."""
UNCHANGED: Final = Belief(queries.STANDS_UNCHANGED)


class Remembered(NamedTuple):
    """`text` is what `queries.STANDS_UNCHANGED` compares with."""

    text: str
    standing: Standing


class Roles:
    """Registered as `runtime.parts["roles"]`. What it remembers may be wrong at any time, and is
    used only where that is found out before anybody is shown anything."""

    def __init__(self) -> None:
        self._known: OrderedDict[UUID, Remembered] = OrderedDict()

    async def actor_for(self, lane: Lane, credential: Credential, doubt: Doubt | None) -> Actor:
        """With the roles as they are now, or those that the `doubt` is given to find out about."""
        if credential.kind == "link":
            return await actor_for(lane, credential)
        known = None if doubt is None else self._known.get(credential.user_id)
        if doubt is None or known is None:
            return person(credential, await self._ask(lane, credential.user_id))
        doubt.take_on(UNCHANGED, {"believer": credential.user_id, "believed": known.text})
        return person(credential, known.standing)

    async def _ask(self, lane: Lane, user_id: UUID) -> Standing:
        rows = await lane.fetch(queries.STANDING, {"user_id": user_id})
        standing = standing_of(rows)
        self._known.pop(user_id, None)
        if len(rows) <= MOST_ROLES:
            self._known[user_id] = Remembered(text_of(rows), standing)
        if len(self._known) > MOST_PEOPLE:
            self._known.popitem(last=False)
        return standing


def text_of(rows: Sequence[Row]) -> str:
    """Those of `queries.STANDING`, as `standing_of` has them."""
    return ",".join(sorted(f"{kind}{row_id}{rank}" for kind, row_id, rank in rows))
