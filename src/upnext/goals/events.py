"""What can happen to a goal."""

from dataclasses import dataclass
from typing import ClassVar

from upnext.core.changes import Change


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalChange(Change):
    """`pull` is what its tasks count from now on."""

    pull: float


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalCreated(GoalChange):
    type: ClassVar[str] = "goal.created"


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalUpdated(GoalChange):
    """Also when it is abandoned."""

    type: ClassVar[str] = "goal.updated"


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalCompleted(GoalChange):
    """Somebody said so; the diff holds whatever else changed with it."""

    type: ClassVar[str] = "goal.completed"


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalReopened(GoalChange):
    """It was completed or abandoned and is pursued again."""

    type: ClassVar[str] = "goal.reopened"


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalDeleted(GoalChange):
    """It went to the trash. Its tasks keep it."""

    type: ClassVar[str] = "goal.deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalRestored(GoalChange):
    type: ClassVar[str] = "goal.restored"
