"""What can happen to a file. The diff of each names its task, or its project."""

from dataclasses import dataclass
from typing import ClassVar

from upnext.core.changes import Change


@dataclass(frozen=True, slots=True, kw_only=True)
class FileCreated(Change):
    type: ClassVar[str] = "file.created"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileUpdated(Change):
    """It has another name. What is in a file never changes."""

    type: ClassVar[str] = "file.updated"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDeleted(Change):
    """It lies in the trash."""

    type: ClassVar[str] = "file.deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRestored(Change):
    type: ClassVar[str] = "file.restored"


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePurged(Change):
    """It is gone for good."""

    type: ClassVar[str] = "file.purged"
