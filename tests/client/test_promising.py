"""Promises on the command line, and opening hours as people write them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.client.conftest import Person
from upnext.client import opening


def test_promising_and_looking(person: Person) -> None:
    assert "Nothing is promised" in person.types("sla", "list", "INBOX").stderr
    person.does("sla", "set", "INBOX", "--response", "30m", "--done", "8h", "--pause", "in_review")
    person.does("sla", "set", "INBOX", "-p", "urgent", "--done", "2h", "--business-hours")
    told = person.does("sla", "list", "INBOX")
    for word in ("urgent", "any", "30 min", "8 h", "business", "in_review"):
        assert word in told
    listed = json.loads(person.does("sla", "list", "INBOX", "--json"))
    urgent, rest = listed["items"]
    assert (urgent["priority"], urgent["business_hours"]) == ("urgent", True)
    assert (rest["priority"], rest["first_response_minutes"]) == (None, 30)
    assert listed["report"]["resolution"]["met"] == 0
    person.does("sla", "set", "INBOX", "--response", "none", "--pause", "none", "--off")
    rest = json.loads(person.does("sla", "list", "INBOX", "--json"))["items"][1]
    assert rest["first_response_minutes"] is None
    assert (rest["pause_statuses"], rest["enabled"]) == ([], False)
    person.does("sla", "remove", "INBOX")
    assert len(json.loads(person.does("sla", "list", "INBOX", "--json"))["items"]) == 1


def test_a_task_shows_what_is_promised(person: Person) -> None:
    person.does("sla", "set", "INBOX", "--response", "30m", "--done", "8h")
    person.does("add", "Answer them")
    shown = person.does("show", "INBOX-1")
    assert "Promised" in shown
    assert "response by" in shown
    assert "done by" in shown
    assert json.loads(person.does("show", "INBOX-1", "--json"))["sla"]["state"] == "ok"
    assert json.loads(person.does("list", "--breached", "--json"))["items"] == []


def test_the_calendar(person: Person) -> None:
    assert "mon-fri 9-17" in person.does("sla", "calendar")
    told = person.does(
        *(
            "sla",
            "calendar",
            "--zone",
            "Europe/Berlin",
            "--hours",
            "mon-thu 9-12 13-17:30, sat 10-14",
        ),
        *("--holiday", "2026-12-25=Christmas", "--holiday", "2026-12-26"),
    )
    for word in ("Europe/Berlin", "mon-thu 9-12 13-17:30, sat 10-14", "2026-12-25 Christmas"):
        assert word in told
    told = person.does("sla", "calendar", "--no-holiday", "2026-12-25")
    assert "Christmas" not in told
    assert "2026-12-26" in told
    kept = json.loads(person.does("sla", "calendar", "--json"))
    assert kept["time_zone"] == "Europe/Berlin"
    assert kept["version"] == 2


def test_what_makes_no_sense_is_told(person: Person) -> None:
    for words, code, sentence in (
        (["set", "INBOX", "--done", "ages"], 2, "is not a duration"),
        (["set", "INBOX", "-p", "huge"], 2, "is no priority"),
        (["set", "INBOX", "--done", "8h", "--pause", "lunch"], 2, "is no status"),
        (["set", "INBOX"], 1, "first_response_minutes"),
        (["remove", "INBOX"], 4, "Nothing is promised"),
        (["calendar", "--hours", "always"], 2, "needs days and times"),
        (["calendar", "--zone", "Mars"], 1, "IANA"),
    ):
        result = person.types("sla", *words)
        assert result.exit_code == code, (words, result.stderr)
        assert sentence in result.stderr


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("mon-fri 9-17", "mon-fri 9-17"),
        ("Monday-Friday 8:30-12 13-17, Sun 0-24", "mon-fri 8:30-12 13-17, sun 0-24"),
        ("sat-sun 10-14", "sat-sun 10-14"),
        ("fri-mon 9-12", "mon 9-12, fri-sun 9-12"),
        ("mon 13-17, mon 9-12", "mon 9-12 13-17"),
    ],
)
def test_hours_in_words(text: str, shown: str) -> None:
    assert opening.show(opening.parse(text)) == shown


@pytest.mark.parametrize("text", ["", "mon", "9-17", "xyz 9-17", "mon 9", "mon 17-9", "mon 9-25"])
def test_hours_that_are_none(text: str) -> None:
    with pytest.raises(ValueError, match="“"):
        opening.parse(text)


@st.composite
def days(draw: st.DrawFn) -> list[list[int]]:
    marks = draw(st.lists(st.integers(0, 1_440), max_size=4, unique=True).map(sorted))
    return [list(pair) for pair in zip(marks[::2], marks[1::2], strict=False)]


@given(week=st.lists(days(), min_size=7, max_size=7).filter(any))
def test_what_is_shown_can_be_typed(week: list[list[list[int]]]) -> None:
    assert opening.parse(opening.show(week)) == week
