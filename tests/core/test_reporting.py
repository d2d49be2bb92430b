"""What Sentry gets, and what it does not; and the log file, which must not hold it either."""

import io
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from sentry_sdk.envelope import Envelope
from sentry_sdk.transport import Transport

from tests.kit.app import settings_for
from upnext.core import reporting
from upnext.core.logfiles import Both, RotatingFile

CANARY = "upn_canary0123456789abcdefghijklmnop"
DSN = "https://0123456789abcdef0123456789abcdef@sentry.example.org/1"


class Kept(Transport):
    def __init__(self) -> None:
        super().__init__()
        self.events: list[dict[str, Any]] = []

    def capture_envelope(self, envelope: Envelope) -> None:
        event = envelope.get_event()
        if event is not None:
            self.events.append(json.loads(json.dumps(event, default=str)))


@pytest.fixture
def sentry(tmp_path: Path, configure_logs: Callable[..., object]) -> Iterator[Kept]:
    configure_logs()
    kept = Kept()
    settings = settings_for(f"sqlite:///{tmp_path / 'none.db'}", tmp_path, SENTRY_DSN=DSN)
    reporting.configure(settings, transport=kept)
    yield kept
    reporting.stop()


def _fail(hidden: str) -> None:
    raise ValueError(f"no account for {hidden}")


def test_an_error_is_reported_without_secrets(sentry: Kept) -> None:
    log = structlog.get_logger("upnext.test")
    try:
        _fail(CANARY)
    except ValueError:
        log.exception("it_broke", request_id="request-0001", password=CANARY)
    log.warning("only_a_warning")
    (event,) = sentry.events
    assert event["tags"] == {"event": "it_broke", "request_id": "request-0001"}
    assert event["exception"]["values"][0]["type"] == "ValueError"
    assert CANARY not in json.dumps(event)


def test_a_log_file_holds_no_secret(tmp_path: Path, configure_logs: Callable[..., object]) -> None:
    path = tmp_path / "logs" / "upnext.log"
    configure_logs(file=path)
    structlog.get_logger().info("signed_in", token=CANARY, text=f"Bearer {CANARY}")
    (event,) = map(json.loads, path.read_text().splitlines())
    assert event["event"] == "signed_in"
    assert CANARY not in path.read_text()
    assert path.stat().st_mode & 0o077 == 0


def test_a_log_file_is_put_aside_when_it_is_large(tmp_path: Path) -> None:
    """Two writers, as two processes are: neither loses a line, nor writes past the other."""
    path = tmp_path / "upnext.log"
    writers = [RotatingFile(path, most=1_000, kept=3) for _ in range(2)]
    lines = [f"{number:04} {'x' * 44}\n" for number in range(80)]
    for number, line in enumerate(lines):
        writers[number % 2].write(line)
    for each in writers:
        each.close()
    files = [path.with_name(f"upnext.log.{number}") for number in (3, 2, 1)] + [path]
    assert all(each.stat().st_size <= 1_000 for each in files)
    assert "".join(each.read_text() for each in files) == "".join(lines)
    assert not path.with_name("upnext.log.4").exists()


def test_a_log_file_whose_folder_goes_stops_nobody(tmp_path: Path) -> None:
    path, stream = tmp_path / "logs" / "upnext.log", io.StringIO()
    both = Both(stream, RotatingFile(path, most=1_000, kept=3))
    both.write("first\n")
    shutil.rmtree(path.parent)
    both.write("second\n")
    assert path.read_text() == "second\n"
    shutil.rmtree(path.parent)
    path.parent.touch()
    both.write("third\n")
    both.write("fourth\n")
    path.parent.unlink()
    both.write("fifth\n")
    assert path.read_text() == "fifth\n"
    said = stream.getvalue().splitlines()
    assert said[:2] + said[3:] == ["first", "second", "third", "fourth", "fifth"]
    assert json.loads(said[2])["event"] == "log_file_failed"
