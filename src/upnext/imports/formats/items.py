"""What every parser yields: one item per task, and by line what could not become one."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any

from upnext.core.text import clean
from upnext.imports.formats.besides import Besides, Board, Card, Spent, Talk

LONGEST_TITLE = 200
LONGEST_DESCRIPTION = 10_000
LONGEST_ID = 200
MOST_ITEMS = 50_000
MOST_ROWS = 4 * MOST_ITEMS
"""Of everything in a file, comments and broken rows included."""
NESTED = "places of projects inside other projects"
_ENOUGH_OF_A_LINE = 3 / 4
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """How a task repeats, in the words of its source; `rrule` where that can be said exactly."""

    text: str
    rrule: str | None = None
    basis: str = "due"  # or "completion"
    exdates: tuple[str, ...] = ()
    """Occurrences that are left out, as RFC 3339 has moments."""
    zone: str | None = None
    """Whose wall time it follows; None: that of who imports."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """A goal that tasks of the file serve, in the words of the API; its place by name."""

    title: str
    description: str = ""
    weight: float | None = None
    target: str | None = None
    status: str | None = None
    project: str | None = None
    parent: "Aim | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A task of the file. Ids are the source's own; None asks for one made from the words."""

    line: int
    title: str
    external_id: str | None = None
    kept_id: str | None = None
    """An external id that it had there already, and has here again."""
    description: str = ""
    status: str = "todo"
    priority: str | None = None
    category: str | None = None
    tags: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    energy: str | None = None
    project: str | None = None
    due: datetime | None = None
    start: datetime | None = None
    created: datetime | None = None
    completed: datetime | None = None
    estimate: int | None = None
    parent: str | None = None
    after: tuple[str, ...] = ()
    assignees: tuple[str, ...] = ()
    """Names or addresses by which the source knows people."""
    recurrence: Repeat | None = None
    goal: Aim | None = None
    card: Card | None = None
    classification: Mapping[str, Any] | None = None
    """Who set its values there, as our own export has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """What is known of a project beside its name, should it have to be made."""

    name: str
    key: str | None = None
    private: bool = False
    archived: bool = False


@dataclass(frozen=True, slots=True)
class RowError:
    """A row that does not become a task, and why."""

    line: int
    detail: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What has no place here and is not imported, such as `comments`; or whole `tasks`."""

    what: str
    count: int = 1
    tasks: bool = False


@dataclass(frozen=True, slots=True)
class Remark:
    """What is worth knowing about the file, or about a line of it."""

    detail: str
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a CSV: its header, the field it becomes (none: left out), an example."""

    header: str
    field: str | None
    example: str


@dataclass(frozen=True, slots=True)
class Source:
    """What kind of file it is, for a person."""

    label: str


Found = Item | Project | Aim | Board | Talk | Spent | Besides
Outcome = Found | RowError | LeftOut | Remark | Column | Source
Outcomes = Iterator[Outcome]


class Names:
    """Ids for tasks that have none: their words and place, and how often these came before.

    So a file that is imported again, also in another order, finds its tasks again.
    """

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()

    def of(self, title: str, place: str | None) -> str:
        name = digest(f"{title.casefold()}\n{(place or '').casefold()}")
        self._seen[name] += 1
        return f"{name}:{self._seen[name]}"


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What the person says about the file; without it, it is found out."""

    zone: tzinfo = UTC
    mapping: Mapping[str, str] = field(default_factory=dict)
    """Header or number of a column, to field."""
    values: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """Cells that mean another: field and folded text, to text."""
    dates: str | None = None
    delimiter: str | None = None


class FormatError(Exception):
    """The file as a whole cannot be read. `pointer` is the field of the request to change."""

    def __init__(self, detail: str, *, code: str = "bad_file", pointer: str = "/file") -> None:
        super().__init__(detail)
        self.detail, self.code, self.pointer = detail, code, pointer


def too_many() -> FormatError:
    """For more of anything than a file may hold."""
    return FormatError(f"The file holds more than {MOST_ITEMS:,} tasks. Split it.", code="too_many")


def storable(text: str) -> str:
    """The text as it may be kept: with one kind of line break and without control characters."""
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def worded(title: str, description: str = "") -> tuple[str, str]:
    """A title and description that fit; a long title also goes whole into the description."""
    line = " ".join(storable(title).split())
    body = storable(description).strip()
    if len(line) > LONGEST_TITLE:
        body = f"{line}\n\n{body}".strip()
        line = shortened(line, LONGEST_TITLE)
    return line, shortened(body, LONGEST_DESCRIPTION)


def shortened(text: str, longest: int) -> str:
    """The beginning of a text up to the last space that fits, with an ellipsis."""
    if len(text) <= longest:
        return text
    cut = text[: longest - 1]
    space = cut.rfind(" ")
    return f"{cut[:space] if space > longest * _ENOUGH_OF_A_LINE else cut}…"


def external_id(source: str, identity: str) -> str:
    """The id under which we know the task of a source; a long one is hashed."""
    # In the form in which a task keeps it, so that it is found again.
    whole = " ".join(clean(storable(f"{source}:{identity}")).split())
    return whole if len(whole) <= LONGEST_ID else f"{source}:{digest(identity)}"


def digest(text: str) -> str:
    """A short name for a text that is the same on every machine."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def plural(number: int, one: str, many: str = "") -> str:
    """`1 task`, `2 tasks`."""
    return f"{number} {one if number == 1 else many or one + 's'}"
