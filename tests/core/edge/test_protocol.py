"""What the server itself bounds, over real sockets."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import httpx
import pytest
import uvicorn
from starlette.types import ASGIApp

from upnext.core.edge import protocol
from upnext.core.edge.protocol import uvicorn_options

Start = Callable[..., int]
HEAD = b"GET /api/v1/whoami HTTP/1.1\r\nHost: localhost\r\n"
LAST = b"Connection: close\r\n\r\n"
PATIENCE = 30


@pytest.fixture
def start(wrap: Callable[..., ASGIApp]) -> Iterator[Start]:
    """Serves the small application with uvicorn in a thread; answers the port."""
    running: list[tuple[uvicorn.Server, threading.Thread]] = []

    def start(**how: Any) -> int:
        config = uvicorn.Config(wrap(**how), port=0, lifespan="off", **uvicorn_options())
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run)
        thread.start()
        running.append((server, thread))
        while not server.started:
            time.sleep(0.01)
        port: int = server.servers[0].sockets[0].getsockname()[1]
        return port

    yield start
    for server, thread in running:
        server.should_exit = True
        thread.join()


def exchange(port: int, *parts: bytes, pause: float = 0.0) -> bytes:
    """Everything the server says until it closes, which it has to."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        try:
            for part in parts:
                connection.sendall(part)
                time.sleep(pause)
        except OSError:
            pass  # it may refuse, and close, before it has been sent everything
        received = b""
        with suppress(ConnectionResetError):
            while chunk := connection.recv(65_536):
                received += chunk
        return received


def parsed(answer: bytes) -> tuple[int, bytes, Any]:
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), head.lower(), json.loads(body)


@pytest.mark.parametrize(
    "request_",
    [
        b"complete nonsense\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: localhost\r\n\r\n",
        HEAD + b"x: a\x00b\r\n\r\n",
        HEAD + b"bad header\r\n\r\n",
        HEAD + b"content-length: -1\r\n\r\n",
        HEAD + b"content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n",
        HEAD + b"content-length: 5\r\ncontent-length: 6\r\n\r\n",
        HEAD.replace(b"GET", b"POST") + b"transfer-encoding: chunked\r\n\r\nzz\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
    ids=range(10),
)
def test_what_is_no_http_is_a_problem(start: Start, request_: bytes) -> None:
    status, head, body = parsed(exchange(start(), request_))
    assert status == 400
    assert b"content-type: application/problem+json" in head
    assert b"connection: close" in head
    assert (body["status"], body["code"]) == (400, "invalid_http")


def test_a_head_without_end(start: Start) -> None:
    """One header that never stops: no parser callback would ever see it."""
    port = start()
    status, head, body = parsed(exchange(port, HEAD + b"x: ", *[b"a" * 10_000] * 500))
    assert status == 431
    assert b"content-type: application/problem+json" in head
    assert body["code"] == "headers_too_large"


def test_complete_but_too_large(start: Start) -> None:
    port = start()
    status, head, body = parsed(exchange(port, HEAD + b"x: " + b"a" * 17_000 + b"\r\n" + LAST))
    assert (status, body["code"]) == (431, "headers_too_large")
    assert f"x-request-id: {body['request_id']}".encode() in head
    target = b"/?" + b"a" * 9_000
    status, _, body = parsed(exchange(port, HEAD.replace(b"/api/v1/whoami", target) + LAST))
    assert (status, body["code"]) == (414, "url_too_long")


def test_a_large_body_after_a_small_head_is_no_large_head(start: Start) -> None:
    port = start()
    answer = httpx.post(f"http://localhost:{port}/api/v1/tasks/bulk", content=b" " * 4_000_000)
    assert answer.json()["code"] == "invalid_json"


def test_a_chunked_body_over_its_bound(start: Start) -> None:
    chunk = b"186a0\r\n" + b" " * 100_000 + b"\r\n"
    head = HEAD.replace(b"GET /api/v1/whoami", b"POST /api/v1/tasks")
    parts = [head + b"transfer-encoding: chunked\r\n" + LAST, *[chunk] * 20]
    status, _, body = parsed(exchange(start(), *parts))
    assert (status, body["code"]) == (413, "body_too_large")


def test_connections_are_kept(start: Start) -> None:
    request = HEAD + b"\r\n"
    answers = exchange(start(), request, request, HEAD + LAST, pause=0.05)
    assert answers.count(b"HTTP/1.1 200 OK") == 3


def test_a_head_in_small_pieces_is_read(start: Start) -> None:
    request = HEAD + b"x-request-id: request-0001\r\n" + LAST
    pieces = [request[at : at + 7] for at in range(0, len(request), 7)]
    answer = exchange(start(), *pieces, pause=0.002)
    assert answer.startswith(b"HTTP/1.1 200 OK")


class TestPatience:
    @pytest.fixture(autouse=True)
    def impatient(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(protocol, "SECONDS_FOR_HEAD", 0.3)

    def test_a_head_that_trickles(self, start: Start) -> None:
        status, _, body = parsed(exchange(start(), HEAD, b"x", b"y", pause=0.2))
        assert (status, body["code"]) == (408, "request_timeout")

    def test_a_second_head_that_trickles(self, start: Start) -> None:
        answer = exchange(start(), HEAD + b"\r\n", HEAD, pause=0.2)
        assert answer.startswith(b"HTTP/1.1 200 OK")
        assert b"HTTP/1.1 408" in answer

    def test_a_connection_that_says_nothing(self, start: Start) -> None:
        assert exchange(start()) == b""

    def test_a_body_may_take_longer_than_a_head(self, start: Start) -> None:
        head = HEAD.replace(b"GET /api/v1/whoami", b"POST /api/v1/tasks")
        parts = [head + b"content-length: 3\r\n" + LAST, b"[", b"1", b"]"]
        answer = exchange(start(), *parts, pause=0.2)
        assert answer.startswith(b"HTTP/1.1 200 OK")


async def test_hanging_up_leaves_no_trace(
    start: Start, log: Callable[[], list[dict[str, Any]]]
) -> None:
    port = start()
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(HEAD.replace(b"GET /api/v1/whoami", b"POST /api/v1/tasks"))
    writer.write(b"content-length: 500\r\n\r\nhalf")
    await writer.drain()
    await asyncio.sleep(0.1)
    writer.close()
    await writer.wait_closed()

    def told() -> list[dict[str, Any]]:
        return [event for event in log() if event.get("logger") != "uvicorn.error"]

    async with asyncio.timeout(PATIENCE):
        while not (events := told()):  # noqa: ASYNC110 - the server knows nothing of this test
            await asyncio.sleep(0.02)
    assert [(event["event"], event["status"]) for event in events] == [("request", 499)]
    assert not [event for event in log() if event["level"] in {"warning", "error"}]
