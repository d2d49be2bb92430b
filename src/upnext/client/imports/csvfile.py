"""A CSV of any origin, read into records. A cell that cannot be read costs its row, no other."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo

from upnext.client import when
from upnext.client.imports import columns, dates, values
from upnext.client.imports.records import (
    Column,
    Reading,
    Record,
    Refused,
    digest,
    external_id,
    worded,
)
from upnext.client.imports.sheet import Row, Sheet
from upnext.client.printable import storable


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What the person says about the file; without it, it is found out."""

    zone: tzinfo
    source: str = "csv"
    mapping: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """Cells that mean another: field and folded text, to text."""
    dates: str | None = None


Cells = dict[str, list[str]]
"""The non-empty cells of a row, by field."""


def read(sheet: Sheet, wishes: Wishes) -> Reading:
    """The records of a sheet, its broken rows, and how its columns were understood."""
    headers, rows, remarks = _split(sheet, wishes)
    mapping = columns.mapped(headers, wishes.mapping)
    reading = Reading(source=sheet.source, remarks=remarks)
    reading.refused = [Refused(line=one.line, reason=one.reason) for one in sheet.broken]
    reading.columns = _shown(headers, mapping, rows)
    reader = _Reader(headers, mapping, rows, wishes)
    for row in rows:
        try:
            reading.records.append(reader.record(row))
        except ValueError as error:
            reading.refused.append(Refused(line=row.line, reason=str(error)))
    reading.refused.sort(key=lambda one: one.line)
    reading.settle()
    return reading


def _split(sheet: Sheet, wishes: Wishes) -> tuple[list[str], list[Row], list[str]]:
    """Headers and rows; a first row that names nothing is a row, and the columns get numbers."""
    if not sheet.rows:
        return ["title"], [], ["The file is empty."]
    first = [cell.strip() for cell in sheet.rows[0].cells]
    named = any(column in first for column in wishes.mapping)
    if named or columns.recognised(first):
        return first, sheet.rows[1:], []
    width = max(len(row.cells) for row in sheet.rows)
    headers = ["title", *(f"column {number}" for number in range(2, width + 1))]
    remark = "No header was recognised, so the first line is taken for a task."
    return headers, sheet.rows, [remark]


def _shown(headers: Sequence[str], mapping: Mapping[int, str], rows: list[Row]) -> list[Column]:
    def example(at: int) -> str:
        cells = (row.cells[at].strip() for row in rows if at < len(row.cells))
        return next((cell for cell in cells if cell), "")

    return [
        Column(header=header, field=mapping.get(at), example=example(at))
        for at, header in enumerate(headers)
    ]


class _Reader:
    """Turns rows into records; knows what only the whole file tells, such as the order of dates."""

    def __init__(
        self, headers: Sequence[str], mapping: Mapping[int, str], rows: list[Row], wishes: Wishes
    ) -> None:
        self._headers = headers
        self._mapping = mapping
        self._wishes = wishes
        self._seen: Counter[str] = Counter()
        named = {at for at, name in mapping.items() if name in {"due", "start"}}
        cells = [row.cells[at] for row in rows for at in named if at < len(row.cells)]
        self._month_first = dates.is_month_first(cells, wishes.dates)
        self._unit = 1.0
        self._breaks = False
        for at, name in mapping.items():
            column = [row.cells[at] for row in rows if at < len(row.cells)]
            if name == "duration":
                self._unit = columns.minutes_per_unit(headers[at])
            elif name == "description":
                self._breaks = self._breaks or values.writes_breaks_as_text(column)

    def record(self, row: Row) -> Record:
        """The record of a row; ValueError names what cannot be read."""
        cells = self._cells(row)
        title, description = worded(*self._texts(cells))
        if not title:
            raise ValueError("has no title")
        made: dict[str, object] = {"title": title}
        if description:
            made["description"] = description
        for name, convert in self._converters().items():
            if name in cells:
                made |= self._converted(name, cells[name], convert)
        made |= self._labels(cells)
        made |= _state(cells)
        return Record(
            line=row.line,
            external_id=external_id(self._wishes.source, self._identity(cells, title)),
            fields=made,
            project=self._first(cells, "project"),
            after=self._after(cells),
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
        return self._first(cells, "title") or "", description

    def _converters(self) -> dict[str, tuple[str, Callable[[str], object]]]:
        return {
            "due": ("due_at", self._date),
            "start": ("start_at", self._day),
            "priority": ("priority", values.priority),
            "duration": ("estimated_duration", lambda text: values.duration(text, self._unit)),
            "category": ("category", lambda text: " ".join(text.split())),
            "energy": ("energy", values.energy),
        }

    @staticmethod
    def _converted(
        name: str, cells: list[str], convert: tuple[str, Callable[[str], object]]
    ) -> dict[str, object]:
        target, reader = convert
        try:
            value = reader(cells[0])
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from error
        return {} if value is None else {target: value}

    def _date(self, text: str) -> str:
        return self._read_date(text, end=True)

    def _day(self, text: str) -> str:
        return self._read_date(text, end=False)

    def _read_date(self, text: str, *, end: bool) -> str:
        clock = when.DAY_END if end else when.DAY_START
        try:
            moment = dates.read(text, self._wishes.zone, month_first=self._month_first, clock=clock)
        except (ValueError, OverflowError) as error:
            raise ValueError(f"“{text}” is not a date") from error
        return when.wire(moment)

    def _labels(self, cells: Cells) -> dict[str, object]:
        tags: list[str] = []
        contexts = [f"@{word.lstrip('@')}" for word in self._all_words(cells, "context")]
        for cell in cells.get("tags", []):
            some, places = values.labels(cell)
            tags += some
            contexts += places
        found = {"tags": list(dict.fromkeys(tags)), "context": list(dict.fromkeys(contexts))}
        return {name: value for name, value in found.items() if value}

    @staticmethod
    def _all_words(cells: Cells, name: str) -> list[str]:
        return [word for cell in cells.get(name, []) for word in values.words(cell)]

    def _identity(self, cells: Cells, title: str) -> str:
        """The file's own id, else the words and project and how often they came before."""
        own = self._first(cells, "id")
        if own:
            return own
        place = self._first(cells, "project") or ""
        name = digest(f"{title.casefold()}\n{place.casefold()}")
        self._seen[name] += 1
        return f"{name}:{self._seen[name]}"

    def _after(self, cells: Cells) -> tuple[str, ...]:
        if "id" not in self._mapping.values():
            return ()
        names = self._all_words(cells, "after")
        return tuple(external_id(self._wishes.source, name) for name in names)

    @staticmethod
    def _first(cells: Cells, name: str) -> str | None:
        return cells[name][0] if name in cells else None


def _state(cells: Cells) -> dict[str, object]:
    """The status; a column that says “completed” has the last word when it says yes."""
    found: dict[str, object] = {}
    if "status" in cells:
        found["status"] = values.status(cells["status"][0])
    if "completed" in cells and values.completed(cells["completed"][0]):
        found["status"] = "done"
    return found
