"""The credential of a request, the browser's cookie, and routes that answer with secrets."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar
from urllib.parse import parse_qsl

from fastapi import Depends, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.security import OAuth2PasswordBearer
from pydantic import BaseModel, ValidationError
from starlette.requests import HTTPConnection

from upnext.core.auth import Credential, Scope
from upnext.core.edge.addresses import bucket
from upnext.core.errors import AppError, BadRequest, Forbidden, Unauthorized
from upnext.core.http import WriteRoute, caller_of, context_of, runtime_of
from upnext.identity import policy
from upnext.identity.credentials import Authenticator
from upnext.identity.schemas import LoginForm, LoginIn
from upnext.identity.throttle import Attempt

M = TypeVar("M", bound=BaseModel)
COOKIE = "__Host-upnext_refresh"
CLIENT_HEADER = "x-upnext-client"
FORM = "application/x-www-form-urlencoded"
MOST_FORM_FIELDS = 10


class UnsupportedType(AppError):
    status = 415
    code = "unsupported_media_type"
    title = "Unsupported media type"


class SecretRoute(WriteRoute):
    """A write route whose replies hold secrets. They are never kept, so a key has no effect."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        inner = super().get_route_handler()

        async def handle(request: Request) -> Response:
            headers = [(n, v) for n, v in request.scope["headers"] if n != b"idempotency-key"]
            request = Request({**request.scope, "headers": headers}, request.receive)
            response = await inner(request)
            response.headers["Cache-Control"] = "no-store"
            return response

        return handle


BEARER = OAuth2PasswordBearer(
    tokenUrl="/api/v1/auth/login",
    refreshUrl="/api/v1/auth/refresh",
    scheme_name="Bearer",
    description="An access token from POST /auth/login, a personal API token "
    "(upn_...), or the secret of a share link (upn_share_...).",
    auto_error=False,
)


Bearer = Annotated[str | None, Depends(BEARER)]
"""For the description of a route; the credential is read from the request."""


async def current_credential(request: Request) -> Credential:
    """Verified by the edge already, or now. Needs no session of the request."""
    await caller_of(request)
    credential: Credential | None = request.scope["state"]["credential"]
    if credential is None:
        raise _unauthorized(tried="authorization" in request.headers)
    return credential


def _unauthorized(*, tried: bool) -> Unauthorized:
    if not tried:
        return Unauthorized(
            "Log in, and send the access token as `Authorization: Bearer ...`.",
            headers={"WWW-Authenticate": "Bearer"},
        )
    return Unauthorized(
        "This access token is not valid, or not any more. Refresh it, or log in again.",
        code="invalid_token",
        headers={"WWW-Authenticate": 'Bearer error="invalid_token"'},
    )


@dataclass(frozen=True, slots=True)
class Allows:
    """A dependency: the caller's credential, if it carries `scope`. `person` refuses tokens."""

    scope: Scope
    person: bool = False

    async def __call__(self, request: Request, _described: Bearer) -> Credential:
        credential = await current_credential(request)
        if self.person:
            policy.check_signed_in(credential)
        policy.check_scope(credential, self.scope)
        return credential


Reader = Annotated[Credential, Depends(Allows(policy.READ))]
Writer = Annotated[Credential, Depends(Allows(policy.WRITE))]
PersonReading = Annotated[Credential, Depends(Allows(policy.READ, person=True))]
Person = Annotated[Credential, Depends(Allows(policy.WRITE, person=True))]


async def authenticator_of(request: Request) -> Authenticator:
    found: Authenticator = runtime_of(request).parts["authenticate"]
    return found


CurrentAuthenticator = Annotated[Authenticator, Depends(authenticator_of)]


def attempt_of(request: Request, account: str) -> Attempt:
    return Attempt(account, bucket(context_of(request).ip or "unknown"))


# The body of a login: JSON, or the form of OAuth 2.0


async def read_login(request: Request) -> LoginIn:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == FORM:
        form = _validated(LoginForm, await _form(request))
        return LoginIn.model_validate({"username": form.username, "password": form.password})
    if kind != "application/json" and not kind.endswith("+json"):
        raise UnsupportedType(f"Send the login as application/json or as {FORM}.")
    return _validated(LoginIn, await request.json())


Login = Annotated[LoginIn, Depends(read_login)]


async def _form(request: Request) -> dict[str, str]:
    try:
        text = (await request.body()).decode()
        pairs = parse_qsl(
            text, keep_blank_values=True, errors="strict", max_num_fields=MOST_FORM_FIELDS
        )
    except ValueError:  # also what is not UTF-8
        raise BadRequest("The body is no form in UTF-8.", code="invalid_form") from None
    fields = dict(pairs)
    if len(fields) < len(pairs) or "\0" in text or "%00" in text:
        raise BadRequest("The form repeats a field or has a NUL in it.", code="invalid_form")
    return fields


def _validated(model: type[M], value: object) -> M:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        raise RequestValidationError([{**e, "loc": ("body", *e["loc"])} for e in found]) from None


def _body(*kinds: tuple[str, type[BaseModel]]) -> dict[str, Any]:
    content = {kind: {"schema": model.model_json_schema()} for kind, model in kinds}
    return {"requestBody": {"required": True, "content": content}}


# Since the body is read by hand, it is described by hand.
LOGIN_BODY = _body(("application/json", LoginIn), (FORM, LoginForm))


# The browser's cookie


def wants_cookie(request: Request, login: LoginIn) -> bool:
    return login.cookie or request.headers.get(CLIENT_HEADER, "").lower() == "browser"


def keep_cookie(response: Response, token: str, *, seconds: int) -> None:
    response.set_cookie(
        COOKIE, token, max_age=seconds, path="/", secure=True, httponly=True, samesite="strict"
    )


def drop_cookie(response: Response) -> None:
    response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="strict")


def cookie_of(request: Request) -> str | None:
    """The refresh token that a browser holds. Raises Forbidden when another site's page asks."""
    token = request.cookies.get(COOKIE)
    if not token:
        return None
    if request.headers.get("origin", "").lower() not in _own_origins(request):
        raise Forbidden(
            "The session cookie is only for pages of this server. Log in there.",
            code="origin_not_allowed",
        )
    return token


def origin_is_ours(connection: HTTPConnection) -> bool:
    """Also without any: then it is no page that asks."""
    origin = connection.headers.get("origin")
    return origin is None or origin.lower() in _own_origins(connection)


def _own_origins(connection: HTTPConnection) -> set[str]:
    server = connection.app.state.runtime.settings.server
    scheme = connection.scope["scheme"].replace("ws", "http")
    own = f"{scheme}://{connection.headers.get('host', '')}"
    return {own.lower(), *server.cors_origins, *([server.public_url] if server.public_url else [])}
