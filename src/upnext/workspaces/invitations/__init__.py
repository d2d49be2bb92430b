"""Invitations by mail: to an address and a workspace, good once, and not for ever.

Who invites can take it back as long as it is open, and it gives at most what they may still give
when it is accepted. The token is made by the job that mails it; the row has its digest.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor, ProjectRole
from upnext.core.changes import Diff, record, unit_of
from upnext.core.errors import Conflict, LostRace
from upnext.core.ids import new_id
from upnext.core.jobs.queue import enqueue
from upnext.core.keys import KeyRing
from upnext.core.load import Action, check_version, load_for, permit
from upnext.core.mail import Letter, Sealed, link, render, seal, send_later
from upnext.core.paging import read_cursor, write_cursor
from upnext.core.runtime import Runtime
from upnext.identity import names
from upnext.workspaces import policy
from upnext.workspaces.amending import amend
from upnext.workspaces.events import InvitationCreated, InvitationDeleted, InvitationUpdated
from upnext.workspaces.invitations import queries
from upnext.workspaces.invitations.schemas import InvitationCreate, InvitationPatch
from upnext.workspaces.models import Invitation, Project, Workspace

MAIL: Final = "workspaces.invitation_mail"
PREFIX: Final = "upn_invite_"
SECRET_BYTES: Final = 32
GOOD_FOR: Final = timedelta(days=7)
MOST_OPEN: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    invitation_id: UUID
    workspace_id: UUID
    digest: bytes
    sealed: Sealed


def digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


async def create(
    session: AsyncSession, actor: Actor, workspace_id: UUID, data: InvitationCreate
) -> Invitation:
    """Raises nothing that tells whether the address has an account."""
    workspace = await load_for(session, actor, policy.CREATE_INVITATION, Workspace, workspace_id)
    if workspace.personal:
        raise Conflict(
            "Your personal workspace is yours alone. Make another one to share.",
            code="personal_workspace",
        )
    policy.may_grant(permit(actor, policy.CREATE_INVITATION, workspace_id), data.role)
    if data.project_id is not None:
        await load_for(
            session,
            actor,
            policy.ADD_PROJECT_MEMBER,
            Project,
            data.project_id,
            parent=workspace_id,
        )
    if (await session.scalar(queries.count_open(workspace_id)) or 0) >= MOST_OPEN:
        raise Conflict(
            f"{MOST_OPEN} invitations are open, which is the most. Withdraw some first.",
            code="too_many_invitations",
        )
    return await _add(session, actor, workspace_id, data)


async def _add(
    session: AsyncSession, actor: Actor, workspace_id: UUID, data: InvitationCreate
) -> Invitation:
    now, email_key = unit_of(session).now, names.key(data.email)
    open_key = _open_key(workspace_id, data.project_id, email_key)
    before = await session.scalar(queries.by_key(open_key))
    if before is not None:
        raise Conflict(
            "This address is invited already. Send that invitation again, or withdraw it.",
            code="already_invited",
        )
    invitation = Invitation(
        workspace_id=workspace_id,
        project_id=data.project_id,
        email=data.email,
        email_key=email_key,
        role=data.role,
        project_role=(data.project_role or ProjectRole.MEMBER) if data.project_id else None,
        invited_by=actor.user_id,
        open_key=open_key,
        expires_at=now + GOOD_FOR,
        created_at=now,
    )
    session.add(invitation)
    try:
        await session.flush()
    except IntegrityError as error:
        raise LostRace from error
    diff = {"email": (None, invitation.email), "role": (None, str(invitation.role))}
    await record(session, actor, event(InvitationCreated, invitation, diff))
    await _ask_to_mail(session, invitation)
    return invitation


def _open_key(workspace_id: UUID, project_id: UUID | None, email_key: str) -> bytes:
    return digest(f"{workspace_id} {project_id} {email_key}")


async def _ask_to_mail(session: AsyncSession, invitation: Invitation) -> None:
    told = {"invitation_id": str(invitation.id)}
    await enqueue(session, MAIL, told, workspace_id=invitation.workspace_id)


async def get(
    session: AsyncSession, actor: Actor, workspace_id: UUID, invitation_id: UUID
) -> Invitation:
    return await load_for(
        session, actor, policy.READ_INVITATIONS, Invitation, invitation_id, parent=workspace_id
    )


async def find(
    session: AsyncSession,
    actor: Actor,
    keys: KeyRing,
    workspace_id: UUID,
    *,
    limit: int,
    cursor: str | None,
) -> tuple[list[Invitation], str | None]:
    """Those that are open, the newest first."""
    await load_for(session, actor, policy.READ_INVITATIONS, Workspace, workspace_id)
    behind = read_cursor(keys, queries.NEWEST, cursor) if cursor else None
    found = list(await session.scalars(queries.page(workspace_id, behind, limit)))
    if len(found) <= limit:
        return found, None
    return found[:limit], write_cursor(keys, queries.NEWEST, [found[limit - 1].id])


async def update(
    session: AsyncSession,
    actor: Actor,
    ids: tuple[UUID, UUID],
    data: InvitationPatch,
    *,
    expected: int | None,
) -> Invitation:
    """Another role, by whom it will be given from now on."""
    invitation = await _own(session, actor, policy.UPDATE_INVITATION, ids, expected)
    own = permit(actor, policy.UPDATE_INVITATION, invitation.workspace_id)
    policy.may_grant(own, data.role)
    before = invitation.role
    if amend(invitation, role=data.role):
        invitation.invited_by = actor.user_id
        await session.flush()
        diff = {"role": (str(before), str(data.role))}
        await record(session, actor, event(InvitationUpdated, invitation, diff))
    return invitation


async def resend(
    session: AsyncSession, actor: Actor, ids: tuple[UUID, UUID], *, expected: int | None
) -> Invitation:
    """A new mail with a new link, which lasts as long as the first one did."""
    invitation = await _own(session, actor, policy.UPDATE_INVITATION, ids, expected)
    policy.may_grant(
        permit(actor, policy.UPDATE_INVITATION, invitation.workspace_id), invitation.role
    )
    before, after = invitation.expires_at, unit_of(session).now + GOOD_FOR
    invitation.expires_at, invitation.invited_by = after, actor.user_id
    await session.flush()
    diff = {"expires_at": (before.isoformat(), after.isoformat())}
    await record(session, actor, event(InvitationUpdated, invitation, diff))
    await _ask_to_mail(session, invitation)
    return invitation


async def delete(
    session: AsyncSession, actor: Actor, ids: tuple[UUID, UUID], *, expected: int | None
) -> None:
    invitation = await _own(session, actor, policy.DELETE_INVITATION, ids, expected)
    await session.delete(invitation)
    await session.flush()
    diff = {"email": (invitation.email, None)}
    await record(session, actor, event(InvitationDeleted, invitation, diff))


async def _own(
    session: AsyncSession,
    actor: Actor,
    action: Action,
    ids: tuple[UUID, UUID],
    expected: int | None,
) -> Invitation:
    workspace_id, invitation_id = ids
    invitation = await load_for(
        session, actor, action, Invitation, invitation_id, parent=workspace_id
    )
    check_version(invitation.version, expected)
    return invitation


def event(kind: type[Any], row: Invitation, diff: Diff) -> Any:  # any event of an invitation
    return kind(workspace_id=row.workspace_id, resource_id=row.id, version=row.version, diff=diff)


# The mail


async def prepare(runtime: Runtime, invitation_id: UUID) -> Prepared | None:
    """None when it was withdrawn or accepted meanwhile, or whoever invites is gone."""
    async with runtime.db.read() as session:
        found = (await session.execute(queries.to_mail(invitation_id))).one_or_none()
    if found is None:
        return None
    invitation, workspace, inviter = found
    token = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
    parts = render(
        "upnext.workspaces",
        "invitation",
        workspace=workspace,
        inviter=inviter.name,
        inviter_email=inviter.email,
        role=str(invitation.role),
        url=link(runtime.settings, "invitation", token),
        until=_day(invitation.expires_at),
    )
    letter = Letter(id=new_id(), to=invitation.email, **parts._asdict())
    return Prepared(
        invitation_id=invitation.id,
        workspace_id=invitation.workspace_id,
        digest=digest(token),
        sealed=seal(runtime.keys, letter),
    )


def _day(at: datetime) -> str:
    return f"{at.day} {at:%B %Y}"


async def keep(session: AsyncSession, prepared: Prepared | None) -> None:
    if prepared is None:
        return
    now = unit_of(session).now
    await session.execute(queries.mailed(prepared.invitation_id, prepared.digest, now))
    await send_later(session, prepared.sealed, workspace_id=prepared.workspace_id)
