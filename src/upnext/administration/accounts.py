"""Accounts: found, made, promoted, disabled, deleted."""

from collections import Counter
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.administration import paging, queries
from upnext.administration.schemas import Membership, UserDetail, UserList, UserPatch
from upnext.core.auth import Actor, WorkspaceRole
from upnext.core.errors import Conflict
from upnext.core.keys import KeyRing
from upnext.core.load import check_version
from upnext.identity import names
from upnext.identity import service as identity
from upnext.identity.models import User
from upnext.workspaces.models import Workspace


async def find(
    session: AsyncSession, keys: KeyRing, asked: UserList
) -> tuple[list[User], str | None]:
    where = [*queries.switched(User.disabled_at, asked.disabled)]
    if asked.q is not None:
        where.append(queries.called(asked.q))
    if asked.role is not None:
        where.append(queries.in_role(asked.role == "admin"))
    order = queries.newest(User)
    rows, more = await paging.fetch(
        session, keys, queries.users(where), order, limit=asked.limit, cursor=asked.cursor
    )
    return [row[0] for row in rows], more


async def describe(session: AsyncSession, user_id: UUID, now: datetime) -> UserDetail:
    """With all that would have to go somewhere if the account were deleted."""
    user = await identity.load(session, user_id)
    sessions, seen = (await session.execute(queries.sessions_seen(user_id, now))).one()
    return UserDetail.of(
        user,
        sessions=sessions,
        last_seen_at=seen,
        tokens=await session.scalar(queries.count_tokens(user_id)),
        assigned_tasks=await session.scalar(queries.count_assigned(user_id)),
        workspaces=await _memberships(session, user_id),
    )


async def _memberships(session: AsyncSession, user_id: UUID) -> list[Membership]:
    rows = (await session.execute(queries.memberships(user_id))).all()
    ids = [row[0].id for row in rows]
    members = dict((await session.execute(queries.counts(ids)["members"])).all())
    owners = Counter(place for place, _ in await session.execute(queries.owners(ids)))
    return [_membership(place, role, members[place.id], owners[place.id]) for place, role in rows]


def _membership(place: Workspace, role: WorkspaceRole, members: int, owners: int) -> Membership:
    return Membership(
        id=place.id,
        name=place.name,
        personal=place.personal,
        role=role,
        only_owner=role is WorkspaceRole.OWNER and owners == 1,
        members=members,
        deleted_at=place.deleted_at,
    )


async def amend(
    session: AsyncSession,
    actor: Actor,
    user_id: UUID,
    data: UserPatch,
    *,
    expected: int | None,
) -> User:
    """Enables first and disables last, so that whoever becomes the admin in between can be it."""
    given = data.model_fields_set
    if expected is not None:
        check_version((await identity.load(session, user_id)).version, expected)
    if "disabled" in given and not data.disabled:
        await identity.enable(session, actor, user_id)
    if "role" in given:
        change = identity.promote if data.role == "admin" else identity.demote
        await change(session, actor, user_id)
    if data.disabled:
        await identity.disable(session, actor, user_id)
    return await identity.load(session, user_id)


async def delete(
    session: AsyncSession,
    actor: Actor,
    user_id: UUID,
    *,
    transfer_to: UUID | None,
    confirm: str | None,
) -> None:
    """Without an heir, what they alone own goes to the trash: that takes their address as a yes."""
    if user_id == actor.user_id:
        raise Conflict(
            "You cannot delete your own account here. Ask another administrator.",
            code="own_account",
        )
    user = await identity.load(session, user_id)
    if transfer_to is None and (confirm is None or names.key(confirm) != user.email_key):
        raise await _unconfirmed(session, user)
    await identity.delete(session, actor, user_id, heir_id=transfer_to)


async def _unconfirmed(session: AsyncSession, user: User) -> Conflict:
    alone = [
        {"id": str(place.id), "name": place.name, "members": place.members}
        for place in await _memberships(session, user.id)
        if place.only_owner and place.deleted_at is None
    ]
    return Conflict(
        "Name who takes over what they own with transfer_to; or repeat their e-mail address as "
        f"confirm, and {len(alone)} workspaces that they alone own go to the trash.",
        code="confirmation_needed",
        workspaces=alone,
    )
