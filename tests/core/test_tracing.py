"""A trace from a request through its job to the call that tells of it."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind

from tests.kit.app import SECRETS, connect, serve, settings_for
from upnext.core import tracing
from upnext.core.config import TelemetrySettings
from upnext.core.context import RequestContext
from upnext.core.runtime import Runtime
from upnext.main import build_runtime, close

TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = "b7ad6b7169203331"


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    settings = TelemetrySettings(traces_percent=0)
    tracing.configure(settings, SimpleSpanProcessor(exporter))
    yield exporter
    tracing.stop()


@pytest.fixture
async def away(tmp_path: Path) -> AsyncIterator[Runtime]:
    """Without a database, which a liveness probe does not need."""
    runtime = build_runtime(settings_for(f"sqlite:///{tmp_path / 'none.db'}", tmp_path))
    yield runtime
    await close(runtime)


async def _live(runtime: Runtime, **headers: str) -> httpx.Response:
    async with connect(serve(runtime)) as client:
        return await client.get("http://localhost/health/live", headers=headers)


def _parent(span: ReadableSpan) -> str:
    assert span.parent is not None
    return f"{span.parent.span_id:016x}"


async def test_a_request_its_job_and_its_call_are_one_trace(
    spans: InMemorySpanExporter, away: Runtime
) -> None:
    await _live(
        away,
        traceparent=f"00-{TRACE}-{PARENT}-01",
        **{"x-request-id": "request-0001", "authorization": f"Bearer {SECRETS['SECRET_KEY']}"},
    )
    context = RequestContext(request_id="request-0001", trace_id=TRACE)
    with tracing.job(context, "webhooks.send", {"upnext.attempt": 1}):
        pass
    with tracing.call(context, "webhook", {}) as call:
        sent = tracing.headers()
        call.tell("webhook", {"http.response.status_code": 500}, failed=True)
    request, job, called = spans.get_finished_spans()
    assert request.name == "GET /health/live"
    assert (request.kind, job.kind, called.kind) == (
        SpanKind.SERVER, SpanKind.CONSUMER, SpanKind.CLIENT,
    )  # fmt: skip
    assert {f"{each.context.trace_id:032x}" for each in (request, job, called)} == {TRACE}
    assert _parent(request) == PARENT
    assert _parent(job) == _parent(called) == f"{request.context.span_id:016x}"
    assert sent == {"traceparent": f"00-{TRACE}-{called.context.span_id:016x}-01"}
    assert not called.status.is_ok
    written = "".join(each.to_json() for each in (request, job, called))
    assert SECRETS["SECRET_KEY"] not in written


async def test_what_is_not_picked_leaves_no_span(
    spans: InMemorySpanExporter, away: Runtime
) -> None:
    assert (await _live(away)).status_code == 200
    assert spans.get_finished_spans() == ()
    assert tracing.new_trace_id() is None
    assert tracing.headers() == {}


def test_off_costs_nothing_and_says_nothing() -> None:
    context = RequestContext(request_id="request-0001", trace_id=TRACE)
    with tracing.job(context, "any", {}) as span:
        span.tell("other", {}, failed=True)
    assert (tracing.on(), tracing.headers(), tracing.new_trace_id()) == (False, {}, None)
