"""One server process on a SQLite database of its own, with one person: for small measurements."""

import json
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.instance import ALL_THE_TIME, PASSWORD, fresh_keys
from bench.processes import Child, spawn, wait_ready
from bench.scenarios import API
from tests.kit.recipes import free_port

RATES = dict.fromkeys(("RATE_LIMIT_DEFAULT", "RATE_LIMIT_USER", "RATE_LIMIT_AUTH"), ALL_THE_TIME)


@dataclass(frozen=True)
class Alone:
    child: Child
    port: int
    token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


@contextmanager
def server(**settings: str) -> Iterator[Alone]:
    """Ends with the block, and its data with it."""
    with TemporaryDirectory() as folder:
        port = free_port()
        command = [sys.executable, "-m", "upnext", "serve", "--port", str(port)]
        command += ["--workers", "1", "--data-dir", folder]
        environ = {**fresh_keys(), **RATES, **settings}
        child = spawn("server", command, Path(folder) / "server.log", environ)
        try:
            base = f"http://127.0.0.1:{port}"
            wait_ready(child, f"{base}/health/ready")
            account = {"email": "bench@example.com", "password": PASSWORD}
            _ask(f"{base}{API}/auth/register", account)
            token = _ask(f"{base}{API}/auth/login", account)["access_token"]
            yield Alone(child, port, token)
        finally:
            child.stop()


def _ask(url: str, body: Mapping[str, str]) -> Any:  # JSON
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=60) as reply:
        return json.load(reply)
