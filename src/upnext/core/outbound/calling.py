"""One JSON message to a URL: the call that schedules and rules make, and webhooks too."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from upnext.core import tracing
from upnext.core.outbound.client import Answer, Outbound
from upnext.core.outbound.errors import OutboundError
from upnext.core.outbound.signing import SigningKey, headers

# Of an answer only so much is kept: enough to see what went wrong.
MOST_KEPT = 2_000
JSON = {"content-type": "application/json", "accept": "*/*"}
GOOD = range(200, 300)


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """What came of it. `status` None: no answer; then `error` and `detail` say why.

    A redirect is an error: the address of a webhook is what it was said to be.
    """

    status: int | None
    headers: Mapping[str, str]
    body: str
    error: str | None
    detail: str | None
    seconds: float

    @property
    def good(self) -> bool:
        return self.status in GOOD and self.error is None


async def call(
    outbound: Outbound, url: str, payload: Mapping[str, Any], *, call_id: str, now: datetime
) -> Called:
    """Posts `payload` as JSON, not signed. The same `call_id` in every attempt tells the receiver
    that it is the same call. Never raises for what the other side does."""
    return await deliver(outbound, url, orjson.dumps(payload), call_id=call_id, now=now)


async def deliver(
    outbound: Outbound,
    url: str,
    body: bytes,
    *,
    call_id: str,
    now: datetime,
    keys: Sequence[SigningKey] = (),
) -> Called:
    """The same for bytes, signed with `keys`."""
    said = {"webhook-id": call_id, "webhook-timestamp": str(int(now.timestamp())), **JSON}
    said |= tracing.headers()
    if keys:
        said |= headers(call_id, now, body, keys)
    began = time.monotonic()
    try:
        answer = await outbound.request(
            "POST", url, headers=said, content=body, most=MOST_KEPT, cut=True
        )
    except OutboundError as error:
        return Called(
            status=None,
            headers={},
            body="",
            error=error.code,
            detail=error.detail,
            seconds=time.monotonic() - began,
        )
    return _called(answer)


def _called(answer: Answer) -> Called:
    good = answer.status in GOOD
    return Called(
        status=answer.status,
        headers={name: value[:200] for name, value in list(answer.headers.items())[:20]},
        body=answer.body.decode(errors="replace").replace("\0", "\ufffd"),
        error=None if good else "status",
        detail=None if good else f"The answer was {answer.status}.",
        seconds=answer.seconds,
    )
