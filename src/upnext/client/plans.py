"""A plan as the API tells it, and as a person reads it: day by day, with what does not fit."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TypedDict

from rich.console import RenderableType
from rich.text import Text

from upnext.client import durations, when
from upnext.client.grids import Column, grid
from upnext.client.printable import line
from upnext.client.session import Moment
from upnext.client.terminal import Terminal

_STATES = {"open": "", "tight": "tight", "full": "full"}
_STYLES = {"tight": "yellow", "full": "bold red"}
_MOST = 10
_OUTLOOKS = {"late": "bold red", "at_risk": "yellow"}
_KINDS = {"sla": "promise", "deadline": "deadline", "goal": "goal"}


class Block(TypedDict):
    task_id: str
    key: str
    title: str
    start: str
    end: str
    p80_end: str
    pinned: bool


class Unplaced(TypedDict):
    task_id: str
    key: str
    title: str
    missing_minutes: int
    breaks: dict[str, object] | None
    reason: str


class Load(TypedDict):
    date: str
    free_minutes: int
    p50_minutes: int
    p80_minutes: int
    state: str


class Sentence(TypedDict):
    text: str


class Measure(TypedDict):
    moved_tasks: int
    moved_blocks: int
    kept_blocks: int
    cost_before: float
    cost_after: float


class Plan(TypedDict):
    blocks: list[Block]
    unplaced: list[Unplaced]
    load: list[Load]
    deadlines: list[Sentence]
    alternatives: list[Sentence]
    cost: float
    replan: Measure | None


class Risk(TypedDict):
    kind: str
    key: str | None
    title: str
    by: str
    chance: float
    outlook: str
    likely_end: str
    p80_end: str
    others: int


class Pin(TypedDict):
    task_id: str
    key: str
    title: str
    start: str
    end: str
    minutes: int


class Busy(TypedDict):
    id: str
    title: str
    start: str
    end: str
    calendar_id: str | None


class BusyCalendar(TypedDict):
    id: str
    name: str
    host: str
    read_at: str | None
    error: str | None


def shown(terminal: Terminal, plan: Plan, moment: Moment) -> list[RenderableType]:
    """One table of blocks for each day with any, then what breaks and what does not fit."""
    parts: list[RenderableType] = []
    for load in plan["load"]:
        blocks = [one for one in plan["blocks"] if _day(one["start"], moment) == load["date"]]
        if blocks or load["state"] != "open":
            parts += [_head(load, moment), *_table(terminal, blocks, moment), Text()]
    if not parts:
        parts = [Text("Nothing is planned for these days."), Text()]
    if plan["deadlines"]:
        parts += [Text("Too late", style="bold red")]
        parts += [Text(f"  {line(one['text'])}") for one in plan["deadlines"][:_MOST]]
        parts.append(Text())
    if plan["unplaced"]:
        parts += [Text("No room", style="bold"), *_missing(plan["unplaced"]), Text()]
    if plan["alternatives"]:
        parts += [Text("Instead", style="bold")]
        parts += [Text(f"  {line(one['text'])}", style="dim") for one in plan["alternatives"]]
    return parts


def moved(measure: Measure) -> str:
    """What a new plan changed, in a sentence."""
    blocks = measure["moved_blocks"] + measure["kept_blocks"]
    return (
        f"Moved {measure['moved_blocks']} of {blocks} blocks; "
        f"cost {measure['cost_before']:,.0f} before, {measure['cost_after']:,.0f} now."
    )


def at_risk(terminal: Terminal, risks: Sequence[Risk], moment: Moment) -> Sequence[RenderableType]:
    """A table of dates, the least likely first."""
    if not risks:
        return [Text("No date of yours depends on what is planned.")]
    columns = [
        Column(header="Chance"),
        Column(header="By"),
        Column(header=""),
        Column(header="Key", style="dim"),
        Column(header="What", long=True),
        Column(header="Likely", style="dim"),
        Column(header="Four of five", style="dim"),
    ]
    rows: list[list[Text | str]] = [
        [
            Text(f"{one['chance']:.0%}", style=_OUTLOOKS.get(one["outlook"], "")),
            _short(one["by"], moment),
            _KINDS.get(one["kind"], one["kind"]),
            line(one["key"] or ""),
            line(one["title"]) + (f" (and {one['others']} of others)" if one["others"] else ""),
            _short(one["likely_end"], moment),
            _short(one["p80_end"], moment),
        ]
        for one in risks
    ]
    return [grid(terminal, columns, rows)]


def _short(instant: str, moment: Moment) -> str:
    return when.short(when.read(instant), now=moment.now, zone=moment.zone)


def _head(load: Load, moment: Moment) -> Text:
    day = datetime.combine(date.fromisoformat(load["date"]), when.DAY_END, moment.zone)
    name = when.short(day, now=moment.now, zone=moment.zone)
    told = Text(name[:1].upper() + name[1:], style="bold")
    planned = durations.show(load["p50_minutes"]) or "nothing"
    free = durations.show(load["free_minutes"]) or "no time"
    told.append(f"  {planned} of {free}", style="dim")
    if state := _STATES.get(load["state"]):
        told.append(f"  {state}", style=_STYLES[load["state"]])
    return told


def _table(terminal: Terminal, blocks: Sequence[Block], moment: Moment) -> list[RenderableType]:
    if not blocks:
        return []
    columns = [
        Column(header="Time"),
        Column(header="Key", style="dim"),
        Column(header="Task", long=True),
        Column(header="Ends by", style="dim"),
    ]
    rows = [
        [
            f"{_clock(one['start'], moment)}-{_clock(one['end'], moment)}",
            line(one["key"]),
            line(one["title"]) + (" (pinned)" if one["pinned"] else ""),
            _until(one, moment),
        ]
        for one in blocks
    ]
    return [grid(terminal, columns, rows)]


def _until(block: Block, moment: Moment) -> str:
    """The time in four of five cases; with its day, if that is another one."""
    late = when.read(block["p80_end"])
    if _day(block["p80_end"], moment) == _day(block["start"], moment):
        return _clock(block["p80_end"], moment)
    return when.short(late, now=moment.now, zone=moment.zone)


def _missing(unplaced: Sequence[Unplaced]) -> list[Text]:
    lines = []
    for one in unplaced[:_MOST]:
        why = "waits for somebody else" if one["reason"] == "waits" else "no room"
        missing = durations.show(one["missing_minutes"])
        lines.append(Text(f"  {line(one['key'])} {line(one['title'])}: {missing}, {why}"))
    if len(unplaced) > _MOST:
        lines.append(Text(f"  and {len(unplaced) - _MOST} more", style="dim"))
    return lines


def _day(instant: str, moment: Moment) -> str:
    return when.read(instant).astimezone(moment.zone).date().isoformat()


def _clock(instant: str, moment: Moment) -> str:
    return f"{when.read(instant).astimezone(moment.zone):%H:%M}"


def span(start: str, end: str, moment: Moment) -> str:
    """`tomorrow 14:00 to 15:00`."""
    first = when.short(when.read(start), now=moment.now, zone=moment.zone)
    if _day(start, moment) == _day(end, moment):
        return f"{first} to {_clock(end, moment)}"
    return f"{first} to {when.short(when.read(end), now=moment.now, zone=moment.zone)}"
