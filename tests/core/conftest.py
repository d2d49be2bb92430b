"""What the tests of several core modules need."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.kit.logs import quiet
from upnext.core import logs
from upnext.core.config import LogSettings


@pytest.fixture
def configure_logs() -> Iterator[Callable[..., io.StringIO]]:
    """Takes over all logging until the end of the test: keywords are log settings."""
    root = logging.getLogger()
    before, level = root.handlers, root.level

    def configure(**how: Any) -> io.StringIO:
        stream = io.StringIO()
        logs.configure(LogSettings(**how), stream)
        return stream

    yield configure
    quiet()
    root.handlers = before
    root.setLevel(level)


@pytest.fixture
def log(configure_logs: Callable[..., io.StringIO]) -> Callable[[], list[dict[str, Any]]]:
    """What has been logged so far, as events."""
    stream = configure_logs()
    return lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
