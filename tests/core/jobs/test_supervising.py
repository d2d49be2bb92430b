"""The parts of a worker: started again when they die, ended when they are told, never left over."""

import os
import signal
import time
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path

import pytest

from upnext.worker import supervising
from upnext.worker.supervising import Part, end_with_parent, supervise

PATIENCE = 20.0


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


def pids(folder: Path, name: str) -> list[int]:
    return [int(one.name.partition("-")[2]) for one in folder.glob(f"{name}-*")]


def living(pid: int) -> bool:
    """A dead one may still wait for its end to be noticed."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"


def stay(folder: Path, name: str) -> None:
    end_with_parent()
    (folder / f"{name}-{os.getpid()}").touch()
    time.sleep(PATIENCE)


def leave() -> None:
    """Something is wrong with it."""


def run(folder: Path, *, broken: bool = False) -> None:
    mains = [lambda: stay(folder, "one"), leave if broken else lambda: stay(folder, "two")]
    supervise([Part(f"part{number}", main) for number, main in enumerate(mains)])


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervising, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(supervising, "SHORTEST_LIFE", 0.0)


def test_what_dies_is_started_again_and_what_is_told_ends(tmp_path: Path) -> None:
    process = get_context("fork").Process(target=run, args=(tmp_path,))
    process.start()
    until(lambda: len(pids(tmp_path, "one")) == len(pids(tmp_path, "two")) == 1)
    os.kill(pids(tmp_path, "two")[0], signal.SIGKILL)
    until(lambda: len(pids(tmp_path, "two")) == 2)
    process.terminate()
    process.join(PATIENCE)
    assert process.exitcode == 0
    assert not any(map(living, pids(tmp_path, "one") + pids(tmp_path, "two")))


def test_what_loses_its_supervisor_ends(tmp_path: Path) -> None:
    process = get_context("fork").Process(target=run, args=(tmp_path,))
    process.start()
    until(lambda: len(pids(tmp_path, "one")) == len(pids(tmp_path, "two")) == 1)
    process.kill()
    until(lambda: not any(map(living, pids(tmp_path, "one") + pids(tmp_path, "two"))))


def test_what_cannot_live_ends_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervising, "SHORTEST_LIFE", PATIENCE)
    process = get_context("fork").Process(target=run, args=(tmp_path,), kwargs={"broken": True})
    process.start()
    process.join(PATIENCE)
    assert process.exitcode == 1
    assert not any(map(living, pids(tmp_path, "one")))
