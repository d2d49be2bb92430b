"""A CSV file as rows: its delimiter, and rows that hold although one is broken."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from upnext.core.cells import unguarded
from upnext.imports.formats import columns
from upnext.imports.formats.items import MOST_ROWS, FormatError, too_many

_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_NONE = "\x1f"
"""Stands for no delimiter: a character made for this, which no text has."""
_SAMPLE = 200
_HEAD = 200_000
# Cells may hold many lines, so there may be many more of these than of rows.
_MOST_LINES = 2_000_000
_MOST_CELLS = 5_000
_MOST_BROKEN = 1_000


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


def read(text: str, encoding: str, delimiter: str | None = None) -> Sheet:
    """The rows of a CSV text; empty lines do not count."""
    if text.count("\n") > _MOST_LINES:
        raise too_many()
    lines = _lines(text)
    between = delimiter or sniffed(lines)
    rows: list[Row] = []
    broken: list[Broken] = []
    for one in _rows(lines, between):
        if isinstance(one, Broken):
            broken.append(one)
        elif len(one.cells) > _MOST_CELLS:
            broken.append(Broken(line=one.line, reason=f"has more than {_MOST_CELLS:,} cells"))
        elif any(cell.strip() for cell in one.cells):
            rows.append(Row(line=one.line, cells=list(map(unguarded, one.cells))))
        if len(rows) > MOST_ROWS:
            raise too_many()
        if len(broken) > _MOST_BROKEN:
            raise FormatError("Too many lines cannot be split into cells. Is it a CSV?")
    cut = "one column" if between == _NONE else _DELIMITERS.get(between, repr(between))
    source = f"CSV with {cut}, {encoding}"
    return Sheet(rows=rows, broken=broken, source=source)


def header(text: str) -> list[str]:
    """The cells of the first line that is not empty."""
    lines = _lines(text[:_HEAD])
    rows = _cells(lines[:_SAMPLE], sniffed(lines))
    return next((row for row in rows if any(row)), [])


def _lines(text: str) -> list[str]:
    """As CSV counts them: str.splitlines would break at many a sign that is none of a row."""
    return list(io.StringIO(text, newline=""))


def sniffed(lines: Sequence[str]) -> str:
    """The delimiter that yields the most known headers, then the most rows of equal width.

    A first line without any of them is the header of a list, whose lines may hold commas.
    """
    first = next((line for line in lines if line.strip()), "")
    if not any(delimiter in first for delimiter in _DELIMITERS):
        return _NONE

    def agreement(delimiter: str) -> tuple[int, int]:
        rows = [row for row in _cells(lines[:_SAMPLE], delimiter) if row]
        widths = Counter(len(row) for row in rows if len(row) > 1)
        known = len(columns.detected(rows[0])) if rows and len(rows[0]) > 1 else 0
        return known, max(widths.values(), default=0)

    return max(_DELIMITERS, key=agreement)


def _cells(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    """Rows by the lenient rules, up to the first that no rule can read."""
    found: list[list[str]] = []
    with suppress(csv.Error):
        for row in csv.reader(lines, delimiter=delimiter):
            found.append(row[:_MOST_CELLS])  # noqa: PERF401  (what came before an error stays)
    return found


def _rows(lines: Sequence[str], delimiter: str) -> Iterator[Row | Broken]:
    """Rows by the strict rules; where they fail, that line alone is judged and reading goes on."""
    start = 0
    while start < len(lines):
        rest = (lines[at] for at in range(start, len(lines)))
        reader = csv.reader(rest, delimiter=delimiter, strict=True)
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
