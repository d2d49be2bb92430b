"""Our own load generator, for machines without `wrk`: keep-alive connections, one request each.

python -m bench.generator URL CONNECTIONS SECONDS REQUEST_FILE IDS_FILE FIRST_NUMBER
"""

import asyncio
import json
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

import uvloop

from bench.load import MICROS, NUMBER, TASK_ID

Fill = Callable[[], bytes]


class Tally:
    def __init__(self, ends: float) -> None:
        self.ends = ends
        self.times: list[float] = []
        self.bytes = self.refused = self.broken = 0


class Connection(asyncio.Protocol):
    """Sends the next request when the reply to the last one is complete."""

    def __init__(self, fill: Fill, tally: Tally) -> None:
        self._fill, self._tally = fill, tally
        self._buffer = b""
        self.closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is not registered as one
        self._send()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, body = self._buffer.partition(b"\r\n\r\n")
        if not found or len(body) < _length(head):
            return
        now = time.perf_counter()
        tally = self._tally
        tally.times.append(now - self._began)
        tally.bytes += len(self._buffer)
        tally.refused += head[9:10] not in b"23"
        self._buffer = b""
        if now < tally.ends:
            self._send()
        else:
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._tally.broken += time.perf_counter() < self._tally.ends
        if not self.closed.done():
            self.closed.set_result(None)

    def _send(self) -> None:
        self._began = time.perf_counter()
        self._transport.write(self._fill())


def _length(head: bytes) -> int:
    """Of the body; every reply of ours but 204 and 304 names it."""
    _, found, rest = head.lower().partition(b"content-length:")
    return int(rest.partition(b"\r\n")[0]) if found else 0


def filler(request: str, host: str, task_ids: list[str], first: int) -> Fill:
    method, path, body, *headers = request.split("\n")
    lines = [f"{method} {path} HTTP/1.1", f"host: {host}", *headers]
    if body:
        lines.append(f"content-length: {len(body.encode())}")
    parts = ("\r\n".join(lines) + "\r\n\r\n" + body).encode().split(NUMBER.encode())
    number = first

    def fill() -> bytes:
        nonlocal number
        number += 1
        filled = (b"%08d" % number).join(parts)
        filled = filled.replace(MICROS.encode(), b"%06d" % (number % 1_000_000))
        if task_ids:
            filled = filled.replace(TASK_ID.encode(), random.choice(task_ids).encode())
        return filled

    return fill


async def drive(base: str, connections: int, seconds: float, fill: Fill) -> Tally:
    where = urlsplit(base)
    loop = asyncio.get_running_loop()
    tally = Tally(time.perf_counter() + seconds)
    opened = [
        await loop.create_connection(
            lambda: Connection(fill, tally), where.hostname or "", where.port or 80
        )
        for _ in range(connections)
    ]
    await asyncio.wait([one.closed for _, one in opened], timeout=seconds + 20)
    return tally


def main() -> None:
    base, connections, seconds, request, ids, first = sys.argv[1:]
    random.seed(int(first))
    task_ids = Path(ids).read_text().split()
    fill = filler(Path(request).read_text(), urlsplit(base).netloc, task_ids, int(first))
    began = time.perf_counter()
    tally = uvloop.run(drive(base, int(connections), float(seconds), fill))
    times = sorted(tally.times) or [0.0]
    figures = {
        "requests": len(tally.times),
        "seconds": time.perf_counter() - began,
        "bytes": tally.bytes,
        "p50": times[len(times) // 2] * 1e6,
        "p99": times[int(len(times) * 0.99)] * 1e6,
        "refused": tally.refused,
        "broken": tally.broken,
    }
    print("JSON", json.dumps(figures))


if __name__ == "__main__":
    main()
