"""What the words of each program mean here, where a mistake would hurt quietly."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.imports.reading import errors, read, remarks, said
from upnext.imports.formats.priorities import PRIORITIES

# Each row: format, the file with the word in its place, and what the word has to become. Todoist
# counts in opposite directions in its two formats: 4 of the API is what the screen calls p1.
WITH_PRIORITY: dict[str, Callable[[str], str]] = {
    "todoist_json": lambda word: json.dumps([{"content": "x", "id": "1", "priority": int(word)}]),
    "todoist_csv": lambda word: f"TYPE,CONTENT,PRIORITY,INDENT\ntask,x,{word},1\n",
    "taskwarrior": lambda word: json.dumps([{"uuid": "1", "description": "x", "priority": word}]),
    "vikunja": lambda w: json.dumps(
        [{"title": "P", "tasks": [{"title": "x", "priority": int(w)}]}]
    ),
    "jira": lambda word: f"Summary,Issue key,Priority\nx,A-1,{word.title()}\n",
    "icalendar": lambda word: (
        f"BEGIN:VCALENDAR\nBEGIN:VTODO\nSUMMARY:x\nPRIORITY:{word}\nEND:VTODO\nEND:VCALENDAR\n"
    ),
    "todotxt": lambda word: f"({word}) x",
    "upnext": lambda word: json.dumps(
        {"format": "upnext", "version": 1, "tasks": [{"title": "x", "priority": word}]}
    ),
    "github": lambda word: json.dumps([{"number": 1, "title": "x", "labels": [{"name": word}]}]),
}
EXPECTED: dict[str, dict[str, str | None]] = {
    "todoist_json": {"4": "urgent", "3": "high", "2": "medium", "1": "low"},
    "todoist_csv": {"1": "urgent", "2": "high", "3": "medium", "4": "low"},
    "taskwarrior": {"H": "high", "M": "medium", "L": "low"},
    "vikunja": {"5": "urgent", "4": "urgent", "3": "high", "2": "medium", "1": "low", "0": None},
    "jira": {"highest": "urgent", "high": "high", "medium": "medium", "low": "low",
             "lowest": "low", "blocker": "urgent", "critical": "urgent", "major": "high",
             "minor": "low", "trivial": "low", "normal": "medium"},
    "icalendar": {"1": "urgent", "2": "high", "4": "high", "5": "medium", "6": "low", "9": "low",
                  "0": None, "3": "high", "7": "low", "8": "low"},
    "todotxt": {"A": "urgent", "B": "high", "C": "medium", "D": "low", "Z": "low"},
    "upnext": {level: level for level in ("urgent", "high", "medium", "low")},
    "github": {"p0": "urgent", "p1": "high", "p2": "medium", "p3": "low", "p4": "low",
               "critical": "urgent", "urgent": "urgent", "blocker": "urgent", "high": "high",
               "medium": "medium", "low": "low"},
}  # fmt: skip
CASES = [(kind, word, level) for kind, words in EXPECTED.items() for word, level in words.items()]


@pytest.mark.parametrize(("kind", "word", "level"), CASES)
def test_a_priority_means_what_its_program_means(kind: str, word: str, level: str | None) -> None:
    reading = read(WITH_PRIORITY[kind](word), kind)
    assert errors(reading) == []
    assert reading.items[0].priority == level


def test_the_table_of_priorities_is_tested_whole() -> None:
    for kind, words in PRIORITIES.items():
        known = EXPECTED.get(kind, {})
        assert {w: level for w, level in words.items() if w in known} == known
        assert kind == "todotxt" or words.keys() == known.keys(), kind


def one(kind: str, entry: dict[str, Any]) -> dict[str, Any]:
    return said(read(json.dumps([entry]), kind).items[0])


@pytest.mark.parametrize(
    ("due", "moment"),
    [
        ({"date": "2026-12-04"}, "2026-12-04T22:59:00Z"),
        ({"date": "2026-12-04T09:30:00"}, "2026-12-04T08:30:00Z"),
        ({"date": "2026-12-04T09:30:00.000000Z"}, "2026-12-04T09:30:00Z"),
        ({"date": "2026-12-04", "datetime": "2026-12-04T09:30:00Z"}, "2026-12-04T09:30:00Z"),
    ],
)
def test_todoist_dates(due: dict[str, str], moment: str) -> None:
    assert one("todoist_json", {"content": "x", "due": due})["due"] == moment


def test_todoist_of_the_older_api() -> None:
    entry = {"id": 1, "content": "x", "is_completed": True, "created_at": "2026-01-01T00:00:00Z",
             "assignee_id": 7, "comment_count": 2}  # fmt: skip
    reading = read(json.dumps([entry]), "todoist_json")
    assert said(reading.items[0]) == {
        "title": "x", "external_id": "todoist:1", "status": "done",
        "created": "2026-01-01T00:00:00Z", "assignees": ["7"],
    }  # fmt: skip
    assert dict(reading.left_out) == {"comments": 2}


@pytest.mark.parametrize(
    ("status", "category", "resolution", "expected"),
    [
        ("To Do", "To Do", "", "todo"),
        ("In Review", "In Progress", "", "in_review"),
        ("Brewing", "In Progress", "", "in_progress"),
        ("Shipped to Mars", "Done", "Done", "done"),
        ("Closed", "Done", "Won't Fix", "cancelled"),
        ("Done", "Done", "Duplicate", "cancelled"),
        ("Brewing", "", "", "todo"),
    ],
)
def test_jira_statuses(status: str, category: str, resolution: str, expected: str) -> None:
    header = "Summary,Issue key,Status,Status Category,Resolution"
    reading = read(f"{header}\nx,A-1,{status},{category},{resolution}\n")
    assert reading.items[0].status == expected
    unknown = status == "Brewing" and not category
    assert ("is not known" in " ".join(remarks(reading))) is unknown


@pytest.mark.parametrize(
    "day",
    ["04/Dec/26 12:00 AM", "04/Dec/2026", "2026-12-04", "2026-12-04 00:00", "Dec 4, 2026",
     "4 Dec 2026", "25/12/2026 10:00"],
)  # fmt: skip
def test_jira_dates_in_several_styles(day: str) -> None:
    reading = read(f'Summary,Issue key,Due date\nx,A-1,"{day}"\n')
    assert errors(reading) == []
    assert said(reading.items[0])["due"][:10] in {"2026-12-04", "2026-12-25"}


@pytest.mark.parametrize(
    ("row", "parent"),
    [("10001,,,", "jira:A-1"), (",A-1,,", "jira:A-1"), (",,10001,", "jira:A-1"),
     (",,,A-1", "jira:A-1"), (",,,B-9", "jira:B-9")],
)  # fmt: skip
def test_jira_parents_by_id_and_by_key(row: str, parent: str) -> None:
    header = "Summary,Issue key,Issue id,Parent,Parent key,Parent id,Custom field (Epic Link)"
    reading = read(f"{header}\nup,A-1,10001,,,,\ndown,A-2,10002,{row}\n")
    assert reading.items[1].parent == parent


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["STATUS:COMPLETED"], "done"),
        (["COMPLETED:20260101T000000Z"], "done"),
        (["STATUS:CANCELLED"], "cancelled"),
        (["PERCENT-COMPLETE:100"], "done"),
        (["PERCENT-COMPLETE:30", "STATUS:NEEDS-ACTION"], "in_progress"),
        ([], "todo"),
    ],
)
def test_icalendar_statuses(lines: list[str], expected: str) -> None:
    body = "\n".join(["BEGIN:VTODO", "SUMMARY:x", *lines, "END:VTODO"])
    assert read(f"BEGIN:VCALENDAR\n{body}\nEND:VCALENDAR\n").items[0].status == expected


def test_an_icalendar_of_older_style_with_a_duration() -> None:
    body = "DTSTART:20261204T090000Z\nDURATION:PT2H\nX-ESTIMATED-DURATION:PT30M"
    text = f"BEGIN:VCALENDAR\nBEGIN:VTODO\nSUMMARY:x\n{body}\nEND:VTODO\nEND:VCALENDAR\n"
    found = said(read(text).items[0])
    assert (found["due"], found["estimate"]) == ("2026-12-04T11:00:00Z", 30)


def test_a_trello_list_is_a_status_or_a_category() -> None:
    def card(column: str, **more: Any) -> dict[str, Any]:
        board = {"name": "B", "lists": [{"id": "l", "name": column}],
                 "cards": [{"id": "c", "name": "x", "idList": "l", **more}]}  # fmt: skip
        return said(read(json.dumps(board)).items[0])

    assert card("Doing")["status"] == "in_progress"
    assert card("Done")["status"] == "done"
    assert card("Next year")["category"] == "Next year"
    assert card("Next year", dueComplete=True)["status"] == "done"


def test_ids_keep_sources_apart() -> None:
    entry = json.dumps([{"number": 1, "title": "x"}])
    assert read(entry).items[0].external_id == "github:#1"
    assert read(entry, source="work").items[0].external_id == "work:#1"
