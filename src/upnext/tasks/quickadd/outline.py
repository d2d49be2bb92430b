"""Several lines: the first is the task, those indented below it or behind a bullet its subtasks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from upnext.tasks.quickadd.languages import LANGUAGES
from upnext.tasks.quickadd.line import read_line
from upnext.tasks.quickadd.model import Setting, Span, Understood
from upnext.tasks.quickadd.modes import MODES

MOST_LINES = 100
"""More lines than these are not read as subtasks."""

TAB = 4
_BULLET = re.compile(r"(?:[-*•][ \t]+)(?:\[[ xX]?\][ \t]+)?")


@dataclass(frozen=True, slots=True)
class _Line:
    """Its words begin at `start`, behind a bullet if it has one; `column` tells its depth."""

    opens: int
    start: int
    end: int
    column: int


@dataclass(slots=True)
class _Node:
    line: _Line
    notes: list[_Line] = field(default_factory=list)
    children: list["_Node"] = field(default_factory=list)


def understand(
    text: str,
    *,
    now: datetime,
    zone: ZoneInfo,
    mode: str = "upnext",
    language: str = "en",
) -> Understood:
    """Never raises."""
    setting = Setting(
        now=now,
        zone=zone,
        local=now.astimezone(zone).replace(tzinfo=None),
        language=LANGUAGES[language],
        mode=MODES[mode],
    )
    root = _tree(list(_lines(text)))
    if root is None:
        return Understood(title="", fields={}, spans=(), note="", start=0, end=0)
    return _read(root, text, setting)


def count_lines(text: str) -> int:
    """How many lines say something."""
    return sum(1 for _ in _lines(text))


def _lines(text: str) -> Iterator[_Line]:
    begin = 0
    for raw in text.split("\n"):
        words = raw.replace("\0", " ").strip()
        if words:
            space = len(raw) - len(raw.replace("\0", " ").lstrip())
            column, start = _column(raw[:space]), begin + space
            end = start + len(words)
            bullet = _BULLET.match(text, start, end)
            if bullet and bullet.end() < end:
                yield _Line(start, bullet.end(), end, column)
            else:
                yield _Line(start, start, end, column)
        begin += len(raw) + 1


def _column(space: str) -> int:
    """A tab leads to the next multiple of four."""
    column = 0
    for each in space:
        column += TAB - column % TAB if each == "\t" else 1
    return column


def _tree(lines: list[_Line]) -> _Node | None:
    if not lines:
        return None
    root = _Node(lines[0])
    above = [root]
    for line in lines[1:MOST_LINES]:
        if line.column <= root.line.column and not _listed(line, root.line):
            root.notes.append(line)
            continue
        while len(above) > 1 and above[-1].line.column >= line.column:
            above.pop()
        node = _Node(line)
        above[-1].children.append(node)
        above.append(node)
    root.notes += lines[MOST_LINES:]
    return root


def _listed(line: _Line, root: _Line) -> bool:
    """A bullet right below a line without one is a part of that line."""
    return line.column == root.column and line.opens < line.start and root.opens == root.start


def _read(node: _Node, text: str, setting: Setting) -> Understood:
    line = node.line
    read = read_line(text[line.start : line.end], setting)
    spans = [span.shifted(line.start) for span in read.spans]
    if line.opens < line.start:
        spans.insert(0, Span("bullet", line.opens, line.start))
    notes = [text[more.opens : more.end] for more in node.notes]
    spans += [
        Span("note", more.opens, more.end, note)
        for more, note in zip(node.notes, notes, strict=True)
    ]
    return replace(
        read,
        spans=tuple(spans),
        ignored=tuple(each.shifted(line.start) for each in read.ignored),
        note="\n".join(filter(None, [read.note, *notes])),
        start=line.opens,
        end=line.end,
        children=tuple(_read(child, text, setting) for child in node.children),
    )
