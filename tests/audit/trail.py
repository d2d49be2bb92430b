"""A chain of changes on a database of its own, and hands that tamper with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID, uuid4

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.audit import verifying
from upnext.audit.checking import Mark
from upnext.audit.queries import CHANGE, CHECKPOINT, HEAD
from upnext.audit.verifying import Report
from upnext.core.auth import SYSTEM
from upnext.core.changes import Change, record
from upnext.core.context import RequestContext
from upnext.core.runtime import Runtime
from upnext.core.sealing import Sealer

CONTEXT = RequestContext(
    request_id="test-request", trace_id="a" * 32, ip="192.0.2.7", user_agent="suite"
)
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Probed(Change):
    type: ClassVar[str] = "probe.made"


@dataclass(frozen=True)
class Trail:
    runtime: Runtime
    workspace_id: UUID

    async def write(self, count: int, *, sealed: bool = True) -> None:
        async def use_case(session: AsyncSession) -> None:
            for number in range(count):
                diff = {"n": (number, number + 1), "text": ("ä", {"b": [1], "a": None})}
                probe = Probed(workspace_id=self.workspace_id, resource_id=uuid4(), diff=diff)
                await record(session, SYSTEM, probe)

        await self.runtime.workshop.run(CONTEXT, use_case)
        if sealed:
            await Sealer(self.runtime.workshop).round()

    async def verify(self, *expected: Mark) -> Report:
        found = verifying.verify(
            self.runtime, self.workspace_id, {self.workspace_id: expected} if expected else {}
        )
        (report,) = [one async for one in found]
        return report

    async def faults(self, *expected: Mark) -> list[tuple[str, int | None]]:
        return [(str(one.kind), one.seq) for one in (await self.verify(*expected)).faults]

    async def rows(self) -> list[Row]:
        """As they lie in the database, in the order of the chain."""
        mine = CHANGE.c.workspace_id == self.workspace_id
        return await self._all(select(CHANGE).where(mine).order_by(CHANGE.c.seq))

    async def head(self) -> Row:
        (found,) = await self._all(select(HEAD).where(HEAD.c.workspace_id == self.workspace_id))
        return found

    async def checkpoints(self) -> list[Row]:
        mine = CHECKPOINT.c.workspace_id == self.workspace_id
        return await self._all(select(CHECKPOINT).where(mine))

    async def _all(self, statement: Any) -> list[Row]:
        async with self.runtime.db.reader.connect() as connection:
            return [dict(row) for row in (await connection.execute(statement)).mappings()]

    async def do(self, *statements: Any) -> None:
        """Past everything that Upnext does with its own hands."""
        async with self.runtime.db.writer.begin() as connection:
            for statement in statements:
                await connection.execute(statement)

    async def alter(self, row: Row, **values: Any) -> None:
        await self.do(update(CHANGE).where(CHANGE.c.id == row["id"]).values(**values))

    async def remove(self, row: Row) -> None:
        await self.do(delete(CHANGE).where(CHANGE.c.id == row["id"]))

    async def put_back(self, row: Row, changed_id: UUID | None = None) -> None:
        await self.do(
            delete(CHANGE).where(CHANGE.c.id == (changed_id or row["id"])),
            insert(CHANGE).values(dict(row)),
        )

    async def move_head(self, **values: Any) -> None:
        here = HEAD.c.workspace_id == self.workspace_id
        await self.do(update(HEAD).where(here).values(**values))
