"""Whatever goes wrong, the client gets a problem and the log one event with the reason."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from starlette.responses import StreamingResponse
from starlette.types import Scope

from upnext.core.errors import Unavailable

Call = Callable[..., httpx.AsyncClient]
Log = Callable[[], list[dict[str, Any]]]


def failures(log: Log) -> list[dict[str, Any]]:
    return [event for event in log() if event["level"] == "error"]


async def test_a_crash_is_a_problem_and_one_event(call: Call, log: Log) -> None:
    answer = await call().get("/api/v1/crash", headers={"x-request-id": "request-0001"})
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    body = answer.json()
    assert body["request_id"] == answer.headers["x-request-id"] == "request-0001"
    assert (body["status"], body["code"]) == (500, "internal_error")
    assert body["instance"] == "/api/v1/crash"
    assert "ZeroDivision" not in answer.text
    (event,) = failures(log)
    assert event["request_id"] == "request-0001"
    assert event["event"] == "request_failed"
    assert "Traceback" in event["exception"]
    assert "ZeroDivisionError" in event["exception"]
    assert "upn_abcdefghijklmnop" not in str(event)
    assert [event["status"] for event in log() if event["event"] == "request"] == [500]


async def test_a_crash_of_the_edge_itself(call: Call, log: Log) -> None:
    async def broken(_: Scope) -> str:
        raise LookupError("the credential cache")

    answer = await call(authenticate=broken).get("/api/v1/whoami")
    assert answer.status_code == 500
    assert answer.json()["code"] == "internal_error"
    (event,) = failures(log)
    assert "the credential cache" in event["exception"]


async def test_a_refusal_of_the_edge_is_no_failure(call: Call, log: Log) -> None:
    async def no_database(_: Scope) -> str:
        raise Unavailable("The database does not answer.", headers={"Retry-After": "3"})

    answer = await call(authenticate=no_database).get("/api/v1/whoami")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "3"
    assert answer.headers["content-type"] == "application/problem+json"
    assert failures(log) == []


async def test_a_crash_within_an_answer_is_logged_and_cut_off(call: Call, log: Log) -> None:
    app = FastAPI()

    async def parts() -> AsyncIterator[bytes]:
        yield b"begun"
        raise RuntimeError("halfway")

    @app.get("/stream")
    async def stream() -> StreamingResponse:
        return StreamingResponse(parts())

    with pytest.raises(AssertionError):  # httpx: the answer has no end
        await call(inner=app).get("/stream")
    (event,) = failures(log)
    assert "halfway" in event["exception"]


async def test_exceptions_of_an_application_without_handlers(call: Call, log: Log) -> None:
    async def bare(scope: Scope, receive: object, send: object) -> None:
        raise ExceptionGroup("many", [ValueError("one"), ValueError("two")])

    app = FastAPI()
    app.mount("/bare", bare)
    answer = await call(inner=app).get("/bare/x")
    assert answer.json()["code"] == "internal_error"
    assert len(failures(log)) == 1
