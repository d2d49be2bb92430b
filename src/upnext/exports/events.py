"""What is taken out of a workspace."""

from dataclasses import dataclass
from typing import ClassVar

from upnext.core.changes import Change


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportMade(Change):
    """Somebody took home what they see of a workspace, or of the project that the diff names. An
    export of all their workspaces is told to each of them."""

    type: ClassVar[str] = "export.made"
