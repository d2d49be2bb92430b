"""As process 1 of a container: the kernel drops a signal that such a process does not handle."""

import os
import signal
from collections.abc import Iterator

import pytest

from upnext import cli


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


def _start(monkeypatch: pytest.MonkeyPatch, pid: int) -> None:
    monkeypatch.setattr(cli, "app", lambda: None)
    monkeypatch.setattr(os, "getpid", lambda: pid)
    cli.main()


def test_process_one_ends_when_told_while_it_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    own = os.getpid()
    _start(monkeypatch, 1)
    with pytest.raises(SystemExit) as ended:
        os.kill(own, signal.SIGTERM)
    assert ended.value.code == 143  # not 0: a migration that was told to end is not done


def test_any_other_process_keeps_what_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    before = signal.getsignal(signal.SIGTERM)
    _start(monkeypatch, 4711)
    assert signal.getsignal(signal.SIGTERM) is before
