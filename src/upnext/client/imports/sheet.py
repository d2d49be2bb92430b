"""A CSV file as rows: its encoding, its delimiter, and rows that hold although one is broken."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from upnext.client.errors import ClientError
from upnext.client.imports import columns

_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_NONE = "\x1f"
"""Stands for no delimiter: a character made for this, which no text has."""
_SAMPLE = 200
# As Upnext's own export writes it, and others: the signs that a spreadsheet takes for a formula.
_GUARDED = re.compile(r"'+[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig", "UTF-8"),
    (b"\xff\xfe", "utf-16", "UTF-16"),
    (b"\xfe\xff", "utf-16", "UTF-16"),
)


@dataclass(frozen=True, kw_only=True)
class Row:
    """Cells, and the line of the file on which they begin."""

    line: int
    cells: list[str]


@dataclass(frozen=True, kw_only=True)
class Broken:
    """Text that is no row."""

    line: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """All rows of a file, header included."""

    rows: list[Row]
    broken: list[Broken]
    source: str


def decoded(data: bytes) -> tuple[str, str]:
    """The text of a file and the name of its encoding; Western European when it is not Unicode."""
    for bom, codec, name in _BOMS:
        if data.startswith(bom):
            return _strict(data, codec), name
    try:
        text, name = data.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        text, name = data.decode("cp1252", errors="replace"), "Windows-1252"
    if "\0" in text:
        raise ClientError("This is not a text file.")
    return text, name


def unguarded(cell: str) -> str:
    """Without the apostrophe that exports put before a formula, so that no spreadsheet runs it."""
    return cell[1:] if _GUARDED.match(cell) else cell


def _strict(data: bytes, codec: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        raise ClientError(f"The file is damaged: {error.reason} at byte {error.start}.") from error


def read(text: str, encoding: str, delimiter: str | None = None) -> Sheet:
    """The rows of a CSV text; empty lines do not count."""
    between = delimiter or _sniffed(text)
    rows: list[Row] = []
    broken: list[Broken] = []
    for one in _rows(text, between):
        if isinstance(one, Broken):
            broken.append(one)
        elif any(cell.strip() for cell in one.cells):
            rows.append(Row(line=one.line, cells=[unguarded(cell) for cell in one.cells]))
    cut = "one column" if between == _NONE else _DELIMITERS.get(between, repr(between))
    source = f"CSV with {cut}, {encoding}"
    return Sheet(rows=rows, broken=broken, source=source)


def _sniffed(text: str) -> str:
    """The delimiter that yields the most known headers, then the most rows of equal width.

    A first line without any of them is the header of a list, whose lines may hold commas.
    """
    first = next((line for line in text.splitlines() if line.strip()), "")
    if not any(delimiter in first for delimiter in _DELIMITERS):
        return _NONE
    head = "".join(text.splitlines(keepends=True)[:_SAMPLE])

    def agreement(delimiter: str) -> tuple[int, int]:
        rows = [
            row for row in csv.reader(io.StringIO(head, newline=""), delimiter=delimiter) if row
        ]
        widths = Counter(len(row) for row in rows if len(row) > 1)
        known = len(columns.detected(rows[0])) if rows and len(rows[0]) > 1 else 0
        return known, max(widths.values(), default=0)

    return max(_DELIMITERS, key=agreement)


def _rows(text: str, delimiter: str) -> Iterator[Row | Broken]:
    """Rows by the strict rules; where they fail, that line alone is judged and reading goes on."""
    lines = text.splitlines(keepends=True)
    start = 0
    while start < len(lines):
        reader = csv.reader(iter(lines[start:]), delimiter=delimiter, strict=True)
        begin = start
        try:
            for cells in reader:
                yield Row(line=begin + 1, cells=cells)
                begin = start + reader.line_num
        except csv.Error as error:
            yield _alone(lines[begin], begin + 1, delimiter, error)
            start = begin + 1
        else:
            return


def _alone(text: str, line: int, delimiter: str, error: csv.Error) -> Row | Broken:
    """A line with careless quotes, if it still makes sense on its own."""
    if text.count('"') % 2 == 0 and len(text) < csv.field_size_limit():
        return Row(line=line, cells=next(csv.reader([text], delimiter=delimiter)))
    reason = "a quote is not closed" if "unexpected end" in str(error) else str(error)
    return Broken(line=line, reason=f"cannot be split into cells: {reason}")
