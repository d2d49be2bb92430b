"""Who of some people may see a place."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.automation import queries
from upnext.tasks import queries as tasks

Place = tuple[UUID, UUID | None]


async def who_see(session: AsyncSession, place: Place, user_ids: Collection[UUID]) -> set[UUID]:
    """Those of them who are in the workspace, and see the project if there is one."""
    if not user_ids:
        return set()
    workspace_id, project_id = place
    if project_id is not None:
        return set(await session.scalars(tasks.who_see(project_id, user_ids)))
    return set(await session.scalars(queries.members_among(workspace_id, user_ids)))
