"""What can happen to a time entry. A timer is an entry without an end."""

from dataclasses import dataclass
from typing import ClassVar

from upnext.core.changes import Change


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeEntryCreated(Change):
    """Entered whole, or a timer that was started: then the diff has no `ended_at`."""

    type: ClassVar[str] = "time_entry.created"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeEntryStopped(Change):
    """A timer ended: by hand, by the start of another, or with its task."""

    type: ClassVar[str] = "time_entry.stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeEntryUpdated(Change):
    type: ClassVar[str] = "time_entry.updated"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeEntryDeleted(Change):
    type: ClassVar[str] = "time_entry.deleted"
