"""Processes of a run: started, found ready, weighed by what the kernel says of them, and ended."""

import os
import resource
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TICKS = os.sysconf("SC_CLK_TCK")
GRACE_SECONDS = 10


class DidNotStart(Exception):
    """With the end of what the process wrote."""


@dataclass(frozen=True)
class Child:
    """A process that leads a group of its own, so that Ctrl-C leaves the order to us."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def pid(self) -> int:
        return self.process.pid

    def stop(self) -> None:
        """Politely, then not; the group too, since workers may outlive their supervisor."""
        if self.process.poll() is None:
            self.process.terminate()
            with suppress(subprocess.TimeoutExpired):  # what follows is certain
                self.process.wait(GRACE_SECONDS)
        with suppress(ProcessLookupError):  # the whole group is gone: what we want
            os.killpg(self.pid, signal.SIGKILL)
        self.process.wait()


def spawn(name: str, command: Sequence[str], log: Path, environ: Mapping[str, str]) -> Child:
    """Beside its log, with nothing of the caller's environment but where programs lie."""
    inherited = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            cwd=log.parent,
            env=inherited | {"PYTHONPATH": path} | dict(environ),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    return Child(name, process, log)


def wait_ready(child: Child, url: str, seconds: float = 60) -> None:
    """Until `url` answers 200."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and child.process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5) as reply:
                if reply.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.01)
    raise DidNotStart(f"{child.name} does not answer {url}:\n{tail(child.log)}")


def tail(log: Path) -> str:
    return log.read_text(errors="replace")[-3000:] if log.exists() else ""


def tree(root: int) -> list[int]:
    """The living process `root` and everything below it."""
    found = [root]
    try:
        for thread in Path(f"/proc/{root}/task").iterdir():
            for child in (thread / "children").read_text().split():
                found += tree(int(child))
    except OSError:
        return found  # it ended while we looked
    return found


def cpu_seconds(roots: Iterable[int]) -> float:
    """Used so far by the trees, with what their living members have reaped."""
    return sum(_ticks(pid) for root in roots for pid in tree(root)) / TICKS


def _ticks(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0
    return sum(int(field) for field in fields[11:15])


def generators_seconds() -> float:
    """Of the load generators, which are our only children that have ended and been waited for
    while something is measured."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def own_seconds() -> float:
    """Of this process and the generators."""
    return time.process_time() + generators_seconds()


def machine_seconds() -> float:
    """CPU that all programs on this machine have used since it started, waiting not counted."""
    fields = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]
    user, nice, system, _, _, hard, soft, stolen = map(int, fields)
    return (user + nice + system + hard + soft + stolen) / TICKS


def pss_megabytes(root: int) -> float:
    """Memory of the tree, each shared page divided among those who share it."""
    total = 0
    for pid in tree(root):
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


def settle(roots: Iterable[int], *, longest: float = 15) -> float:
    """Waits until the trees have finished what was left to them; gives the seconds it took."""
    roots = list(roots)
    start = time.monotonic()
    before = cpu_seconds(roots)
    while time.monotonic() - start < longest:
        time.sleep(0.2)
        now = cpu_seconds(roots)
        if now - before <= 0.015:
            break
        before = now
    return time.monotonic() - start
