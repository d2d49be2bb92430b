"""Traces by OpenTelemetry: from a request through its jobs to the webhooks that tell of it.

What travels between processes is the `RequestContext` alone, in jobs and changes: its trace id is
the trace's, and the request's span has an id that anybody can compute from the request id. So a
job that runs hours later, elsewhere, still hangs below the request that asked for it.

Off until an address is named: then the library is not even imported, and a span costs a comparison.
"""

import hashlib
import random
import re
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

from upnext.core.config import TelemetrySettings
from upnext.core.context import RequestContext

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
    from opentelemetry.trace import Span

Spanned = AbstractContextManager["Named"]
Attributes = Mapping[str, str | int | float | bool]
TRACE_HEADER: Final = "traceparent"
_SPAN: Final = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-([0-9a-f]{16})-[0-9a-f]{2}")
_next_id: ContextVar[int | None] = ContextVar("next_id", default=None)


class Named(Protocol):
    """An open span, which may learn more about itself."""

    def tell(self, name: str, attributes: Attributes, *, failed: bool = False) -> None: ...


class _Silent:
    def tell(self, name: str, attributes: Attributes, *, failed: bool = False) -> None:
        pass


@dataclass(frozen=True)
class _Told:
    span: "Span"

    def tell(self, name: str, attributes: Attributes, *, failed: bool = False) -> None:
        from opentelemetry.trace import StatusCode  # noqa: PLC0415  (traces are on)

        self.span.update_name(name)
        self.span.set_attributes(dict(attributes))
        if failed:
            self.span.set_status(StatusCode.ERROR)


@dataclass
class _State:
    provider: "TracerProvider | None" = None
    percent: int = 0


_state = _State()
_SILENT: Final = _Silent()


def configure(settings: TelemetrySettings, processor: "SpanProcessor | None" = None) -> None:
    """`processor` is for tests; else spans go to the collector, in batches and in a thread."""
    if settings.traces_endpoint is None and processor is None:
        return
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415  (only where traces are on)
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415  (as above)
    from opentelemetry.sdk.trace.sampling import ALWAYS_ON  # noqa: PLC0415  (as above)

    provider = TracerProvider(
        # Which requests are traced is decided here, once for everything that follows from them.
        sampler=ALWAYS_ON,
        resource=Resource.create({"service.name": settings.service_name}),
        id_generator=_ids(),
        shutdown_on_exit=False,
    )
    provider.add_span_processor(processor or _batches(settings.traces_endpoint or ""))
    _state.provider, _state.percent = provider, settings.traces_percent


def stop() -> None:
    if _state.provider is not None:
        _state.provider.shutdown()
        _state.provider = None


def on() -> bool:
    return _state.provider is not None


def new_trace_id() -> str | None:
    """For a request that nobody traces yet, if it is among those that are to be."""
    if _state.provider is None or random.random() * 100 >= _state.percent:  # noqa: S311  (picks)
        return None
    return f"{random.getrandbits(128) or 1:032x}"


def request(context: RequestContext, header: str | None) -> Spanned:
    """The span of a request, below that of the caller's `traceparent`."""
    if _state.provider is None or context.trace_id is None:
        return nullcontext(_SILENT)
    found = _SPAN.fullmatch(header[:55]) if header else None
    parent = int(found[1], 16) if found else None
    return _opened("request", "SERVER", context, parent, own=_id_of(context))


def job(
    context: RequestContext, kind: str, attributes: Attributes
) -> AbstractContextManager[Named]:
    """The span of a job's attempt, below the request that asked for the job."""
    if _state.provider is None or context.trace_id is None:
        return nullcontext(_SILENT)
    return _opened(f"job {kind}", "CONSUMER", context, _id_of(context), attributes)


def call(
    context: RequestContext, name: str, attributes: Attributes
) -> AbstractContextManager[Named]:
    """The span of a call to another server, below the request that it tells of."""
    if _state.provider is None or context.trace_id is None:
        return nullcontext(_SILENT)
    return _opened(name, "CLIENT", context, _id_of(context), attributes)


def headers() -> dict[str, str]:
    """What tells another server which span calls it; nothing outside of a span."""
    if _state.provider is None:
        return {}
    from opentelemetry import trace  # noqa: PLC0415  (traces are on)

    here = trace.get_current_span().get_span_context()
    if not here.is_valid:
        return {}
    return {TRACE_HEADER: f"00-{here.trace_id:032x}-{here.span_id:016x}-01"}


@contextmanager
def _opened(
    name: str,
    kind: str,
    context: RequestContext,
    parent: int | None,
    attributes: Attributes | None = None,
    *,
    own: int | None = None,
) -> Iterator[Named]:
    from opentelemetry import trace  # noqa: PLC0415  (traces are on)
    from opentelemetry.trace import SpanKind  # noqa: PLC0415  (as above)

    provider = _state.provider
    if provider is None or context.trace_id is None:
        yield _SILENT
        return
    # Without a caller's span the trace begins here: below an id that no span has.
    above = trace.SpanContext(
        int(context.trace_id, 16),
        parent or _id_of(context, "above"),
        is_remote=True,
        trace_flags=trace.TraceFlags(trace.TraceFlags.SAMPLED),
    )
    token = _next_id.set(own)
    try:
        span = provider.get_tracer("upnext").start_span(
            name,
            context=trace.set_span_in_context(trace.NonRecordingSpan(above)),
            kind=SpanKind[kind],
            attributes={"upnext.request_id": context.request_id, **(attributes or {})},
        )
    finally:
        _next_id.reset(token)
    with trace.use_span(span, end_on_exit=True):
        yield _Told(span)


def _id_of(context: RequestContext, what: str = "") -> int:
    digest = hashlib.sha256(f"{context.trace_id}/{context.request_id}{what}".encode()).digest()
    return int.from_bytes(digest[:8]) or 1


def _ids() -> Any:  # the class is made here, since its base is imported only where traces are on
    from opentelemetry.sdk.trace.id_generator import RandomIdGenerator  # noqa: PLC0415  (see above)

    class Ids(RandomIdGenerator):
        def generate_span_id(self) -> int:
            return _next_id.get() or super().generate_span_id()

    return Ids()


def _batches(endpoint: str) -> "SpanProcessor":
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415  (see above)
        OTLPSpanExporter,
    )
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415  (as above)

    return BatchSpanProcessor(OTLPSpanExporter(f"{endpoint}/v1/traces", timeout=5))
