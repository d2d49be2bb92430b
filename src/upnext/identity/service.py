"""The use cases of accounts. Passwords arrive hashed: hashing has no place in a transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import SYSTEM, Actor
from upnext.core.changes import record, unit_of
from upnext.core.errors import (
    AppError,
    Conflict,
    FieldError,
    Forbidden,
    LostRace,
    NotFound,
    invalid_field,
)
from upnext.core.ids import new_id
from upnext.core.load import check_version
from upnext.identity import mailed, names, queries, sessions, tokens
from upnext.identity.events import (
    PasswordChanged,
    UserDeleted,
    UserDemoted,
    UserDisabled,
    UserEnabled,
    UserPromoted,
    UserRegistered,
    UserUpdated,
)
from upnext.identity.models import User

# How long a session or a throttle that is over stays for whoever looks into a case.
KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """`email` and `username` as `names` gives them."""

    email: str
    username: str | None
    password_hash: str
    # Whoever registers through an invitation has read what was sent to the address.
    verified: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Who may come in: `trusted` is whoever runs this instance, or sits at its machine."""

    registration_open: bool
    trusted: bool
    invited: bool = False


async def has_admin(session: AsyncSession) -> bool:
    return await session.scalar(queries.first_admin()) is not None


async def check_door(session: AsyncSession, door: Door) -> bool:
    """Whether the next account becomes the admin. Raises Forbidden for whoever may not come in."""
    if await has_admin(session):
        if not (door.registration_open or door.invited):
            raise Forbidden(
                "This instance takes no new accounts. Ask its administrator for one.",
                code="registration_closed",
            )
        return False
    if not door.trusted:
        raise Forbidden(
            "This instance has no administrator yet. The first account needs the setup token "
            "that the server printed when it started: send it as setup_token.",
            code="setup_token_required",
        )
    return True


async def register(session: AsyncSession, account: NewAccount, door: Door) -> User:
    """A stranger's new account; the first one of an instance becomes its admin."""
    user_id = new_id()
    await _check_free(session, account.email, account.username)
    first = await check_door(session, door) and await _claim(session, user_id)
    if not first and not (door.registration_open or door.invited):
        raise LostRace  # somebody else was first; the next look finds the door closed
    actor = Actor(kind="user", user_id=user_id)
    user = await _create(session, actor, user_id, account, is_admin=first)
    if not account.verified:
        await mailed.ask_to_verify(session, user)
    return user


async def create_user(
    session: AsyncSession, actor: Actor, account: NewAccount, *, is_admin: bool
) -> User:
    """An account that an administrator makes; it is admin as well if there is no other yet."""
    user_id = new_id()
    await _check_free(session, account.email, account.username)
    first = await _claim(session, user_id)
    return await _create(session, actor, user_id, account, is_admin=is_admin or first)


async def _claim(session: AsyncSession, user_id: UUID) -> bool:
    if await has_admin(session):
        return False
    dialect = session.get_bind().dialect.name
    claim = queries.claim_first_admin(dialect, user_id, unit_of(session).now)
    return await queries.changed(session, claim) > 0


async def _check_free(
    session: AsyncSession, email: str | None, username: str | None, but: UUID | None = None
) -> None:
    email_key = names.key(email) if email else None
    username_key = names.key(username) if username else None
    for row in await session.execute(queries.taken(email_key, username_key, but)):
        if row.email_key == email_key:
            raise _taken("email", "There is an account with this e-mail address. Log in instead.")
        raise _taken("username", "This user name is taken. Choose another one.")


def _taken(field: str, detail: str) -> AppError:
    where: FieldError = {"pointer": f"/{field}", "detail": detail}
    return Conflict(detail, code=f"{field}_taken", errors=[where])


async def _create(
    session: AsyncSession, actor: Actor, user_id: UUID, account: NewAccount, *, is_admin: bool
) -> User:
    now = unit_of(session).now
    user = User(
        id=user_id,
        email=account.email,
        email_key=names.key(account.email),
        username=account.username,
        username_key=names.key(account.username) if account.username else None,
        password_hash=account.password_hash,
        is_admin=is_admin,
        email_verified_at=now if account.verified else None,
        created_at=now,
        updated_at=now,
    )
    session.add(user)
    await _flush_unique(session)
    diff = {"email": (None, user.email), "username": (None, user.username)}
    change = UserRegistered(resource_id=user.id, email=user.email, name=user.name, diff=diff)
    await record(session, actor, change)
    if is_admin:
        await record(session, actor, UserPromoted(resource_id=user.id))
    return user


async def _flush_unique(session: AsyncSession) -> None:
    """A name that was free a moment ago may be taken: the next attempt finds it so."""
    try:
        await session.flush()
    except IntegrityError as error:
        raise LostRace from error


async def find(session: AsyncSession, name: str) -> User:
    """By e-mail address or user name."""
    key = names.key(name)
    statement = queries.user_by_email(key) if "@" in key else queries.user_by_username(key)
    user = await session.scalar(statement)
    if user is None:
        raise NotFound(f"There is no account {name!r}.")
    return user


async def load(session: AsyncSession, user_id: UUID, *, lock: bool = False) -> User:
    user = await session.scalar(queries.user(user_id, lock=lock))
    if user is None:
        raise NotFound("There is no such account.")
    return user


