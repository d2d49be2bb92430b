"""The next action on a terminal: what, why in numbers, and what else it could have been."""

from collections.abc import Sequence
from typing import cast

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from upnext.client import cards
from upnext.client.printable import line, plural
from upnext.client.session import Moment
from upnext.client.shapes import Asked, Choice, Ineligible, NextAction, Reason

_INDENT = (0, 0, 0, 2)
_MINUS = "\N{MINUS SIGN}"


def answer(found: NextAction, moment: Moment, *, why: bool = False) -> list[RenderableType]:
    """The whole answer, from the choice down to what is not possible now; with `why` the reasons
    of the runners-up, too."""
    action = found.get("action")
    parts: list[RenderableType] = [Text("Nothing to do right now.", style="bold")]
    if action:
        parts = _chosen(action, moment)
    if note := found.get("note"):
        parts += [Text(), Text(line(note), style="yellow")] if action else [Text(line(note))]
    if runners := found.get("runners_up"):
        parts += [Text(), Text("Close behind", style="bold"), _runners(runners, moment, why=why)]
    if asked := found.get("asked"):
        parts += [Text(), Text("Asked about", style="bold"), _asked(asked, moment)]
    if ineligible := found.get("ineligible"):
        parts += [Text(), Text("Not possible now", style="bold"), _ineligible(ineligible)]
    return parts


def hints(found: NextAction) -> list[str]:
    """What to say after the answer."""
    action, count = found.get("action"), found.get("ineligible_count", 0)
    told = []
    if count and not found.get("ineligible"):
        told.append(f"{plural(count, 'task')} not possible now: upnext next --ineligible")
    if action:
        told.append(f"When it is done: upnext done {action['task']['key']}")
        told.append("Begin: upnext start. Not now: upnext skip --reason too_long, upnext snooze")
    elif not count:
        told.append('Add work: upnext add "Pay rent" --due friday')
    return told


def _chosen(choice: Choice, moment: Moment) -> list[RenderableType]:
    parts: list[RenderableType] = [cards.name(choice["task"])]
    if facts := cards.brief(choice["task"], moment):
        parts.append(facts)
    return [*parts, Text(), Text("Why", style="bold"), _reasons(choice)]


def _reasons(choice: Choice) -> RenderableType:
    """The terms, and the score that they add up to."""
    table = _columns()
    for reason in choice["reasons"]:
        table.add_row(_signed(reason["value"]), _reason(reason))
    table.add_row(Text(_number(choice["score"]), style="bold"), Text("score", style="bold"))
    return Padding(table, _INDENT)


def _reason(reason: Reason) -> Text:
    return Text(line(reason["text"] or reason["term"]))


def _runners(runners: Sequence[Choice], moment: Moment, *, why: bool) -> RenderableType:
    table = _columns()
    for runner in runners:
        words = cards.name(runner["task"])
        if facts := cards.brief(runner["task"], moment):
            words.append("\n").append_text(facts)
        if why:
            for reason in runner["reasons"]:
                told = Text.assemble("\n  ", _signed(reason["value"]), "  ", _reason(reason))
                words.append_text(told)
        if changes := [line(one["text"]) for one in runner.get("would_win_if") or []]:
            words.append(f"\nwould win if {', or if '.join(changes)}", style="dim")
        if instead := runner.get("instead"):
            words.append(f"\n{line(instead['text'])}", style="dim")
        table.add_row(_number(runner["score"]), words)
    return Padding(table, _INDENT)


def _asked(asked: Asked, moment: Moment) -> RenderableType:
    """Where it stands, and what would put it first."""
    place = asked["place"]
    if place is None:
        obstacle = line(asked["obstacle"] or "")
        told = Text.assemble(cards.name(asked["task"]), f"\nnot possible now: {obstacle}")
        return Padding(told, _INDENT)
    if place == 1:
        first = Text.assemble(cards.name(asked["task"]), "\nis the first already")
        return Padding(first, _INDENT)
    runner = _runners([cast("Choice", asked)], moment, why=True)
    return Group(Padding(Text(f"stands at {place}"), _INDENT), runner)


def _ineligible(ineligible: Sequence[Ineligible]) -> RenderableType:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(overflow="fold")
    table.add_column(overflow="fold", style="dim")
    for one in ineligible:
        table.add_row(cards.name(one["task"]), line(one["text"]))
    return Padding(table, _INDENT)


def _columns() -> Table:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(justify="right", no_wrap=True)
    table.add_column(overflow="fold")
    return table


def _signed(value: float) -> Text:
    rounded = round(value, 2)
    style = "green" if rounded > 0 else "red" if rounded < 0 else "dim"
    return Text(f"{rounded:+.2f}".replace("-", _MINUS) if rounded else "0.00", style=style)


def _number(value: float) -> str:
    return f"{round(value, 2) + 0.0:.2f}".replace("-", _MINUS)
