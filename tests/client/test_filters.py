"""Filters on the command line: finding, saving, and being told what is wrong."""

import json
from typing import Any

import pytest

from tests.client.conftest import Person
from upnext.client.errors import from_problem
from upnext.client.pointing import excerpt


def keys(person: Person, *words: str) -> list[str]:
    answer = json.loads(person.does("list", *words, "--json"))
    return [task["title"] for task in answer["items"]]


@pytest.fixture
def busy(person: Person) -> Person:
    person.does("add", "Pay rent", "-p", "urgent", "-t", "home", "--due", "+3d")
    person.does("add", "Call mum", "-c", "@phone", "--due", "+9d")
    person.does("add", "Write", "-p", "high")
    person.does("add", "Old", "-p", "urgent")
    person.does("done", "INBOX-4")
    return person


FOUND = {
    "p1": {"Pay rent"},
    "p1 or p2": {"Pay rent", "Write"},
    "@home or @phone": {"Pay rent", "Call mum"},
    "due < now+7d": {"Pay rent"},
    "no due": {"Write"},
    "'mum'": {"Call mum"},
    "not p1 and not p2": {"Call mum"},
    "p1 and (open or done)": {"Pay rent", "Old"},
    "done": {"Old"},
    "status = done": {"Old"},
    "completed": {"Old"},
    "title like 'has it done'": set(),
    "#inbox and !p1": {"Call mum", "Write"},
}


def test_what_filters_find(busy: Person) -> None:
    for text, titles in FOUND.items():
        assert set(keys(busy, text)) == titles, text
    assert set(keys(busy, "p1", "or", "p2")) == {"Pay rent", "Write"}
    assert set(keys(busy, "p1", "--status", "any")) == {"Pay rent", "Old"}
    assert set(keys(busy, "p1 or p2", "--tag", "home")) == {"Pay rent"}
    assert keys(busy, "p1 or p2", "--sort", "title", "-n", "1") == ["Pay rent"]


def test_saved_filters(busy: Person) -> None:
    assert busy.does("filter", "add", "Hot", "P1 || P2") == (
        "Saved Hot: priority = urgent or priority = high\n"
    )
    busy.does("filter", "add", "Ended", "done")
    assert set(keys(busy, "--saved", "hot")) == {"Pay rent", "Write"}
    assert set(keys(busy, "--saved", "Hot", "@home")) == {"Pay rent"}
    assert set(keys(busy, "--saved", "Ended")) == {"Old"}
    listed = busy.does("filter", "list")
    assert "P1 || P2" in listed
    assert busy.does("filter", "remove", "HOT") == "Removed Hot: P1 || P2\n"
    gone = busy.types("list", "--saved", "Hot")
    assert gone.exit_code == 4
    assert "There is no saved filter “Hot”" in gone.stderr
    assert "You have: Ended" in gone.stderr
    twice = busy.types("filter", "add", "ended", "p1")
    assert twice.exit_code == 5
    assert "already" in twice.stderr
    busy.does("filter", "add", "ended", "p1", "--replace")
    assert set(keys(busy, "--saved", "ended")) == {"Pay rent"}
    busy.does("filter", "add", "New", "p2", "--replace")
    assert set(keys(busy, "--saved", "New")) == {"Write"}
    nothing = busy.types("list", "--saved", "New", "p1")
    assert "Nothing matches this filter." in nothing.stderr


def test_sharing_needs_a_workspace(busy: Person) -> None:
    result = busy.types("filter", "add", "x", "p1", "--shared")
    assert result.exit_code == 2
    assert "--workspace NAME" in result.stderr
    busy.asks("POST", "workspaces", {"name": "Team"})
    made = json.loads(busy.does("filter", "add", "x", "p1", "--shared", "-w", "Team", "--json"))
    assert made["shared"] is True
    assert "shared" in busy.does("filter", "list", "-w", "team")


def test_a_mistake_is_pointed_at(busy: Person) -> None:
    result = busy.types("list", "p1 and prioritty = high")
    assert result.exit_code == 1
    assert result.stderr.splitlines()[:3] == [
        "Error: There is no field `prioritty`. Did you mean `priority`?",
        "  p1 and prioritty = high",
        "         ^^^^^^^^^",
    ]
    result = busy.types("filter", "add", "x", "p1 and")
    assert result.stderr.splitlines()[1:3] == ["  p1 and", "        ^"]
    result = busy.types("list", "(p1", "--json")
    told = json.loads(result.stderr)
    assert (told["code"], told["position"]) == ("bad_filter", 0)
    assert "\n" not in told["detail"]


def problem(text: str, wrong: str, **more: Any) -> dict[str, Any]:
    return {"code": "bad_filter", "detail": "Bad.", "filter": text, "position": text.index(wrong),
            "length": len(wrong), **more}  # fmt: skip


def test_carets_stand_below_what_is_wrong() -> None:
    assert excerpt(problem("日本 = x", "x")) == "\n  日本 = x\n         ^"
    assert excerpt(problem("p1 and\n  bad\nor p2", "bad")) == "\n    bad\n    ^^^"
    assert excerpt(problem("a\tb", "b")) == "\n  a b\n    ^"
    long = "p1 or " * 100 + "bad" + " or p2" * 100
    shown = excerpt(problem(long, "bad")).splitlines()
    assert len(shown[1]) < 120
    assert shown[1][shown[2].index("^") :].startswith("bad")
    assert shown[2].count("^") == 3


def test_what_is_no_filters_problem_is_told_as_ever() -> None:
    for odd in (
        problem("p1", "p", code="other"),
        problem("p1", "p", filter=5),
        problem("p1", "p", position=99),
        problem("p1", "p", position="0"),
        {},
    ):
        assert excerpt(odd) == ""
    assert from_problem(422, {"detail": "No.", "code": "x"}).message == "No."
