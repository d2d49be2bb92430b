"""What actions look for."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select

from upnext.core.types import micros
from upnext.tasks.models import Status, Task


def done_cards(
    workspace_id: UUID,
    project_id: UUID | None,
    before: datetime,
    hidden: Collection[UUID],
    limit: int,
) -> Select[UUID]:
    """Done `before`, and still on a board; the oldest first."""
    found = select(Task.id).where(
        Task.workspace_id == workspace_id,
        Task.deleted_at.is_(None),
        Task.status == Status.DONE,
        Task.board_id.is_not(None),
        Task.completed_key < micros(before),
    )
    if project_id is not None:
        found = found.where(Task.project_id == project_id)
    if hidden:
        found = found.where(Task.project_id.not_in(hidden))
    return found.order_by(Task.completed_key, Task.id).limit(limit)
