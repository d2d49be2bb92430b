"""Goals on a terminal: a table with their progress, and one of them in full."""

from collections.abc import Iterable, Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from upnext.client import cards, durations, tables, when
from upnext.client.grids import Column, Row, fits, grid
from upnext.client.printable import clean, line, plural
from upnext.client.session import Moment
from upnext.client.shapes import Forecast, Goal, Task
from upnext.client.terminal import Terminal

STATUSES = ("open", "completed", "abandoned")
_CELLS = 10
_FULL, _EMPTY = "\N{FULL BLOCK}", "\N{LIGHT SHADE}"
_OUTLOOKS = {
    "on_track": ("on track", "green"),
    "at_risk": ("at risk", "yellow"),
    "late": ("late", "bold red"),
}
_UNKNOWN = {
    "no_tasks": "no tasks yet",
    "nothing_left": "nothing left to do",
    "no_pace": "nothing done in eight weeks",
    "too_far": "not within ten years",
    "closed": "",
}


def table(terminal: Terminal, goals: Sequence[Goal], moment: Moment) -> Table:
    """Title below title, progress, target and forecast.

    Where titles would be cut, the forecast is its likely day alone.
    """
    columns = [
        Column(header="Goal", long=True),
        Column(header="Weight", justify="right"),
        Column(header="Progress"),
        Column(header="Left", justify="right"),
        Column(header="Target"),
        Column(header="Likely"),
    ]
    below = list(_nested(goals))
    rows = [_row(goal, depth, moment, ranges=True) for goal, depth in below]
    if not fits(terminal, columns, rows):
        rows = [_row(goal, depth, moment, ranges=False) for goal, depth in below]
    return grid(terminal, columns, rows)


def _nested(goals: Sequence[Goal]) -> Iterable[tuple[Goal, int]]:
    """Each below its parent, with its depth; one whose parent is not shown stands at the top."""
    shown = {goal["id"] for goal in goals}
    children: dict[str | None, list[Goal]] = {}
    for goal in goals:
        parent = goal["parent_id"]
        children.setdefault(parent if parent in shown else None, []).append(goal)
    waiting = [(goal, 0) for goal in reversed(children.get(None, []))]
    while waiting:
        goal, depth = waiting.pop()
        yield goal, depth
        waiting += [(child, depth + 1) for child in reversed(children.get(goal["id"], []))]


def _row(goal: Goal, depth: int, moment: Moment, *, ranges: bool) -> Row:
    progress = goal["progress"]
    left = progress["total_minutes"] - progress["done_minutes"]
    return (
        Text("  " * depth).append_text(_title(goal)),
        f"{goal['weight']:g}",
        bar(progress["ratio"]),
        durations.show(left) if left else "",
        _day(goal["target_date"], moment),
        _likely(goal, moment, ranges=ranges),
    )


def _title(goal: Goal) -> Text:
    ended = goal["status"] != "open"
    text = Text(line(goal["title"]), style="dim" if ended else "bold")
    return text.append(f" ({goal['status']})", style="dim") if ended else text


def bar(ratio: float | None) -> Text:
    """Ten cells and the percentage; nothing without tasks."""
    if ratio is None:
        return Text()
    full = int(ratio * _CELLS)
    shown = Text(_FULL * full, style="green").append(_EMPTY * (_CELLS - full), style="dim")
    return shown.append(f" {int(ratio * 100):3d} %", style="")


def _likely(goal: Goal, moment: Moment, *, ranges: bool) -> Text:
    forecast, outlook = goal["forecast"], goal["outlook"]
    words = _span(forecast, moment) if ranges else _day(forecast["likely"], moment)
    text = Text(words or (_UNKNOWN.get(forecast["reason"] or "", "") if ranges else ""))
    if outlook:
        said, style = _OUTLOOKS.get(outlook, (outlook, ""))
        text.append(" " if text else "").append(said, style=style)
    return text


def _span(forecast: Forecast, moment: Moment) -> str:
    """`20 May (6 May to 10 Jun)`, or the day alone where the range is one."""
    likely = _day(forecast["likely"], moment)
    if forecast["earliest"] == forecast["latest"]:
        return likely
    ends = (_day(forecast["earliest"], moment), _day(forecast["latest"], moment))
    return f"{likely} ({ends[0]} to {ends[1]})"


def _day(text: str | None, moment: Moment) -> str:
    """A day of the calendar: the same in every time zone."""
    if not text:
        return ""
    at = when.read(text).replace(hour=when.DAY_END.hour, minute=when.DAY_END.minute)
    return when.short(at.replace(tzinfo=moment.zone), now=moment.now, zone=moment.zone)


def sentence(verb: str, goal: Goal) -> Text:
    """`Added goal Fit by summer`."""
    return Text.assemble((verb, "green"), " goal ", (line(goal["title"]), "bold"))


def card(
    terminal: Terminal, goal: Goal, tasks: Sequence[Task], moment: Moment
) -> list[RenderableType]:
    """Everything about a goal, its description, and its open tasks."""
    parts: list[RenderableType] = [_title(goal), cards.facts(_facts(goal, moment))]
    if description := goal["description"].strip():
        parts += [Text(), Text(clean(description))]
    if tasks:
        parts += [Text(), tables.tasks(terminal, tasks, moment)]
    return parts


def _facts(goal: Goal, moment: Moment) -> list[tuple[str, Text | str]]:
    progress, forecast = goal["progress"], goal["forecast"]
    done = f"{durations.show(progress['done_minutes'])} of"
    counted = f"{progress['done_count']} of {plural(progress['task_count'], 'task')}"
    pace = forecast["minutes_per_week"]
    return [
        ("Weight", f"{goal['weight']:g}"),
        ("Progress", bar(progress["ratio"])),
        ("Done", f"{done} {durations.show(progress['total_minutes'])}, {counted}"),
        ("Target", _day(goal["target_date"], moment)),
        ("Likely", _likely(goal, moment, ranges=True)),
        ("Pace", f"{durations.show(round(pace))} a week" if pace else ""),
        ("Id", goal["id"]),
    ]
