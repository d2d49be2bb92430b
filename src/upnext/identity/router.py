"""Accounts, login, sessions and API tokens over HTTP."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.errors import Unauthorized
from upnext.core.http import (
    CurrentRuntime,
    IfMatch,
    ReadRoute,
    Session,
    WriteRoute,
    context_of,
    etag,
    not_modified,
)
from upnext.core.routing import Router
from upnext.core.runtime import Runtime
from upnext.identity import (
    accounts,
    http,
    inviting,
    mailed,
    passwords,
    policy,
    service,
    sessions,
    signing_in,
    tokens,
)
from upnext.identity.http import CurrentAuthenticator, SecretRoute
from upnext.identity.listing import list_sessions, list_tokens
from upnext.identity.models import MailPurpose, SessionKind
from upnext.identity.schemas import (
    AddressIn,
    MailTokenIn,
    MePatch,
    PasswordIn,
    RefreshIn,
    RegisterIn,
    ResetIn,
    SessionList,
    TokenCreatedRead,
    TokenIn,
    TokenList,
    TokensRead,
    Told,
    UserRead,
    token_created_read,
    user_read,
)

reads = Router(prefix="/auth", tags=["Accounts"], route_class=ReadRoute)
writes = Router(prefix="/auth", tags=["Accounts"], route_class=WriteRoute)
secret_writes = Router(prefix="/auth", tags=["Accounts"], route_class=SecretRoute)
routers = (reads, writes, secret_writes)

Limit = Annotated[int, Query(ge=1, le=100)]
Cursor = Annotated[str | None, Query(max_length=500)]


def _lifetimes(runtime: Runtime) -> tuple[timedelta, timedelta]:
    auth = runtime.settings.auth
    access = timedelta(minutes=auth.access_token_expire_minutes)
    return access, timedelta(days=auth.refresh_token_expire_days)


def _tokens(
    runtime: Runtime, response: Response, refreshed: sessions.Refreshed, *, cookie: bool
) -> TokensRead:
    access, lifetime = _lifetimes(runtime)
    token = sessions.access_token(
        runtime.keys,
        user_id=refreshed.user.id,
        session_id=refreshed.session.id,
        now=runtime.clock.now(),
        lifetime=access,
    )
    if cookie:
        seconds = int(lifetime.total_seconds())
        http.keep_cookie(response, refreshed.refresh_token, seconds=seconds)
    return TokensRead(
        access_token=token,
        refresh_token=None if cookie else refreshed.refresh_token,
        expires_in=int(access.total_seconds()),
    )


@writes.post("/register", status_code=201)
async def register(
    body: RegisterIn, request: Request, session: Session, runtime: CurrentRuntime
) -> UserRead:
    """Make an account. The first one of an instance becomes its administrator."""
    trusted = request.scope["state"]["local"] is True
    invited = body.invitation_token is not None
    door = service.Door(
        registration_open=runtime.settings.auth.registration == "open",
        trusted=trusted or accounts.is_setup_token(runtime, body.setup_token),
        invited=invited,
    )
    async with runtime.db.read() as reader:
        await inviting.check(reader, runtime, body.email, body.invitation_token)
        await service.check_door(reader, door)
    account = service.NewAccount(
        email=body.email,
        username=body.username,
        password_hash=await passwords.hashed(body.password),
        verified=invited,
    )
    # Once more, since hashing took its time, and now in the transaction.
    await inviting.check(session, runtime, body.email, body.invitation_token)
    return user_read(await service.register(session, account, door))


@secret_writes.post("/login", response_model_exclude_none=True, openapi_extra=http.LOGIN_BODY)
async def login(
    body: http.Login,
    request: Request,
    response: Response,
    session: Session,
    runtime: CurrentRuntime,
) -> TokensRead:
    """Log in with an e-mail address or a user name, as JSON or as the password form of OAuth 2.0.

    Browsers send `X-Upnext-Client: browser` or `cookie: true`, and get the refresh token in a
    cookie that no script can read.
    """
    attempt = http.attempt_of(request, body.name.casefold())
    context = context_of(request)
    proved = await signing_in.prove(runtime, context, attempt, body.name, body.password)
    user = await signing_in.admit(session, attempt, proved)
    cookie = http.wants_cookie(request, body)
    kind = SessionKind.BROWSER if cookie else SessionKind.API
    _, lifetime = _lifetimes(runtime)
    started = await sessions.start(session, runtime.keys, user, kind=kind, lifetime=lifetime)
    return _tokens(runtime, response, started, cookie=cookie)


@secret_writes.post("/refresh", response_model_exclude_none=True)
async def refresh(
    request: Request,
    response: Response,
    session: Session,
    runtime: CurrentRuntime,
    body: RefreshIn | None = None,
) -> TokensRead:
    """Trade the refresh token for a new pair. Each may be used once; a second use ends the session,
    but for ten seconds, in which it gives the same successor."""
    given = body.refresh_token if body else None
    token = given or http.cookie_of(request)
    if token is None:
        raise Unauthorized("Send a refresh token, or log in.", code="refresh_token_missing")
    _, lifetime = _lifetimes(runtime)
    refreshed = await sessions.rotate(session, runtime.keys, token, lifetime=lifetime)
    return _tokens(runtime, response, refreshed, cookie=given is None)


@secret_writes.post("/logout", status_code=204)
async def logout(
    request: Request,
    response: Response,
    session: Session,
    runtime: CurrentRuntime,
    authenticator: CurrentAuthenticator,
    body: RefreshIn | None = None,
) -> None:
    """End the session of the refresh token, of the cookie, or of the access token that is sent."""
    token = (body.refresh_token if body else None) or http.cookie_of(request)
    http.drop_cookie(response)
    ended = (
        await sessions.end_presented(session, runtime.keys, token)
        if token
        else await _end_current(request, session)
    )
    if ended is not None:
        authenticator.forget_credential(ended)


async def _end_current(request: Request, session: AsyncSession) -> UUID:
    credential = await http.current_credential(request)
    policy.check_signed_in(credential)
    await sessions.end(session, policy.owner(credential), credential.user_id, credential.id)
    return credential.id


@reads.get("/me", responses={304: {"description": "Not changed since"}}, response_model=UserRead)
async def me(
    credential: http.Reader, request: Request, response: Response, session: Session
) -> UserRead | Response:
    """The account that is logged in."""
    user = await service.load(session, credential.user_id)
    if unchanged := not_modified(request, etag(user.version)):
        return unchanged
    response.headers["ETag"] = etag(user.version)
    return user_read(user)


@writes.patch("/me")
async def update_me(
    credential: http.Writer,
    body: MePatch,
    response: Response,
    session: Session,
    expected: IfMatch,
) -> UserRead:
    """Change what was sent of one's own account."""
    user = await service.update(
        session,
        policy.owner(credential),
        credential.user_id,
        body.values(),
        expected=expected,
    )
    response.headers["ETag"] = etag(user.version)
    return user_read(user)


