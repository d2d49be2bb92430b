"""Every statement on invitations."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Delete, Select, Update, delete, func, or_, select, update

from upnext.core.paging import Order, identities
from upnext.identity.models import User
from upnext.workspaces.models import Invitation, Project, Workspace

NEWEST = Order((("id", identities(Invitation.__table__.c.id), True),))


def open_ones(workspace_id: UUID) -> Select[Invitation]:
    return select(Invitation).where(
        Invitation.workspace_id == workspace_id, Invitation.accepted_at.is_(None)
    )


def page(workspace_id: UUID, behind: list[UUID] | None, limit: int) -> Select[Invitation]:
    """The newest first, and one more than `limit` if there is one."""
    found = open_ones(workspace_id)
    if behind is not None:
        found = found.where(NEWEST.behind(behind))
    return found.order_by(*NEWEST.clauses()).limit(limit + 1)


def count_open(workspace_id: UUID) -> Select[int]:
    return select(func.count()).where(
        Invitation.workspace_id == workspace_id, Invitation.accepted_at.is_(None)
    )


def by_key(open_key: bytes) -> Select[Invitation]:
    return select(Invitation).where(Invitation.open_key == open_key)


def by_token(digest: bytes) -> Select[Invitation, str, str | None]:
    """With the names of workspace and project, neither of them in the trash."""
    return (
        select(Invitation, Workspace.name, Project.name)
        .join(Workspace, Workspace.id == Invitation.workspace_id)
        .outerjoin(Project, Project.id == Invitation.project_id)
        .where(
            Invitation.hash == digest,
            Invitation.accepted_at.is_(None),
            Workspace.deleted_at.is_(None),
            or_(Invitation.project_id.is_(None), Project.deleted_at.is_(None)),
        )
    )


def locked(invitation_id: UUID) -> Select[Invitation]:
    return (
        select(Invitation)
        .where(Invitation.id == invitation_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def to_mail(invitation_id: UUID) -> Select[Invitation, str, User]:
    """An open one with the workspace's name, and who invites; empty when any of them is gone."""
    return (
        select(Invitation, Workspace.name, User)
        .join(Workspace, Workspace.id == Invitation.workspace_id)
        .join(User, User.id == Invitation.invited_by)
        .where(
            Invitation.id == invitation_id,
            Invitation.accepted_at.is_(None),
            Workspace.deleted_at.is_(None),
        )
    )


def mailed(invitation_id: UUID, digest: bytes, now: datetime) -> Update:
    """Leaves the version alone: it is the same invitation, with a link that counts."""
    return (
        update(Invitation)
        .where(Invitation.id == invitation_id, Invitation.accepted_at.is_(None))
        .values(hash=digest, sent_at=now)
        .execution_options(synchronize_session=False)
    )


def long_over(before: datetime) -> Delete:
    return delete(Invitation).where(Invitation.expires_at < before)
