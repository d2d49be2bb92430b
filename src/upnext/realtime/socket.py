"""The WebSocket: many workspaces over one connection. docs/realtime.md is its protocol."""

import asyncio
from contextlib import aclosing
from typing import Any

import orjson
import structlog
from pydantic import ValidationError
from starlette.websockets import WebSocket, WebSocketDisconnect

from upnext.core.auth import Credential
from upnext.core.edge.json import parse
from upnext.core.errors import AppError, Invalid, Unauthorized
from upnext.core.runtime import Runtime
from upnext.identity.policy import check_scope
from upnext.realtime import tickets
from upnext.realtime.connections import Connection, Connections
from upnext.realtime.following import Part, Wanted, check_there, follow
from upnext.realtime.hub import FAILURES, Hub
from upnext.realtime.policy import EVENTS_READ
from upnext.realtime.schemas import SAID, Ping, Said, SignIn, Subscribe, Unsubscribe

log = structlog.get_logger("upnext.realtime")

PROTOCOL = "upnext.v1"
TICKET_PROTOCOL = "ticket."
HEARTBEAT_SECONDS = 20.0
SIGN_IN_SECONDS = 10.0
SEND_SECONDS = 10.0
MESSAGES_PER_SECOND = 20
MOST_SUBSCRIPTIONS = 50

# Close codes: those of the RFC, and from 4000 on our own, which read like HTTP's.
UNSUPPORTED, TOO_LARGE, GOING_AWAY, TRY_LATER = 1003, 1009, 1012, 1013
NOT_SIGNED_IN, FORBIDDEN, TOO_LATE, TOO_MANY = 4401, 4403, 4408, 4429
ENDS = {"revoked": NOT_SIGNED_IN, "expired": NOT_SIGNED_IN, "server_stops": GOING_AWAY}


