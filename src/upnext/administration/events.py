"""What administrators do that is no change of a domain below. All of it is the instance's."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from upnext.core.auth import INSTANCE
from upnext.core.changes import Change


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRequeued(Change):
    type: ClassVar[str] = "job.requeued"
    workspace_id: UUID = INSTANCE


@dataclass(frozen=True, slots=True, kw_only=True)
class JobCancelled(Change):
    type: ClassVar[str] = "job.cancelled"
    workspace_id: UUID = INSTANCE


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageTended(Change):
    """All files are verified or swept, by a job: the resource."""

    type: ClassVar[str] = "storage.tended"
    workspace_id: UUID = INSTANCE
