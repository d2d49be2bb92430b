"""What a process sets up before it does anything: logs, traces, reports of errors."""

from upnext.core import logs, reporting, tracing
from upnext.core.config import Settings


def set_up(settings: Settings) -> None:
    """Once per process. Traces and reports load their libraries only if an address is named."""
    logs.configure(settings.log)
    tracing.configure(settings.telemetry)
    reporting.configure(settings)


def end() -> None:
    """Sends what waits; takes a few seconds at most."""
    tracing.stop()
    reporting.stop()
