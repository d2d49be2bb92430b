"""The limit: the same rows of the same table by a bare ASGI app on a bare driver and orjson.

No framework, no sign-in, no checks, no history: what is left is what Python and the database need
at the least. `uvicorn bench.limit:app`; what to work on comes as JSON in BENCH_LIMIT.
"""

import json
import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import orjson

from bench.limit_stores import Plan, Store, open_store

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

JSON = (b"content-type", b"application/json")
# What a generator can drive at most is found with an answer that costs nothing.
FIXED = b"x" * 20_000


class App:
    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._store: Store

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        body = await self._answer(scope["path"], receive)
        head = [JSON, (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": 200, "headers": head})
        await send({"type": "http.response.body", "body": body})

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        self._store = await open_store(self._plan)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._store.close()
        await send({"type": "lifespan.shutdown.complete"})

    async def _answer(self, path: str, receive: Receive) -> bytes:
        _, name, *rest = path.split("/")
        if name == "fixed":
            return FIXED
        if name == "create":
            return await self._store.insert(await _body(receive))
        if name == "update":
            return await self._store.update(rest[0], await _body(receive))
        if name == "get_one":
            return await self._store.one(rest[0])
        return await self._store.page(name)


async def _body(receive: Receive) -> dict[str, Any]:
    message = await receive()
    body: bytes = message["body"]
    while message.get("more_body"):
        message = await receive()
        body += message["body"]
    found: dict[str, Any] = orjson.loads(body)
    return found


def _app() -> App:
    return App(Plan(**json.loads(os.environ["BENCH_LIMIT"])))


if "BENCH_LIMIT" in os.environ:
    app = _app()