class Closed(Exception):
    """The connection has to end, with this code and reason."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


class Allowance:
    """So many messages a second, and as many at once."""

    def __init__(self, rate: int, now: float) -> None:
        self._rate, self._left, self._at = rate, float(rate), now

    def take(self, now: float) -> bool:
        self._left = min(self._rate, self._left + (now - self._at) * self._rate)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


class Socket:
    """One accepted connection, from its first message to its end."""

    def __init__(self, socket: WebSocket, runtime: Runtime) -> None:
        self._socket, self._runtime = socket, runtime
        self._hub: Hub = runtime.parts["hub"]
        self._connections: Connections = runtime.parts["connections"]
        self._lock = asyncio.Lock()
        self._loop = asyncio.get_running_loop()
        self._allowance = Allowance(MESSAGES_PER_SECOND, self._loop.time())
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._seqs: dict[str, int] = {}

    async def hold(self, ticket: str | None) -> None:
        """Until one of both sides ends it."""
        try:
            async with asyncio.timeout(SIGN_IN_SECONDS) as patience:
                credential = await self._first(ticket)
                patience.reschedule(None)
                await self._converse(credential)
        except WebSocketDisconnect:
            return
        except Closed as closed:
            await self._close(closed.code, closed.reason)
        except TimeoutError:
            await self._close(TOO_LATE, "sign_in_timeout")
        except AppError as error:
            await self._close(_code(error), error.code)
        except FAILURES as error:
            log.warning("socket_dropped", error=repr(error))
            await self._close(TRY_LATER, "unavailable")

    async def _close(self, code: int, reason: str) -> None:
        try:
            async with asyncio.timeout(1.0):
                await self._socket.close(code, reason)
        except (TimeoutError, WebSocketDisconnect, RuntimeError):
            # It does not read, or has left: the connection is cut.
            hang_up = self._socket.scope["state"].get("hang_up")
            if callable(hang_up):
                hang_up()

    # Signing in

    async def _first(self, ticket: str | None) -> Credential:
        if ticket is None:
            said = await self._hear()
            if not isinstance(said, SignIn):
                raise Closed(NOT_SIGNED_IN, "sign_in_first")
            return await self._verify(said)
        return await self._verify(SignIn(type="auth", ticket=ticket))

    async def _verify(self, said: SignIn) -> Credential:
        """Raises Unauthorized or Forbidden."""
        if said.token is not None:
            found = await self._runtime.parts["authenticate"].verify(said.token)
        else:
            context = self._socket.scope["state"]["context"]
            found = await tickets.redeem(self._runtime.workshop, context, said.ticket or "")
        if found is None:
            raise Unauthorized("This does not hold, or not any more.", code="invalid_token")
        credential: Credential = found
        check_scope(credential, EVENTS_READ)
        return credential

    # Conversing

    async def _converse(self, credential: Credential) -> None:
        with self._connections.open(credential) as connection:
            tasks = [
                asyncio.create_task(self._listen(connection)),
                asyncio.create_task(self._beat()),
                asyncio.create_task(connection.ended.wait()),
            ]
            try:
                await self._say(type="ready", user_id=str(credential.user_id))
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            finally:
                running = [*tasks, *self._tasks.values()]
                for task in running:
                    task.cancel()
                ends = await asyncio.gather(*running, return_exceptions=True)
            if connection.ended.is_set():
                raise Closed(ENDS.get(connection.why, TRY_LATER), connection.why)
            for end in ends:
                if isinstance(end, Exception):
                    raise end

    async def _listen(self, connection: Connection) -> None:
        while True:
            try:
                await self._do(await self._hear(), connection)
            except AppError as error:
                await self._refuse(error)

    async def _hear(self) -> Said:
        """Raises Invalid for what is no message of the protocol, and Closed for a flood."""
        message = await self._socket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code") or 1005)
        text = message.get("text")
        if text is None:
            raise Closed(UNSUPPORTED, "text_only")
        if not self._allowance.take(self._loop.time()):
            raise Closed(TOO_MANY, "too_many_messages")
        try:
            return SAID.validate_python(parse(text.encode()))
        except ValidationError as error:
            raise _invalid(error) from None

    async def _do(self, said: Said, connection: Connection) -> None:
        match said:
            case Subscribe():
                await self._subscribe(said, connection)
            case Unsubscribe():
                await self._unsubscribe(said.id)
            case SignIn():
                await self._sign_in_again(said, connection)
            case Ping():
                await self._say(type="pong")

    async def _sign_in_again(self, said: SignIn, connection: Connection) -> None:
        """With a newer token of the same person, so that the connection lasts on."""
        credential = await self._verify(said)
        if credential.user_id != connection.credential.user_id:
            raise Closed(FORBIDDEN, "another_user")
        connection.credential = credential
        connection.until = self._connections.until(credential)
        await self._say(type="ready", user_id=str(credential.user_id))

    async def _subscribe(self, said: Subscribe, connection: Connection) -> None:
        name = said.id or str(said.workspace_id)
        if name in self._tasks:
            raise Invalid(f"There is a subscription {name!r} already.", code="subscribed", id=name)
        if len(self._tasks) >= MOST_SUBSCRIPTIONS:
            raise Invalid(
                f"{MOST_SUBSCRIPTIONS} subscriptions are the most. End one first.",
                code="too_many_subscriptions",
                id=name,
            )
        wanted = Wanted(said.workspace_id, said.project_id, frozenset(said.types))
        try:
            actor = await connection.actor(since=self._loop.time())
            async with self._runtime.db.read() as session:
                await check_there(session, actor, wanted)
        except AppError as error:
            error.params["id"] = name
            raise
        task = asyncio.create_task(self._tell(name, wanted, said.after, connection))
        self._tasks[name] = task

    async def _unsubscribe(self, name: str) -> None:
        task = self._tasks.pop(name, None)
        if task is None:
            raise Invalid(f"There is no subscription {name!r}.", code="not_subscribed", id=name)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        seq = self._seqs.pop(name, None)
        await self._say(type="unsubscribed", id=name, seq=seq, code="asked")

    # Telling

    async def _tell(
        self, name: str, wanted: Wanted, after: int | None, connection: Connection
    ) -> None:
        try:
            async with aclosing(follow(self._hub, connection, wanted, after)) as parts:  # type: ignore[type-var] # an async generator has aclose
                async for part in parts:
                    await self._tell_part(name, part)
        except AppError as error:
            await self._drop(name, error)
        except (TimeoutError, WebSocketDisconnect):
            connection.end("slow")
        except FAILURES as error:
            log.warning("subscription_dropped", error=repr(error))
            connection.end("unavailable")

    async def _tell_part(self, name: str, part: Part) -> None:
        if name not in self._seqs:
            await self._say(type="subscribed", id=name, seq=part.seq)
        head = b'{"type":"event","subscription":%s,"event":' % orjson.dumps(name)
        for one in part.told:
            await self._send((head + one.json + b"}").decode())
        self._seqs[name] = part.seq

    async def _drop(self, name: str, error: AppError) -> None:
        self._tasks.pop(name, None)
        seq = self._seqs.pop(name, None)
        await self._say(type="unsubscribed", id=name, seq=seq, code=error.code, detail=error.detail)

    async def _refuse(self, error: AppError) -> None:
        body: dict[str, Any] = {"code": error.code, "detail": error.detail, **error.params}
        if error.errors:
            body["errors"] = error.errors
        await self._say(type="error", **body)

    async def _beat(self) -> None:
        """Also says how far each subscription is, whatever of it was told."""
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            await self._say(type="heartbeat", seqs=self._seqs)

    async def _say(self, **message: Any) -> None:  # JSON
        await self._send(orjson.dumps(message).decode())

    async def _send(self, text: str) -> None:
        """Raises TimeoutError for one who is too slow."""
        async with self._lock, asyncio.timeout(SEND_SECONDS):
            await self._socket.send_text(text)


def _code(error: AppError) -> int:
    known = {401: NOT_SIGNED_IN, 403: FORBIDDEN, 429: TOO_MANY, 503: TRY_LATER}
    return known.get(error.status, 1008)


def _invalid(error: ValidationError) -> Invalid:
    found = error.errors(include_url=False, include_input=False)
    errors = [
        {"pointer": "".join(f"/{part}" for part in one["loc"]), "detail": one["msg"]}
        for one in found
    ]
    return Invalid("This is no message of the protocol.", code="invalid_message", errors=errors)  # type: ignore[arg-type] # plain dicts of the right keys
