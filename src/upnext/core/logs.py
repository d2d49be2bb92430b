"""Structured logs: one event with fields per line, JSON for machines or coloured for people.

Every module logs with `structlog.get_logger(...)`, libraries with `logging`; both end in the same
form and carry the request they belong to. They go to standard error, so that a command's own
output stays clean. What looks like a credential is masked in whatever is logged.
"""

import json
import logging
import re
import sys
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, TextIO, cast

import orjson
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from upnext.core.config import LogSettings
from upnext.core.context import RequestContext
from upnext.core.logfiles import Both, RotatingFile

_configured: list[object] = [object()]
_stamp = structlog.processors.TimeStamper(fmt="iso", utc=True, key="at")
_request: ContextVar[RequestContext | None] = ContextVar("request", default=None)

MASK = "***"
SECRET_FIELDS = frozenset(
    {"authorization", "cookie", "password", "secret", "token", "access_token", "refresh_token"}
)
# Our API tokens, JSON Web Tokens, bearer headers, and passwords in URLs.
CREDENTIAL = re.compile(
    r"upn_[A-Za-z0-9_-]{8,}"
    r"|eyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*"
    r"|(?<=[Bb]earer )[^\s\"',;\\]+"
    r"|(?<=://)[^\s/@:\"']*:[^\s/@\"']+(?=@)"
)
HINTS = ("upn_", "eyJ", "earer ", "://")
# Their own loggers say every request and connection at INFO.
CHATTY = ("httpx", "httpcore", "asyncio", "multipart")


def configure(settings: LogSettings, stream: TextIO | None = None) -> None:
    """Once per process, before anything is logged; again in tests, with a stream to read."""
    stream = _also_in_a_file(settings, stream or sys.stderr)
    level = logging.getLevelNamesMapping()[settings.level.upper()]
    form = _for_machines() if settings.format == "json" else _for_people(stream)
    shared: list[Processor] = [
        _add_request,
        _tell_of_errors,
        structlog.stdlib.add_log_level,
        _stamp,
        _mask_fields,
    ]
    structlog.configure(
        processors=[*shared, *form],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: _Line(stream),
        cache_logger_on_first_use=False,
    )
    follow(_Direct(stream, level) if settings.format == "json" else None)
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *form],
        )
    )
    _take_over(handler, level)


def _also_in_a_file(settings: LogSettings, stream: TextIO) -> TextIO:
    if settings.file is None:
        return stream
    file = RotatingFile(settings.file, most=settings.file_bytes, kept=settings.files_kept)
    return cast(TextIO, Both(stream, file))


def follow(direct: "_Direct | None" = None) -> None:
    """From now on `Kept` takes this way; without it, whatever structlog is configured for."""
    _configured[0] = direct or object()


class Kept:
    """The logger of what is logged all the time: bound once, and again after `configure`, instead
    of for each event."""

    __slots__ = ("_bound", "_name", "_of")

    def __init__(self, name: str) -> None:
        self._name = name
        self._of: object = None
        self._bound: Any = None  # structlog's own loggers are of any type

    def __call__(self) -> Any:
        if self._of is not _configured[0]:
            self._of = _configured[0]
            direct = isinstance(self._of, _Direct)
            self._bound = self._of if direct else structlog.get_logger(self._name).bind()
        return self._bound


Teller = Callable[[str, BaseException, dict[str, Any]], None]
_tellers: list[Teller] = []


def on_error(teller: Teller | None) -> None:
    """From now on gets every error that is logged with its exception; None: nobody does."""
    _tellers[:] = [teller] if teller else []


def _tell_of_errors(_: WrappedLogger, level: str, event: EventDict) -> EventDict:
    if _tellers and level in {"error", "exception", "critical"}:
        found = event.get("exc_info")
        error = found if isinstance(found, BaseException) else sys.exc_info()[1]
        if error is not None:
            _tellers[0](str(event.get("event")), error, dict(event))
    return event


class about:  # noqa: N801 - read as a verb's object: `with logs.about(request):`
    """Whatever is logged inside, by whomever, names this request."""

    __slots__ = ("_context", "_token")

    def __init__(self, context: RequestContext) -> None:
        self._context = context

    def __enter__(self) -> None:
        self._token = _request.set(self._context)

    def __exit__(self, *_: object) -> None:
        _request.reset(self._token)


def _take_over(handler: logging.Handler, level: int) -> None:
    """The standard library's loggers, uvicorn's among them, end in `handler` alone."""
    root = logging.getLogger()
    root.handlers = [handler]
    # In detail they would say what they were given: statements with their values, messages whole.
    root.setLevel(max(level, logging.INFO))
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers = []
        logger.propagate = name != "uvicorn.access"
    for name in CHATTY:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))


class _Line:
    """structlog's end: writes a finished line. Has a method for each level, all the same."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def msg(self, line: str) -> None:
        self._stream.write(line + "\n")
        self._stream.flush()

    debug = info = warning = error = critical = exception = msg


class _Direct:
    """Makes of an event the line that structlog would make of it, by the same steps. Each request
    is an event, and the way through structlog took as long as the rest of telling of it."""

    def __init__(self, stream: TextIO, level: int) -> None:
        self._line = _Line(stream)
        self._level = level

    def info(self, event: str, **fields: Any) -> None:
        if self._level <= logging.INFO:
            self._say("info", event, fields)

    def debug(self, event: str, **fields: Any) -> None:
        if self._level <= logging.DEBUG:
            self._say("debug", event, fields)

    def _say(self, level: str, event: str, fields: EventDict) -> None:
        fields["event"] = event
        _add_request(None, level, fields)
        fields["level"] = level
        _stamp(None, level, fields)
        self._line.msg(_render_json(None, level, _mask_fields(None, level, fields)))


def _add_request(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    context = _request.get()
    if context is not None:
        event["request_id"] = context.request_id
        if context.trace_id is not None:
            event["trace_id"] = context.trace_id
    return event


def _mask_fields(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    for name in SECRET_FIELDS.intersection(event):
        event[name] = MASK
    return event


def masked(text: str) -> str:
    """The text without what looks like a credential, wherever it came from."""
    if any(hint in text for hint in HINTS):
        return CREDENTIAL.sub(MASK, text)
    return text


def _render_json(_: WrappedLogger, __: str, event: EventDict) -> str:
    try:
        line = orjson.dumps(event, default=repr).decode()
    except TypeError:
        # Half a surrogate pair, an integer past 64 bits: no reason to lose an event.
        line = json.dumps(event, default=repr)
    return masked(line)


def _for_machines() -> list[Processor]:
    return [structlog.processors.format_exc_info, _render_json]


def _for_people(stream: TextIO) -> list[Processor]:
    # Plain tracebacks: those of rich would print local variables, and secrets with them.
    console = structlog.dev.ConsoleRenderer(
        colors=stream.isatty(),
        timestamp_key="at",
        exception_formatter=structlog.dev.plain_traceback,
    )

    def render(logger: WrappedLogger, name: str, event: EventDict) -> str:
        return masked(console(logger, name, event))

    return [render]
