"""Logs of the suite: plain lines. structlog's own default renders tracebacks for half a minute."""

import structlog

from upnext.core import logs


def quiet() -> None:
    logs.follow()
    structlog.reset_defaults()
    structlog.configure(
        processors=[
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(default=str),
        ]
    )
