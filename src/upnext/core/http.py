"""What every router uses: the write route, the session of a request, and conditional requests."""

import hashlib
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from datetime import datetime
from typing import Annotated, Any, ClassVar, NamedTuple

import orjson
from fastapi import Depends, Header, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core import direct, queries
from upnext.core.auth import Actor, Credential, Scope
from upnext.core.changes import unit_of
from upnext.core.context import RequestContext
from upnext.core.edge.json import parse
from upnext.core.edge.repeats import OFFER, Offer
from upnext.core.errors import AppError, BadRequest, Conflict, Invalid, LostRace
from upnext.core.idempotency import IdempotentReply
from upnext.core.inserts import insert_later
from upnext.core.lanes import Lane
from upnext.core.lanes.doubt import Doubt, DoubtingLane, Outdated
from upnext.core.pulse import Seen
from upnext.core.runtime import Runtime
from upnext.core.types import NEVER
from upnext.core.work import LOCK_TIMEOUTS, Workshop, code_of, retrying

Handler = Callable[[Request], Coroutine[Any, Any, Response]]
STORED_HEADERS = ("content-type", "etag", "location", "link")
LONGEST_KEY = 128


class StrictRequest(Request):
    """Reads JSON in which everything has exactly one meaning."""

    async def json(self) -> object:
        return parse(await self.body())


class Key(NamedTuple):
    """An Idempotency-Key, whose it is, and what it was first used for."""

    owner: str
    key: str
    fingerprint: bytes


class _Route(APIRoute):
    """Its dependencies and endpoint are called straight away, if they are plain enough."""

    bodies: ClassVar[bool]

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # FastAPI's own signature, passed on
        super().__init__(*args, **kwargs)
        if direct.handler_of(self, bodies=self.bodies) is not None:
            self.app = direct.app_of(self.get_route_handler())

    def get_route_handler(self) -> Handler:
        return direct.handler_of(self, bodies=self.bodies) or super().get_route_handler()


class ReadRoute(_Route):
    """A session around a read, which keeps nothing and takes no connection before a statement.

    Reads that go over the lane alone get none: opening one costs as much as a short statement.
    """

    bodies = False

    def get_route_handler(self) -> Handler:
        inner = super().get_route_handler()
        if _asks(self.dependant, session_of):
            inner = _in_session(inner)
        return _doubting(inner) if _asks(self.dependant, lane_of) else inner


class WriteRoute(_Route):
    """One transaction around parsing, dependencies, use case and serialisation.

    It is committed before the reply starts. A repeated Idempotency-Key gets the first reply.
    """

    bodies = True

    def get_route_handler(self) -> Handler:
        inner = super().get_route_handler()
        scopes = frozenset(_scopes(self.dependant))

        async def handle(request: Request) -> Response:
            runtime = runtime_of(request)
            key = await _read_key(request, scopes, self.fingerprint)

            async def attempt() -> Response:
                if key and (reply := await _replay(runtime, key)):
                    return reply
                return await _run(request, inner, runtime.workshop, key)

            return await retrying(attempt)

        once_or_twice = _doubting(handle) if _asks(self.dependant, doubting_session_of) else handle

        async def strictly(request: Request) -> Response:
            # One for all tries: what it has read of the body cannot be read again.
            return await once_or_twice(StrictRequest(request.scope, request.receive))

        return strictly

    async def fingerprint(self, request: Request) -> bytes:
        """What a request asks for, beside its address: an Idempotency-Key stands for this. Only
        called for who may ask it."""
        return await request.body()


async def _run(request: Request, inner: Handler, workshop: Workshop, key: Key | None) -> Response:
    async with workshop.open(context_of(request)) as session:
        request.state.session = session
        unit_of(session).doubt = doubt_of(request)
        try:
            response = await inner(request)
        except AppError as error:
            if error.keep:
                await workshop.finish(session)
            raise
        if key and response.status_code < 300:  # noqa: PLR2004  (the 2xx replies are kept)
            _remember(session, key, response)
            await _finish_first(session, workshop)
        else:
            await workshop.finish(session)
        return response


def _asks(dependant: Dependant, call: Callable[..., Any]) -> bool:  # of any dependency
    return dependant.call is call or any(_asks(each, call) for each in dependant.dependencies)


