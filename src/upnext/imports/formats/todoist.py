"""Todoist: the JSON of its API (a task list, or a full sync), and the CSV of its templates."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any

from upnext.imports.formats import csvtext, jsontext, moments, spans
from upnext.imports.formats.encodings import decoded, remark_on
from upnext.imports.formats.items import (
    NESTED,
    FormatError,
    Item,
    LeftOut,
    Names,
    Outcome,
    Outcomes,
    Remark,
    Repeat,
    RowError,
    Source,
    Wishes,
    storable,
    worded,
)
from upnext.imports.formats.jsontext import (
    Entry,
    Placed,
    Scanner,
    dict_of,
    dicts_of,
    list_of,
    text_of,
)
from upnext.imports.formats.priorities import priority

_LISTS = ("items", "tasks", "results")
_UNITS = {"minute": 1, "day": 1_440}
# What a sync may hold besides tasks, by the member's name.
_ELSEWHERE = {
    "notes": "comments",
    "project_notes": "comments on projects",
    "reminders": "reminders",
    "filters": "saved filters",
}


# JSON


@dataclass
class _Places:
    """What the tasks refer to by id."""

    projects: Mapping[str, str] = field(default_factory=dict)
    sections: Mapping[str, str] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)
    with_comments: bool = False
    """Whether the file holds them, so that their numbers at the tasks are not counted again."""


def read_json(data: bytes, wishes: Wishes) -> Outcomes:
    text, _ = decoded(data)
    yield Source("Todoist export (JSON)")
    scanner = Scanner(text)
    start = scanner.skip(0)
    if text[start : start + 1] == "[":
        yield from _all(jsontext.stream(text), _Places(), wishes.zone)
        return
    document, _end = scanner.members(start, dict.fromkeys(_LISTS, scanner.entries))
    if not isinstance(document, dict):
        raise FormatError("This is no export of Todoist.")
    yield from _elsewhere(document)
    entries = (one for name in _LISTS for one in list_of(document, name))
    yield from _all(entries, _places(document), wishes.zone)


def _places(document: Entry) -> _Places:
    people = [*list_of(document, "collaborators"), dict_of(document, "user")]
    return _Places(
        projects=_named(list_of(document, "projects"), "name"),
        sections=_named(list_of(document, "sections"), "name"),
        people=_named(people, "email"),
        with_comments="notes" in document,
    )


def _named(entries: list[Any], name: str) -> dict[str, str]:
    dicts = [each for each in entries if isinstance(each, dict)]
    return {text_of(each, "id"): text_of(each, name) for each in dicts if text_of(each, name)}


def _elsewhere(document: Entry) -> Iterator[Outcome]:
    for name, what in _ELSEWHERE.items():
        if count := len(list_of(document, name)):
            yield LeftOut(what, count)
    if nested := sum(bool(each.get("parent_id")) for each in dicts_of(document, "projects")):
        yield LeftOut(NESTED, nested)


def _all(entries: Iterable[Placed], places: _Places, zone: tzinfo) -> Outcomes:
    for line, entry in entries:
        if not isinstance(entry, dict):
            broken = isinstance(entry, jsontext.Broken)
            yield RowError(line, str(entry) if broken else "is not a task")
        elif entry.get("is_deleted"):
            yield LeftOut("tasks deleted in Todoist", tasks=True)
        else:
            yield from _task(entry, line, places, zone)


def _task(entry: Entry, line: int, places: _Places, zone: tzinfo) -> Outcomes:
    try:
        yield _item(entry, line, places, zone)
    except ValueError as error:
        yield RowError(line, f"task {text_of(entry, 'id') or '?'}: {error}")
        return
    if dict_of(entry, "deadline") and dict_of(entry, "due"):
        yield LeftOut("planned dates of tasks that have a deadline as well")
    if not places.with_comments:
        count = jsontext.number_of(entry, "note_count") or 0
        count = count or jsontext.number_of(entry, "comment_count") or 0
        yield from [LeftOut("comments", count)] if count > 0 else []


def _item(entry: Entry, line: int, places: _Places, zone: tzinfo) -> Item:
    title, description = worded(text_of(entry, "content"), text_of(entry, "description"))
    if not title:
        raise ValueError("has no content")
    due, deadline = dict_of(entry, "due"), dict_of(entry, "deadline")
    done = bool(entry.get("checked") or entry.get("is_completed") or entry.get("completed_at"))
    labels = [text_of({"label": label}, "label") for label in list_of(entry, "labels")]
    person = text_of(entry, "responsible_uid", "assignee_id")
    return Item(
        line=line,
        external_id=text_of(entry, "id") or None,
        title=title,
        description=description,
        status="done" if done else "todo",
        priority=priority("todoist_json", text_of(entry, "priority")),
        category=places.sections.get(text_of(entry, "section_id")),
        project=places.projects.get(text_of(entry, "project_id")),
        tags=tuple(dict.fromkeys(label for label in labels if label)),
        due=_moment(deadline, zone) or _moment(due, zone),
        created=_stamp(entry, "added_at", "created_at"),
        completed=_stamp(entry, "completed_at"),
        estimate=_duration(dict_of(entry, "duration")),
        parent=text_of(entry, "parent_id") or None,
        assignees=(places.people.get(person, person),) if person else (),
        recurrence=_repeat(due),
    )


def _moment(due: Entry, zone: tzinfo) -> datetime | None:
    """Of a date alone its end; of a time without a zone that of the person."""
    text = text_of(due, "datetime", "date")
    return moments.moment(text, zone) if text else None


def _stamp(entry: Entry, *names: str) -> datetime | None:
    text = text_of(entry, *names)
    return moments.moment(text, UTC) if text else None


def _duration(duration: Entry) -> int | None:
    amount = jsontext.number_of(duration, "amount")
    unit = _UNITS.get(text_of(duration, "unit"))
    return spans.possible(amount * unit) if amount and unit else None


def _repeat(due: Entry) -> Repeat | None:
    if not due.get("is_recurring"):
        return None
    words = text_of(due, "string")
    basis = "completion" if "every!" in words.replace(" ", "") else "due"
    return Repeat(text=words or "repeats", basis=basis)


# CSV

_LABEL = re.compile(r"(?:^|\s)@(\S+)")
_EVERY = re.compile(r"^(every!?|each|daily|weekly|monthly|yearly|after)\b", re.IGNORECASE)
_DEEPEST = 5


def read_csv(data: bytes, wishes: Wishes) -> Outcomes:
    text, encoding = decoded(data)
    sheet = csvtext.read(text, encoding, wishes.delimiter)
    yield Source(f"Todoist template ({sheet.source})")
    yield from remark_on(encoding)
    yield from (RowError(one.line, one.reason) for one in sheet.broken)
    header = [cell.strip().upper() for cell in sheet.rows[0].cells] if sheet.rows else []
    template = _Template(wishes.zone)
    for row in sheet.rows[1:]:
        cells = [storable(cell).strip() for cell in row.cells]
        yield from template.row(dict(zip(header, cells, strict=False)), row.line)


class _Template:
    """Rows in their order: a section holds what follows it, an indented task the one above."""

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone
        self._section: str | None = None
        self._above: list[tuple[str, str]] = []
        self._names = Names()

    def row(self, cells: Mapping[str, str], line: int) -> Outcomes:
        kind = cells.get("TYPE", "").casefold()
        if kind == "section":
            self._section, self._above = cells.get("CONTENT") or None, []
        elif kind == "note":
            yield LeftOut("comments")
        elif kind == "task":
            yield from self._task(cells, line)
        elif kind and kind != "meta":
            yield RowError(line, f"“{kind[:20]}” is no type; task, section or note")

    def _task(self, cells: Mapping[str, str], line: int) -> Outcomes:
        try:
            item = self._item(cells, line)
        except ValueError as error:
            yield RowError(line, str(error))
            return
        yield item
        day = cells.get("DATE", "")
        if day and not cells.get("DEADLINE") and item.due is None and item.recurrence is None:
            yield Remark(f"the date “{day[:60]}” depends on its day and is left out", line)

    def _item(self, cells: Mapping[str, str], line: int) -> Item:
        content = cells.get("CONTENT", "")
        title, description = worded(_LABEL.sub(" ", content), cells.get("DESCRIPTION", ""))
        if not title:
            raise ValueError("has no content")
        day = cells.get("DEADLINE") or cells.get("DATE", "")
        urgency = priority("todoist_csv", cells.get("PRIORITY", ""))
        parent, name = self._place(cells.get("INDENT", ""), title)
        return Item(
            line=line,
            external_id=name,
            title=title,
            description=description,
            priority=urgency,
            category=self._section,
            tags=tuple(dict.fromkeys(_LABEL.findall(content))),
            due=self._due(day),
            estimate=_cell_duration(cells),
            parent=parent,
            assignees=(person,) if (person := cells.get("RESPONSIBLE", "")) else (),
            recurrence=Repeat(text=day) if _EVERY.match(day) else None,
        )

    def _place(self, indent: str, title: str) -> tuple[str | None, str]:
        """The task it lies under, and its own name, which begins with that of all above it."""
        depth = min(int(indent), _DEEPEST) if indent.isdecimal() else 1
        del self._above[max(depth - 1, 0) :]
        parent, path = self._above[-1] if self._above else (None, self._section or "")
        name = self._names.of(title, path)
        self._above.append((name, f"{path}\n{title}"))
        return parent, name

    def _due(self, text: str) -> datetime | None:
        try:
            return moments.moment(text, self._zone) if text else None
        except ValueError:
            return None


def _cell_duration(cells: Mapping[str, str]) -> int | None:
    """Like 30 with the unit “minute”; Todoist writes None for no unit."""
    amount, unit = cells.get("DURATION", ""), cells.get("DURATION_UNIT", "").casefold()
    if not amount.isdecimal():
        return None
    return spans.possible(int(amount) * _UNITS.get(unit, 1))
