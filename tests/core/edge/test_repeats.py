"""An answer of one minute is never given in the next."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from upnext.core.auth import Credential
from upnext.core.clock import FrozenClock
from upnext.core.edge.repeats import OFFER, Offer, Repeats
from upnext.core.pulse import Pulse

ANN = Credential(kind="session", id=UUID(int=1), user_id=UUID(int=2))


async def test_one_that_was_asked_before_midnight_and_answered_after(tmp_path: Path) -> None:
    clock, pulse = FrozenClock(datetime(2026, 3, 1, 23, 59, 59, tzinfo=UTC)), Pulse(tmp_path / "p")
    asked = []

    async def route(scope: Any, receive: Any, send: Any) -> None:
        asked.append(clock.now())
        scope["state"][OFFER] = Offer(pulse.seen([ANN.user_id]) or (), '"x"', body=b"{}")
        clock.instant += timedelta(seconds=2)
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def whose(scope: Any) -> str:
        return str(ANN.user_id)

    async def receive() -> Any:
        raise AssertionError("nothing is read")

    async def send(message: Any) -> None:
        assert message["type"].startswith("http.response")

    repeats = Repeats(route, authenticate=whose, pulse=pulse, clock=clock)
    for count in (1, 2, 2):
        state = {"credential": ANN}
        scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": []}
        await repeats({**scope, "state": state}, receive, send)
        assert len(asked) == count
    pulse.close()
