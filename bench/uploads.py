"""`python -m bench.uploads`: what a server's memory does while somebody sends a file of 1 GB.

Once with the usual bound, where the first byte too many ends it, and once with a bound above, where
all of it is kept. Fails when memory grows by more than `MOST` megabytes.
"""

import argparse
import contextlib
import http.client
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

from bench.alone import Alone, server
from bench.processes import pss_megabytes
from bench.scenarios import API

GIGABYTE = 1_000_000_000
PIECE = b"x" * 65_536
MOST = 20.0
HEAD = (
    b'--b\r\nContent-Disposition: form-data; name="file"; filename="large.bin"\r\n'
    b"Content-Type: application/octet-stream\r\n\r\n"
)
FOOT = b"\r\n--b--\r\n"


@dataclass(frozen=True)
class Seen:
    status: int
    sent: int
    seconds: float
    before: float
    peak: float

    @property
    def growth(self) -> float:
        return self.peak - self.before


def measure(size: int, wanted: int, **settings: str) -> Seen:
    with server(**settings) as target:
        _send(target, 1_000_000)  # what the first upload loads
        before = pss_megabytes(target.child.pid)
        ended, peaks = threading.Event(), [before]
        watching = threading.Thread(target=_watch, args=(target, ended, peaks))
        watching.start()
        began = time.monotonic()
        status, sent = _send(target, size)
        seconds = time.monotonic() - began
        ended.set()
        watching.join()
    if status != wanted:
        sys.exit(f"bench: the upload was answered {status}, not {wanted}")
    return Seen(status, sent, seconds, before, max(peaks))


def _watch(target: Alone, ended: threading.Event, peaks: list[float]) -> None:
    while not ended.wait(0.1):
        peaks.append(pss_megabytes(target.child.pid))


def _send(target: Alone, size: int) -> tuple[int, int]:
    """The status, and how many bytes of the file went out before it came."""
    sent = 0

    def body() -> Iterator[bytes]:
        nonlocal sent
        yield HEAD
        while sent < size:
            piece = PIECE[: size - sent]
            sent += len(piece)
            yield piece
        yield FOOT

    connection = http.client.HTTPConnection("127.0.0.1", target.port, timeout=600)
    headers = {**target.headers, "Content-Type": "multipart/form-data; boundary=b"}
    # It may be refused before all of it is sent: then the answer is there to be read.
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        connection.request("POST", f"{API}/files", body(), headers, encode_chunked=True)
    try:
        return connection.getresponse().status, sent
    except (ConnectionResetError, http.client.RemoteDisconnected):
        return 0, sent
    finally:
        connection.close()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.uploads", description=__doc__)
    parser.add_argument("--bytes", type=int, default=GIGABYTE)
    size = parser.parse_args().bytes
    above = {"UPNEXT_FILE_BYTES": str(2 * GIGABYTE), "UPNEXT_FILE_QUOTA_BYTES": "0"}
    seen = {"refused": measure(size, 413), "kept": measure(size, 201, **above)}
    for name, each in seen.items():
        print(
            f"{name:<8} {each.status}  {each.sent / 1e6:7.0f} MB sent in {each.seconds:5.1f} s  "
            f"PSS {each.before:5.1f} MB, at most {each.peak:5.1f} MB: {each.growth:+.1f} MB"
        )
    return 0 if all(each.growth <= MOST for each in seen.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
