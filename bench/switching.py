"""Versions changed by deploy/bluegreen, some of them bad, while people work through NGINX.

`python -m bench.switching --switches 20`, with `--containers` for versions that are images. Reads,
creates, uploads and a WebSocket go on all the time; nothing may fail, no event may be missed, and
after a bad version the one before goes on, which in the end is started anew on the schema that the
bad one left behind.

As browsers do, a client sends a request again if the connection that it kept was closed before the
first byte of an answer (RFC 9112, 9.3.1); its creates have an Idempotency-Key. Those are counted.
"""

import argparse
import asyncio
import json
import secrets
import signal
import sys
import time
from dataclasses import dataclass, field

import httpx
import websockets

from bench.containers import ContainerStage
from bench.fleet import BenchFleet
from bench.processes import Child
from bench.releases import ACCOUNT, Stage, make_stage
from bench.stage import Front, NotInstalled
from tests.kit.recipes import free_port

API = "/api/v1"


@dataclass
class Tally:
    requests: int = 0
    again: int = 0
    failed: list[str] = field(default_factory=list)
    created: set[str] = field(default_factory=set)
    seen: list[int] = field(default_factory=list)
    told: set[str] = field(default_factory=set)
    reconnects: int = 0


class People:
    """Those who work all the time, until told to stop."""

    def __init__(self, front: Front, tally: Tally) -> None:
        self._front, self._tally = front, tally
        self._stop = asyncio.Event()
        self._http = httpx.AsyncClient(base_url=front.url, timeout=30)
        self._token = self._workspace = ""

    async def sign_in(self) -> None:
        found = await self._http.post(f"{API}/auth/login", json=ACCOUNT)
        self._token = found.raise_for_status().json()["access_token"]
        self._http.headers["Authorization"] = f"Bearer {self._token}"
        listed = (await self._http.get(f"{API}/workspaces")).raise_for_status().json()["items"]
        self._workspace = next(one["id"] for one in listed if one["personal"])

    async def work(self) -> None:
        async with asyncio.TaskGroup() as group:
            for use in (self._read, self._read, self._create, self._upload, self._follow):
                group.create_task(use())

    def stop(self) -> None:
        self._stop.set()

    async def _read(self) -> None:
        while not self._stop.is_set():
            for path in ("/next-action", "/tasks?limit=20", "/auth/me"):
                await self._ask("GET", API + path, 200)

    async def _create(self) -> None:
        while not self._stop.is_set():
            key = {"Idempotency-Key": secrets.token_hex(16)}
            body = {"title": f"Written at {time.time():.3f}"}
            reply = await self._ask("POST", f"{API}/tasks", 201, json=body, headers=key)
            if reply:
                self._tally.created.add(reply.json()["id"])
            await asyncio.sleep(0.02)

    async def _upload(self) -> None:
        content = secrets.token_bytes(400_000)
        while not self._stop.is_set():
            key = {"Idempotency-Key": secrets.token_hex(16)}
            files = {"file": ("data.bin", content)}
            await self._ask("POST", f"{API}/files", 201, files=files, headers=key)
            await asyncio.sleep(0.2)

    async def _ask(
        self, method: str, path: str, wanted: int, **more: object
    ) -> httpx.Response | None:
        self._tally.requests += 1
        for attempt in range(2):
            try:
                reply = await self._http.request(method, path, **more)  # type: ignore[arg-type]  # as given
            except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError) as error:
                if attempt == 0:
                    self._tally.again += 1
                    continue
                self._tally.failed.append(f"{method} {path}: {error!r}")
                return None
            except httpx.HTTPError as error:
                self._tally.failed.append(f"{method} {path}: {error!r}")
                return None
            if reply.status_code != wanted:
                self._tally.failed.append(
                    f"{method} {path}: {reply.status_code} {reply.text[:200]}"
                )
                return None
            return reply
        return None

    async def _follow(self) -> None:
        """Comes again where it was, whenever the connection ends."""
        address = self._front.url.replace("http", "ws") + f"{API}/ws"
        protocol = [websockets.Subprotocol("upnext.v1")]
        while not (self._stop.is_set() and self._tally.created <= self._tally.told):
            try:
                async with websockets.connect(address, subprotocols=protocol) as ws:
                    await self._listen(ws)
            except (websockets.WebSocketException, OSError, TimeoutError):
                self._tally.reconnects += 1
                await asyncio.sleep(0.1)

    async def _listen(self, ws: websockets.ClientConnection) -> None:
        await ws.send(json.dumps({"type": "auth", "token": self._token}))
        after = {"after": self._tally.seen[-1]} if self._tally.seen else {}
        await ws.send(json.dumps({"type": "subscribe", "workspace_id": self._workspace, **after}))
        while not (self._stop.is_set() and self._tally.created <= self._tally.told):
            async with asyncio.timeout(30):
                message = json.loads(await ws.recv())
            if message["type"] == "event":
                self._tally.seen.append(message["event"]["seq"])
                self._tally.told.add(message["event"]["resource"]["id"])


