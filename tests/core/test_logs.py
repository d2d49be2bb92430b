"""One event per line, with its request, and without what would let somebody in."""

import io
import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
import structlog

from upnext.core import logs
from upnext.core.context import RequestContext

Configure = Callable[..., io.StringIO]
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.s1gnature_of-it"
REQUEST = RequestContext(request_id="request-0001", trace_id="0af7", ip=None, user_agent=None)


def fail(message: str, *, hidden: str = "") -> None:
    """Has its arguments as local variables, which a traceback must not show."""
    raise ValueError(f"{message} {len(hidden)}")


def events(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_event_is_a_line_of_json(configure_logs: Configure) -> None:
    stream = configure_logs()
    structlog.get_logger().info("task_moved", task="WEB-12", places=3)
    (event,) = events(stream)
    assert event.pop("at").endswith("Z")
    assert event == {"event": "task_moved", "level": "info", "task": "WEB-12", "places": 3}


def test_what_is_logged_all_the_time_is_told_alike(configure_logs: Configure) -> None:
    """Past structlog itself, where that makes JSON."""
    often = logs.Kept("often")
    for settings in ({}, {"level": "warning"}, {"level": "debug"}):
        stream = configure_logs(**settings)
        for log in (often(), structlog.get_logger()):
            with logs.about(REQUEST):
                for say in (log.debug, log.info):
                    say("moved", token="upn_abcdefgh", to="Bearer abcdefgh", at_once=True)
        told = events(stream)
        half = len(told) // 2
        assert half == {"warning": 0, "debug": 2}.get(settings.get("level", ""), 1)
        for event in told:
            assert event.pop("at").endswith("Z")
            assert event["token"] == "***"
            assert "abcdefgh" not in event["to"]
        assert [list(event.items()) for event in told[:half]] == [
            list(event.items()) for event in told[half:]
        ]


def test_libraries_end_in_the_same_form(configure_logs: Configure) -> None:
    stream = configure_logs()
    logging.getLogger("uvicorn.error").warning("Invalid %s received.", "request")
    (event,) = events(stream)
    assert event.pop("at")
    assert event == {
        "event": "Invalid request received.", "level": "warning", "logger": "uvicorn.error",
    }  # fmt: skip


def test_access_lines_of_the_server_are_off(configure_logs: Configure) -> None:
    stream = configure_logs()
    logging.getLogger("uvicorn.access").info("GET /?token=secret")
    assert stream.getvalue() == ""


def test_events_name_their_request(configure_logs: Configure) -> None:
    stream = configure_logs()
    with logs.about(REQUEST):
        structlog.get_logger().info("ours")
        logging.getLogger("library").warning("theirs")
    structlog.get_logger().info("after")
    named = [
        (event["event"], event.get("request_id"), event.get("trace_id")) for event in events(stream)
    ]
    assert named == [
        ("ours", "request-0001", "0af7"),
        ("theirs", "request-0001", "0af7"),
        ("after", None, None),
    ]


def test_the_level_holds_for_everybody(configure_logs: Configure) -> None:
    stream = configure_logs(level="warning")
    structlog.get_logger().info("quiet")
    logging.getLogger("library").info("quiet")
    structlog.get_logger().warning("loud")
    assert [event["event"] for event in events(stream)] == ["loud"]
    stream = configure_logs(level="debug")
    structlog.get_logger().debug("fine")
    logging.getLogger("httpx").info("HTTP Request: GET https://hooks.example/…")
    assert [event["event"] for event in events(stream)] == ["fine"]


@pytest.mark.parametrize("form", ["json", "console"])
def test_exceptions_come_with_their_traceback(configure_logs: Configure, form: str) -> None:
    stream = configure_logs(format=form)
    try:
        fail("length", hidden="hunter2" * 2)
    except ValueError:
        structlog.get_logger().exception("ours")
        logging.getLogger("library").exception("theirs")
    text = stream.getvalue()
    assert text.count("Traceback (most recent call last)") == 2
    assert text.count("ValueError: length 14") == 2
    assert "hunter2hunter2" not in text
    if form == "json":
        assert all("Traceback" in event["exception"] for event in events(stream))


@pytest.mark.parametrize("form", ["json", "console"])
@pytest.mark.parametrize(
    ("secret", "text"),
    [
        ("upn_4fJx9-abcdefghijklmnop", "token upn_4fJx9-abcdefghijklmnop was used"),
        (JWT, f"bad token: {JWT}"),
        ("s3cr3t-opaque", "Authorization: Bearer s3cr3t-opaque"),
        ("pa55word", "postgresql://upnext:pa55word@db/upnext refused"),
        ("pa55word", "redis://:pa55word@cache:6379/0"),
    ],
)
def test_t058_credentials_are_masked(
    configure_logs: Configure, form: str, secret: str, text: str
) -> None:
    stream = configure_logs(format=form)
    log = structlog.get_logger()
    log.info("said", detail=text)
    log.info(text)
    log.info("nested", detail={"deep": [text]})
    logging.getLogger("library").warning(text)
    try:
        fail(text)
    except ValueError:
        log.exception("failed")
    assert secret not in stream.getvalue()
    assert stream.getvalue().count(logs.MASK) >= 5


@pytest.mark.parametrize("name", ["password", "token", "authorization", "refresh_token", "cookie"])
def test_fields_that_hold_secrets_are_masked(configure_logs: Configure, name: str) -> None:
    stream = configure_logs()
    structlog.get_logger().info("given", **{name: "open sesame"})
    assert events(stream)[0][name] == logs.MASK


def test_what_is_no_secret_stays(configure_logs: Configure) -> None:
    stream = configure_logs()
    plain = "see https://example.org/a@b and upn_ and eyJ and the bearer"
    structlog.get_logger().info("said", detail=plain)
    assert events(stream)[0]["detail"] == plain


def test_any_value_can_be_logged(configure_logs: Configure) -> None:
    stream = configure_logs()
    structlog.get_logger().info("odd", thing=object(), bytes=b"\xff", number=2**70, text="\ud800")
    assert len(stream.getvalue().splitlines()) == 1


def test_console_lines_are_for_people(configure_logs: Configure) -> None:
    stream = configure_logs(format="console")
    with logs.about(REQUEST):
        structlog.get_logger().info("task_moved", task="WEB-12")
    line = stream.getvalue()
    assert "task_moved" in line
    assert "task=WEB-12" in line
    assert "request_id=request-0001" in line
    assert "\x1b[" not in line  # no colours where nobody sees them
