"""A server of its own for the tests of the commands, and a person who types."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import httpx
import pytest
from typer.testing import Result

from tests.kit import commands
from tests.kit.recipes import free_port

SOURCE = Path(__file__).parents[2] / "src"
PASSWORD = "a sentence to remember"
START_SECONDS = 200


def _environment(**more: str) -> dict[str, str]:
    """The suite's own, so that coverage follows; without settings of a shell, see tests.kit."""
    return {**os.environ, "PYTHONPATH": str(SOURCE), "TZ": "Europe/Berlin", **more}


@pytest.fixture(scope="session")
def server_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("served")


@pytest.fixture
def server_log(server_folder: Path) -> Path:
    """What the server writes to its standard error."""
    return server_folder / "log"


@pytest.fixture(scope="session")
def served(server_folder: Path) -> Iterator[str]:
    """The address of a real server on an empty instance."""
    folder = server_folder
    port = free_port()
    command = [sys.executable, "-m", "upnext", "serve", "--port", str(port)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--data-dir", str(folder / "data")],
            env=_environment(RATE_LIMIT_ENABLED="false", TASK_CLASSIFICATION_MODE="off"),
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
    """One account on one machine, who types the real command."""

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

    def start(self, *words: str, terminal: int = subprocess.PIPE) -> subprocess.Popen[str]:
        """The command in a process of its own, with pipes, or on a terminal."""
        return subprocess.Popen(
            [sys.executable, "-m", "upnext", *words],
            env=_environment(COLUMNS="100", TERM="xterm", **self._own(), **self.environment),
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
            text=True,
            encoding="utf-8",
            # A new session, so that the terminal of whoever runs the suite is out of reach.
            start_new_session=True,
        )

    def asks(self, method: str, path: str, body: object) -> dict[str, object]:
        """The API in the person's name, for what has no command."""
        known = json.loads(self.credentials.read_text())["servers"][self.server]
        reply = httpx.request(
            method,
            f"{self.server}/api/v1/{path}",
            json=body,
            headers={"authorization": f"Bearer {known['access_token']}"},
            trust_env=False,
        )
        assert reply.is_success, reply.text
        return cast("dict[str, object]", reply.json())

    def types(self, *words: str, stdin: str = "") -> Result:
        """What a command comes to; in this process, since starting one costs most of a second."""
        own = self._own() | {"COLUMNS": "100", "TZ": "Europe/Berlin"}
        done = commands.run(words, {**own, **self.environment}, stdin)
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done

    def _own(self) -> dict[str, str]:
        own = {"UPNEXT_CONFIG_DIR": str(self.folder)}
        return own | ({"UPNEXT_SERVER": self.server} if self.server else {})

    def does(self, *words: str, stdin: str = "") -> str:
        """What a command that has to work prints."""
        done = self.types(*words, stdin=stdin)
        assert done.exit_code == 0, done.stderr
        return done.stdout


@pytest.fixture
def person(served: str, tmp_path: Path) -> Person:
    """Somebody with a new account, logged in."""
    made = Person(served, tmp_path / "config", f"p{time.time_ns()}")
    made.does("register", made.address, "--password-stdin", stdin=f"{PASSWORD}\n")
    return made
