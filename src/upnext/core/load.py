"""The one way to an object: the unseen does not exist, the forbidden is refused."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar, runtime_checkable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import RANK, Actor, WorkspaceRole
from upnext.core.errors import Forbidden, NotFound, PreconditionFailed
from upnext.core.inserts import held


@dataclass(frozen=True, slots=True)
class Action:
    """Such as `task.update`, with the least role that may; a row of docs/permissions.md."""

    name: str
    least: WorkspaceRole


class Placed(Protocol):
    """A row that lies in a workspace, and maybe in a project of it."""

    @property
    def place(self) -> tuple[UUID, UUID | None]: ...

    @property
    def parent(self) -> UUID | None:
        """The id that a nested path names before this one's."""
        ...

    @property
    def trashed_at(self) -> datetime | None: ...


@runtime_checkable
class OfTask(Protocol):
    """A row that is a task or belongs to one, and so is opened by a share link to it."""

    @property
    def of_task(self) -> UUID: ...


P = TypeVar("P", bound=Placed)


async def load_for(  # noqa: PLR0913  (the one loader: what it is asked is its whole meaning)
    session: AsyncSession,
    actor: Actor,
    action: Action,
    model: type[P],
    row_id: UUID,
    *,
    parent: UUID | None = None,
    lock: bool = False,
    trashed: bool = False,
) -> P:
    """The row, if `actor` may do `action` to it.

    Raises NotFound when it does not exist, lies in the trash (unless `trashed`), hangs on another
    parent than the path says, or may not be seen; Forbidden when it may be seen but not that.
    """
    row = None if lock else held(session, model, row_id)
    if row is None:
        row = await session.get(model, row_id, with_for_update=lock or None)
    missing = NotFound(f"There is no such {model.__name__.lower()}.")
    if row is None or (parent is not None and row.parent != parent):
        raise missing
    if (row.trashed_at is not None) is not trashed:
        raise missing
    if actor.kind != "system":
        task_id = _task_of(row) if actor.opened else None
        permit(actor, action, *row.place, missing=missing, task_id=task_id)
    return row


def _task_of(row: object) -> UUID | None:
    return row.of_task if isinstance(row, OfTask) else None


def permit(
    actor: Actor,
    action: Action,
    workspace_id: UUID,
    project_id: UUID | None = None,
    *,
    missing: NotFound | None = None,
    task_id: UUID | None = None,
) -> WorkspaceRole:
    """The role by which `actor` may do `action` there; else NotFound or Forbidden."""
    role = actor.role_in(workspace_id, project_id, task_id)
    if role is None:
        raise missing or NotFound("There is no such workspace or project.")
    if RANK[role] < RANK[action.least]:
        raise Forbidden(
            f"Your role here is {role}; {action.name} needs at least {action.least}.",
            code="role_too_low",
            role=str(role),
            needs=str(action.least),
        )
    return role


def check_version(actual: int, expected: int | None) -> None:
    """Raises PreconditionFailed when the caller's copy (If-Match) is not the current one."""
    if expected is not None and expected != actual:
        raise PreconditionFailed(
            f"It is at version {actual} now, not {expected}. Read it again and repeat your change.",
            current_version=actual,
        )
