"""A CSV of any origin. A cell that cannot be read costs its row, no other."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from upnext.imports.formats import cells as values
from upnext.imports.formats import columns, csvtext, moments
from upnext.imports.formats.csvtext import Row, Sheet
from upnext.imports.formats.encodings import decoded, remark_on
from upnext.imports.formats.items import (
    Column,
    FormatError,
    Item,
    Outcome,
    Outcomes,
    Remark,
    RowError,
    Source,
    Wishes,
    storable,
    worded,
)

Cells = dict[str, list[str]]
"""The non-empty cells of a row, by field."""
Fields = dict[str, Any]


def read(data: bytes, wishes: Wishes) -> Outcomes:
    """How its columns were understood, then its rows."""
    text, encoding = decoded(data)
    sheet = csvtext.read(text, encoding, wishes.delimiter)
    yield Source(sheet.source)
    yield from remark_on(encoding)
    headers, rows, remarks = _split(sheet, wishes)
    yield from (Remark(remark) for remark in remarks)
    mapping = columns.mapped(headers, wishes.mapping)
    yield from _shown(headers, mapping, rows)
    reader = _Reader(headers, mapping, rows, wishes)
    yield from (RowError(one.line, one.reason) for one in sheet.broken)
    for row in rows:
        yield _one(reader, row)


def _one(reader: "_Reader", row: Row) -> Outcome:
    try:
        return reader.item(row)
    except ValueError as error:
        return RowError(row.line, str(error))


def _split(sheet: Sheet, wishes: Wishes) -> tuple[list[str], list[Row], list[str]]:
    """Headers and rows; a first row that names nothing is a row, and the columns get numbers."""
    if not sheet.rows:
        return ["title"], [], ["The file is empty."]
    first = [cell.strip() for cell in sheet.rows[0].cells]
    asked = {*wishes.mapping, *wishes.mapping.values()}
    if any(column in first for column in asked) or columns.recognised(first):
        return first, sheet.rows[1:], []
    width = max(len(row.cells) for row in sheet.rows)
    headers = ["title", *(f"column {number}" for number in range(2, width + 1))]
    remark = "No header was recognised, so the first line is taken for a task."
    return headers, sheet.rows, [remark]


def _shown(
    headers: Sequence[str], mapping: Mapping[int, str], rows: list[Row]
) -> Iterator[Outcome]:
    def example(at: int) -> str:
        column = (row.cells[at].strip() for row in rows if at < len(row.cells))
        return next((cell for cell in column if cell), "")

    for at, header in enumerate(headers):
        yield Column(header=header, field=mapping.get(at), example=example(at))


class _Reader:
    """Turns rows into items; knows what only the whole file tells, such as the order of dates."""

    def __init__(
        self, headers: Sequence[str], mapping: Mapping[int, str], rows: list[Row], wishes: Wishes
    ) -> None:
        self._headers = headers
        self._mapping = mapping
        self._wishes = wishes
        if wishes.dates not in {None, "dmy", "mdy"}:
            raise FormatError("It is dmy or mdy.", code="bad_dates", pointer="/dates")
        named = {at for at, name in mapping.items() if name in {"due", "start"}}
        found = [row.cells[at] for row in rows for at in named if at < len(row.cells)]
        self._month_first = moments.is_month_first(found, wishes.dates)
        self._unit = 1.0
        self._breaks = False
        for at, name in mapping.items():
            column = [row.cells[at] for row in rows if at < len(row.cells)]
            if name == "duration":
                self._unit = columns.minutes_per_unit(headers[at])
            elif name == "description":
                self._breaks = self._breaks or values.writes_breaks_as_text(column)
        self._converters: dict[str, tuple[str, Callable[[str], object]]] = {
            "due": ("due", self._date),
            "start": ("start", self._day),
            "priority": ("priority", values.priority),
            "duration": ("estimate", lambda text: values.duration(text, self._unit)),
            "category": ("category", lambda text: " ".join(text.split())),
            "energy": ("energy", values.energy),
        }

    def item(self, row: Row) -> Item:
        """The item of a row; ValueError names what cannot be read."""
        cells = self._cells(row)
        title, description = worded(*self._texts(cells))
        if not title:
            raise ValueError("has no title")
        made: Fields = {"description": description}
        for name, convert in self._converters.items():
            if name in cells:
                made |= _converted(name, cells[name], convert)
        return Item(
            line=row.line,
            title=title,
            external_id=_first(cells, "id"),
            project=_first(cells, "project"),
            after=self._after(cells),
            **made,
            **_labels(cells),
            **_state(cells),
        )

    def _cells(self, row: Row) -> Cells:
        if any(cell.strip() for cell in row.cells[len(self._headers) :]):
            wide, width = len(row.cells), len(self._headers)
            raise ValueError(f"has {wide} cells where the header has {width}; is a quote missing?")
        found: Cells = {}
        for at, name in sorted(self._mapping.items()):
            text = storable(row.cells[at]).strip() if at < len(row.cells) else ""
            text = self._wishes.values.get((name, text.casefold()), text)
            if text:
                found.setdefault(name, []).append(text)
        return found

    def _texts(self, cells: Cells) -> tuple[str, str]:
        description = "\n\n".join(cells.get("description", []))
        if self._breaks:
            description = values.with_breaks(description)
        return _first(cells, "title") or "", description

    def _date(self, text: str) -> datetime:
        return self._read_date(text, end=True)

    def _day(self, text: str) -> datetime:
        return self._read_date(text, end=False)

    def _read_date(self, text: str, *, end: bool) -> datetime:
        clock = moments.DAY_END if end else moments.DAY_START
        return moments.moment(text, self._wishes.zone, month_first=self._month_first, clock=clock)

    def _after(self, cells: Cells) -> tuple[str, ...]:
        if "id" not in self._mapping.values():
            return ()
        return tuple(_all_words(cells, "after"))


def _converted(name: str, cells: list[str], convert: tuple[str, Callable[[str], object]]) -> Fields:
    target, reader = convert
    try:
        value = reader(cells[0])
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error
    return {} if value is None else {target: value}


def _labels(cells: Cells) -> Fields:
    tags: list[str] = []
    contexts = [f"@{word.lstrip('@')}" for word in _all_words(cells, "context")]
    for cell in cells.get("tags", []):
        some, places = values.labels(cell)
        tags += some
        contexts += places
    return {"tags": tuple(dict.fromkeys(tags)), "context": tuple(dict.fromkeys(contexts))}


def _all_words(cells: Cells, name: str) -> list[str]:
    return [word for cell in cells.get(name, []) for word in values.words(cell)]


def _first(cells: Cells, name: str) -> str | None:
    return cells[name][0] if name in cells else None


def _state(cells: Cells) -> Fields:
    """The status; a column that says “completed” has the last word when it says yes."""
    found: Fields = {}
    if "status" in cells:
        found["status"] = values.status(cells["status"][0])
    if "completed" in cells and values.completed(cells["completed"][0]):
        found["status"] = "done"
    return found
