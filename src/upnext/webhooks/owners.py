"""Whose rights an endpoint has: read in the transaction that decides what it gets."""

from collections.abc import Mapping
from typing import TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import RANK, Actor, ProjectRole, WorkspaceRole
from upnext.webhooks import policy, queries
from upnext.webhooks.models import Webhook
from upnext.workspaces.queries import HIDDEN, IN_PROJECT, IN_WORKSPACE

WORKSPACE_ROLES, PROJECT_ROLES = tuple(WorkspaceRole), tuple(ProjectRole)
ADMINS = frozenset({WorkspaceRole.OWNER, WorkspaceRole.ADMIN})
R = TypeVar("R")
NOBODY = Actor(kind="user", user_id=None)


async def owner_of(session: AsyncSession, webhook: Webhook) -> Actor | None:
    """As they are now. None once they may not look after webhooks there any more."""
    if webhook.owner_id is None:
        return None
    owner = await _person(session, webhook.owner_id)
    role = owner.role_in(*webhook.place)
    return owner if role is not None and RANK[role] >= RANK[policy.READ.least] else None


async def _person(session: AsyncSession, user_id: UUID) -> Actor:
    if not await session.scalar(queries.is_active(user_id)):
        return NOBODY
    roles: dict[int, dict[UUID, int]] = {IN_WORKSPACE: {}, IN_PROJECT: {}, HIDDEN: {}}
    found = await session.execute(queries.standing(), {"user_id": user_id})
    for kind, row_id, rank in found:
        roles[kind][UUID(str(row_id))] = rank
    return Actor(
        kind="user",
        user_id=user_id,
        workspaces=_named(WORKSPACE_ROLES, roles[IN_WORKSPACE]),
        projects=_named(PROJECT_ROLES, roles[IN_PROJECT]),
        hidden=frozenset(roles[HIDDEN]),
    )


def _named(kinds: tuple[R, ...], ranks: Mapping[UUID, int]) -> dict[UUID, R]:
    return {row_id: kinds[rank - 1] for row_id, rank in ranks.items()}
