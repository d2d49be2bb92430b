"""Unexpected errors to Sentry, if the operator names a project. Without bodies, headers, local
variables, addresses, or whatever else looks like a credential."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from upnext import __version__
from upnext.core import logs
from upnext.core.config import Settings

if TYPE_CHECKING:
    from sentry_sdk.types import Event, Hint


@dataclass
class _State:
    on: bool = False


_state = _State()


def configure(settings: Settings, **more: Any) -> None:
    """`more` goes to the library; tests name a transport by it."""
    dsn = settings.telemetry.sentry_dsn
    if dsn is None:
        return
    import sentry_sdk  # noqa: PLC0415  (only where it is used)

    sentry_sdk.init(
        dsn.reveal(),
        release=f"upnext@{__version__}",
        environment=settings.env,
        # They are what would collect bodies, headers and addresses.
        default_integrations=False,
        include_local_variables=False,
        max_breadcrumbs=0,
        before_send=_cleaned,
        **more,
    )
    _state.on = True
    logs.on_error(_report)


def stop() -> None:
    if _state.on:
        import sentry_sdk  # noqa: PLC0415  (as above)

        logs.on_error(None)
        sentry_sdk.flush(timeout=3)
        _state.on = False


def _report(name: str, error: BaseException, facts: dict[str, Any]) -> None:
    import sentry_sdk  # noqa: PLC0415  (as above)

    with sentry_sdk.new_scope() as scope:
        scope.set_tag("event", name)
        for fact in ("request_id", "trace_id", "kind", "job_id"):
            if fact in facts:
                scope.set_tag(fact, str(facts[fact]))
        scope.capture_exception(error)


def _cleaned(event: "Event", _: "Hint") -> "Event | None":
    found: Event = orjson.loads(logs.masked(orjson.dumps(event, default=str).decode()))
    return found
