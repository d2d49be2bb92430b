"""One request to a provider, and what its status says."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

import orjson

from upnext.classification.providers.errors import Asked, NotUnderstood
from upnext.core.outbound import Outbound, OutboundError

LASTING: Final[Mapping[int, str]] = {
    400: "unsupported",
    401: "token_refused",
    402: "credits_spent",
    403: "token_refused",
    404: "unsupported",
    422: "unsupported",
}
LARGEST = 200_000


async def post(outbound: Outbound, url: str, body: Any, token: str | None) -> Any:  # JSON
    """The answer. Raises Asked, which never holds the text or the token."""
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    try:
        answer = await outbound.request(
            "POST", url, headers=headers, content=orjson.dumps(body), most=LARGEST
        )
    except OutboundError as error:
        raise Asked(
            error.code, lasting=error.code in {"invalid_url", "forbidden_address"}
        ) from None
    if answer.status == 200:  # noqa: PLR2004  (HTTP's own number)
        return _json(answer.body)
    if code := LASTING.get(answer.status):
        raise Asked(code, lasting=True)
    raise Asked(f"status_{answer.status}", wait=_wait(answer.headers, answer.body))


def _json(body: bytes) -> Any:  # JSON
    """A gateway's HTML page is no answer, whatever its status."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        raise NotUnderstood from None


def _wait(headers: Mapping[str, str], body: bytes) -> float | None:
    """What Retry-After says, or `estimated_time` of a model that is being loaded."""
    said = headers.get("retry-after", "")
    if said.isascii() and said.isdigit():
        return float(said)
    if (until := _moment(said)) and (sent := _moment(headers.get("date", ""))):
        # By the other side's own clock.
        return max(0.0, (until - sent).total_seconds())
    try:
        found = orjson.loads(body)
        return float(found["estimated_time"])
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
        return None


def _moment(text: str) -> datetime | None:
    """A date of HTTP, which is always of Greenwich."""
    try:
        return parsedate_to_datetime(text).replace(tzinfo=UTC)
    except (TypeError, ValueError):
        return None
