"""Notifications, their ways out, and what each person chose. Secrets lie here encrypted."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from upnext.core.db import Base
from upnext.core.ids import new_id
from upnext.core.types import Digest, Id, Instant, Json, LongText, Name, Ranked

KEY_LENGTH = 150


class Channel(StrEnum):
    """Stored by rank: what is new comes last."""

    APP = "app"
    EMAIL = "email"
    PUSH = "push"
    APPRISE = "apprise"


class State(StrEnum):
    """`dropped`: its reader may no longer see it, or chose otherwise, before it left."""

    PENDING = "pending"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"


class Notification(Base):
    """One event for one person: `event_key` names the event, so nobody is told of it twice.

    `shown`: in the app, until its reader deletes it there. The row stays, and holds its key.
    """

    __tablename__ = "notification"
    __table_args__ = (
        UniqueConstraint("user_id", "event_key"),
        Index("ix_notification_list", "user_id", "shown", "id"),
        Index("ix_notification_unread", "user_id", "shown", "read_at"),
        Index("ix_notification_created_at", "created_at"),
    )

    id: Mapped[UUID] = mapped_column(Id, primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(Id, ForeignKey("user_account.id", ondelete="CASCADE"))
    event: Mapped[str] = mapped_column(Name(60))
    event_key: Mapped[str] = mapped_column(Name(KEY_LENGTH))
    # INSTANCE for what belongs to no workspace.
    workspace_id: Mapped[UUID] = mapped_column(Id)
    project_id: Mapped[UUID | None] = mapped_column(Id)
    task_id: Mapped[UUID | None] = mapped_column(Id)
    data: Mapped[dict[str, Any]] = mapped_column(Json)
    shown: Mapped[bool]
    read_at: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)


class Delivery(Base):
    """One way out of a notification. `target_id` is the browser or service, or zeros for mail."""

    __tablename__ = "notification_delivery"
    __table_args__ = (UniqueConstraint("notification_id", "channel", "target_id"),)

    id: Mapped[UUID] = mapped_column(Id, primary_key=True, default=new_id)
    notification_id: Mapped[UUID] = mapped_column(
        Id, ForeignKey("notification.id", ondelete="CASCADE")
    )
    channel: Mapped[Channel] = mapped_column(Ranked(Channel))
    target_id: Mapped[UUID] = mapped_column(Id)
    state: Mapped[State] = mapped_column(Ranked(State), default=State.PENDING)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class Preference(Base):
    """Besides the matrix, which is the account's `notifications`. No row: nothing was chosen."""

    __tablename__ = "notification_preference"
    __table_args__ = (Index("ix_notification_preference_digest", "digest_next_at"),)

    user_id: Mapped[UUID] = mapped_column(
        Id, ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True
    )
    # Minutes of the day in the person's zone; from after until means over midnight.
    quiet_from: Mapped[int | None]
    quiet_until: Mapped[int | None]
    digest_hour: Mapped[int | None]
    digest_next_at: Mapped[datetime | None] = mapped_column(Instant)
    muted: Mapped[list[str]] = mapped_column(Json, default=list)
    updated_at: Mapped[datetime] = mapped_column(Instant)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy's own notation)


class PushSubscription(Base):
    """A browser. Its address and keys are sealed: whoever has the address can reach it."""

    __tablename__ = "push_subscription"
    __table_args__ = (UniqueConstraint("user_id", "endpoint_hash"),)

    id: Mapped[UUID] = mapped_column(Id, primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(Id, ForeignKey("user_account.id", ondelete="CASCADE"))
    endpoint_hash: Mapped[bytes] = mapped_column(Digest)
    sealed: Mapped[str] = mapped_column(LongText)
    name: Mapped[str] = mapped_column(Name(100))
    created_at: Mapped[datetime] = mapped_column(Instant)


class Target(Base):
    """Another service, by its Apprise URL, which is sealed since it holds its password."""

    __tablename__ = "notification_target"
    __table_args__ = (Index("ix_notification_target_user", "user_id", "id"),)

    id: Mapped[UUID] = mapped_column(Id, primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(Id, ForeignKey("user_account.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(Name(100))
    kind: Mapped[str] = mapped_column(Name(20))
    sealed: Mapped[str] = mapped_column(LongText)
    created_at: Mapped[datetime] = mapped_column(Instant)


class PushKey(Base):
    """At most one row, with the id 1: by this pair browsers know that it is us (VAPID)."""

    __tablename__ = "push_key"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    public: Mapped[str] = mapped_column(Name(100))
    sealed: Mapped[str] = mapped_column(LongText)
    created_at: Mapped[datetime] = mapped_column(Instant)


class DueClock(Base):
    """At most one row, with the id 1: until when tasks were looked through for what is due."""

    __tablename__ = "notification_clock"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Instant)
