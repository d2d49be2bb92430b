"""Operations themselves: finding them, and forgetting them after a while."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import RANK, Actor, WorkspaceRole
from upnext.core.db import rows_of
from upnext.core.errors import NotFound
from upnext.core.keys import KeyRing
from upnext.core.paging import read_cursor, write_cursor
from upnext.tasks.bulk import create_many
from upnext.tasks.operations import queries
from upnext.tasks.operations.models import Operation, OperationKind
from upnext.tasks.operations.recording import journal, keep, steps_of

KEPT: Final = timedelta(days=30)
"""As long as the trash, without which there is nothing to go back to."""


async def create_undoable(
    session: AsyncSession, actor: Actor, raw: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """As `bulk.create_many`, with the operation that it is; the shape is schemas.BulkMade."""
    with journal(session) as changes:
        outcome = await create_many(session, actor, raw)
    operation = await keep(session, actor, OperationKind.CREATE, {}, steps_of(changes))
    return {**outcome, "operation": operation}


async def find(
    session: AsyncSession, actor: Actor, keys: KeyRing, *, limit: int, cursor: str | None
) -> tuple[list[Operation], str | None]:
    """The actor's own, the newest first."""
    behind = read_cursor(keys, queries.NEWEST, cursor) if cursor else None
    found = list(await session.scalars(queries.of_user(actor.user_id, behind, limit)))
    if len(found) <= limit:
        return found, None
    return found[:limit], write_cursor(keys, queries.NEWEST, [found[limit - 1].id])


async def read(
    session: AsyncSession, actor: Actor, operation_id: UUID
) -> tuple[Operation, list[Any]]:
    """With what it did to the tasks that the actor may see now."""
    operation = _known(actor, await session.scalar(queries.operation(operation_id)))
    return operation, await rows_of(session, queries.shown_steps(operation_id, actor))


async def held_operation(session: AsyncSession, actor: Actor, operation_id: UUID) -> Operation:
    """Locked: two who undo it at once take turns."""
    return _known(actor, await session.scalar(queries.operation_for_update(operation_id)))


def _known(actor: Actor, operation: Operation | None) -> Operation:
    """To who did it, and to those who administer the workspace that it was all in."""
    missing = NotFound("There is no such operation. They are kept for 30 days.")
    if operation is None:
        raise missing
    if operation.user_id == actor.user_id:
        return operation
    role = actor.role_in(operation.workspace_id) if operation.workspace_id else None
    if role is None or RANK[role] < RANK[WorkspaceRole.ADMIN]:
        raise missing
    return operation


async def forget(session: AsyncSession, now: datetime) -> None:
    await session.execute(queries.forget(now - KEPT))
