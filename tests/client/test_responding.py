"""Time and feedback from a terminal, with a real server."""

import json
from typing import Any

from tests.client.conftest import Person

Json = Any  # what a command prints


def told(person: Person, *words: str) -> Json:
    return json.loads(person.does(*words, "--json"))


def failed(person: Person, *words: str) -> str:
    result = person.types(*words)
    assert result.exit_code != 0
    return str(result.stderr)


def test_a_day_with_the_timer(person: Person) -> None:
    for title in ("Write", "Call"):
        person.does("add", title, "--plain", "-d", "30m")
    assert "No timer runs." in person.does("timer")
    assert "Started INBOX-2" in person.does("start", "INBOX-2", "--note", "draft")
    assert "Running INBOX-2" in person.does("timer")
    assert told(person, "show", "INBOX-2")["status"] == "in_progress"
    assert told(person, "start", "INBOX-1")["stopped"]["note"] == "draft"
    assert "Stopped INBOX-1" in person.does("stop")
    assert "25 min" in person.does("time", "INBOX-1", "25m")
    assert [one["minutes"] for one in told(person, "time", "INBOX-1")["items"]] == [1, 25]
    listed = person.does("time")
    assert "INBOX-1  Write" in listed
    assert "draft" in listed
    assert "No timer" in failed(person, "stop")


def test_what_is_proposed_is_started_skipped_and_put_off(person: Person) -> None:
    for title, level in (("First", "urgent"), ("Second", "high"), ("Third", "low")):
        person.does("add", title, "--plain", "-p", level)
    person.does("next")
    assert told(person, "skip", "-r", "too_long")["counted"] is True
    assert told(person, "next")["action"]["task"]["title"] == "Second"
    assert "Put off INBOX-2" in person.does("snooze", "--until", "tomorrow")
    assert told(person, "next")["action"]["task"]["title"] == "Third"
    assert "Started INBOX-3" in person.does("start")
    assert told(person, "engine", "weights")["picks"] == 0
    assert told(person, "engine", "backtest")["picks"] == 0
    assert "not used before 20" in person.does("engine", "weights")
    assert "Learned from 0 tasks" in person.does("engine", "durations")
    assert "Forgotten" in person.does("engine", "forget")
    assert "Say why" in failed(person, "skip")
    assert "was not proposed" in failed(person, "skip", "INBOX-2", "-r", "other")


def test_a_start_of_what_was_proposed_teaches_once(person: Person) -> None:
    for title in ("First", "Second"):
        person.does("add", title, "--plain")
    person.does("next")
    person.does("start", "INBOX-2")
    person.does("start", "INBOX-2")
    assert told(person, "engine", "backtest")["picks"] == 1
    assert "1 picks" in person.does("engine", "backtest")
