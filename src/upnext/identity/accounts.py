"""What whoever runs the instance does with accounts: at its start, and by the command line."""

import hmac
import os
import pwd
import secrets
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import SYSTEM
from upnext.core.context import RequestContext
from upnext.core.errors import Invalid
from upnext.core.runtime import Runtime
from upnext.identity import names, passwords, queries, service
from upnext.identity.models import User


def _operator() -> str:
    """Whoever runs the command, by the name that the machine has for them."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # in a container
        return f"uid {os.getuid()}"


CONTEXT = RequestContext(request_id="operator", user_agent=f"upnext, run by {_operator()}"[:256])
GENERATED_BYTES = 15


def setup_token(runtime: Runtime) -> str:
    """Lets the first account be made from another machine; printed where the server starts."""
    return runtime.keys.derive("setup", b"first admin").hex()[:32]


def is_setup_token(runtime: Runtime, given: str | None) -> bool:
    expected = setup_token(runtime).encode()
    return given is not None and hmac.compare_digest(given.strip().encode(), expected)


async def has_admin(runtime: Runtime) -> bool:
    async with runtime.db.read() as session:
        return await service.has_admin(session)


def generated_password() -> str:
    return secrets.token_urlsafe(GENERATED_BYTES)


async def create(
    runtime: Runtime, email: str, username: str | None, password: str, *, is_admin: bool
) -> User:
    """Raises Invalid for a name or password that the API would refuse, Conflict for a taken one."""
    account = await _account(email, username, password)

    async def apply(session: AsyncSession) -> User:
        return await service.create_user(session, SYSTEM, account, is_admin=is_admin)

    return await runtime.workshop.run(CONTEXT, apply)


async def everybody(runtime: Runtime) -> list[User]:
    async with runtime.db.read() as session:
        return list(await session.scalars(queries.users()))


async def promote(runtime: Runtime, name: str) -> User:
    async def apply(session: AsyncSession) -> User:
        user = await service.find(session, name)
        return await service.promote(session, SYSTEM, user.id)

    return await runtime.workshop.run(CONTEXT, apply)


async def disable(runtime: Runtime, name: str) -> User:
    """Running servers notice within five seconds."""

    async def apply(session: AsyncSession) -> User:
        user = await service.find(session, name)
        await service.disable(session, SYSTEM, user.id)
        return user

    return await runtime.workshop.run(CONTEXT, apply)


async def enable(runtime: Runtime, name: str) -> User:
    async def apply(session: AsyncSession) -> User:
        user = await service.find(session, name)
        return await service.enable(session, SYSTEM, user.id)

    return await runtime.workshop.run(CONTEXT, apply)


async def reset_password(runtime: Runtime, name: str, password: str) -> list[UUID]:
    """Ends every session of the account and returns their ids."""
    async with runtime.db.read() as reader:
        user = await service.find(reader, name)
    password_hash = await _hashed(password, user.email, user.username)

    async def apply(session: AsyncSession) -> list[UUID]:
        return await service.reset_password(session, SYSTEM, user.id, password_hash)

    return await runtime.workshop.run(CONTEXT, apply)


async def seed_admin(runtime: Runtime) -> User:
    """Makes the account of ADMIN_EMAIL an admin with ADMIN_PASSWORD, whatever it was before.

    One that is so already keeps its sessions, so that this may run at every start.
    """
    auth = runtime.settings.auth
    if auth.admin_email is None or auth.admin_password is None:
        raise Invalid("Set both ADMIN_EMAIL and ADMIN_PASSWORD, then try again.")
    email, password = _email(auth.admin_email), auth.admin_password.reveal()
    async with runtime.db.read() as reader:
        user = await reader.scalar(queries.user_by_email(names.key(email)))
    known = (await passwords.verify(password, user.password_hash)).matches if user else False
    if user is not None and known and user.is_admin and user.disabled_at is None:
        return user
    account = await _account(email, None, password)

    async def apply(session: AsyncSession) -> User:
        return await service.seed_admin(session, account)

    return await runtime.workshop.run(CONTEXT, apply)


async def _account(email: str, username: str | None, password: str) -> service.NewAccount:
    address = _email(email)
    if username is not None:
        try:
            username = names.username(username)
        except ValueError as error:
            raise Invalid(str(error)) from None
    return service.NewAccount(
        email=address,
        username=username,
        password_hash=await _hashed(password, address, username),
    )


def _email(text: str) -> str:
    try:
        return names.email(text)
    except ValueError as error:
        raise Invalid(f"{text} is no e-mail address: {error}") from None


async def _hashed(password: str, *own_names: str | None) -> str:
    if reason := passwords.weakness(passwords.normal(password), *own_names):
        raise Invalid(reason)
    return await passwords.hashed(password)
