"""A whole file, read: its items with their final ids and what is to be told of the rest."""

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from functools import cache
from itertools import islice
from typing import Any, TypeVar

from upnext.imports.formats.besides import (
    Besides,
    Board,
    KeptFilter,
    OpenHours,
    Promise,
    Spent,
    Talk,
)
from upnext.imports.formats.columns import NAMES as FIELDS
from upnext.imports.formats.items import (
    MOST_ITEMS,
    MOST_ROWS,
    Aim,
    Column,
    FormatError,
    Item,
    LeftOut,
    Names,
    Outcome,
    Project,
    Remark,
    RowError,
    Source,
    Wishes,
    external_id,
    plural,
    too_many,
)
from upnext.imports.formats.registry import FORMATS, Format, detect
from upnext.imports.schemas import ImportOptions

T = TypeVar("T")


@dataclass(kw_only=True)
class Reading:
    """What the file says, in its order. `label` is what kind of file it is, for a person."""

    label: str = ""
    items: list[Item] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    skipped: int = 0
    """Whole tasks among what is left out."""
    columns: list[Column] = field(default_factory=list)
    projects: dict[str, Project] = field(default_factory=dict)
    """By name, those of which the file tells more."""
    goals: list[Aim] = field(default_factory=list)
    """Those above before those below, whether tasks serve them or not."""
    boards: list[Board] = field(default_factory=list)
    besides: list[Besides] = field(default_factory=list)
    talks: list[Talk] = field(default_factory=list)
    spent: list[Spent] = field(default_factory=list)


def read(
    data: bytes,
    kind: Format,
    wishes: Wishes,
    *,
    source: str | None = None,
    taken: Collection[str] = (),
) -> Reading:
    """Raises FormatError for a file that cannot be read, or that holds too much. Ids that are
    `taken` belong to other tasks, so nothing that had them before has them here."""
    reading = Reading()
    outcomes = kind.read(data, wishes)
    for outcome in islice(outcomes, MOST_ROWS):
        _take(reading, outcome)
        if len(reading.items) > MOST_ITEMS:
            raise too_many()
    if next(outcomes, None) is not None:
        raise too_many()
    _identify(reading, source or kind.prefix, taken)
    _settle(reading)
    return reading


def _take(reading: Reading, outcome: Outcome) -> None:
    match outcome:
        case Item():
            reading.items.append(outcome)
        case Project():
            reading.projects[outcome.name] = outcome
        case Aim():
            reading.goals.append(outcome)
        case Board():
            reading.boards.append(outcome)
        case Talk():
            reading.talks.append(outcome)
        case Spent():
            reading.spent.append(outcome)
        case Promise() | OpenHours() | KeptFilter():
            reading.besides.append(outcome)
        case _:
            _note(reading, outcome)


def _note(reading: Reading, outcome: Outcome) -> None:
    """What is told, and comes in nowhere."""
    match outcome:
        case RowError():
            reading.errors.append(outcome)
        case LeftOut(what, count, tasks):
            reading.left_out[what] += count
            reading.skipped += count if tasks else 0
        case Remark():
            reading.remarks.append(outcome)
        case Column():
            reading.columns.append(outcome)
        case Source(label):
            reading.label = label


def _identify(reading: Reading, source: str, taken: Collection[str]) -> None:
    """Gives each item its final id, and lets parents and predecessors be called by theirs."""
    names = Names()
    # Of two that come from two workspaces with the same one, the first keeps it.
    keepers = {item.kept_id: item.external_id for item in reversed(reading.items)}
    kept = {identity: own for own, identity in keepers.items() if own and own not in taken}

    def final(identity: str) -> str:
        return kept.get(identity) or external_id(source, identity)

    reading.items = [
        replace(
            item,
            external_id=final(item.external_id or names.of(item.title, item.project)),
            parent=final(item.parent) if item.parent else None,
            after=tuple(dict.fromkeys(final(each) for each in item.after)),
        )
        for item in reading.items
    ]
    reading.talks = [replace(talk, task=final(talk.task)) for talk in reading.talks]
    reading.spent = [replace(spent, task=final(spent.task)) for spent in reading.spent]


def _settle(reading: Reading) -> None:
    """Leaves out what only the whole file shows to be impossible, and remarks how much it is."""
    reading.errors.sort(key=lambda error: error.line)
    late = [i for i, item in enumerate(reading.items) if _starts_too_late(item)]
    for index in late:
        reading.items[index] = replace(reading.items[index], start=None)
    if late:
        told = f"{plural(len(late), 'task')} would start after the deadline"
        reading.remarks.append(Remark(f"{told}; the start is left out."))
    known = {item.external_id for item in reading.items}
    missing = sum(each not in known for item in reading.items for each in item.after)
    if missing:
        told = plural(missing, "dependency leads", "dependencies lead")
        reading.remarks.append(Remark(f"{told} to tasks that are not in the file."))


def _starts_too_late(item: Item) -> bool:
    return item.due is not None and item.start is not None and item.start > item.due


def format_named(name: str) -> Format:
    found = FORMATS.get(name)
    if found is None:
        known = ", ".join(FORMATS)
        raise FormatError(
            f"There is no format “{name[:40]}”. There are: {known}.",
            code="unknown_format",
            pointer="/format",
        )
    return found


def wishes_of(options: Mapping[str, Any], zone: tzinfo) -> Wishes:
    """What the stored options of a run say of its reading."""
    strange = [field for field in options["values"] if field.strip().casefold() not in FIELDS]
    if strange:
        detail = f"“{strange[0]}” is not a field. The fields: {', '.join(FIELDS)}"
        raise FormatError(detail, code="bad_values", pointer="/values")
    values = {
        (field.strip().casefold(), cell.strip().casefold()): word
        for field, cells in options["values"].items()
        for cell, word in cells.items()
    }
    return Wishes(
        zone=zone,
        mapping=options["mapping"],
        values=values,
        dates=options["dates"],
        delimiter=options["delimiter"],
    )


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="imports")


async def apart(work: Callable[[], T]) -> T:
    """Beside the event loop, one file at a time: a file may take seconds and much memory."""
    return await asyncio.get_running_loop().run_in_executor(_pool(), work)


def format_for(data: bytes, options: ImportOptions) -> Format:
    """The one that is asked for; else a CSV if columns are mapped; else what the content is."""
    if options.format is not None:
        return format_named(options.format)
    if options.mapping or options.values or options.delimiter:
        return FORMATS["csv"]
    return detect(data)
