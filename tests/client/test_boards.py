"""Boards from the terminal, against a real server."""

import json
from typing import Any

from tests.client.conftest import Person


def _told(person: Person, *words: str) -> Any:  # JSON
    return json.loads(person.does(*words, "--json"))


def test_a_board_from_end_to_end(person: Person) -> None:
    person.does("project", "add", "Web shop", "--key", "WEB")
    for title in ("Sketch", "Build", "Test"):
        person.does("add", title, "-P", "WEB")
    assert "upnext board create" in person.types("board", "list").stderr
    made = person.does(
        *("board", "create", "The", "relaunch", "-P", "web"),
        *("-c", "Next=todo", "-c", "Doing=in_progress:1", "-c", "Done=done"),
    )
    assert made == "Made the board The relaunch: Next, Doing, Done\n"
    assert person.does("board", "list").split("\n")[1].split() == [
        *("The", "relaunch", "(default)", "WEB", "Next,", "Doing,", "Done")
    ]
    moved = person.types("board", "move", "WEB-2", "doing")
    assert moved.stdout == "Moved WEB-2 Build to Doing\n"
    assert "more cards than its limit" in person.types("board", "move", "web-1", "Doing").stderr
    person.does("board", "move", "WEB-1", "Doing", "--before", "WEB-2")
    assert person.does("board", "show") == (
        "The relaunch\n"
        "Next (1)\n"
        "  WEB-3 Test\n"
        "Doing (2/1)\n"
        "  WEB-1 Sketch\n"
        "  WEB-2 Build\n"
        "Done (0)\n"
    )
    person.does("done", "WEB-2")
    whole = _told(person, "board", "show", "the relaunch")
    assert [[card["key"] for card in one["cards"]] for one in whole["columns"]] == [
        *(["WEB-3"], ["WEB-1"], ["WEB-2"])
    ]
    assert _told(person, "board", "list", "-P", "WEB")["items"][0]["id"] == whole["id"]
    assert _told(person, "board", "move", "WEB-1", "Done")["status"] == "done"


def test_mistakes(person: Person) -> None:
    person.does("project", "add", "Web shop", "--key", "WEB")
    person.does("add", "Sketch", "-P", "WEB")
    assert "has no board" in person.types("board", "move", "WEB-1", "Doing").stderr
    person.does("board", "create", "One", "-P", "WEB")
    person.does("board", "create", "Two", "-P", "WEB")
    assert "2 boards" in person.types("board", "show").stderr
    assert "One (WEB), Two (WEB)" in person.types("board", "show", "Three").stderr
    assert "To do" in person.types("board", "move", "WEB-1", "Doing").stderr
    for words in ("Doing", "=todo", "Doing=", "Doing=todo:x"):
        bad = person.types("board", "create", "X", "-P", "WEB", "-c", words)
        assert (bad.exit_code, "NAME=STATUS" in bad.stderr) == (2, True), words
    both = person.types("board", "move", "WEB-1", "Done", "--before", "WEB-1", "--after", "WEB-1")
    assert both.exit_code == 2
