"""Accounts and what proves them. Secrets lie here as digests only."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from upnext.core.db import Base
from upnext.core.ids import new_id
from upnext.core.types import Digest, Id, Instant, Json, Name, Ranked

Week = list[list[list[int]]]
"""From Monday: each day's working times as [start, end] in minutes of the day, in order."""

WORKDAY = [540, 1020]


def office_hours() -> Week:
    return [[list(WORKDAY)] if day < 5 else [] for day in range(7)]  # noqa: PLR2004  (Mon to Fri)


class LinkAccess(StrEnum):
    """From least to most: stored by rank."""

    READ = "read"
    WRITE = "write"


class SessionKind(StrEnum):
    """Where the refresh token lies: in a program's hands, or in a browser's cookie."""

    API = "api"
    BROWSER = "browser"


class User(Base):
    """`email_key` and `username_key` are what is compared: see `identity.names`."""

    __tablename__ = "user_account"

    id: Mapped[UUID] = mapped_column(Id, primary_key=True, default=new_id)
    email: Mapped[str] = mapped_column(Name(254))
    email_key: Mapped[str] = mapped_column(Name(320), unique=True)
    username: Mapped[str | None] = mapped_column(Name(50))
    username_key: Mapped[str | None] = mapped_column(Name(50), unique=True)
    # Since when it is known that the person reads what is sent there.
    email_verified_at: Mapped[datetime | None] = mapped_column(Instant)
    password_hash: Mapped[str] = mapped_column(Name(255))
    is_admin: Mapped[bool] = mapped_column(default=False)
    disabled_at: Mapped[datetime | None] = mapped_column(Instant)
    time_zone: Mapped[str] = mapped_column(Name(64), default="UTC")
    working_hours: Mapped[Week] = mapped_column(Json, default=office_hours)
    notifications: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    language: Mapped[str] = mapped_column(Name(8), default="en")
    # Which program's signs the person types: see tasks/quickadd/modes.py.
    quick_add_mode: Mapped[str] = mapped_column(Name(16), default="upnext")
    created_at: Mapped[datetime] = mapped_column(Instant)
    updated_at: Mapped[datetime] = mapped_column(Instant)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy's own notation)

    @property
    def name(self) -> str:
        """What to call this person."""
        return self.username or self.email.partition("@")[0]


class FirstAdmin(Base):
    """At most one row, with the id 1: whoever inserts it is the instance's first admin."""

    __tablename__ = "first_admin"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    user_id: Mapped[UUID] = mapped_column(Id)
    at: Mapped[datetime] = mapped_column(Instant)


class LoginSession(Base):
    """A family of refresh tokens: one is live, that of the present `generation`."""

    __tablename__ = "login_session"
    __table_args__ = (Index("ix_login_session_user", "user_id", "id"),)

    id: Mapped[UUID] = mapped_column(Id, primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(Id, ForeignKey("user_account.id", ondelete="CASCADE"))
    kind: Mapped[SessionKind] = mapped_column(Ranked(SessionKind))
    generation: Mapped[int] = mapped_column(default=1)
    refresh_hash: Mapped[bytes] = mapped_column(Digest)
    rotated_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)
    last_used_at: Mapped[datetime] = mapped_column(Instant)
    ip: Mapped[str | None] = mapped_column(Name(45))
    user_agent: Mapped[str | None] = mapped_column(Name(256))


class ApiToken(Base):
    """`hint` is the secret's end, so that a person can tell one token from another."""

    __tablename__ = "api_token"
    __table_args__ = (Index("ix_api_token_user", "user_id", "id"),)

    id: Mapped[UUID] = mapped_column(Id, primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(Id, ForeignKey("user_account.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(Name(100))
    hash: Mapped[bytes] = mapped_column(Digest, unique=True)
    hint: Mapped[str] = mapped_column(Name(4))
    scopes: Mapped[list[str]] = mapped_column(Json)
    expires_at: Mapped[datetime | None] = mapped_column(Instant)
    last_used_at: Mapped[datetime | None] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)


class MailPurpose(StrEnum):
    """What a token that goes out by mail is good for. Stored by rank."""

    VERIFY = "verify"
    RESET = "reset"


class MailToken(Base):
    """Good once, and only as long as the account has the address that it was sent to."""

    __tablename__ = "mail_token"
    __table_args__ = (Index("ix_mail_token_user", "user_id", "purpose", "created_at"),)

    id: Mapped[UUID] = mapped_column(Id, primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(Id, ForeignKey("user_account.id", ondelete="CASCADE"))
    purpose: Mapped[MailPurpose] = mapped_column(Ranked(MailPurpose))
    email_key: Mapped[str] = mapped_column(Name(320))
    hash: Mapped[bytes] = mapped_column(Digest, unique=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class ShareLink(Base):
    """Opens one task or one project to whoever has its secret, within its maker's own rights.

    A credential, so it lies here; what it opens lies further up and is named by its table.
    """

    __tablename__ = "share_link"
    __table_args__ = (
        CheckConstraint("(project_id IS NULL) <> (task_id IS NULL)", name="opens_one"),
        Index("ix_share_link_project", "project_id", "id"),
        Index("ix_share_link_task", "task_id", "id"),
        Index("ix_share_link_user", "user_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(Id, primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(Id, ForeignKey("user_account.id", ondelete="CASCADE"))
    project_id: Mapped[UUID | None] = mapped_column(
        Id, ForeignKey("project.id", ondelete="CASCADE")
    )
    task_id: Mapped[UUID | None] = mapped_column(Id, ForeignKey("task.id", ondelete="CASCADE"))
    access: Mapped[LinkAccess] = mapped_column(Ranked(LinkAccess))
    name: Mapped[str] = mapped_column(Name(100))
    hash: Mapped[bytes] = mapped_column(Digest, unique=True)
    hint: Mapped[str] = mapped_column(Name(4))
    expires_at: Mapped[datetime | None] = mapped_column(Instant)
    last_used_at: Mapped[datetime | None] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)


class LoginThrottle(Base):
    """Wrong passwords in a row for an account, an address, or both together."""

    __tablename__ = "login_throttle"
    __table_args__ = (Index("ix_login_throttle_updated_at", "updated_at"),)

    key: Mapped[str] = mapped_column(Name(100), primary_key=True)
    failures: Mapped[int]
    updated_at: Mapped[datetime] = mapped_column(Instant)
