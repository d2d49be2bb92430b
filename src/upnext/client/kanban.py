"""A board on a terminal: its columns side by side, or one below the other where they do not fit."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from upnext.client import cards
from upnext.client.grids import Column, grid
from upnext.client.printable import line, plural
from upnext.client.session import Moment
from upnext.client.shapes import Board, BoardColumn, Project, Task
from upnext.client.terminal import Terminal

_NARROWEST = 16


def shown(terminal: Terminal, board: Board, moment: Moment) -> list[RenderableType]:
    """The board under its name."""
    head = Text(line(board["name"]), style="bold")
    columns = board["columns"]
    if terminal.plain or terminal.width < _NARROWEST * len(columns):
        return [head, *_stacked(columns, moment)]
    return [head, _side_by_side(columns, moment)]


def _side_by_side(columns: Sequence[BoardColumn], moment: Moment) -> Table:
    table = Table(box=box.ROUNDED, expand=True, border_style="dim", show_lines=False)
    for column in columns:
        table.add_column(_head(column), ratio=1, overflow="fold")
    piles = [[_card(card, moment) for card in column["cards"]] for column in columns]
    for pile, column in zip(piles, columns, strict=True):
        if more := column["count"] - len(pile):
            pile.append(Text(f"and {more} more", style="dim"))
    for row in zip_longest(*piles, fillvalue=Text()):
        table.add_row(*row)
    return table


def _stacked(columns: Sequence[BoardColumn], moment: Moment) -> Iterator[Text]:
    for column in columns:
        yield _head(column)
        for card in column["cards"]:
            yield Text.assemble("  ", cards.joined(_parts(card, moment)))
        if more := column["count"] - len(column["cards"]):
            yield Text(f"  and {more} more", style="dim")


def _head(column: BoardColumn) -> Text:
    """Its name, and how full it is."""
    limit = column["wip_limit"]
    count = f"{column['count']}" if limit is None else f"{column['count']}/{limit}"
    style = "bold red" if column["over_limit"] else "dim"
    return Text.assemble((line(column["name"]), "bold"), " ", (f"({count})", style))


def _card(card: Task, moment: Moment) -> Text:
    """The key and the title, and below them what matters for the order of work."""
    name, *rest = _parts(card, moment)
    text = Text().append_text(name)
    for part in rest:
        text.append("\n").append_text(part)
    return text.append("\n")


def _parts(card: Task, moment: Moment) -> list[Text]:
    parts = [cards.name(card)]
    if more := cards.brief(card, moment):
        parts.append(more)
    if card.get("blocked"):
        parts.append(Text("waits", style="dim"))
    return parts


def listed(terminal: Terminal, boards: Sequence[tuple[Project, Board]]) -> Table:
    """Boards with their projects and columns."""
    columns = [
        Column(header="Board", long=True),
        Column(header="Project", style="cyan"),
        Column(header="Columns", long=True),
    ]
    return grid(terminal, columns, [_row(project, board) for project, board in boards])


def _row(project: Project, board: Board) -> list[Text | str]:
    name = Text(line(board["name"]))
    if board["default"]:
        name.append(" (default)", style="dim")
    names = ", ".join(line(column["name"]) for column in board["columns"])
    return [name, project["key"], names or plural(0, "column")]
