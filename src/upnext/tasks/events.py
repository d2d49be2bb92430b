"""What can happen to a task, and to a saved filter. One request is one of these."""

from dataclasses import dataclass
from typing import ClassVar

from upnext.core.changes import Change


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskCreated(Change):
    """`follows`: from a rule, or a file. Nobody chose its place, so no limit there holds it up."""

    type: ClassVar[str] = "task.created"
    follows: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskUpdated(Change):
    """Also when a predecessor was closed or opened: then the diff names `blocker_count`.

    `lay_at`: the position in the column that it left, if it did.
    """

    type: ClassVar[str] = "task.updated"
    lay_at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskCompleted(Change):
    """It became `done`; the diff holds whatever else changed with it."""

    type: ClassVar[str] = "task.completed"
    lay_at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskReopened(Change):
    """It was `done` or `cancelled` and has to be done again."""

    type: ClassVar[str] = "task.reopened"
    lay_at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDeleted(Change):
    """It went to the trash."""

    type: ClassVar[str] = "task.deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRestored(Change):
    type: ClassVar[str] = "task.restored"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskPurged(Change):
    """It lay in the trash for as long as the settings say, and is deleted for good now."""

    type: ClassVar[str] = "task.purged"


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterCreated(Change):
    """A saved filter. A private one is told to the instance, a shared one to its workspace."""

    type: ClassVar[str] = "filter.created"


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterUpdated(Change):
    """Also when it is shared, or is not any more."""

    type: ClassVar[str] = "filter.updated"


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterDeleted(Change):
    type: ClassVar[str] = "filter.deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationCreated(Change):
    """Many tasks were changed, made or deleted at once; each of them says so by itself, too."""

    type: ClassVar[str] = "operation.created"


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationUndone(Change):
    """By another operation, which is named."""

    type: ClassVar[str] = "operation.undone"