async def change(stage: Stage, switches: int, serving: str) -> tuple[Tally, int]:
    """The tally, and how many switches did not end as they should."""
    tally, wrong = Tally(), 0
    people = People(stage.front, tally)
    await people.sign_in()
    at_work = asyncio.create_task(people.work())
    await asyncio.sleep(1)
    for number in range(1, switches + 1):
        fault = stage.bad[(number // 2 - 1) % len(stage.bad)] if number % 2 == 0 else ""
        release = await asyncio.to_thread(stage.release, number, fault)
        right = await _switched(stage, number, release, fault, serving)
        wrong += not right
        serving = release if right and not fault else serving
    await asyncio.sleep(1)
    people.stop()
    async with asyncio.timeout(60):
        await at_work
    anew = await asyncio.to_thread(stage.starts_anew, serving)
    print(f"{'ok  ' if anew else 'FAIL'} {serving} starts anew on the schema of version {switches}")
    return tally, wrong + (not anew)


async def _switched(stage: Stage, number: int, release: str, fault: str, before: str) -> bool:
    """Whether it came out as it should: by its exit code, and by what serves now."""
    began = time.monotonic()
    code, said = await stage.deploy(release)
    async with httpx.AsyncClient(base_url=stage.front.url) as front:
        serves = (await front.get("/proxy/live")).text.strip()
    right = code == (1 if fault else 0) and serves.endswith(f" {before if fault else release}")
    words = f"bad ({fault}): rolled back" if fault else "good: serves"
    took = time.monotonic() - began
    print(f"{'ok  ' if right else 'FAIL'} switch {number}, {words}, {took:.1f} s", flush=True)
    if not right:
        print(f"{serves}\n{said}")
    return right


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--switches", type=int, default=20)
    parser.add_argument("--containers", action="store_true", help="images in place of processes")
    asked = parser.parse_args()
    # Versions outlive the program that started them: whoever stops this one stops them, too.
    signal.signal(signal.SIGTERM, _told_to_stop)
    fleet = BenchFleet()
    try:
        failures = _run(fleet, ContainerStage if asked.containers else Stage, asked.switches)
    except NotInstalled as missing:
        print(f"not run here: switching, since {missing}")
        failures = 0 if asked.containers else 1
    finally:
        fleet.stop()
    sys.exit(1 if failures else 0)


def _told_to_stop(*_: object) -> None:
    """Once: make says it again, and what clears away must come to its end."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.exit("switching: told to stop")


def _run(fleet: BenchFleet, kind: type[Stage], switches: int) -> int:
    stage = make_stage(fleet, kind)
    nginx: Child | None = None
    try:
        stage.prepare()
        stage.front.point_to([free_port()], "nothing")
        nginx = fleet.guard(stage.front.start())
        first = stage.release(0)
        code, said = asyncio.run(stage.deploy(first))
        if code:
            sys.exit(said)
        return verdict(*asyncio.run(change(stage, switches, first)))
    finally:
        stage.end()
        if nginx is not None:
            nginx.stop()


def verdict(tally: Tally, wrong: int) -> int:
    missed = len(tally.created - tally.told)
    gaps = sum(
        after - before != 1 for before, after in zip(tally.seen, tally.seen[1:], strict=False)
    )
    rows = (
        (f"{tally.requests} requests, failed", len(tally.failed)),
        (f"{len(tally.created)} creates, events missed", missed),
        (f"{len(tally.seen)} events over {tally.reconnects} reconnects, gaps or repeats", gaps),
        ("switches that ended otherwise than they should", wrong),
    )
    for name, count in rows:
        print(f"{'ok  ' if not count else 'FAIL'} {name}: {count}")
    print(f"     sent again on a connection that was closed while idle: {tally.again}")
    for line in tally.failed[:10]:
        print(f"     {line}")
    return sum(count for _, count in rows)


if __name__ == "__main__":
    main()
