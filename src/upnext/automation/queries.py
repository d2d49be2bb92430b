"""Statements that several parts of automation need."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Select, select

from upnext.identity.models import User
from upnext.workspaces.models import WorkspaceMember


def members_among(workspace_id: UUID, user_ids: Collection[UUID]) -> Select[UUID]:
    return select(WorkspaceMember.user_id).where(
        WorkspaceMember.workspace_id == workspace_id, WorkspaceMember.user_id.in_(user_ids)
    )


def people(user_ids: Collection[UUID]) -> Select[User]:
    return select(User).where(User.id.in_(user_ids))
