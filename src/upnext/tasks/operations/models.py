"""What somebody did to many tasks at once, with all that is needed to take it back."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from upnext.core.db import Base
from upnext.core.types import Id, Instant, Json, Ranked


class OperationKind(StrEnum):
    """Stored by rank: what is new comes last."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    UNDO = "undo"


class StepAction(StrEnum):
    """What became of one task. Stored by rank."""

    CREATED = "created"
    UPDATED = "updated"
    DELETED = "deleted"
    RESTORED = "restored"


class Operation(Base):
    """Kept for 30 days. `workspace_id` if all its tasks lie in one workspace."""

    __tablename__ = "operation"
    __table_args__ = (
        Index("ix_operation_user", "user_id", "id"),
        Index("ix_operation_created", "created_at"),
    )

    id: Mapped[UUID] = mapped_column(Id, primary_key=True)
    user_id: Mapped[UUID] = mapped_column(Id)
    workspace_id: Mapped[UUID | None] = mapped_column(Id)
    kind: Mapped[OperationKind] = mapped_column(Ranked(OperationKind))
    # What was asked for, as it was asked.
    asked: Mapped[dict[str, Any]] = mapped_column(Json)
    task_count: Mapped[int] = mapped_column(Integer)
    undoes: Mapped[UUID | None] = mapped_column(Id)
    undone_by: Mapped[UUID | None] = mapped_column(Id)
    created_at: Mapped[datetime] = mapped_column(Instant)


class OperationStep(Base):
    """`diff` is the change log's, of the fields that can be put back; `version` the task's since.

    The log itself may be pruned, and tasks are told by id only: they may be gone for good.
    """

    __tablename__ = "operation_step"

    operation_id: Mapped[UUID] = mapped_column(
        Id, ForeignKey("operation.id", ondelete="CASCADE"), primary_key=True
    )
    task_id: Mapped[UUID] = mapped_column(Id, primary_key=True)
    action: Mapped[StepAction] = mapped_column(Ranked(StepAction))
    version: Mapped[int] = mapped_column(Integer)
    diff: Mapped[dict[str, Any]] = mapped_column(Json)