def _in_session(inner: Handler) -> Handler:
    async def handle(request: Request) -> Response:
        async with runtime_of(request).db.read() as session:
            request.state.session = session
            return await inner(request)

    return handle


def _doubting(inner: Handler) -> Handler:
    """Starts from what was known last of whoever asks. If that is no longer so, whatever came of
    it, be it a refusal, is forgotten, and all is done again from what is so."""

    async def handle(request: Request) -> Response:
        db = runtime_of(request).db
        if not db.doubts:
            return await inner(request)
        doubt = request.scope["state"]["doubt"] = Doubt()
        try:
            try:
                response = await inner(request)
            except Outdated:
                raise
            except Exception:  # a refusal too may come of what is not so any more
                await doubt.settle(db.lane)
                raise
            await doubt.settle(db.lane)
        except Outdated:
            del request.scope["state"]["doubt"]
            request.scope["state"].pop(OFFER, None)
            return await inner(request)
        return response

    return handle


def _scopes(dependant: Dependant) -> Iterator[tuple[Scope, bool]]:
    """What a route asks of a credential, and whether share links may come without: the
    dependencies that do so carry it as `scope` and `links`."""
    found = getattr(dependant.call, "scope", None)
    if found is not None:
        yield found, getattr(dependant.call, "links", False)
    for needed in dependant.dependencies:
        yield from _scopes(needed)


async def _read_key(
    request: Request,
    scopes: frozenset[tuple[Scope, bool]],
    fingerprint: Callable[[Request], Awaitable[bytes]],
) -> Key | None:
    """None also for whoever the route itself will refuse: of them no byte is read, and nothing
    that was stored for somebody with other rights is shown to them."""
    key = request.headers.get("idempotency-key")
    if key is None:
        return None
    if not key or len(key) > LONGEST_KEY or not key.isprintable():
        raise BadRequest(
            f"Idempotency-Key must be 1 to {LONGEST_KEY} printable characters.",
            code="bad_idempotency_key",
        )
    user_id = await caller_of(request)
    if scopes:
        credential: Credential | None = request.scope["state"].get("credential")
        if credential is None or not all(_let_in(credential, *each) for each in scopes):
            return None
    owner = f"user:{user_id}" if user_id else f"ip:{context_of(request).ip}"
    line = f"{request.method} {request.scope['path']}?{request.url.query}\n".encode()
    return Key(owner[:60], key, hashlib.sha256(line + await fingerprint(request)).digest())


def _let_in(credential: Credential, scope: Scope, links: bool) -> bool:
    return links if credential.kind == "link" else credential.allows(scope)


async def caller_of(request: Request) -> str | None:
    """The user whose credential the request carries, verified; None without one."""
    state = request.scope["state"]
    if "credential" not in state:
        authenticate = runtime_of(request).parts["authenticate"]
        state["user_id"] = await authenticate(request.scope)
    user_id: str | None = state["user_id"]
    return user_id


async def _replay(runtime: Runtime, key: Key) -> Response | None:
    rows = await runtime.db.lane.fetch(queries.STORED_REPLY, {"owner": key.owner, "key": key.key})
    if not rows:
        return None
    fingerprint, status, headers, body = rows[0]
    if fingerprint != key.fingerprint:
        raise Invalid(
            "This Idempotency-Key was used for another request. Use a new one.",
            code="idempotency_key_reused",
        )
    return Response(body, status, {**orjson.loads(headers), "Idempotent-Replayed": "true"})


def _remember(session: AsyncSession, key: Key, response: Response) -> None:
    values = {
        "owner": key.owner,
        "key": key.key,
        "fingerprint": key.fingerprint,
        "status": response.status_code,
        "headers": {n: response.headers[n] for n in STORED_HEADERS if n in response.headers},
        "body": bytes(response.body),
        "at": session.info["unit"].now,
    }
    insert_later(session, IdempotentReply.__table__, values)


