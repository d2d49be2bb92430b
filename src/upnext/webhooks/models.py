"""Endpoints, what is to be sent to them, and each attempt to do so."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, SmallInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from upnext.core.db import Base
from upnext.core.ids import new_id
from upnext.core.types import Id, Instant, Json, LongText, Name, Ranked


class Disabled(StrEnum):
    """Why nothing is sent. Stored by rank: what is new comes last."""

    BY_HAND = "by_hand"
    GONE = "gone"
    """The receiver answered 410."""
    FAILING = "failing"
    OWNER_GONE = "owner_gone"
    """Whose rights it has may not look after webhooks there any more."""
    BAD_FILTER = "bad_filter"
    """Its filter names what is not there any more."""


class DeliveryState(StrEnum):
    """Stored by rank: what is new comes last."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"
    SKIPPED = "skipped"
    """Its project became hidden from the endpoint before it could be sent."""


class Webhook(Base):
    """An endpoint. It gets what its owner may see: whoever changed it last, as a person.

    `keys` and `previous_keys` are encrypted. What follows `version` changes without a new one.
    """

    __tablename__ = "webhook"
    __table_args__ = (Index("ix_webhook_workspace", "workspace_id", "id"),)

    id: Mapped[UUID] = mapped_column(Id, primary_key=True, default=new_id)
    workspace_id: Mapped[UUID] = mapped_column(Id, ForeignKey("workspace.id", ondelete="CASCADE"))
    project_id: Mapped[UUID | None] = mapped_column(
        Id, ForeignKey("project.id", ondelete="CASCADE")
    )
    owner_id: Mapped[UUID | None] = mapped_column(
        Id, ForeignKey("user_account.id", ondelete="SET NULL")
    )
    name: Mapped[str] = mapped_column(Name(100), default="")
    url: Mapped[str] = mapped_column(LongText)
    events: Mapped[list[str]] = mapped_column(Json)
    filter: Mapped[str | None] = mapped_column(LongText)
    keys: Mapped[str] = mapped_column(LongText)
    public_key: Mapped[str] = mapped_column(Name(64))
    previous_keys: Mapped[str | None] = mapped_column(LongText)
    previous_until: Mapped[datetime | None] = mapped_column(Instant)
    disabled: Mapped[Disabled | None] = mapped_column(Ranked(Disabled))
    disabled_at: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)
    updated_at: Mapped[datetime] = mapped_column(Instant)
    version: Mapped[int] = mapped_column()
    # Since the last success: how many attempts failed, and when the first of them did.
    failures: Mapped[int] = mapped_column(Integer, default=0)
    failing_since: Mapped[datetime | None] = mapped_column(Instant)
    # Nothing is tried before.
    rests_until: Mapped[datetime | None] = mapped_column(Instant)
    delivered_at: Mapped[datetime | None] = mapped_column(Instant)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy's own notation)

    @property
    def place(self) -> tuple[UUID, UUID | None]:
        return self.workspace_id, self.project_id

    @property
    def parent(self) -> UUID | None:
        return self.project_id

    @property
    def trashed_at(self) -> datetime | None:
        """It has no trash of its own; that of its project is asked for in service.py."""
        return None

    @property
    def enabled(self) -> bool:
        return self.disabled is None


class Delivery(Base):
    """An event for an endpoint, once: `event_id` is what the receiver knows it by.

    `body` is what is sent, to the byte, in every attempt. Whoever changes one holds its endpoint's
    job, so it has no version.
    """

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        UniqueConstraint("webhook_id", "event_id"),
        Index("ix_webhook_delivery_due", "webhook_id", "state", "next_at"),
        # For the order of what happened to one thing.
        Index("ix_webhook_delivery_resource", "webhook_id", "resource_id", "state", "seq"),
        Index("ix_webhook_delivery_created", "created_at"),
    )

    id: Mapped[UUID] = mapped_column(Id, primary_key=True)
    webhook_id: Mapped[UUID] = mapped_column(Id, ForeignKey("webhook.id", ondelete="CASCADE"))
    event_id: Mapped[UUID] = mapped_column(Id)
    type: Mapped[str] = mapped_column(Name(60))
    resource_id: Mapped[UUID] = mapped_column(Id)
    seq: Mapped[int] = mapped_column(BigInteger)
    project_id: Mapped[UUID | None] = mapped_column(Id)
    # Only for the workspace's owners and admins to read.
    restricted: Mapped[bool] = mapped_column(default=False)
    body: Mapped[str] = mapped_column(LongText)
    state: Mapped[DeliveryState] = mapped_column(
        Ranked(DeliveryState), default=DeliveryState.PENDING
    )
    # Since it was last asked for: the first sending, or a replay.
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0)
    next_at: Mapped[datetime | None] = mapped_column(Instant)
    last_status: Mapped[int | None] = mapped_column(SmallInteger)
    last_error: Mapped[str | None] = mapped_column(Name(40))
    created_at: Mapped[datetime] = mapped_column(Instant)
    finished_at: Mapped[datetime | None] = mapped_column(Instant)


class DeliveryAttempt(Base):
    """One request and its answer. `status` None: there was no answer, and `error` says why."""

    __tablename__ = "webhook_attempt"
    __table_args__ = (Index("ix_webhook_attempt_delivery", "delivery_id", "id"),)

    id: Mapped[UUID] = mapped_column(Id, primary_key=True, default=new_id)
    delivery_id: Mapped[UUID] = mapped_column(
        Id, ForeignKey("webhook_delivery.id", ondelete="CASCADE")
    )
    at: Mapped[datetime] = mapped_column(Instant)
    url: Mapped[str] = mapped_column(LongText)
    duration_ms: Mapped[int] = mapped_column(Integer)
    status: Mapped[int | None] = mapped_column(SmallInteger)
    error: Mapped[str | None] = mapped_column(Name(40))
    detail: Mapped[str | None] = mapped_column(LongText)
    response_headers: Mapped[dict[str, Any]] = mapped_column(Json)
    response_body: Mapped[str] = mapped_column(LongText)
