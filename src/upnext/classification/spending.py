"""What is asked of a provider in a day and in a month, counted in the database: a budget holds for
all processes of an instance together, and over restarts."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.classification import queries
from upnext.core.changes import unit_of
from upnext.core.context import RequestContext
from upnext.core.db import rows_of
from upnext.core.errors import AppError
from upnext.core.inserts.queries import insert_ignore
from upnext.core.work import Workshop

log = structlog.get_logger("upnext.classification")
CONTEXT: Final = RequestContext(request_id="classification")


class Purse:
    """`daily` questions between two midnights of UTC; `monthly` in a month, 0: no bound of months.

    What is taken is spent, whatever comes of the question. Without the database nothing is spent.
    """

    def __init__(self, workshop: Workshop, provider: str, *, daily: int, monthly: int) -> None:
        self._workshop, self._provider = workshop, provider
        self._daily, self._monthly = daily, monthly

    async def take(self) -> bool:
        """Whether one more question may be asked."""
        try:
            return await self._workshop.run(CONTEXT, self._take)
        except AppError as error:
            log.warning("classification_budget_unknown", provider=self._provider, code=error.code)
            return False

    async def _take(self, session: AsyncSession) -> bool:
        bounds = self._bounds(unit_of(session).now)
        known = await self._known(session, bounds)
        if missing := bounds.keys() - known.keys():
            await self._begin(session, sorted(missing), over_before=min(bounds))
            known = await self._known(session, bounds)
        if any(known[period] >= most for period, most in bounds.items()):
            return False
        await session.execute(queries.spend(self._provider, list(bounds)))
        return True

    async def _known(self, session: AsyncSession, periods: Collection[str]) -> dict[str, int]:
        """Locked, so that nobody spends the last one twice."""
        rows = await rows_of(session, queries.used(self._provider, periods, lock=True))
        return {row.period: row.requests for row in rows}

    async def _begin(
        self, session: AsyncSession, periods: Collection[str], *, over_before: str
    ) -> None:
        fresh = [{"provider": self._provider, "period": each, "requests": 0} for each in periods]
        dialect = session.get_bind().dialect.name
        await session.execute(insert_ignore(dialect, queries.USE, fresh))
        await session.execute(queries.forget_use(self._provider, over_before))

    async def spent(self, session: AsyncSession, now: datetime) -> dict[str, int]:
        """By period, of those that are bounded."""
        periods = self._bounds(now)
        rows = await rows_of(session, queries.used(self._provider, periods))
        known = {row.period: row.requests for row in rows}
        return {period: known.get(period, 0) for period in periods}

    def _bounds(self, now: datetime) -> dict[str, int]:
        day = now.strftime("%Y-%m-%d")
        return {day[:7]: self._monthly, day: self._daily} if self._monthly else {day: self._daily}
