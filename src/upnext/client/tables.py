"""Many things on a terminal: tables that fit 80 columns and use more where there is more."""

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from upnext.client import cards, durations
from upnext.client.grids import Column, Row, fits, grid
from upnext.client.printable import line
from upnext.client.session import Moment
from upnext.client.shapes import Project, SavedFilter, Task
from upnext.client.terminal import Terminal

_WIDE = 100


def tasks(terminal: Terminal, items: Sequence[Task], moment: Moment) -> Table:
    """Key, title, deadline, priority and duration; with room also the labels.

    Where titles would be cut, deadlines do without “in 3 days”.
    """
    columns = [
        Column(header="Key", style="cyan"),
        Column(header="Task", long=True),
        Column(header="Due"),
        Column(header="Priority"),
        Column(header="Takes", justify="right"),
    ]
    if terminal.width >= _WIDE:
        columns.append(Column(header="Labels", long=True, style="magenta"))
    rows = [_row(task, moment, len(columns), note=True) for task in items]
    if not fits(terminal, columns, rows):
        rows = [_row(task, moment, len(columns), note=False) for task in items]
    return grid(terminal, columns, rows)


def _row(task: Task, moment: Moment, cells: int, *, note: bool) -> Row:
    due = task.get("due_at")
    row: Row = (
        task["key"],
        _title(task),
        cards.due_text(due, task, moment, note=note) if due else "",
        Text(task["priority"], style=cards.LEVEL_STYLES.get(task["priority"], "")),
        durations.show(task.get("estimated_duration")),
        cards.labels(task),
    )
    return row[:cells]


def projects(terminal: Terminal, items: Sequence[Project]) -> Table:
    """Key, name, and whether it is put away."""
    columns = [Column(header="Key", style="cyan"), Column(header="Project", long=True)]
    return grid(terminal, columns, [[project["key"], _name(project)] for project in items])


def saved_filters(terminal: Terminal, items: Sequence[SavedFilter]) -> Table:
    """Name, what it says, and whether others see it too."""
    columns = [
        Column(header="Name", style="cyan"),
        Column(header="Filter", long=True),
        Column(header="Shared"),
    ]
    rows = [
        [line(one["name"]), line(one["query"]), "shared" if one["shared"] else ""] for one in items
    ]
    return grid(terminal, columns, rows)


def _name(project: Project) -> Text:
    name = Text(line(project["name"]))
    return name.append(" (archived)", style="dim") if project.get("archived_at") else name


def _title(task: Task) -> Text:
    ended = task["status"] in {"done", "cancelled"}
    text = Text()
    if mark := _mark(task):
        text.append(f"{mark} ", style="dim")
    text.append(line(task["title"]), style="dim" if ended else "")
    return text.append(" ↻", style="dim") if task.get("recurrence") and not ended else text


def _mark(task: Task) -> str:
    """The state in front of a title, where it is not simply “to do”."""
    status = task["status"]
    if status not in {"todo", "backlog"}:
        return f"[{cards.STATUS_WORDS.get(status, status)}]"
    return "[waits]" if task.get("blocked") else ""
