"""Tables of one line per row: where the width is short, the long columns give way, no other."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rich import box
from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from upnext.client.terminal import Terminal

_GAP = 2
_LEAST = 12

Row = Sequence[Text | str]


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column; one that is `long` may be cut."""

    header: str
    long: bool = False
    style: str = ""
    justify: Literal["left", "right"] = "left"


def grid(terminal: Terminal, columns: Sequence[Column], rows: Sequence[Row]) -> Table:
    """The rows under their headers, ruled on a terminal, plain elsewhere."""
    table = Table(
        box=None if terminal.plain else box.SIMPLE_HEAD,
        show_edge=False,
        padding=(0, _GAP - 1 if not terminal.plain else _GAP, 0, 0),
        pad_edge=False,
        header_style="bold",
        border_style="dim",
    )
    widths = _widths(columns, rows, terminal.width)
    for column, width in zip(columns, widths, strict=True):
        table.add_column(
            column.header,
            style=column.style,
            justify=column.justify,
            width=width,
            no_wrap=True,
            overflow="ellipsis",
        )
    for row in rows:
        table.add_row(*row)
    return table


def fits(terminal: Terminal, columns: Sequence[Column], rows: Sequence[Row]) -> bool:
    """Whether nothing would be cut."""
    return sum(_natural(columns, rows)) + _gaps(columns) <= terminal.width


def _natural(columns: Sequence[Column], rows: Sequence[Row]) -> list[int]:
    return [
        max(cell_len(str(cell)) for cell in (column.header, *(row[at] for row in rows)))
        for at, column in enumerate(columns)
    ]


def _gaps(columns: Sequence[Column]) -> int:
    return _GAP * (len(columns) - 1)


def _widths(columns: Sequence[Column], rows: Sequence[Row], room: int) -> list[int]:
    """The natural widths; while they are too wide together, the widest long column shrinks."""
    widths = _natural(columns, rows)
    room -= _gaps(columns)
    while (over := sum(widths) - room) > 0:
        long = sorted(
            (width, at) for at, width in enumerate(widths) if columns[at].long and width > _LEAST
        )
        if not long:
            break
        width, at = long[-1]
        second = long[-2][0] if len(long) > 1 else _LEAST
        widths[at] -= min(over, max(width - second, 1))
    return widths
