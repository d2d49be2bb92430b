"""What can happen to a board. What happens to its cards happens to tasks."""

from dataclasses import dataclass
from typing import ClassVar

from upnext.core.changes import Change


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardCreated(Change):
    """Of a project's first board also: the tasks of the project lie on it now."""

    type: ClassVar[str] = "board.created"


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardUpdated(Change):
    """Also when a column comes, goes or changes: then the diff holds all `columns`."""

    type: ClassVar[str] = "board.updated"


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardDeleted(Change):
    """Its cards lie on the project's default board now, or on none."""

    type: ClassVar[str] = "board.deleted"
