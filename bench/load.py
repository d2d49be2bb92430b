"""Drives one request over some connections for some seconds, by `wrk` or our own generator."""

import json
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from bench.processes import ROOT, generators_seconds

# The gaps in a path, header or body that each request gets filled anew: see wrk.lua.
TASK_ID = "{{task_id_________________________}}"
NUMBER = "{{n___}}"
MICROS = "{{u_}}"
# Numbers that one run may use up before it would meet those of the next.
NUMBERS_PER_RUN = 100_000


@dataclass(frozen=True)
class Request:
    path: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    task_ids: Sequence[str] = ()
    expect: int = 200

    def lines(self) -> str:
        heads = [f"{name}: {value}" for name, value in self.headers.items()]
        return "\n".join([self.method, self.path, self.body, *heads])


@dataclass(frozen=True)
class Run:
    """Latencies in milliseconds; `generator` is the CPU seconds that driving took."""

    requests: int
    seconds: float
    bytes: int
    p50: float
    p99: float
    refused: int
    broken: int
    generator: float

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds


class Generator:
    def __init__(self, folder: Path, *, own: bool = False) -> None:
        self._folder = folder
        self._runs = 0
        self.wrk = None if own else shutil.which("wrk")
        self.name = "wrk" if self.wrk else "bench.generator"

    def run(self, base: str, request: Request, *, connections: int, seconds: int) -> Run:
        self._runs += 1
        given, ids = self._folder / "request", self._folder / "ids"
        given.write_text(request.lines())
        ids.write_text("\n".join(request.task_ids))
        first = str(self._runs * NUMBERS_PER_RUN)
        before = generators_seconds()
        command = self._command(base, connections, seconds)
        done = subprocess.run(
            [*command, str(given), str(ids), first],
            capture_output=True,
            text=True,
            cwd=ROOT,
            timeout=seconds + 60,
            check=False,
        )
        found = _read(done, generators_seconds() - before)
        return found if found.requests else _stalled(found, connections)

    def _command(self, base: str, connections: int, seconds: int) -> list[str]:
        if self.wrk is None:
            return [sys.executable, "-m", "bench.generator", base, str(connections), str(seconds)]
        script = str(Path(__file__).with_name("wrk.lua"))
        amount = ["-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "20s"]
        return [self.wrk, *amount, "-s", script, base, "--"]


def _read(done: subprocess.CompletedProcess[str], generator: float) -> Run:
    for line in done.stdout.splitlines():
        if line.startswith("JSON "):
            figures = json.loads(line.removeprefix("JSON "))
            for latency in ("p50", "p99"):
                figures[latency] /= 1000
            return Run(**figures, generator=generator)
    raise RuntimeError(f"the generator failed:\n{done.stdout}{done.stderr}")


def _stalled(run: Run, connections: int) -> Run:
    """Nothing was answered in all that time: as slow as the run was long, and all of it failed."""
    whole = 1000 * run.seconds
    return replace(run, p50=whole, p99=whole, broken=run.broken + connections)


class WrongAnswer(Exception):
    """The server does not do what is to be measured."""


@dataclass(frozen=True)
class Answer:
    body: bytes
    headers: Mapping[str, str]


def probe(base: str, request: Request, number: int = 0) -> bytes:
    """One request by hand: its body, if it is answered as expected."""
    return ask(base, request, number).body


def ask(base: str, request: Request, number: int = 0) -> Answer:
    """Raises WrongAnswer for any other status than the expected one."""
    fill = {TASK_ID: request.task_ids[0] if request.task_ids else ""}
    fill |= {NUMBER: f"{number:08d}", MICROS: f"{number % 1_000_000:06d}"}

    def filled(text: str) -> str:
        for gap, value in fill.items():
            text = text.replace(gap, value)
        return text

    asked = urllib.request.Request(
        base + filled(request.path),
        data=filled(request.body).encode() or None,
        headers={name: filled(value) for name, value in request.headers.items()},
        method=request.method,
    )
    try:
        with urllib.request.urlopen(asked, timeout=60) as reply:
            status, answer = reply.status, Answer(reply.read(), dict(reply.headers))
    except urllib.error.HTTPError as error:
        status, answer = error.code, Answer(error.read(), dict(error.headers))
    if status != request.expect:
        told = answer.body[:500].decode(errors="replace")
        where = f"{request.method} {request.path}"
        raise WrongAnswer(f"{where}: {status}, not {request.expect}: {told}")
    return answer
