"""On whose behalf something is done, with the rights that they have at that moment."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor, Credential
from upnext.core.errors import Forbidden, NotFound
from upnext.core.lanes import Lane
from upnext.identity.models import User
from upnext.workspaces import queries as workspaces
from upnext.workspaces.actors import actor_for


def require_person(actor: Actor) -> UUID:
    """Whose automation it is to be. Raises Forbidden for whoever is nobody's account."""
    if actor.user_id is None:
        raise Forbidden("Only a person has automation. Ask with a user's credential.")
    return actor.user_id


async def personal_workspace(session: AsyncSession, actor: Actor) -> UUID:
    found = await session.scalar(workspaces.personal_workspace_of(require_person(actor)))
    if found is None:
        raise NotFound("You have no personal workspace. Say which workspace it belongs to.")
    return found.id


async def acting_for(lane: Lane, user: User, source: UUID) -> Actor:
    """The person, as if they had signed in; `source` is the schedule or rule that acts for them,
    and stands in the change log as the credential. Raises Forbidden for a disabled account."""
    if user.disabled_at is not None:
        raise Forbidden("The account that it acts for is disabled.", code="owner_disabled")
    return await actor_for(lane, Credential(kind="session", id=source, user_id=user.id))
