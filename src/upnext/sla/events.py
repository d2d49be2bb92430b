"""What happens to policies, calendars, and to the promises about a task."""

from dataclasses import dataclass
from typing import ClassVar

from upnext.core.changes import Change


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyCreated(Change):
    type: ClassVar[str] = "sla_policy.created"


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyUpdated(Change):
    type: ClassVar[str] = "sla_policy.updated"


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyDeleted(Change):
    type: ClassVar[str] = "sla_policy.deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarUpdated(Change):
    """Of a calendar `resource_id` is the workspace's."""

    type: ClassVar[str] = "calendar.updated"


class AboutTask(Change):
    """The resource is the task; the diff names the target and when it was or is due."""

    __slots__ = ()

    @property
    def resource(self) -> str:
        return "task"


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaWarned(AboutTask):
    """Four fifths of the time are over."""

    type: ClassVar[str] = "sla.warned"


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaBreached(AboutTask):
    type: ClassVar[str] = "sla.breached"
