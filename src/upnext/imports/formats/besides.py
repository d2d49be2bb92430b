"""What an export of ours holds beside tasks: boards, promises, calendars, filters, comments,
time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

Fields = Mapping[str, Any]
"""As the API takes them; nobody has judged them yet."""


@dataclass(frozen=True, slots=True)
class Lane:
    """A column of a board. `nth` counts those of the board that are called the same."""

    name: str
    status: str
    nth: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """`nth` counts the boards of its project that are called the same, the oldest first."""

    project: str
    name: str
    nth: int = 0
    default: bool = False
    columns: tuple[Fields, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """Where a task lies, in a project that has boards there; without a lane on none of them."""

    board: str = ""
    nth: int = 0
    lane: Lane | None = None
    position: int | None = None


@dataclass(frozen=True, slots=True)
class Promise:
    """An SLA policy of a project."""

    project: str
    fields: Fields


@dataclass(frozen=True, slots=True)
class OpenHours:
    """A business calendar of a workspace."""

    fields: Fields


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFilter:
    """`everywhere`: it looks at all workspaces."""

    fields: Fields
    everywhere: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """A comment. Refs are ids of the file."""

    ref: str
    thread: str
    reply_to: str | None
    author: str | None
    """The address of who wrote it, if they were a member there."""
    name: str
    body: str
    at: datetime
    edited: datetime | None = None


@dataclass(frozen=True, slots=True)
class Talk:
    """All that is said about one task, which is named by its external id."""

    task: str
    line: int
    said: tuple[Saying, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """Time that somebody spent, by the address of who was a member there."""

    who: str | None
    start: datetime
    end: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class Spent:
    """All time that was spent on one task, which is named by its external id."""

    task: str
    line: int
    sittings: tuple[Sitting, ...]


Besides = Promise | OpenHours | KeptFilter
