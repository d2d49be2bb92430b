"""Every statement of identity."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, TypeVar, cast
from uuid import UUID

from sqlalchemy import (
    CompoundSelect,
    CursorResult,
    Delete,
    Insert,
    Select,
    Update,
    case,
    delete,
    func,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.inserts.queries import insert_ignore
from upnext.core.paging import Order, identities
from upnext.identity.models import (
    ApiToken,
    FirstAdmin,
    LoginSession,
    LoginThrottle,
    MailPurpose,
    MailToken,
    ShareLink,
    User,
)

NEWEST_SESSION = Order((("id", identities(LoginSession.__table__.c.id), True),))
NEWEST_TOKEN = Order((("id", identities(ApiToken.__table__.c.id), True),))


R = TypeVar("R", LoginSession, ApiToken)


def page(statement: Select[R], order: Order, behind: list[UUID] | None, limit: int) -> Select[R]:
    """`limit` rows, and one more if there is one."""
    if behind is not None:
        statement = statement.where(order.behind(behind))
    return statement.order_by(*order.clauses()).limit(limit + 1)


async def changed(session: AsyncSession, statement: Insert | Update) -> int:
    """How many rows it changed."""
    return cast(CursorResult[Any], await session.execute(statement)).rowcount


# Accounts


def user(user_id: UUID, *, lock: bool = False) -> Select[User]:
    found = select(User).where(User.id == user_id)
    return found.with_for_update() if lock else found


def user_by_email(email_key: str) -> Select[User]:
    return select(User).where(User.email_key == email_key)


def user_by_username(username_key: str) -> Select[User]:
    return select(User).where(User.username_key == username_key)


def users() -> Select[User]:
    return select(User).order_by(User.id)


def active_admins() -> Select[UUID]:
    """Locked in one order: of two who step down at once, the second sees what the first did."""
    return (
        select(User.id)
        .where(User.is_admin.is_(True), User.disabled_at.is_(None))
        .order_by(User.id)
        .with_for_update()
    )


def pair(user_ids: Collection[UUID]) -> Select[User]:
    return select(User).where(User.id.in_(user_ids)).order_by(User.id).with_for_update()


def taken(
    email_key: str | None, username_key: str | None, but: UUID | None = None
) -> Select[str, str | None]:
    """The keys of accounts, other than `but`, that have one of these."""
    same = []
    if email_key is not None:
        same.append(User.email_key == email_key)
    if username_key is not None:
        same.append(User.username_key == username_key)
    found = select(User.email_key, User.username_key).where(or_(*same))
    return found if but is None else found.where(User.id != but)


def first_admin() -> Select[FirstAdmin]:
    return select(FirstAdmin)


def claim_first_admin(dialect: str, user_id: UUID, now: datetime) -> Insert:
    """One row is inserted, or none for whoever is not the first."""
    return insert_ignore(dialect, FirstAdmin.__table__, [{"id": 1, "user_id": user_id, "at": now}])


# What a request proves itself with


def session_owner(session_id: UUID, now: datetime) -> Select[UUID, bool, datetime]:
    """Empty unless the session lasts and its user may use it."""
    return (
        select(User.id, User.is_admin, LoginSession.expires_at)
        .join(User, User.id == LoginSession.user_id)
        .where(
            LoginSession.id == session_id,
            LoginSession.revoked_at.is_(None),
            LoginSession.expires_at > now,
            User.disabled_at.is_(None),
        )
    )


def token_owner(digest: bytes) -> Select[ApiToken, bool]:
    """Empty when the token is revoked or its user disabled. It may have expired."""
    return (
        select(ApiToken, User.is_admin)
        .join(User, User.id == ApiToken.user_id)
        .where(ApiToken.hash == digest, ApiToken.revoked_at.is_(None), User.disabled_at.is_(None))
    )


def token_by_id(token_id: UUID) -> Select[ApiToken, bool]:
    """As `token_owner`."""
    return (
        select(ApiToken, User.is_admin)
        .join(User, User.id == ApiToken.user_id)
        .where(ApiToken.id == token_id, ApiToken.revoked_at.is_(None), User.disabled_at.is_(None))
    )


def holding(ids: Collection[UUID], now: datetime) -> CompoundSelect[UUID]:
    """Those of these sessions and API tokens that still open something."""
    sessions = (
        select(LoginSession.id)
        .join(User, User.id == LoginSession.user_id)
        .where(
            LoginSession.id.in_(ids),
            LoginSession.revoked_at.is_(None),
            LoginSession.expires_at > now,
            User.disabled_at.is_(None),
        )
    )
    tokens = (
        select(ApiToken.id)
        .join(User, User.id == ApiToken.user_id)
        .where(
            ApiToken.id.in_(ids),
            ApiToken.revoked_at.is_(None),
            or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > now),
            User.disabled_at.is_(None),
        )
    )
    return union_all(sessions, tokens)


def link_made(digest: bytes) -> Select[ShareLink]:
    """Empty when the link is revoked or its maker disabled. It may have expired."""
    return (
        select(ShareLink)
        .join(User, User.id == ShareLink.user_id)
        .where(ShareLink.hash == digest, ShareLink.revoked_at.is_(None), User.disabled_at.is_(None))
    )


def touch(
    kind: type[ApiToken | ShareLink], credential_id: UUID, now: datetime, before: datetime
) -> Update:
    """Notes the use, unless another was noted after `before`."""
    unseen = or_(kind.last_used_at.is_(None), kind.last_used_at <= before)
    return update(kind).where(kind.id == credential_id, unseen).values(last_used_at=now)


# Sessions


def login_session(session_id: UUID) -> Select[LoginSession]:
    """Locked: of many refreshes at once, one is first."""
    return select(LoginSession).where(LoginSession.id == session_id).with_for_update()


def sessions_of(user_id: UUID, now: datetime) -> Select[LoginSession]:
    """Those that last."""
    return select(LoginSession).where(
        LoginSession.user_id == user_id,
        LoginSession.revoked_at.is_(None),
        LoginSession.expires_at > now,
    )


def other_sessions(user_id: UUID, now: datetime, but: UUID | None) -> Select[LoginSession]:
    found = sessions_of(user_id, now).order_by(LoginSession.id).with_for_update()
    return found if but is None else found.where(LoginSession.id != but)


def own_session(user_id: UUID, session_id: UUID, now: datetime) -> Select[LoginSession]:
    return sessions_of(user_id, now).where(LoginSession.id == session_id).with_for_update()


def finished_sessions(before: datetime) -> Delete:
    return delete(LoginSession).where(
        or_(LoginSession.expires_at < before, LoginSession.revoked_at < before)
    )


# API tokens


def tokens_of(user_id: UUID) -> Select[ApiToken]:
    return select(ApiToken).where(ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None))


def live_tokens(user_id: UUID) -> Select[ApiToken]:
    return tokens_of(user_id).order_by(ApiToken.id).with_for_update()


def own_token(user_id: UUID, token_id: UUID) -> Select[ApiToken]:
    return tokens_of(user_id).where(ApiToken.id == token_id).with_for_update()


# Tokens that go out by mail


def mail_token(digest: bytes, purpose: MailPurpose) -> Select[MailToken, User]:
    return (
        select(MailToken, User)
        .join(User, User.id == MailToken.user_id)
        .where(MailToken.hash == digest, MailToken.purpose == purpose)
    )


def mailed_since(user_id: UUID, purpose: MailPurpose, since: datetime) -> Select[int]:
    return select(func.count()).where(
        MailToken.user_id == user_id, MailToken.purpose == purpose, MailToken.created_at > since
    )


def void(user_id: UUID, purpose: MailPurpose, now: datetime) -> Update:
    """Those that are still good are not any more."""
    return (
        update(MailToken)
        .where(
            MailToken.user_id == user_id,
            MailToken.purpose == purpose,
            MailToken.used_at.is_(None),
        )
        .values(used_at=now)
        .execution_options(synchronize_session=False)
    )


def finished_mail_tokens(before: datetime) -> Delete:
    return delete(MailToken).where(MailToken.expires_at < before)


# Throttles


def throttles(keys: list[str]) -> Select[LoginThrottle]:
    return select(LoginThrottle).where(LoginThrottle.key.in_(keys))


def count_failure(key: str, now: datetime, forgotten: datetime) -> Update:
    """One more failure, or the first one when the last was before `forgotten`."""
    more = case((LoginThrottle.updated_at < forgotten, 1), else_=LoginThrottle.failures + 1)
    return (
        update(LoginThrottle)
        .where(LoginThrottle.key == key)
        # In this order: MySQL reads what it has already assigned.
        .ordered_values((LoginThrottle.failures, more), (LoginThrottle.updated_at, now))
        .execution_options(synchronize_session=False)
    )


def first_failure(dialect: str, key: str, now: datetime) -> Insert:
    row: Mapping[str, Any] = {"key": key, "failures": 1, "updated_at": now}
    return insert_ignore(dialect, LoginThrottle.__table__, [row])


def forgive(key: str) -> Delete:
    return delete(LoginThrottle).where(LoginThrottle.key == key)


def stale_throttles(before: datetime) -> Delete:
    return delete(LoginThrottle).where(LoginThrottle.updated_at < before)
