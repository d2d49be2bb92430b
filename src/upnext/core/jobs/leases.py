"""The transactions between a runner and the queue: claim, renew, end, give back."""

import random
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, Row, Update
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.clock import Clock
from upnext.core.context import RequestContext
from upnext.core.db import rows_of
from upnext.core.ids import new_id
from upnext.core.jobs import queries
from upnext.core.jobs.handlers import Apply, Attempt, LostLease
from upnext.core.jobs.models import JobState
from upnext.core.jobs.retries import backoff
from upnext.core.lanes import Prepared
from upnext.core.work import Workshop

CONTEXT = RequestContext(request_id="runner")
# Workspaces that one claim serves.
SPREAD = 8
LONGEST_ERROR = 2_000
ORPHANED = "The process that ran it ended, or stood still for longer than its lease."


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """In seconds: a claim is good for `lease`, and renewed every `heartbeat`."""

    lease: float = 60.0
    heartbeat: float = 15.0


class Leases:
    """One runner's dealings with a queue. `kinds` are those that it can do."""

    def __init__(
        self,
        workshop: Workshop,
        kinds: Collection[str],
        *,
        clock: Clock | None = None,
        queue: str = "default",
        terms: Terms | None = None,
    ) -> None:
        self._workshop = workshop
        kinds = sorted(kinds)
        # Asked every moment: built and compiled once.
        self._next = Prepared(queries.next_ready_workspace(queue, kinds))
        self._ready = queries.lock_ready(queue, kinds)
        self._clock = clock or workshop.clock
        self.terms = terms or Terms()
        # Where the rotation over workspaces stands: anywhere, so that processes begin apart.
        self._after = UUID(int=random.getrandbits(128))
        self.contended = False

    async def claim(self, limit: int, *, careful: int) -> list[Attempt]:
        """Up to `limit` ready jobs, in fair shares of the workspaces whose turn it is.

        At most `careful` if any of them was tried before: a job that kills its process would
        otherwise use up the attempts of those that only waited beside it. After an empty answer
        `contended` says whether others were just claiming what there is.
        """
        now = self._clock.now()
        workspaces = await self._whose_turn(now, min(limit, SPREAD))
        self.contended = bool(workspaces)
        if not workspaces:
            return []
        token = new_id()

        async def use_case(session: AsyncSession) -> list[Row[Any]]:
            rows = await self._lock(session, now, workspaces, limit)
            if any(row.attempts for row in rows):
                rows = rows[:careful]
            if rows:
                ids = [row.id for row in rows]
                await session.execute(queries.lease(ids, token, self._lease_end()))
            return rows

        rows = await self._workshop.run(CONTEXT, use_case)
        self._after = rows[-1].workspace_id if rows else workspaces[-1]
        return [_attempt(row, token) for row in rows]

    async def _lock(
        self, session: AsyncSession, now: datetime, workspaces: Sequence[UUID], limit: int
    ) -> list[Row[Any]]:
        rows: list[Row[Any]] = []
        share = -(-limit // len(workspaces))
        for workspace_id in workspaces:
            part = min(share, limit - len(rows))
            if part:
                values = {"now": now, "workspace_id": workspace_id, "most": part}
                rows += await rows_of(session, self._ready, values)
        return rows

    async def _whose_turn(self, now: datetime, most: int) -> list[UUID]:
        found: list[UUID] = []
        after = self._after
        while len(found) < most:
            values = {"now": now, "after": after}
            ((one,),) = await self._workshop.db.lane.fetch(self._next, values)
            if one is None or (after := UUID(one)) in found:
                break
            found.append(after)
        return found

    async def renew(self, attempts: Collection[Attempt]) -> None:
        if not attempts:
            return
        ids, tokens = [a.job_id for a in attempts], list({a.token for a in attempts})
        until = self._lease_end()
        await self._execute([queries.renew(ids, tokens, until)])

    async def complete(self, attempts: Iterable[Attempt]) -> int:
        """Ends jobs without further effects, all in one transaction; returns how many were ours."""
        now = self._clock.now()
        return await self._execute(
            [queries.complete(ids, token, now) for token, ids in _by_token(attempts)]
        )

    async def finish(self, attempt: Attempt, apply: Apply, result: object) -> None:
        """Ends the job and applies its effects in one transaction, or raises LostLease."""
        now = self._clock.now()

        async def use_case(session: AsyncSession) -> None:
            # First, so that the row is locked and a zombie does not even begin.
            ended = await session.execute(queries.complete([attempt.job_id], attempt.token, now))
            if not _count(ended):
                raise LostLease
            await apply(session, attempt, result)

        await self._workshop.run(attempt.context, use_case)

    async def fail(self, attempt: Attempt, error: str, *, final: JobState | None) -> None:
        """Ends the job in the state `final`, or has it tried again later."""
        now, error = self._clock.now(), _storable(error)
        job_id, token = attempt.job_id, attempt.token
        if final is None:
            statement = queries.retry(job_id, token, now + backoff(attempt.number), error)
        else:
            statement = queries.end(job_id, token, final, now, error)
        if not await self._execute([statement]):
            raise LostLease

    async def hand_back(self, attempts: Iterable[Attempt]) -> int:
        """As if they had never been claimed: ready at once, the attempt not counted."""
        return await self._execute(
            [queries.hand_back(ids, token) for token, ids in _by_token(attempts)]
        )

    async def reclaim(self) -> int:
        """Takes jobs from holders that let their lease run out; returns how many."""
        now = self._clock.now()
        async with self._workshop.db.read() as session:
            if await session.scalar(queries.expired(now)) is None:
                return 0
        return await self._workshop.run(CONTEXT, lambda session: _reclaim(session, now))

    def _lease_end(self) -> datetime:
        return self._clock.now() + timedelta(seconds=self.terms.lease)

    async def _execute(self, statements: Sequence[Update]) -> int:
        """In one transaction; returns how many rows they matched."""

        async def use_case(session: AsyncSession) -> int:
            return sum([_count(await session.execute(one)) for one in statements])

        return await self._workshop.run(CONTEXT, use_case)


async def _reclaim(session: AsyncSession, now: datetime) -> int:
    rows = (await session.execute(queries.lock_expired(now, 200))).all()
    spent = [row.id for row in rows if row.attempts >= row.max_attempts]
    if spent:
        await session.execute(queries.bury(spent, now, ORPHANED))
    again = [row for row in rows if row.attempts < row.max_attempts]
    if again:
        updates = [{"row_id": row.id, "new_run_at": _back(row.attempts, now)} for row in again]
        connection = await session.connection()
        await connection.execute(queries.release_expired(), updates)
    return len(rows)


def _back(attempts: int, now: datetime) -> datetime:
    """At once after a first accident; then apart from those that it happened together with."""
    return now if attempts <= 1 else now + backoff(attempts - 1)


def _by_token(attempts: Iterable[Attempt]) -> list[tuple[UUID, list[UUID]]]:
    groups: dict[UUID, list[UUID]] = defaultdict(list)
    for attempt in attempts:
        groups[attempt.token].append(attempt.job_id)
    # Always in the same order, so that two transactions never wait for each other.
    return [(token, sorted(ids)) for token, ids in sorted(groups.items())]


def _count(result: object) -> int:
    return cast(CursorResult[Any], result).rowcount


def _attempt(row: Row[Any], token: UUID) -> Attempt:
    return Attempt(
        job_id=row.id,
        kind=row.kind,
        args=row.args,
        workspace_id=row.workspace_id,
        number=row.attempts + 1,
        max_attempts=row.max_attempts,
        token=token,
        context=_context(row.context),
    )


def _context(stored: Mapping[str, Any]) -> RequestContext:
    """Also of a version that knew more of a request, or less."""
    names = {field.name for field in fields(RequestContext)}
    known = {name: value for name, value in stored.items() if name in names}
    return RequestContext(**{"request_id": "job"} | known)


def _storable(error: str) -> str:
    """PostgreSQL takes no NUL, and none of them a lone surrogate."""
    return error[:LONGEST_ERROR].replace("\0", "").encode("utf-8", "replace").decode()
