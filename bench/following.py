"""Followers over WebSockets on two server processes, of which one is restarted in the middle.

`python -m bench.following` runs it with 500 connections. Each of them has to see every event of
the workspace once and in order, over as many reconnects as it takes. The suite does so with 50.
"""

import argparse
import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx
import websockets

from tests.kit.recipes import free_port

SOURCE = Path(__file__).parents[1] / "src"
PASSWORD = "correct horse battery"
# Of one person on one process, see upnext.realtime.connections.
MOST_PER_PERSON = 10


@dataclass(frozen=True, slots=True)
class Plan:
    connections: int
    tasks: int
    """In each of three parts: before the one server stops, while it is away, and after."""

    @property
    def people(self) -> int:
        return -(-self.connections // (2 * MOST_PER_PERSON))


@dataclass(frozen=True, slots=True)
class Verdict:
    events: int
    missed: int
    doubled: int
    disordered: int
    stop_seconds: float
    late_seconds: float
    """From the last write to when the last follower had it."""

    @property
    def sound(self) -> bool:
        return self.events > 0 and not (self.missed or self.doubled or self.disordered)


class Server:
    """A server process on a data directory that it shares with another."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        environ = {**os.environ, "PYTHONPATH": str(SOURCE), "RATE_LIMIT_ENABLED": "false"}
        command = [sys.executable, "-m", "upnext", "serve", "--port", str(self.port)]
        with (self.folder / f"log{self.port}").open("ab") as log:
            self._process = await asyncio.to_thread(
                subprocess.Popen,
                [*command, "--data-dir", str(self.folder)],
                env=environ,
                stdout=log,
                stderr=log,
            )
        async with httpx.AsyncClient(trust_env=False) as client, asyncio.timeout(90):
            while not await _is_ready(client, self.url):  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.05)

    async def stop(self) -> float:
        """How long it took, with everybody connected."""
        assert self._process is not None
        began = time.monotonic()
        self._process.send_signal(signal.SIGTERM)
        await asyncio.to_thread(self._process.wait, 60)
        return time.monotonic() - began


async def _is_ready(client: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await client.get(f"{url}/health/ready")).is_success
    except httpx.TransportError:
        return False


async def trial(folder: Path, plan: Plan) -> Verdict:
    servers = Server(folder), Server(folder)
    for server in servers:
        # One makes the schema, so that the other finds it.
        await server.start()
    try:
        async with httpx.AsyncClient(
            base_url=f"{servers[0].url}/api/v1", timeout=60, trust_env=False
        ) as client:
            return await _follow_all(client, servers, plan)
    finally:
        for server in servers:
            await server.stop()


async def _follow_all(client: httpx.AsyncClient, servers: Sequence[Server], plan: Plan) -> Verdict:
    tokens = await _register(client, plan.people)
    workspace = await _share(client, plan.people)
    project = await _post(client, "/projects", {"name": "P", "workspace_id": workspace})
    followers = [
        Follower(servers[n % 2], tokens[n // 2 % plan.people], workspace)
        for n in range(plan.connections)
    ]
    running = [asyncio.create_task(one.run()) for one in followers]
    await _write(client, plan.tasks, project)
    stop_seconds = await servers[1].stop()
    await _write(client, plan.tasks, project)
    await servers[1].start()
    await _write(client, plan.tasks, project)
    written = time.monotonic()
    last = await _end(client, workspace, 3 * plan.tasks)
    async with asyncio.timeout(90):
        while any(one.last < last for one in followers):  # noqa: ASYNC110 - of 500
            await asyncio.sleep(0.05)
    late = time.monotonic() - written
    # What came twice would come now.
    await asyncio.sleep(0.5)
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
    return _judged([one.seqs for one in followers], last, stop_seconds, late)


def _judged(seen: Sequence[Sequence[int]], last: int, stop: float, late: float) -> Verdict:
    wanted = set(range(1, last + 1))
    return Verdict(
        events=last,
        missed=sum(len(wanted - set(seqs)) for seqs in seen),
        doubled=sum(len(seqs) - len(set(seqs)) for seqs in seen),
        disordered=sum(list(seqs) != sorted(seqs) for seqs in seen),
        stop_seconds=stop,
        late_seconds=late,
    )


class Follower:
    """One who comes back to where they were, however often the connection ends."""

    def __init__(self, server: Server, token: str, workspace_id: str) -> None:
        self._address = f"ws://127.0.0.1:{server.port}/api/v1/ws"
        self._token, self._workspace_id = token, workspace_id
        self.seqs: list[int] = []

    @property
    def last(self) -> int:
        return self.seqs[-1] if self.seqs else 0

    async def run(self) -> None:
        while True:
            try:
                async with websockets.connect(self._address) as socket:
                    await self._follow(socket)
            except (websockets.ConnectionClosed, websockets.InvalidHandshake, OSError):
                await asyncio.sleep(0.2)

    async def _follow(self, socket: websockets.ClientConnection) -> None:
        await socket.send(json.dumps({"type": "auth", "token": self._token}))
        asked = {"type": "subscribe", "workspace_id": self._workspace_id, "after": self.last}
        await socket.send(json.dumps(asked))
        async for text in socket:
            message = json.loads(text)
            if message["type"] == "event":
                self.seqs.append(message["event"]["seq"])


async def _register(client: httpx.AsyncClient, people: int) -> list[str]:
    """Their tokens; the client is the first one's from then on."""
    tokens = []
    for number in range(people):
        account = {"email": f"p{number}@example.com", "password": PASSWORD}
        await _post(client, "/auth/register", account)
        answer = await client.post("/auth/login", json=account)
        tokens.append(answer.raise_for_status().json()["access_token"])
    client.headers["Authorization"] = f"Bearer {tokens[0]}"
    return tokens


async def _share(client: httpx.AsyncClient, people: int) -> str:
    workspace = await _post(client, "/workspaces", {"name": "Shared"})
    for number in range(1, people):
        member = {"email": f"p{number}@example.com", "role": "member"}
        answer = await client.post(f"/workspaces/{workspace}/members", json=member)
        answer.raise_for_status()
    return workspace


async def _write(client: httpx.AsyncClient, count: int, project_id: str) -> None:
    for number in range(count):
        await _post(client, "/tasks", {"title": f"Task {number}", "project_id": project_id})


async def _end(client: httpx.AsyncClient, workspace: str, tasks: int) -> int:
    """The last seq, once all is sealed."""
    async with asyncio.timeout(30):
        while True:
            found, after = 0, 0
            while True:
                path = f"/events?workspace_id={workspace}&limit=500&after={after}"
                page = (await client.get(path)).raise_for_status().json()
                found += sum(one["type"] == "task.created" for one in page["items"])
                after = page["last_seq"]
                if page["next_cursor"] is None:
                    break
            if found == tasks:
                return int(after)
            await asyncio.sleep(0.1)


async def _post(client: httpx.AsyncClient, path: str, body: dict[str, str]) -> str:
    answer = await client.post(path, json=body)
    return str(answer.raise_for_status().json()["id"])


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.following", description=__doc__)
    parser.add_argument("--connections", type=int, default=500)
    parser.add_argument("--tasks", type=int, default=100)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        verdict = asyncio.run(trial(Path(folder), Plan(given.connections, given.tasks)))
    print(f"{given.connections} connections: {verdict}")
    return 0 if verdict.sound else 1


if __name__ == "__main__":
    sys.exit(main())
