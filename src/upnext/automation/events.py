"""What happens to schedules, templates and rules, and what they tell people."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from upnext.core.auth import INSTANCE
from upnext.core.changes import Change


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleCreated(Change):
    type: ClassVar[str] = "schedule.created"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleUpdated(Change):
    type: ClassVar[str] = "schedule.updated"


@dataclass(frozen=True, slots=True, kw_only=True)
class SchedulePaused(Change):
    """By somebody, or by itself after too many failures: then the diff has the `reason`."""

    type: ClassVar[str] = "schedule.paused"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleResumed(Change):
    type: ClassVar[str] = "schedule.resumed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleDeleted(Change):
    type: ClassVar[str] = "schedule.deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunCreated(Change):
    """The diff of these three names the schedule, and the `user_id` of its owner."""

    type: ClassVar[str] = "schedule_run.created"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunCompleted(Change):
    type: ClassVar[str] = "schedule_run.completed"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFailed(Change):
    """For good: its state is `failed` or `dead`."""

    type: ClassVar[str] = "schedule_run.failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderDue(Change):
    """Told to the instance, since it is nobody's business but its person's: the diff has their
    `user_id`, the `text`, and the `task_id` if there is one. The resource is the reminder, or the
    schedule that reminds."""

    type: ClassVar[str] = "reminder.due"
    workspace_id: UUID = INSTANCE
    about: str = "reminder"

    @property
    def resource(self) -> str:
        return self.about


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateCreated(Change):
    type: ClassVar[str] = "template.created"


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateUpdated(Change):
    type: ClassVar[str] = "template.updated"


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateDeleted(Change):
    type: ClassVar[str] = "template.deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleCreated(Change):
    type: ClassVar[str] = "rule.created"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleUpdated(Change):
    type: ClassVar[str] = "rule.updated"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleDeleted(Change):
    type: ClassVar[str] = "rule.deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRotated(Change):
    type: ClassVar[str] = "rule.rotated"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleNotified(Change):
    """A rule wants somebody to know. The resource is the rule; the diff has the `user_id`, the
    `text` and the `task_id`."""

    type: ClassVar[str] = "rule.notified"
