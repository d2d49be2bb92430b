"""A WebSocket and a stream of events over bare ASGI, in the event loop of the test."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode

import orjson
from starlette.types import ASGIApp

PATIENCE = 30.0


class Closed(Exception):
    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"{code} {reason}")
        self.code, self.reason = code, reason


class Wire:
    """The client's end. What the server says is read with `hear`."""

    def __init__(self) -> None:
        self.to_server: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.from_server: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.subprotocol: str | None = None
        self.reading = asyncio.Event()
        self.reading.set()

    async def accepted(self) -> None:
        await self.to_server.put({"type": "websocket.connect"})
        answer = await self._next()
        assert answer["type"] == "websocket.accept", answer
        self.subprotocol = answer.get("subprotocol")

    async def say(self, **message: Any) -> None:
        await self.raw(orjson.dumps(message).decode())

    async def raw(self, text: str) -> None:
        await self.to_server.put({"type": "websocket.receive", "text": text})

    async def hear(self, *kinds: str) -> Any:  # JSON
        """The next message, of one of these kinds if any are given. Raises Closed."""
        while True:
            answer = await self._next()
            message = orjson.loads(answer["text"])
            if not kinds or message["type"] in kinds:
                return message

    async def _next(self) -> dict[str, Any]:
        async with asyncio.timeout(PATIENCE):
            answer = await self.from_server.get()
        if answer["type"] == "websocket.close":
            raise Closed(answer.get("code", 1000), answer.get("reason") or "")
        return answer

    async def sign_in(self, token: str) -> None:
        await self.say(type="auth", token=token)
        assert (await self.hear())["type"] == "ready"

    async def subscribe(self, workspace_id: str, **more: Any) -> int:
        """From which `seq` on."""
        await self.say(type="subscribe", workspace_id=workspace_id, **more)
        answer = await self.hear("subscribed", "error", "unsubscribed")
        assert answer["type"] == "subscribed", answer
        seq: int = answer["seq"]
        return seq

    async def events(self, count: int) -> list[Any]:
        return [(await self.hear("event"))["event"] for _ in range(count)]

    async def send(self, message: Any) -> None:
        """The server's side of it: waits while the client does not read."""
        await self.reading.wait()
        await self.from_server.put(dict(message))


@asynccontextmanager
async def opened(
    served: ASGIApp, *, origin: str | None = None, protocols: tuple[str, ...] = ()
) -> AsyncIterator[Wire]:
    wire = Wire()
    headers = [(b"host", b"localhost")]
    if origin:
        headers.append((b"origin", origin.encode()))
    scope = {
        "type": "websocket", "asgi": {"version": "3.0"}, "scheme": "ws", "path": "/api/v1/ws",
        "raw_path": b"/api/v1/ws", "query_string": b"", "headers": headers, "root_path": "",
        "client": ("127.0.0.1", 1), "server": ("localhost", 80),
        "subprotocols": list(protocols), "state": {}, "extensions": {},
    }  # fmt: skip
    app = asyncio.ensure_future(served(scope, wire.to_server.get, wire.send))
    try:
        await wire.accepted()
        yield wire
    finally:
        wire.reading.set()
        await wire.to_server.put({"type": "websocket.disconnect", "code": 1000})
        async with asyncio.timeout(PATIENCE):
            await app


class Stream:
    """Server-sent events as they arrive."""

    def __init__(self) -> None:
        self.status = 0
        self.headers: dict[bytes, bytes] = {}
        self.body = b""
        self.ended = False
        self._stir = asyncio.Event()
        self.left = asyncio.Event()

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], dict(message["headers"])
        else:
            self.body += message.get("body", b"")
            self.ended = not message.get("more_body", False)
        self._stir.set()

    async def receive(self) -> dict[str, Any]:
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def more(self) -> None:
        """Until something more has arrived."""
        self._stir.clear()
        await self._stir.wait()

    @property
    def messages(self) -> list[dict[str, str]]:
        found = []
        for block in self.body.decode().split("\n\n")[:-1]:
            lines = [line.partition(": ") for line in block.splitlines()]
            found.append({name: value for name, _, value in lines})
        return found

    @property
    def events(self) -> list[Any]:
        return [orjson.loads(one["data"]) for one in self.messages if "id" in one and "data" in one]

    async def until(self, count: int) -> list[Any]:
        """The first `count` events, or all if it ends before."""
        async with asyncio.timeout(PATIENCE):
            while len(self.events) < count and not self.ended:
                await self.more()
        return self.events

    async def end(self) -> str:
        """Why it ended."""
        async with asyncio.timeout(PATIENCE):
            while not self.ended:
                await self.more()
        code: str = orjson.loads(self.messages[-1]["data"])["code"]
        return code


@asynccontextmanager
async def streamed(
    served: ASGIApp, token: str, *, last_event_id: str | None = None, **query: Any
) -> AsyncIterator[tuple[Stream, dict[str, Any]]]:
    """Also gives the scope's state, by which the server tells that it stops."""
    stream = Stream()
    headers = [(b"host", b"localhost"), (b"authorization", f"Bearer {token}".encode())]
    if last_event_id is not None:
        headers.append((b"last-event-id", last_event_id.encode()))
    path = "/api/v1/events/stream"
    state: dict[str, Any] = {}
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET",
        "scheme": "http", "path": path, "raw_path": path.encode(), "headers": headers,
        "query_string": urlencode(query, doseq=True).encode(), "root_path": "",
        "client": ("127.0.0.1", 1), "server": ("localhost", 80), "state": state,
    }  # fmt: skip
    app = asyncio.ensure_future(served(scope, stream.receive, stream.send))
    try:
        yield stream, state
    finally:
        stream.left.set()
        async with asyncio.timeout(PATIENCE):
            await app