@writes.post("/password", status_code=204)
async def change_password(
    credential: http.Person,
    body: PasswordIn,
    request: Request,
    session: Session,
    runtime: CurrentRuntime,
    authenticator: CurrentAuthenticator,
) -> None:
    """Change the password. Every other session ends."""
    context = context_of(request)
    attempt = http.attempt_of(request, f"user {credential.user_id}")
    proved = await signing_in.prove_again(
        runtime, context, attempt, credential.user_id, body.current_password
    )
    new = await passwords.hashed(body.new_password)
    await service.change_password(
        session,
        policy.owner(credential),
        credential.user_id,
        verified=proved.password_hash,
        new=new,
    )
    authenticator.forget(credential.user_id)


@writes.post("/verify-email", status_code=204)
async def verify_email(body: MailTokenIn, session: Session) -> None:
    """Prove by the token of a mail that one reads what is sent to the account's address."""
    await mailed.verify(session, body.token)


@writes.post("/verify-email/resend", status_code=202)
async def resend_verification(credential: http.Person, session: Session) -> Told:
    """Have that mail sent again; the earlier ones are of no use any more."""
    user = await service.load(session, credential.user_id)
    mailed.check_unverified(user)
    await mailed.ask_to_verify(session, user)
    return Told(detail=f"A mail to {user.email} is on its way.")


@writes.post("/forgot-password", status_code=202)
async def forgot_password(body: AddressIn, session: Session) -> Told:
    """Have a link sent that sets a new password. The answer is the same for every address, and so
    is the work until then: one job, which looks whether there is such an account."""
    await mailed.ask_to_reset(session, body.email)
    return Told(detail="If there is an account with this address, a mail to it is on its way.")


@writes.post("/reset-password", status_code=204)
async def reset_password(
    body: ResetIn, session: Session, runtime: CurrentRuntime, authenticator: CurrentAuthenticator
) -> None:
    """Set a new password with the token of a mail. Every session and API token ends."""
    async with runtime.db.read() as reader:
        now = runtime.clock.now()
        user = await mailed.owner(reader, MailPurpose.RESET, body.token, now)
        mailed.check_password(body.new_password, user)
    hashed = await passwords.hashed(body.new_password)
    user_id = await mailed.use_reset(session, body.token)
    await service.reset_password(session, policy.account_of(user_id), user_id, hashed)
    authenticator.forget(user_id)


@reads.get("/sessions")
async def sessions_page(
    credential: http.PersonReading,
    session: Session,
    runtime: CurrentRuntime,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> SessionList:
    """Where one is logged in, the newest first."""
    return await list_sessions(session, runtime, credential, limit=limit, cursor=cursor)


@writes.delete("/sessions/{session_id:uuid}", status_code=204)
async def end_session(
    credential: http.Person,
    session_id: UUID,
    session: Session,
    authenticator: CurrentAuthenticator,
) -> None:
    """Log out elsewhere."""
    await sessions.end(session, policy.owner(credential), credential.user_id, session_id)
    authenticator.forget_credential(session_id)


@reads.get("/tokens")
async def tokens_page(
    credential: http.PersonReading,
    session: Session,
    runtime: CurrentRuntime,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> TokenList:
    """One's API tokens, the newest first, without their secrets."""
    return await list_tokens(session, runtime, credential, limit=limit, cursor=cursor)


@secret_writes.post("/tokens", status_code=201)
async def create_token(
    credential: http.Person, body: TokenIn, session: Session, runtime: CurrentRuntime
) -> TokenCreatedRead:
    """Make an API token. Its secret is in this reply and nowhere else."""
    policy.check_scopes_known(body.scopes, runtime.parts["scopes"])
    row, secret = await tokens.create(
        session,
        policy.owner(credential),
        credential.user_id,
        name=body.name,
        scopes=body.scopes,
        expires_at=body.expires_at,
    )
    return token_created_read(row, secret)


@writes.delete("/tokens/{token_id:uuid}", status_code=204)
async def revoke_token(
    credential: http.Person,
    token_id: UUID,
    session: Session,
    authenticator: CurrentAuthenticator,
) -> None:
    """End an API token; what uses it stops working at once."""
    await tokens.revoke(session, policy.owner(credential), credential.user_id, token_id)
    authenticator.forget_credential(token_id)
