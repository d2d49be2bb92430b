"""Work that comes in pieces and is done together, because beginning it costs more than a piece.

Pieces for the same moment share a job for as long as nobody has claimed it. Whoever adds to one
holds its row, so it is either claimed with the piece or no longer found.
"""

import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.jobs import queries
from upnext.core.jobs.queue import JobOptions, enqueue

MOST_REMEMBERED: Final = 10_000


class Gathered(NamedTuple):
    """A kind of job whose argument `name` is a list of at `most` so many pieces."""

    kind: str
    name: str
    most: int
    queue: str


class Spacing:
    """When the next piece of each workspace is done: at once after a pause of `seconds`, else at
    the end of the current span of so many, which is the same moment in all processes."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._last: dict[UUID, datetime] = {}

    def moment(self, workspace_id: UUID, now: datetime) -> datetime | None:
        """None: at once."""
        last = self._last.pop(workspace_id, None)
        self._last[workspace_id] = now
        if len(self._last) > MOST_REMEMBERED:
            del self._last[next(iter(self._last))]
        if last is None or now - last >= timedelta(seconds=self._seconds):
            return None
        span = math.floor(now.timestamp() / self._seconds) + 1
        return datetime.fromtimestamp(span * self._seconds, UTC)


async def gather(
    session: AsyncSession,
    what: Gathered,
    workspace_id: UUID,
    pieces: Sequence[str],
    moment: datetime | None,
) -> None:
    """Has `pieces` done at `moment` (None: at once), in the job that waits for it if there is one
    with room for them. They are never lost; some may be done twice.

    Whoever calls holds something of the workspace, as the sealer does: on MySQL two who made the
    same job at once would stand in each other's way.
    """
    key = None if moment is None else f"{what.kind}:{workspace_id}:{moment.timestamp():.3f}"
    if key is not None and await _added(session, key, what, pieces):
        return
    for start in range(0, len(pieces), what.most):
        args = {what.name: list(pieces[start : start + what.most])}
        options = JobOptions(workspace_id=workspace_id, run_at=moment, queue=what.queue)
        # Under a key that somebody else took, it is a job beside theirs.
        if key is None or await enqueue(session, what.kind, args, key=key, **options) is None:
            await enqueue(session, what.kind, args, **options)


async def _added(session: AsyncSession, key: str, what: Gathered, pieces: Sequence[str]) -> bool:
    job = (await session.execute(queries.lock_waiting(key))).first()
    if job is None:
        return False
    held = dict.fromkeys((*job.args[what.name], *pieces))
    if len(held) > what.most:
        return False
    await session.execute(queries.change_args(job.id, {**job.args, what.name: list(held)}))
    return True
