"""Many tasks on the command line: changed, taken back, counted."""

import json

import pytest

from tests.client.conftest import Person


@pytest.fixture
def busy(person: Person) -> Person:
    for title in ("Pay rent", "Call mum", "Write"):
        person.does("add", title, "-t", "home")
    return person


def shown(person: Person, key: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(person.does("show", key, "--json"))
    return found


def test_change_and_undo(busy: Person) -> None:
    told = busy.does("bulk", "@home", "--set", "priority=p1", "--set", "tags+=late", "--dry-run")
    assert "priority: medium > urgent; tags: home > home, late" in told
    assert told.endswith("Would change 3 tasks\n")
    assert shown(busy, "INBOX-1")["priority"] == "medium"
    sets = ("--set", "priority=p1", "--set", "tags+=late", "--set", "tags-=home")
    done = busy.types("bulk", "@home", *sets, "--set", "due=2030-01-01", "--set", "duration=30m")
    assert done.stdout == "Changed 3 tasks\n"
    assert "upnext undo" in done.stderr
    task = shown(busy, "INBOX-2")
    assert (task["priority"], task["tags"], task["estimated_duration"]) == ("urgent", ["late"], 30)
    busy.does("edit", "INBOX-1", "-p", "low")
    told = busy.does("undo")
    assert "`priority` was changed since." in told
    assert told.endswith("Restored 2 tasks; 1 partly\n")
    task = shown(busy, "INBOX-1")
    assert (task["priority"], task["tags"], task["due_at"]) == ("low", ["home"], None)
    assert busy.types("undo").exit_code == 4


def test_deleting_many(busy: Person) -> None:
    assert busy.does("bulk", "title = Write", "or", "title like mum", "--delete") == (
        "Changed 2 tasks\n"
    )
    reply = json.loads(busy.does("undo", "--json"))
    assert reply["restored"] == 2
    assert "Write" in busy.does("list")


def test_what_cannot_be_meant(busy: Person) -> None:
    for words in (
        ("bulk", "open"),
        ("bulk", "open", "--set", "priority"),
        ("bulk", "open", "--set", "nothing=1"),
        ("bulk", "open", "--set", "title+=x"),
        ("bulk", "open", "--set", "priority=huge"),
        ("bulk", "open", "--set", "title=x", "--delete"),
        ("stats", "--interval", "hour"),
    ):
        assert busy.types(*words).exit_code == 2, words
    assert busy.types("bulk", "nonsense >", "--set", "title=x").exit_code == 1
    assert "Nothing matches" in busy.types("bulk", "p1", "--set", "title=x").stderr
    refused = busy.types("bulk", "open", "--set", "parent=INBOX-1", "--atomic")
    assert refused.exit_code == 5


def test_figures(busy: Person) -> None:
    busy.does("done", "INBOX-1")
    told = busy.does("stats")
    assert told.startswith("3 tasks: 2 open, 1 done (33 %), 0 cancelled\n")
    assert "home" in told
    assert "Lead time   half within" in told
    assert "Cycle time  nothing was completed" in told
    figures = json.loads(busy.does("stats", "--project", "INBOX", "--mine", "--json"))
    assert (figures["total"], len(figures["throughput"]["items"])) == (0, 30)
    assert "0 tasks" in busy.does("stats", "--from", "2020-01-01", "--to", "2020-01-31")
