"""A probe sees whether a worker goes on, also one that the kernel says runs."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kit.app import SECRETS
from upnext.core.heartbeat import judged

SOURCE = Path(__file__).parents[2] / "src"
LONG_AGO = 120
PROBE = [sys.executable, "-I", "-c", "import sys; sys.path.insert(0, sys.argv.pop(1)); "
         "from upnext.core.heartbeat import main; main()", str(SOURCE)]  # fmt: skip


@pytest.mark.parametrize(
    ("age", "alive"), [(0, True), (-3, True), (29, True), (31, False), (None, False)]
)
def test_judged_by_the_age_of_a_file(tmp_path: Path, age: float | None, *, alive: bool) -> None:
    file = tmp_path / "heartbeat"
    if age is not None:
        file.touch()
        os.utime(file, (1_000 - age, 1_000 - age))
    found, said = judged(file, 30, 1_000)
    assert found is alive
    assert said.endswith(".")


@pytest.fixture
def beating(tmp_path: Path, own_database_url: str) -> Iterator[subprocess.Popen[bytes]]:
    """A real worker."""
    file = tmp_path / "heartbeat"
    more = {
        "PYTHONPATH": str(SOURCE), "UPNEXT_HEARTBEAT": str(file), "DATABASE_URL": own_database_url
    }  # fmt: skip
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "upnext", "worker", "--data-dir", str(tmp_path / "data")],
            env={**os.environ, **SECRETS, **more}, stdout=log, stderr=log,
        )  # fmt: skip
    yield process
    process.kill()
    process.wait()


def probe(file: Path) -> int:
    """Its exit code, as Kubernetes runs it."""
    return subprocess.run([*PROBE, str(file)], check=False, capture_output=True).returncode


def beats_within(seconds: float, file: Path) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if judged(file, LONG_AGO / 2, time.time())[0]:
            return True
        time.sleep(0.05)
    return False


def test_who_is_stopped_is_found_out(beating: subprocess.Popen[bytes], tmp_path: Path) -> None:
    file = tmp_path / "heartbeat"
    assert beats_within(90, file), (tmp_path / "log").read_text()
    assert probe(file) == 0
    beating.send_signal(signal.SIGSTOP)
    os.waitid(os.P_PID, beating.pid, os.WSTOPPED | os.WNOWAIT)
    then = time.time() - LONG_AGO
    os.utime(file, (then, then))
    assert probe(file) == 1
    beating.send_signal(signal.SIGCONT)
    assert beats_within(10, file), "it goes on, and beats again"
    beating.terminate()
    assert beating.wait(30) == 0
