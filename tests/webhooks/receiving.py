"""A real receiver on this machine, and an instance that may call it."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from tests.kit.app import Person, good, seal
from tests.kit.jobs import work_off
from upnext import manifest
from upnext.core.clock import FrozenClock
from upnext.core.ids import new_id
from upnext.core.jobs import OUTBOUND, Attempt
from upnext.core.runtime import Runtime
from upnext.core.work import Workshop
from upnext.webhooks import sending

Json = Any
# A status alone, or with header lines.
Reply = int | tuple[int, dict[str, str]]


@dataclass
class Request:
    headers: dict[str, str]
    body: bytes

    @property
    def event(self) -> Json:
        return json.loads(self.body)


@dataclass
class Receiver:
    """Answers as `replies` say, one after the other; with 200 when there are none left."""

    port: int = 0
    got: list[Request] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    # Requests wait until this is set.
    open: asyncio.Event = field(default_factory=asyncio.Event)
    _came: asyncio.Event = field(default_factory=asyncio.Event)
    at_once: int = 0
    most_at_once: int = 0

    @property
    def url(self) -> str:
        return f"http://hooks.example.org:{self.port}/in?key=k3y-of-the-receiver"

    @property
    def types(self) -> list[str]:
        return [one.event["type"] for one in self.got]

    async def until(self, at_once: int, got: int = 0) -> None:
        """So many wait for their answer, and so many came at all."""
        while self.at_once < at_once or len(self.got) < got:
            self._came.clear()
            await self._came.wait()

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")[1:-2]
        headers = {n.lower(): v.strip() for n, v in (line.split(":", 1) for line in lines)}
        body = await reader.readexactly(int(headers["content-length"]))
        self.got.append(Request(headers, body))
        self.at_once += 1
        self._came.set()
        self.most_at_once = max(self.most_at_once, self.at_once)
        await self.open.wait()
        self.at_once -= 1
        said = self.replies.pop(0) if self.replies else 200
        status, more = said if isinstance(said, tuple) else (said, {})
        head = [f"HTTP/1.1 {status} Said", "Content-Length: 4", "X-From: receiver"]
        head += [f"{name}: {value}" for name, value in more.items()]
        writer.write("\r\n".join([*head, "", "said"]).encode())
        await writer.drain()
        writer.close()


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    found = Receiver()
    found.open.set()
    server = await asyncio.start_server(found.handle, "127.0.0.1", 0)
    found.port = server.sockets[0].getsockname()[1]
    try:
        yield found
    finally:
        server.close()


async def make(person: Person, url: str, *events: str, **more: object) -> Json:
    body = {"url": url, "events": list(events) or ["*"], **more}
    return good(await person.client.post("/webhooks", json=body))


async def task(person: Person, title: str = "Work", **more: object) -> Json:
    body = {"title": title, "project_id": person.inbox_id, **more}
    return good(await person.client.post("/tasks", json=body))


async def work(runtime: Runtime) -> None:
    """Seals, and does all jobs that are ready, as a server does all the time."""
    await seal(runtime)
    while sum(
        [
            await work_off(runtime),
            await work_off(runtime, queue=OUTBOUND),
        ]
    ):
        pass


def later(runtime: Runtime, by: timedelta) -> Runtime:
    """The same instance after some time."""
    clock = FrozenClock(runtime.clock.now() + by)
    workshop = Workshop(runtime.db, clock, manifest.SUBSCRIBERS)
    return replace(runtime, clock=clock, workshop=workshop)


async def send_later(runtime: Runtime, webhook: Json, by: timedelta) -> None:
    """The endpoint's own job, at that time, and no other job of the instance."""
    await sending.send(later(runtime, by), UUID(webhook["id"]))


def as_attempt(kind: str, **args: object) -> Attempt:
    return Attempt(
        job_id=new_id(),
        kind=kind,
        args=args,
        workspace_id=new_id(),
        number=1,
        max_attempts=1,
        token=new_id(),
        context=sending.CONTEXT,
    )


async def deliveries(person: Person, webhook: Json, **query: str) -> list[Json]:
    path = f"/webhooks/{webhook['id']}/deliveries"
    found: list[Json] = good(await person.client.get(path, params=query))["items"]
    return found


async def details(person: Person, webhook: Json, delivery: Json) -> Json:
    return good(await person.client.get(f"/webhooks/{webhook['id']}/deliveries/{delivery['id']}"))
