"""What is known of the request behind a piece of work; travels into jobs as a value."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestContext:
    request_id: str
    trace_id: str | None = None
    ip: str | None = None
    user_agent: str | None = None
