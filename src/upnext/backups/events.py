from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from upnext.core.auth import INSTANCE
from upnext.core.changes import Change


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupStarted(Change):
    """An administrator has the instance backed up, by a job: the resource."""

    type: ClassVar[str] = "backup.started"
    workspace_id: UUID = INSTANCE
