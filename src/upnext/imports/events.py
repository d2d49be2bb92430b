"""What can happen to a run. What it writes are changes of the tasks and projects themselves."""

from dataclasses import dataclass
from typing import ClassVar

from upnext.core.changes import Change


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportStarted(Change):
    """The diff names the format; what the file is called stays with who imports it."""

    type: ClassVar[str] = "import.started"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportCompleted(Change):
    """The diff has the counts."""

    type: ClassVar[str] = "import.completed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportCancelled(Change):
    """By who started it. What it has brought in so far stays."""

    type: ClassVar[str] = "import.cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportFailed(Change):
    """As a whole: the file could not be read, or its reader may not write there any more."""

    type: ClassVar[str] = "import.failed"
