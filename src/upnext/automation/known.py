"""What is asked of the database once for all the changes that are sealed together."""

from uuid import UUID

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncSession


async def any_in(
    session: AsyncSession, what: str, workspace_id: UUID, statement: Select[UUID]
) -> bool:
    """Whether `statement` finds anything; remembered for as long as the session lives."""
    known: dict[tuple[str, UUID], bool] = session.info.setdefault("automation", {})
    key = what, workspace_id
    if key not in known:
        known[key] = await session.scalar(statement) is not None
    return known[key]
