"""Invitations over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response

from upnext.core.auth import Actor, Credential
from upnext.core.http import CurrentRuntime, IfMatch, Now, ReadRoute, Session, WriteRoute, etag
from upnext.core.routing import Router
from upnext.identity.http import Allows
from upnext.identity.policy import owner
from upnext.workspaces import invitations, policy
from upnext.workspaces.http import requires
from upnext.workspaces.invitations import accepting
from upnext.workspaces.invitations.schemas import (
    InvitationCreate,
    InvitationPage,
    InvitationPatch,
    InvitationRead,
    InvitationShown,
    InvitationToken,
    Joined,
)

PLACE = "/workspaces/{workspace_id:uuid}/invitations"
ONE = f"{PLACE}/{{invitation_id:uuid}}"

reads = Router(tags=["workspaces"], route_class=ReadRoute)
writes = Router(tags=["workspaces"], route_class=WriteRoute)
routers = (reads, writes)

Reader = Annotated[Actor, requires(policy.WORKSPACES_READ)]
Writer = Annotated[Actor, requires(policy.WORKSPACES_WRITE)]
# A token is not to make its person a member of something.
Person = Annotated[Credential, Depends(Allows(policy.WORKSPACES_WRITE, person=True))]
Limit = Annotated[int, Query(ge=1, le=100)]
Cursor = Annotated[str | None, Query(max_length=1_000)]


@reads.get(PLACE)
async def list_invitations(
    workspace_id: UUID,
    session: Session,
    actor: Reader,
    runtime: CurrentRuntime,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> InvitationPage:
    """Those that are open, the newest first."""
    found, more = await invitations.find(
        session, actor, runtime.keys, workspace_id, limit=limit, cursor=cursor
    )
    items = [InvitationRead.model_validate(one) for one in found]
    return InvitationPage(items=items, next_cursor=more)


@writes.post(PLACE, status_code=201)
async def create_invitation(
    workspace_id: UUID, data: InvitationCreate, session: Session, actor: Writer, response: Response
) -> InvitationRead:
    """Ask somebody by mail to join, whether they have an account or not."""
    made = await invitations.create(session, actor, workspace_id, data)
    response.headers["Location"] = f"/api/v1/workspaces/{workspace_id}/invitations/{made.id}"
    response.headers["ETag"] = etag(made.version)
    return InvitationRead.model_validate(made)


@reads.get(ONE)
async def get_invitation(
    workspace_id: UUID, invitation_id: UUID, session: Session, actor: Reader, response: Response
) -> InvitationRead:
    found = await invitations.get(session, actor, workspace_id, invitation_id)
    response.headers["ETag"] = etag(found.version)
    return InvitationRead.model_validate(found)


@writes.patch(ONE)
async def update_invitation(  # noqa: PLR0913  (each is a part of the request)
    *,
    workspace_id: UUID,
    invitation_id: UUID,
    data: InvitationPatch,
    session: Session,
    actor: Writer,
    expected: IfMatch,
    response: Response,
) -> InvitationRead:
    """Give another role, as long as nobody accepted it."""
    ids = (workspace_id, invitation_id)
    changed = await invitations.update(session, actor, ids, data, expected=expected)
    response.headers["ETag"] = etag(changed.version)
    return InvitationRead.model_validate(changed)


@writes.delete(ONE, status_code=204)
async def delete_invitation(
    workspace_id: UUID, invitation_id: UUID, session: Session, actor: Writer, expected: IfMatch
) -> None:
    """Withdraw it: its link leads nowhere any more."""
    await invitations.delete(session, actor, (workspace_id, invitation_id), expected=expected)


@writes.post(f"{ONE}/resend", status_code=202)
async def resend_invitation(
    workspace_id: UUID,
    invitation_id: UUID,
    session: Session,
    actor: Writer,
    expected: IfMatch,
    response: Response,
) -> InvitationRead:
    """Send the mail again, with a new link; the old one leads nowhere any more."""
    ids = (workspace_id, invitation_id)
    sent = await invitations.resend(session, actor, ids, expected=expected)
    response.headers["ETag"] = etag(sent.version)
    return InvitationRead.model_validate(sent)


@writes.post("/invitations/lookup")
async def look_up_invitation(data: InvitationToken, session: Session, now: Now) -> InvitationShown:
    """What the invitation with this token is to. Needs no sign-in: the token is the secret."""
    return await accepting.look(session, data.token, now)


@writes.post("/invitations/accept")
async def accept_invitation(data: InvitationToken, session: Session, credential: Person) -> Joined:
    """Join by the token of the mail, with the account of the address that it went to."""
    accepted = await accepting.accept(session, owner(credential), credential.user_id, data.token)
    return Joined(
        workspace_id=accepted.workspace_id,
        project_id=accepted.project_id,
        role=accepted.role,
        project_role=accepted.project_role,
    )
