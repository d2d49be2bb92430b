"""Jira's CSV of all fields: columns repeat where a field has several values."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime

from upnext.imports.formats import cells as words
from upnext.imports.formats import csvtext, moments, spans
from upnext.imports.formats.columns import normalised
from upnext.imports.formats.csvtext import Row
from upnext.imports.formats.encodings import decoded, remark_on
from upnext.imports.formats.items import (
    Item,
    LeftOut,
    Outcome,
    Outcomes,
    Remark,
    RowError,
    Source,
    Wishes,
    storable,
    worded,
)
from upnext.imports.formats.priorities import priority

Cells = Mapping[str, list[str]]
"""The non-empty cells of a row by normalised header, in their order."""

_CATEGORIES = {"todo": "todo", "new": "todo", "indeterminate": "in_progress",
               "inprogress": "in_progress", "done": "done"}  # fmt: skip
_GIVEN_UP = {"wontdo", "wontfix", "duplicate", "cannotreproduce", "declined", "incomplete",
             "knownerror"}  # fmt: skip
_LABELS = ("labels", "components", "component")
# What an export holds besides, by the column's name without spaces and signs.
_BESIDE = {
    "comment": "comments",
    "attachment": "attachments",
    "sprint": "sprints",
    "watchers": "watchers",
    "logwork": "work logs",
    "fixversions": "fix versions",
    "affectsversions": "affected versions",
    "environment": "environments",
}
_TITLES = {"duedate": "due date"}
_DATES = ("duedate", "due", "created", "resolved", "resolutiondate")


def read(data: bytes, wishes: Wishes) -> Outcomes:
    text, encoding = decoded(data)
    sheet = csvtext.read(text, encoding, wishes.delimiter)
    yield Source(f"Jira export ({sheet.source})")
    yield from remark_on(encoding)
    yield from (RowError(one.line, one.reason) for one in sheet.broken)
    if sheet.rows:
        headers = [header.strip() for header in sheet.rows[0].cells]
        rows = [(row, _cells(headers, row)) for row in sheet.rows[1:]]
        yield from _Reader(rows, wishes).all()


def _cells(headers: list[str], row: Row) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for header, cell in zip(headers, row.cells, strict=False):
        if text := storable(cell).strip():
            found.setdefault(_name(header), []).append(text)
    return found


def _name(header: str) -> str:
    """`Custom field (Epic Link)` and `Inward issue link (Blocks)` differ in their brackets only."""
    lead, _, inner = header.partition("(")
    if lead.strip().casefold() in {"custom field", "inward issue link", "outward issue link"}:
        return normalised(lead) + ":" + normalised(inner.rstrip(") "))
    return normalised(header)


class _Reader:
    """Knows what only the whole file tells: the order of dates, and whose id is which key."""

    def __init__(self, rows: list[tuple[Row, dict[str, list[str]]]], wishes: Wishes) -> None:
        self._rows = rows
        self._zone = wishes.zone
        written = [day for _, cells in rows for name in _DATES for day in cells.get(name, [])]
        self._month_first = moments.is_month_first(written, wishes.dates)
        self._keys = {_first(cells, "issueid"): _first(cells, "issuekey") for _, cells in rows}
        self._blockers: dict[str, list[str]] = {}
        for _, cells in rows:
            for blocked in cells.get("outwardissuelink:blocks", []):
                self._blockers.setdefault(blocked, []).append(_first(cells, "issuekey"))

    def all(self) -> Outcomes:
        for row, cells in self._rows:
            try:
                yield self._item(cells, row.line)
            except ValueError as error:
                name = _first(cells, "issuekey")
                yield RowError(row.line, f"{name}: {error}" if name else str(error))
                continue
            yield from _beside(cells, row.line)

    def _item(self, cells: Cells, line: int) -> Item:
        key = _first(cells, "issuekey")
        title, description = worded(_first(cells, "summary"), _first(cells, "description"))
        if not title:
            raise ValueError("has no summary")
        labels = [label for name in _LABELS for label in cells.get(name, [])]
        status = _status(cells)
        blockers = [*cells.get("inwardissuelink:blocks", []), *self._blockers.get(key, [])]
        return Item(
            line=line,
            external_id=key or _first(cells, "issueid") or None,
            title=title,
            description=description,
            status=status,
            priority=_priority(_first(cells, "priority")),
            category=_first(cells, "issuetype") or None,
            tags=tuple(dict.fromkeys(labels)),
            project=_first(cells, "projectname") or _first(cells, "projectkey") or None,
            due=self._moment(cells, "duedate", "due"),
            created=self._moment(cells, "created"),
            completed=self._moment(cells, "resolved", "resolutiondate"),
            estimate=_estimate(_first(cells, "originalestimate")),
            parent=self._parent(cells),
            after=tuple(dict.fromkeys(blockers)),
            assignees=(person,) if (person := _first(cells, "assignee")) else (),
        )

    def _parent(self, cells: Cells) -> str | None:
        """A key, or an id that is that of a row; older exports name epics in a field of theirs."""
        for name in ("parentkey", "parent", "parentid", "customfield:epiclink"):
            if found := _first(cells, name):
                return self._keys.get(found, found)
        return None

    def _moment(self, cells: Cells, *names: str) -> datetime | None:
        text = next((found for name in names if (found := _first(cells, name))), "")
        if not text:
            return None
        try:
            return moments.moment(text, self._zone, month_first=self._month_first)
        except ValueError as error:
            raise ValueError(f"{_TITLES.get(names[0], names[0])}: {error}") from error


def _first(cells: Cells, name: str) -> str:
    return cells[name][0] if name in cells else ""


def _priority(word: str) -> str | None:
    """Teams name priorities as they like: one that is not Jira's own says nothing here."""
    try:
        return priority("jira", word.casefold())
    except ValueError:
        return None


def _status(cells: Cells) -> str:
    """By its name where that is a usual one, else by its category; unsolved counts as open."""
    name, category = _first(cells, "status"), normalised(_first(cells, "statuscategory"))
    try:
        found = words.status(name)
    except ValueError:
        found = _CATEGORIES.get(category, "todo")
    if found == "done" and normalised(_first(cells, "resolution")) in _GIVEN_UP:
        return "cancelled"
    return found


def _estimate(text: str) -> int | None:
    """Jira writes seconds."""
    return spans.possible(round(int(text) / 60)) if text.isdecimal() else None


def _beside(cells: Cells, line: int) -> Iterator[Outcome]:
    counts: Counter[str] = Counter()
    for name, several in cells.items():
        what = _BESIDE.get(name, "")
        lead, _, inner = name.partition(":")
        if lead == "customfield" and inner != "epiclink":
            what = "values of custom fields"
        elif lead in {"inwardissuelink", "outwardissuelink"} and inner != "blocks":
            what = "links that are no dependencies"
        if what:
            counts[what] += len(several)
    yield from (LeftOut(what, count) for what, count in counts.items())
    word, status = _first(cells, "priority"), _first(cells, "status")
    if word and _priority(word) is None:
        yield Remark(f"the priority “{word[:60]}” is none of Jira's own and is left out", line)
    if status and not _known(cells):
        yield Remark(f"the status “{status[:60]}” is not known; it became “todo”", line)


def _known(cells: Cells) -> bool:
    if normalised(_first(cells, "statuscategory")) in _CATEGORIES:
        return True
    try:
        words.status(_first(cells, "status"))
    except ValueError:
        return False
    return True