async def _finish_first(session: AsyncSession, workshop: Workshop) -> None:
    """The reply is the last row of the transaction: whoever holds the same key waits for us."""
    try:
        await workshop.finish(session)
    except IntegrityError as error:
        raise LostRace from error
    except DBAPIError as error:
        if code_of(error) in LOCK_TIMEOUTS:
            raise Conflict(
                "A request with this Idempotency-Key is still running.",
                code="idempotency_key_in_flight",
                headers={"Retry-After": "2"},
            ) from error
        raise


def runtime_of(request: Request) -> Runtime:
    runtime: Runtime = request.app.state.runtime
    return runtime


def context_of(request: Request) -> RequestContext:
    context: RequestContext = request.scope["state"]["context"]
    return context


# FastAPI runs a dependency that is no coroutine in a thread, which costs more than a query.


async def session_of(request: Request) -> AsyncSession:
    """What the route opened: a write route's transaction, a read route's session."""
    session: AsyncSession = request.scope["state"]["session"]
    return session


async def doubting_session_of(request: Request) -> AsyncSession:
    """The same, where whatever is done by it may start from what was known last of whoever asks:
    it is found out before anything is committed, and best by the first statement itself."""
    return await session_of(request)


def doubt_of(request: Request) -> Doubt | None:
    """Into which a route may take what it believes; None: it has to know."""
    return request.scope["state"].get("doubt")  # type: ignore[no-any-return]  # ASGI's own type


async def lane_of(request: Request) -> Lane:
    return _doubted(request, runtime_of(request).db.lane)


async def ordered_lane_of(request: Request) -> Lane:
    return _doubted(request, runtime_of(request).db.ordered_lane)


def _doubted(request: Request, lane: Lane) -> Lane:
    doubt = doubt_of(request)
    return lane if doubt is None else DoubtingLane(lane, doubt)


async def _now(request: Request) -> datetime:
    return runtime_of(request).clock.now()


async def _runtime(request: Request) -> Runtime:
    return runtime_of(request)


Session = Annotated[AsyncSession, Depends(session_of)]
DoubtingSession = Annotated[AsyncSession, Depends(doubting_session_of)]
Now = Annotated[datetime, Depends(_now)]
ReadLane = Annotated[Lane, Depends(lane_of)]
"""For a read that asks by lanes alone: who is asking is then found out along with it."""
OrderedLane = Annotated[Lane, Depends(ordered_lane_of)]
"""Beside a `ReadLane`, for what reads the first few of many in an order."""
CurrentRuntime = Annotated[Runtime, Depends(_runtime)]


def etag(version: int, mark: str = "") -> str:
    """`mark` tells apart what one version can look like. An If-Match is about the version alone."""
    return f'"{version}-{mark}"' if mark else f'"{version}"'


async def _if_match(
    if_match: Annotated[
        str,
        Header(
            pattern=r'^(\*|(W/)?"[0-9]{1,9}(-[0-9a-z]{1,40})?"|)$',
            description='The ETag that was read, such as `"3"`; 412 if it is no longer current.',
        ),
    ] = "",
) -> int | None:
    if if_match in {"", "*"}:
        return None
    return int(if_match.removeprefix("W/").strip('"').partition("-")[0])


IfMatch = Annotated[int | None, Depends(_if_match)]
"""The version that the caller has in mind, or None."""


def last_written(request: Request, actor: Actor) -> Seen | None:
    """What was written last where the actor is a member, before the database is asked; None: there
    is no telling, as for whoever is let in by a link."""
    if actor.opened is not None:
        return None
    return runtime_of(request).workshop.pulse.seen((actor.user_id, *actor.workspaces))


def offer(
    request: Request, seen: Seen | None, tag: str, *, until: int = NEVER, body: bytes | None = None
) -> None:
    """This answer may be given again, without asking anybody, while nothing of it has changed: see
    core/edge/repeats."""
    if seen is not None:
        request.scope["state"][OFFER] = Offer(seen, tag, until, body)


def not_modified(request: Request, tag: str) -> Response | None:
    """A 304, when the caller holds exactly this."""
    held = request.headers.get("if-none-match")
    if held is None:
        return None
    tags = {part.strip().removeprefix("W/") for part in held.split(",")}
    if "*" in tags or tag.removeprefix("W/") in tags:
        return Response(status_code=304, headers={"ETag": tag})
    return None
