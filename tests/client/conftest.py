"""A server of its own for the tests of the commands, and a person who types."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from tests.kit.recipes import free_port

SOURCE = Path(__file__).parents[2] / "src"
PASSWORD = "a sentence to remember"
START_SECONDS = 60


def _environment(**more: str) -> dict[str, str]:
    """The suite's own, so that coverage follows; without settings of a shell, see tests.kit."""
    return {**os.environ, "PYTHONPATH": str(SOURCE), "TZ": "Europe/Berlin", **more}


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real server on an empty instance."""
    folder = tmp_path_factory.mktemp("served")
    port = free_port()
    command = [sys.executable, "-m", "upnext", "serve", "--port", str(port)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--data-dir", str(folder / "data")],
            env=_environment(RATE_LIMIT_ENABLED="false"),
            stdout=log,
            stderr=log,
        )
    try:
        address = f"http://127.0.0.1:{port}"
        _wait(address, process, folder / "log")
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) in {0, -signal.SIGTERM}


def _wait(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{address}/health/ready", trust_env=False).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError(f"The server did not start:\n{log.read_text(errors='replace')}")


@dataclass
class Person:
    """Runs the real command in a process of its own, as one account on one machine."""

    server: str
    folder: Path
    name: str
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return f"{self.name}@example.org"

    @property
    def credentials(self) -> Path:
        return self.folder / "credentials.json"

    def start(self, *words: str) -> subprocess.Popen[str]:
        own = {"UPNEXT_CONFIG_DIR": str(self.folder), "UPNEXT_SERVER": self.server}
        return subprocess.Popen(
            [sys.executable, "-m", "upnext", *words],
            env=_environment(COLUMNS="100", **own, **self.environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def types(self, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        process = self.start(*words)
        out, err = process.communicate(stdin, timeout=60)
        return subprocess.CompletedProcess(words, process.returncode, out, err)

    def does(self, *words: str, stdin: str = "") -> str:
        """What a command that has to work prints."""
        done = self.types(*words, stdin=stdin)
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture
def person(served: str, tmp_path: Path) -> Person:
    """Somebody with a new account, logged in."""
    made = Person(served, tmp_path / "config", f"p{time.time_ns()}")
    made.does("register", made.address, "--password-stdin", stdin=f"{PASSWORD}\n")
    return made
