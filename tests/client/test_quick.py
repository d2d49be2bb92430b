"""`upnext add` as quick add, against a real server."""

import json
from typing import Any

from tests.client.conftest import Person


def told(person: Person, *words: str, stdin: str = "") -> Any:  # JSON
    return json.loads(person.does(*words, "--json", stdin=stdin))


def test_a_line_is_read_and_told(person: Person) -> None:
    person.does("project", "add", "Home", "-k", "HOME")
    shown = person.does("add", "Pay rent tomorrow 9am #home @bills p1 30m // by wire")
    assert shown == (
        "Added HOME-1 Pay rent · urgent · due tomorrow 09:00 · 30 min · #bills\n"
        "  tomorrow 9am  due tomorrow 09:00\n"
        "  #home         project Home\n"
        "  @bills        tag bills\n"
        "  p1            priority urgent\n"
        "  30m           takes 30 min\n"
        "  // by wire    description\n"
    )
    assert person.does("add", "Plain", "words") == "Added INBOX-1 Plain words\n"


def test_what_stays_in_the_title_is_told(person: Person) -> None:
    person.does("project", "add", "Garden")
    typed = person.types("add", "Dig #gardn p2")
    assert typed.stdout.startswith("Added INBOX-1 Dig #gardn · high\n")
    assert "“#gardn” stays in the title." in typed.stderr
    assert "Did you mean “Garden”?" in typed.stderr


def test_options_win_over_the_text(person: Person) -> None:
    person.does("project", "add", "Work")
    words = ["-p", "low", "-P", "work", "--due", "2030-12-04 17:00", "-t", "b", "-d", "5m"]
    task = told(person, "add", "Report tomorrow p1 2h @a #inbox", *words)
    assert (task["title"], task["priority"], task["estimated_duration"]) == ("Report", "low", 5)
    assert (task["due_at"], task["tags"]) == ("2030-12-04T16:00:00Z", ["b", "a"])
    assert task["key"].startswith("WORK-")


def test_plain_takes_every_word(person: Person) -> None:
    task = told(person, "add", "Say #home tomorrow p1", "--plain", "-p", "high")
    assert (task["title"], task["priority"], task["due_at"]) == (
        "Say #home tomorrow p1",
        "high",
        None,
    )
    assert person.types("add", "x", "--plain", "--dry-run").exit_code == 2


def test_a_dry_run_adds_nothing(person: Person) -> None:
    shown = person.does("add", "Trip friday 17:00 p2", "--dry-run")
    assert shown.startswith("Trip friday 17:00 p2\n\nWould add Trip\n  friday 17:00  due ")
    lines = person.does("add", "-", "--dry-run", stdin="a\n  b\n    c\n  d\n")
    assert lines.endswith("Would add a\n  with b\n    with c\n  with d\n")
    reply = told(person, "add", "Trip friday p2", "--dry-run")
    assert [one["kind"] for one in reply["understood"]] == ["due", "priority"]
    assert told(person, "list")["items"] == []


def test_lines_from_standard_input(person: Person) -> None:
    shown = person.does("add", "-", stdin="Trip\n  Pack p1\n    Socks\n  Book @buy\n")
    assert shown.startswith(
        "Added INBOX-1 Trip\n  with INBOX-2 Pack · urgent\n"
        "    with INBOX-3 Socks\n  with INBOX-4 Book · #buy\n"
    )
    task = told(person, "add", "-", stdin="Move\n  Boxes\n")
    assert [one["title"] for one in task["subtasks"]] == ["Boxes"]
    assert task["subtasks"][0]["parent_id"] == task["id"]
    assert person.types("add", "-", stdin=" \n").exit_code == 2


def test_a_title_that_is_too_long(person: Person) -> None:
    typed = person.types("add", "word " * 60)
    assert typed.exit_code == 1
    assert "behind //" in typed.stderr
