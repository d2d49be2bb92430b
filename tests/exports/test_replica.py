"""DATABASE_REPLICA_URL: who is asked for what, with a replica that lags for ever, and without one.

What the databases' own replication does is theirs. Here the replica is a copy of a moment, so that
every answer says where it came from.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.kit.app import PASSWORD, connect, good, register, serve, settings_for
from tests.kit.copying import copy
from tests.kit.databases import Databases
from upnext.core.config import ConfigError
from upnext.main import build_runtime, close

EMAIL = "mia@example.com"


class Wire:
    """Between us and the replica; it can be cut, as a machine is that loses its power."""

    def __init__(self, url: str) -> None:
        self._url = urlsplit(url)
        self._open: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self.port = 0

    @property
    def url(self) -> str:
        who = self._url.netloc.rpartition("@")[0]
        return self._url._replace(netloc=f"{who}@127.0.0.1:{self.port}").geturl()

    async def join(self) -> None:
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        assert self._server is not None
        self._server.close()
        for end in list(self._open):
            end.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host, port = self._url.hostname, self._url.port
        their_reader, their_writer = await asyncio.open_connection(host, port)
        ends = {writer, their_writer}
        self._open |= ends
        await asyncio.gather(self._pour(reader, their_writer), self._pour(their_reader, writer))
        self._open -= ends

    @staticmethod
    async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while piece := await reader.read(65536):
                writer.write(piece)
                await writer.drain()
        except ConnectionError:
            pass  # cut, or ended by one of the two: either way the other end goes, too
        writer.close()


@pytest.fixture
def primary_url(databases: Databases, dialect: str) -> str:
    return databases.migrated(dialect)


@pytest.fixture
async def wire(primary_url: str, databases: Databases, dialect: str, tmp_path: Path) -> Wire:
    """To a copy that knows Mia and her first task."""
    runtime = build_runtime(settings_for(primary_url, tmp_path))
    async with connect(serve(runtime)) as client:
        await register(client, EMAIL)
        good(await client.post("/tasks", json={"title": "before"}))
    await close(runtime)
    replica_url = databases.named(dialect)
    await asyncio.to_thread(copy, primary_url, replica_url)
    return Wire(replica_url)


@asynccontextmanager
async def _served(url: str, replica: str, folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    runtime = build_runtime(settings_for(url, folder, DATABASE_REPLICA_URL=replica))
    async with connect(serve(runtime)) as client:
        signed = await client.post("/auth/login", json={"email": EMAIL, "password": PASSWORD})
        client.headers["Authorization"] = f"Bearer {good(signed)['access_token']}"
        yield client
    await close(runtime)


async def _exported(client: httpx.AsyncClient) -> set[str]:
    found = good(await client.get("/exports", params={"format": "json"}))
    return {task["title"] for task in found["tasks"]}


async def _listed(client: httpx.AsyncClient) -> set[str]:
    return {task["title"] for task in good(await client.get("/tasks"))["items"]}


@pytest.mark.server
async def test_long_reads_ask_the_replica_while_it_is_there(
    primary_url: str, wire: Wire, tmp_path: Path
) -> None:
    await wire.join()
    async with _served(primary_url, wire.url, tmp_path) as client:
        made = good(await client.post("/tasks", json={"title": "after"}))
        # Written, and read by whoever wrote it: the database itself.
        assert good(await client.get(f"/tasks/{made['id']}"))["title"] == "after"
        assert await _listed(client) == {"before", "after"}
        assert await _exported(client) == {"before"}
        await wire.cut()
        assert await _exported(client) == {"before", "after"}
        assert await _listed(client) == {"before", "after"}
        good(await client.patch(f"/tasks/{made['id']}", json={"title": "later"}))
        await wire.join()
        assert await _exported(client) == {"before"}
        assert await _listed(client) == {"before", "later"}
        await wire.cut()


@pytest.mark.server
async def test_a_replica_that_never_was_stops_nobody(
    primary_url: str, wire: Wire, tmp_path: Path
) -> None:
    await wire.join()
    await wire.cut()
    async with _served(primary_url, wire.url, tmp_path) as client:
        good(await client.post("/tasks", json={"title": "after"}))
        assert await _exported(client) == {"before", "after"}


@pytest.mark.parametrize(
    ("url", "replica"),
    [
        ("sqlite:///{folder}/a.db", "sqlite:///{folder}/b.db"),
        ("sqlite:///{folder}/a.db", "postgresql://upnext:x@localhost/upnext"),
        ("postgresql://upnext:x@localhost/upnext", "mysql://upnext:x@localhost/upnext"),
    ],
)
def test_a_replica_is_of_the_same_kind_and_not_sqlite(
    url: str, replica: str, tmp_path: Path
) -> None:
    given = {"DATABASE_REPLICA_URL": replica.format(folder=tmp_path)}
    with pytest.raises(ConfigError, match="of the same kind, PostgreSQL or MySQL"):
        settings_for(url.format(folder=tmp_path), tmp_path, **given)