async def update(
    session: AsyncSession,
    actor: Actor,
    user_id: UUID,
    values: Mapping[str, Any],  # of the columns that a person may choose
    *,
    expected: int | None,
) -> User:
    user = await load(session, user_id)
    check_version(user.version, expected)
    changed = {n: (getattr(user, n), v) for n, v in values.items() if getattr(user, n) != v}
    if not changed:
        return user
    if "username" in changed:
        await _check_free(session, None, values["username"], but=user_id)
        username = values["username"]
        user.username_key = names.key(username) if username else None
    for name, (_, value) in changed.items():
        setattr(user, name, value)
    user.updated_at = unit_of(session).now
    await _flush_unique(session)
    change = UserUpdated(resource_id=user.id, version=user.version, diff=changed)
    await record(session, actor, change)
    return user


async def change_password(
    session: AsyncSession, actor: Actor, user_id: UUID, *, verified: str, new: str
) -> list[UUID]:
    """Ends the user's other sessions and returns their ids. `verified` is the hash that the old
    password was proved against; if it is no longer stored, the use case starts again."""
    user = await load(session, user_id, lock=True)
    if user.password_hash != verified:
        raise LostRace
    return await _set_password(session, actor, user, new, but=actor.credential_id)


async def reset_password(
    session: AsyncSession, actor: Actor, user_id: UUID, password_hash: str
) -> list[UUID]:
    """Ends every session and API token of the user; returns the ids of the sessions."""
    user = await load(session, user_id, lock=True)
    ended = await _set_password(session, actor, user, password_hash, but=None)
    await tokens.revoke_all(session, actor, user_id)
    return ended


async def _set_password(
    session: AsyncSession, actor: Actor, user: User, password_hash: str, *, but: UUID | None
) -> list[UUID]:
    user.password_hash = password_hash
    user.updated_at = unit_of(session).now
    await session.flush()
    await mailed.void_resets(session, user.id)
    await record(session, actor, PasswordChanged(resource_id=user.id, version=user.version))
    return await sessions.end_others(session, actor, user.id, but=but)


async def promote(session: AsyncSession, actor: Actor, user_id: UUID) -> User:
    user = await load(session, user_id, lock=True)
    await _claim(session, user_id)
    if not user.is_admin:
        user.is_admin = True
        user.updated_at = unit_of(session).now
        await session.flush()
        diff = {"is_admin": (False, True)}
        change = UserPromoted(resource_id=user.id, version=user.version, diff=diff)
        await record(session, actor, change)
    return user


async def demote(session: AsyncSession, actor: Actor, user_id: UUID) -> User:
    await _keep_an_admin(session, user_id)
    user = await load(session, user_id, lock=True)
    if user.is_admin:
        user.is_admin = False
        user.updated_at = unit_of(session).now
        await session.flush()
        diff = {"is_admin": (True, False)}
        change = UserDemoted(resource_id=user.id, version=user.version, diff=diff)
        await record(session, actor, change)
    return user


async def _keep_an_admin(session: AsyncSession, user_id: UUID) -> None:
    """Asked before the account itself is locked, so that everybody locks in one order."""
    if set(await session.scalars(queries.active_admins())) == {user_id}:
        raise Conflict(
            "This is the last active administrator. Make somebody else one first.",
            code="last_admin",
        )


async def disable(session: AsyncSession, actor: Actor, user_id: UUID) -> list[UUID]:
    """Ends every session and returns their ids; the user's API tokens stop working as well."""
    await _keep_an_admin(session, user_id)
    user = await load(session, user_id, lock=True)
    if user.disabled_at is None:
        user.disabled_at = user.updated_at = unit_of(session).now
        await session.flush()
        await record(session, actor, UserDisabled(resource_id=user.id, version=user.version))
    return await sessions.end_others(session, actor, user.id, but=None)


async def enable(session: AsyncSession, actor: Actor, user_id: UUID) -> User:
    user = await load(session, user_id, lock=True)
    if user.disabled_at is not None:
        user.disabled_at, user.updated_at = None, unit_of(session).now
        await session.flush()
        await record(session, actor, UserEnabled(resource_id=user.id, version=user.version))
    return user


async def delete(
    session: AsyncSession, actor: Actor, user_id: UUID, *, heir_id: UUID | None
) -> None:
    """For good. What the account has elsewhere follows within: see docs/administration.md."""
    await _keep_an_admin(session, user_id)
    both = [user_id] if heir_id is None else [user_id, heir_id]
    found = {user.id: user for user in await session.scalars(queries.pair(both))}
    if user_id not in found:
        raise NotFound("There is no such account.")
    heir = found.get(heir_id) if heir_id else None
    if heir_id is not None and (heir is None or heir_id == user_id or heir.disabled_at):
        raise invalid_field(
            "?transfer_to", "Name another account that is not disabled.", "unusable_heir"
        )
    user = found[user_id]
    diff = {"email": (user.email, None), "heir": (None, heir_id and str(heir_id))}
    change = UserDeleted(resource_id=user_id, version=user.version, diff=diff, heir_id=heir_id)
    await record(session, actor, change)
    await session.delete(user)
    await session.flush()


async def seed_admin(session: AsyncSession, account: NewAccount) -> User:
    """Makes the account an admin that can log in with this password, whatever it was before."""
    user = await session.scalar(queries.user_by_email(names.key(account.email)))
    if user is None:
        return await create_user(session, SYSTEM, account, is_admin=True)
    await promote(session, SYSTEM, user.id)
    await enable(session, SYSTEM, user.id)
    await reset_password(session, SYSTEM, user.id, account.password_hash)
    return user


async def sweep(session: AsyncSession, now: datetime) -> None:
    """Deletes sessions and throttles that have long been over."""
    await session.execute(queries.finished_sessions(now - KEPT))
    await session.execute(queries.finished_mail_tokens(now - KEPT))
    await session.execute(queries.stale_throttles(now - KEPT))
