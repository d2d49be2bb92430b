"""Two servers on one database, and people who follow while one of them is restarted."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import websockets

from tests.kit.app import PASSWORD, SECRETS, good
from tests.kit.recipes import free_port

SOURCE = Path(__file__).parents[2] / "src"
CONNECTIONS, TASKS = 50, 15


class Server:
    """A server process on a data directory that it shares with another."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        environ = {
            **os.environ,
            **SECRETS,
            "PYTHONPATH": str(SOURCE),
            "RATE_LIMIT_ENABLED": "false",
        }
        command = [sys.executable, "-m", "upnext", "serve", "--port", str(self.port)]
        with (self.folder / f"log{self.port}").open("ab") as log:
            self._process = subprocess.Popen(
                [*command, "--data-dir", str(self.folder)], env=environ, stdout=log, stderr=log
            )

    async def ready(self) -> None:
        async with httpx.AsyncClient() as client, asyncio.timeout(30):
            while True:
                try:
                    if (await client.get(f"{self.url}/health/ready")).is_success:
                        return
                except httpx.TransportError:
                    pass
                await asyncio.sleep(0.05)

    async def stop(self) -> float:
        """How long it took to stop, with everybody connected."""
        assert self._process is not None
        began = asyncio.get_running_loop().time()
        self._process.send_signal(signal.SIGTERM)
        await asyncio.to_thread(self._process.wait, 30)
        return asyncio.get_running_loop().time() - began


@pytest.fixture
async def pair(tmp_path: Path) -> AsyncIterator[list[Server]]:
    servers = [Server(tmp_path), Server(tmp_path)]
    # One makes the schema, so that the other finds it.
    servers[0].start()
    await servers[0].ready()
    servers[1].start()
    await servers[1].ready()
    yield servers
    for server in servers:
        await server.stop()


async def _members(url: str) -> tuple[list[str], str, httpx.AsyncClient]:
    """Three people's tokens and the workspace that they share; the first one's client."""
    tokens = []
    client = httpx.AsyncClient(base_url=f"{url}/api/v1", timeout=30)
    for number in range(3):
        account = {"email": f"p{number}@example.com", "password": PASSWORD}
        good(await client.post("/auth/register", json=account))
        tokens.append(good(await client.post("/auth/login", json=account))["access_token"])
    client.headers["Authorization"] = f"Bearer {tokens[0]}"
    workspace = good(await client.post("/workspaces", json={"name": "Shared"}))["id"]
    for number in (1, 2):
        body = {"email": f"p{number}@example.com", "role": "member"}
        good(await client.post(f"/workspaces/{workspace}/members", json=body))
    return tokens, workspace, client


async def _follow(server: Server, token: str, workspace: str, until: asyncio.Event) -> list[int]:
    """Every seq that arrived, over all the connections it took."""
    seqs: list[int] = []
    while not until.is_set():
        try:
            async with websockets.connect(f"ws://127.0.0.1:{server.port}/api/v1/ws") as socket:
                await socket.send(json.dumps({"type": "auth", "token": token}))
                asked = {"type": "subscribe", "workspace_id": workspace}
                await socket.send(json.dumps({**asked, "after": seqs[-1] if seqs else 0}))
                await _read(socket, seqs, until)
        except (websockets.ConnectionClosed, OSError, websockets.InvalidHandshake):
            await asyncio.sleep(0.1)
    return seqs


async def _read(socket: websockets.ClientConnection, seqs: list[int], until: asyncio.Event) -> None:
    while not until.is_set():
        try:
            async with asyncio.timeout(0.2):
                message = json.loads(await socket.recv())
        except TimeoutError:
            continue
        if message["type"] == "event":
            seqs.append(message["event"]["seq"])


@pytest.mark.timeout(120)
async def test_a_restart_in_the_middle_loses_and_doubles_nothing(pair: list[Server]) -> None:
    tokens, workspace, client = await _members(pair[0].url)
    project = good(await client.post("/projects", json={"name": "P", "workspace_id": workspace}))
    until = asyncio.Event()
    followers = [
        asyncio.create_task(_follow(pair[n % 2], tokens[n % 3], workspace, until))
        for n in range(CONNECTIONS)
    ]
    await _write(client, project["id"])
    took = await pair[1].stop()
    await _write(client, project["id"])
    pair[1].start()
    await pair[1].ready()
    await _write(client, project["id"])
    last = await _last(client, workspace, 3 * TASKS)
    await asyncio.sleep(1.5)
    until.set()
    for seqs in await asyncio.gather(*followers):
        assert seqs == list(range(1, last + 1))
    await client.aclose()
    assert took < 5


async def _write(client: httpx.AsyncClient, project_id: str) -> None:
    for number in range(TASKS):
        body = {"title": f"Task {number}", "project_id": project_id}
        good(await client.post("/tasks", json=body))


async def _last(client: httpx.AsyncClient, workspace: str, least: int) -> int:
    """The end of the stream, once all is sealed."""
    path = f"/events?workspace_id={workspace}&limit=500"
    async with asyncio.timeout(10):
        while True:
            page = good(await client.get(path))
            if sum(one["type"] == "task.created" for one in page["items"]) == least:
                return int(page["last_seq"])
            await asyncio.sleep(0.1)
