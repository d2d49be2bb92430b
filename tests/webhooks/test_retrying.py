"""When it is tried again: tables."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from upnext.webhooks.offering import offered, unknown, wanted
from upnext.webhooks.retrying import DELAYS, next_attempt, rest, retry_after

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
TABLE = [0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]


def test_the_table_is_that_of_the_documentation() -> None:
    assert [delay.total_seconds() for delay in DELAYS] == TABLE
    for attempts, seconds in enumerate(TABLE[1:], 1):
        first = next_attempt(attempts, NOW, asked=None, chance=0)
        last = next_attempt(attempts, NOW, asked=None, chance=1)
        assert first == NOW + timedelta(seconds=seconds)
        assert last == NOW + timedelta(seconds=seconds * 1.2)
    assert next_attempt(10, NOW, asked=None) is None


def test_jitter_spreads() -> None:
    assert len({next_attempt(2, NOW, asked=None) for _ in range(20)}) > 10


@pytest.mark.parametrize(
    ("attempts", "asked", "seconds"), [(1, 60, 60), (3, 60, 1_800), (2, 0, 300)]
)
def test_never_sooner_than_the_receiver_asks(attempts: int, asked: int, seconds: int) -> None:
    at = next_attempt(attempts, NOW, asked=timedelta(seconds=asked), chance=0)
    assert at == NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("120", 120),
        (" 7 ", 7),
        ("0", None),
        ("-5", None),
        ("99999999999999999999", 86_400),
        (format_datetime(NOW + timedelta(minutes=5), usegmt=True), 300),
        (format_datetime(NOW + timedelta(days=9), usegmt=True), 86_400),
        (format_datetime(NOW - timedelta(minutes=5), usegmt=True), None),
        ("Mon, 01 Jun 2026 12:01:00 -0000", 60),
        ("soon", None),
        ("", None),
        ("1e9", None),
        ("٣", None),
    ],
)
def test_retry_after(said: str, seconds: int | None) -> None:
    expected = None if seconds is None else timedelta(seconds=seconds)
    assert retry_after({"retry-after": said}, NOW) == expected


def test_no_header_is_no_wish() -> None:
    assert retry_after({}, NOW) is None


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [(1, None), (4, None), (5, 30), (6, 60), (9, 480), (10, 600), (10**6, 600)],
)
def test_an_endpoint_that_fails_again_and_again_rests(failures: int, seconds: int | None) -> None:
    assert rest(failures) == (None if seconds is None else timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("patterns", "name", "fits"),
    [
        (["task.created"], "task.created", True),
        (["task.created"], "task.updated", False),
        (["task.*"], "task.updated", True),
        (["task.*"], "task_thing.updated", False),
        (["*"], "goal.created", True),
        ([], "goal.created", False),
    ],
)
def test_patterns(patterns: list[str], name: str, fits: bool) -> None:
    assert wanted(patterns, name) is fits


def test_what_is_offered() -> None:
    types = offered()
    assert {"task.created", "task.completed", "comment.created", "sla.breached"} <= set(types)
    nouns = {name.partition(".")[0] for name in types}
    assert not nouns & {"webhook", "user", "session", "token", "feed", "filter", "link", "audit"}
    assert unknown(["task.created", "task.*", "*", "task.exploded", "webhook.*", "user.*"]) == [
        "task.exploded",
        "webhook.*",
        "user.*",
    ]
    assert all(text.endswith(".") and text[0].isupper() for text in types.values())
