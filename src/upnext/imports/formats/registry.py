"""The formats by name, and which of them a file is."""

import json
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from upnext.imports.formats import (
    csvtext,
    generic,
    github,
    jira,
    native,
    taskwarrior,
    todoist,
    todotxt,
    trello,
    vikunja,
    vtodo,
)
from upnext.imports.formats.columns import normalised, recognised
from upnext.imports.formats.encodings import decoded
from upnext.imports.formats.items import FormatError, Outcomes, Wishes


@dataclass(frozen=True, slots=True)
class Format:
    """`prefix` begins the ids of what comes from it; `file` is an example of its name."""

    name: str
    title: str
    prefix: str
    read: Callable[[bytes, Wishes], Outcomes]


FORMATS = {
    each.name: each
    for each in (
        Format("todoist_csv", "Todoist, CSV template", "todoist", todoist.read_csv),
        Format("todoist_json", "Todoist, JSON of its API", "todoist", todoist.read_json),
        Format("trello", "Trello, JSON of a board", "trello", trello.read),
        Format("taskwarrior", "Taskwarrior, task export", "taskwarrior", taskwarrior.read),
        Format("todotxt", "todo.txt", "todotxt", todotxt.read),
        Format("vikunja", "Vikunja, export of a user", "vikunja", vikunja.read),
        Format("jira", "Jira, CSV of all fields", "jira", jira.read),
        Format("github", "GitHub, issues as JSON", "github", github.read),
        Format("icalendar", "iCalendar, VTODO", "ical", vtodo.read),
        Format("upnext", "Upnext, JSON export", "upnext", native.read),
        Format("csv", "CSV of any origin", "csv", generic.read),
    )
}

_TODOIST = {"type", "content", "priority", "indent"}
_JIRA = {"issuekey", "summary"}
_LIST = re.compile(r"[\[\s,]*")


def detect(data: bytes) -> Format:
    """By its content alone. Raises FormatError for what is none of them."""
    if data.startswith(vikunja.ZIP):
        return FORMATS["vikunja"]
    text, _ = decoded(data)
    start = text.lstrip("\ufeff \t\r\n")
    if start[:15].upper() == "BEGIN:VCALENDAR":
        return FORMATS["icalendar"]
    if start[:1] in {"{", "["}:
        return FORMATS[_json(start)]
    return FORMATS[_text(text)]


def _text(text: str) -> str:
    header = csvtext.header(text)
    names = {normalised(cell) for cell in header}
    if names >= _TODOIST:
        return "todoist_csv"
    if names >= _JIRA:
        return "jira"
    if not recognised([cell.strip() for cell in header]) and todotxt.looks_like(text):
        return "todotxt"
    return "csv"


def _json(text: str) -> str:
    """By the members of the first object in it."""
    entry = _first_object(text)
    for name, belongs in _JSON:
        if belongs(entry):
            return name
    known = ", ".join(name for name, _ in _JSON)
    raise FormatError(
        f"This JSON is of none of the formats that are known ({known}).", code="unknown_format"
    )


def _first_object(text: str) -> dict[str, Any]:
    match = _LIST.match(text)
    at = match.end() if match else 0
    with suppress(ValueError, RecursionError):
        entry, _ = json.JSONDecoder().raw_decode(text, at)
        if isinstance(entry, dict):
            return entry
    # A torn file: the names that its beginning tells.
    return dict.fromkeys(re.findall(r'"(\w+)"\s*:', text[:4_000]))


_JSON: tuple[tuple[str, Callable[[dict[str, Any]], bool]], ...] = (
    ("upnext", lambda e: e.get("format") == native.NAME and "tasks" in e),
    ("trello", lambda e: "cards" in e and "lists" in e),
    ("taskwarrior", lambda e: "uuid" in e and bool({"description", "entry", "status"} & e.keys())),
    ("github", lambda e: "number" in e and "title" in e),
    ("vikunja", lambda e: "title" in e and ("tasks" in e or "parent_project_id" in e)),
    ("todoist_json", lambda e: "content" in e or bool({"items", "results", "tasks"} & e.keys())),
    ("taskwarrior", lambda e: "description" in e or not e),
)
