"""Real database and cache servers for one run of the suite, in a folder that is thrown away.

Each server is started here, or is given by a URL in the environment (`GIVEN`). They listen on
loopback alone, under a password made for the run, and stop with this process however it ends.
"""

import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from tests.kit import memory, probes, recipes
from tests.kit.recipes import Recipe

GIVEN = {
    "postgresql": "UPNEXT_TEST_POSTGRESQL_URL",
    "mysql": "UPNEXT_TEST_MYSQL_URL",
    "redis": "UPNEXT_TEST_REDIS_URL",
}
START_SECONDS = 60
ATTEMPTS = 3

# Ends the servers and removes the folder once its standard input closes: at a normal end, and
# also when the suite was killed. Lines on its input: the signal and the process to send it to, or
# FORGET and a process that has ended, whose number may soon be another's.
WATCHDOG = """
all=
forget() {
  left=; for one in $all; do [ "${one#*:}" = "$1" ] || left="$left $one"; done; all=$left
}
while read -r signal pid; do
  if [ "$signal" = FORGET ]; then forget "$pid"; else all="$all $signal:$pid"; fi
done
alive() { for one in $all; do kill -0 "${one#*:}" && return 0; done; return 1; }
exec 2>/dev/null
for one in $all; do kill "-${one%%:*}" "${one#*:}"; done
n=0; while alive && [ $n -lt 25 ]; do sleep .2; n=$((n+1)); done
for one in $all; do kill -KILL "${one#*:}"; done; rm -rf "$1"
"""


class StartFailed(Exception):
    """A server that is installed here, or was given, does not answer. Never a reason to skip."""


@dataclass(frozen=True)
class Servers:
    """What a run has, as plain data: the controller hands it to the xdist workers."""

    urls: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    given: list[str] = field(default_factory=list)
    run: str = field(default_factory=lambda: secrets.token_hex(3))

    def to_dict(self) -> dict[str, object]:
        return asdict(self)

    def given_urls(self) -> list[str]:
        return [self.urls[name] for name in self.given]


@dataclass
class _Running:
    recipe: Recipe
    process: subprocess.Popen[bytes]
    url: str


class Fleet:
    """Starts servers and stops them. The caller keeps it for as long as it needs them."""

    def __init__(self) -> None:
        self.folder: Path | None = None
        self._watchdog: subprocess.Popen[bytes] | None = None
        self._running: list[_Running] = []

    def start(self, names: Iterable[str], environ: Mapping[str, str]) -> Servers:
        servers = Servers()
        to_start: list[Recipe] = []
        for name in names:
            if given := environ.get(GIVEN[name]):
                if not probes.answers(given):
                    raise StartFailed(f"the server that {GIVEN[name]} names does not answer")
                servers.urls[name] = given
                servers.given.append(name)
            elif isinstance(recipe := recipes.find(name), str):
                servers.missing[name] = f"{recipe}; or set {GIVEN[name]}"
            else:
                to_start.append(recipe)
        for running in [self._launch(recipe) for recipe in to_start]:
            servers.urls[running.recipe.name] = self._wait(running)
        for name, url in servers.urls.items():
            servers.labels[name] = probes.version(url)
        return servers

    def stop(self) -> None:
        if self._watchdog is None:
            return
        assert self._watchdog.stdin is not None
        self._watchdog.stdin.close()
        for running in self._running:
            running.process.wait()
        self._watchdog.wait()
        self._watchdog = self.folder = None
        self._running.clear()

    def halt(self, pid: int) -> None:
        """Ends a server of this fleet the way a failing machine would."""
        running = self._led_by(pid)
        running.process.send_signal(signal.Signals[f"SIG{running.recipe.stop_signal}"])
        running.process.wait()
        self._tell("FORGET", pid)

    def resume(self, pid: int) -> int:
        """Starts the halted server again, at its address; returns when it answers."""
        halted = self._led_by(pid)
        self._running.remove(halted)
        running = self._launch(halted.recipe, urlsplit(halted.url).port)
        if self._wait(running) != halted.url:
            raise StartFailed(f"{halted.recipe.name} lost its port while it was down")
        return running.process.pid

    def pid_of(self, url: str) -> int:
        return next(running.process.pid for running in self._running if running.url == url)

    def _led_by(self, pid: int) -> _Running:
        return next(running for running in self._running if running.process.pid == pid)

    def _launch(self, recipe: Recipe, port: int | None = None) -> _Running:
        folder = self._home() / recipe.name
        if not folder.exists():
            folder.mkdir()
            recipe.prepare(folder)
        port = port or recipes.free_port()
        with (folder / "log").open("ab") as log:
            process = subprocess.Popen(
                recipe.command(folder, port),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=folder,
                start_new_session=True,  # or Ctrl-C would stop it before its clients
                **recipes.as_user(recipe.owner),
            )
        running = _Running(recipe, process, recipe.url(port))
        self._running.append(running)
        self._guard(recipe.stop_signal, process.pid)
        return running

    def _wait(self, running: _Running) -> str:
        """Until it answers. One that ends at once may have lost its port to another: try anew."""
        deadline = time.monotonic() + START_SECONDS
        for _ in range(ATTEMPTS):
            while running.process.poll() is None and time.monotonic() < deadline:
                if probes.answers(running.url):
                    return running.url
                time.sleep(0.05)
            if running.process.poll() is None:
                break
            running = self._launch(running.recipe)
        log = (self._home() / running.recipe.name / "log").read_text(errors="replace")
        raise StartFailed(f"{running.recipe.name} did not start:\n{log[-3000:]}")

    def _home(self) -> Path:
        if self.folder is None:
            self.folder = Path(tempfile.mkdtemp(prefix="upnext-servers-", dir=memory.root()))
            self.folder.chmod(0o711)  # PostgreSQL may run as another user
            self._watchdog = self._watch(self.folder)
        return self.folder

    @staticmethod
    def _watch(folder: Path) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [shutil.which("sh") or "/bin/sh", "-c", WATCHDOG, "watchdog", str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
        )

    def _guard(self, signal_name: str, pid: int) -> None:
        self._tell(signal_name, pid)

    def _tell(self, word: str, pid: int) -> None:
        assert self._watchdog is not None
        assert self._watchdog.stdin is not None
        self._watchdog.stdin.write(f"{word} {pid}\n".encode())
        self._watchdog.stdin.flush()
