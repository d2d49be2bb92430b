"""What the server understood of a line of words, for a person to look over."""

from collections.abc import Iterable, Sequence

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from upnext.client import cards, durations, when
from upnext.client.printable import clean, line
from upnext.client.session import Moment
from upnext.client.shapes import Ignored, QuickReply, Understood

_INDENT = (0, 0, 0, 2)
_MARKS = frozenset({"quote", "escape", "bullet"})
"""Kinds that say nothing of the task."""

LABELS = {
    "project": "project",
    "tag": "tag",
    "person": "for",
    "priority": "priority",
    "due": "due",
    "start": "not before",
    "duration": "takes",
    "repeat": "repeats",
    "note": "description",
}
STYLES = {
    "project": "cyan",
    "tag": "magenta",
    "person": "blue",
    "priority": "bold red",
    "due": "green",
    "start": "green",
    "duration": "yellow",
    "repeat": "bright_green",
}


def added(reply: QuickReply, moment: Moment) -> list[RenderableType]:
    """The task in a sentence, its subtasks, and the words that became more than the title."""
    parts: list[RenderableType] = [cards.sentence("Added", reply["task"], moment)]
    depths = {reply["task"]["id"]: 0}
    for subtask in reply["subtasks"]:
        depth = depths[subtask["id"]] = depths.get(subtask["parent_id"] or "", 0) + 1
        parts.append(Padding(cards.sentence("with", subtask, moment), (0, 0, 0, 2 * depth)))
    if told := meanings(reply["understood"], moment):
        parts.append(Padding(told, _INDENT))
    return parts


def drafted(text: str, reply: QuickReply, moment: Moment) -> list[RenderableType]:
    """The text with the understood words in colour, the titles that are left, what words mean."""
    titles = [Text.assemble(("Would add ", "green"), (line(reply["task"]["title"]), "bold"))]
    depths = [0]
    for draft in reply["subtasks"]:
        depths.append(depths[draft["parent"] or 0] + 1)
        titles.append(Text(f"{'  ' * depths[-1]}with {line(draft['title'])}"))
    parts: list[RenderableType] = [highlighted(text, reply["understood"]), Text(), *titles]
    if told := meanings(reply["understood"], moment):
        parts.append(Padding(told, _INDENT))
    return parts


def remarks(ignored: Iterable[Ignored]) -> list[str]:
    """Why some words stay in the title."""
    return [f"“{line(one['text'])}” stays in the title. {one['hint']}" for one in ignored]


def highlighted(text: str, understood: Sequence[Understood]) -> Text:
    """Places are code points of the text as it was sent, so it is cleaned piece by piece."""
    shown, done = Text(), 0
    for one in understood:
        shown.append(clean(text[done : one["start"]]))
        style = STYLES.get(one["kind"], "dim")
        shown.append(clean(text[one["start"] : one["end"]]), style=f"{style} underline")
        done = one["end"]
    shown.append(clean(text[done:]))
    shown.rstrip()
    return shown


def meanings(understood: Iterable[Understood], moment: Moment) -> Table | None:
    """One row for each span that says something: its words, and what they mean."""
    rows = [one for one in understood if one["kind"] not in _MARKS]
    if not rows:
        return None
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(overflow="fold")
    table.add_column(overflow="fold", style="dim")
    for one in rows:
        label = LABELS.get(one["kind"], one["kind"])
        words = Text(line(one["text"]), style=STYLES.get(one["kind"], ""))
        table.add_row(words, line(f"{label} {_meaning(one, moment)}".strip()))
    return table


def _meaning(one: Understood, moment: Moment) -> str:
    value = one["value"]
    if one["kind"] in {"due", "start"} and isinstance(value, str):
        return when.show(when.read(value), now=moment.now, zone=moment.zone)
    if one["kind"] == "duration" and isinstance(value, int):
        return durations.show(value)
    if isinstance(value, dict):
        return str(value.get("name") or value.get("rrule") or "")
    return "" if one["kind"] == "note" else str(value)
