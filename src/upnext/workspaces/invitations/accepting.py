"""The other end of an invitation: whoever got the mail looks at it, registers, and joins."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import RANK, Actor, WorkspaceRole
from upnext.core.changes import record, unit_of
from upnext.core.errors import AppError, Conflict, LostRace
from upnext.identity import mailed
from upnext.identity import queries as people
from upnext.identity.inviting import Invited, bad_invitation
from upnext.workspaces import policy
from upnext.workspaces import queries as members
from upnext.workspaces.events import (
    InvitationAccepted,
    ProjectMemberAdded,
    WorkspaceMemberAdded,
)
from upnext.workspaces.invitations import digest, event, queries
from upnext.workspaces.invitations.schemas import InvitationShown
from upnext.workspaces.models import Invitation, ProjectMember, WorkspaceMember

Found = tuple[Invitation, str, str | None]


async def invited(session: AsyncSession, _: Actor, question: Invited) -> bool:
    """Answers identity, which asks before it makes an account."""
    try:
        found = await _find(session, question.token, question.now)
    except AppError:
        return False
    return found[0].email_key == question.email_key


async def look(session: AsyncSession, token: str, now: datetime) -> InvitationShown:
    invitation, workspace, project = await _find(session, token, now)
    return InvitationShown(
        workspace=workspace,
        project=project,
        email=invitation.email,
        role=invitation.role,
        project_role=invitation.project_role,
        expires_at=invitation.expires_at,
    )


async def accept(session: AsyncSession, actor: Actor, user_id: UUID, token: str) -> Invitation:
    """The token proves that the mail was read, the account that it went to the right person."""
    now = unit_of(session).now
    found, _, _ = await _find(session, token, now)
    user = await session.scalar(people.user(user_id))
    if user is None or user.email_key != found.email_key:
        raise bad_invitation()
    invitation = await session.scalar(queries.locked(found.id))
    if invitation is None or invitation.accepted_at is not None or invitation.hash != digest(token):
        raise bad_invitation()
    await _check_inviter(session, invitation)
    if (await session.execute(members.member(invitation.workspace_id, user_id))).first():
        raise Conflict("You are a member already.", code="already_member")
    await mailed.confirm(session, user)
    await _join(session, actor, invitation, user_id)
    invitation.accepted_at, invitation.open_key, invitation.hash = now, None, None
    await session.flush()
    diff = {"user_id": (None, str(user_id))}
    await record(session, actor, event(InvitationAccepted, invitation, diff))
    return invitation


async def _find(session: AsyncSession, token: str, now: datetime) -> Found:
    found = (await session.execute(queries.by_token(digest(token)))).one_or_none()
    if found is None or found[0].expires_at <= now:
        raise bad_invitation()
    return found[0], found[1], found[2]


async def _check_inviter(session: AsyncSession, invitation: Invitation) -> None:
    """Nobody who lost the right to give this role gives it by an old invitation."""
    statement = members.member(invitation.workspace_id, invitation.invited_by or UUID(int=0))
    found = (await session.execute(statement)).first()
    role: WorkspaceRole | None = found[0].role if found else None
    least = max(policy.CREATE_INVITATION.least, invitation.role, key=RANK.__getitem__)
    if role is None or RANK[role] < RANK[least] or found is None or found[1].disabled_at:
        raise bad_invitation()


async def _join(session: AsyncSession, actor: Actor, invitation: Invitation, user_id: UUID) -> None:
    now, workspace_id = unit_of(session).now, invitation.workspace_id
    member = WorkspaceMember(
        workspace_id=workspace_id, user_id=user_id, role=invitation.role, created_at=now
    )
    await _insert(session, member)
    added = WorkspaceMemberAdded(
        workspace_id=workspace_id, resource_id=user_id, diff={"role": (None, str(member.role))}
    )
    await record(session, actor, added)
    if invitation.project_id is None or invitation.project_role is None:
        return
    own = ProjectMember(
        project_id=invitation.project_id,
        user_id=user_id,
        workspace_id=workspace_id,
        role=invitation.project_role,
        created_at=now,
    )
    await _insert(session, own)
    project = str(own.project_id)
    diff = {"project_id": (project, project), "role": (None, str(own.role))}
    change = ProjectMemberAdded(workspace_id=workspace_id, resource_id=user_id, diff=diff)
    await record(session, actor, change)


async def _insert(session: AsyncSession, row: WorkspaceMember | ProjectMember) -> None:
    session.add(row)
    try:
        await session.flush()
    except IntegrityError as error:  # they joined at the same moment by another way
        raise LostRace from error
