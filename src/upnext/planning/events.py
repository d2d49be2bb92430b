"""What people do to their plans. It belongs to accounts, so it is in the instance's chain."""

from typing import ClassVar

from upnext.identity.events import AccountChange


class PlanPinned(AccountChange):
    """`resource_id` is the person's, whose plan it is."""

    type: ClassVar[str] = "plan.pinned"


class PlanUnpinned(AccountChange):
    type: ClassVar[str] = "plan.unpinned"


class BusyCreated(AccountChange):
    type: ClassVar[str] = "busy.created"


class BusyUpdated(AccountChange):
    type: ClassVar[str] = "busy.updated"


class BusyDeleted(AccountChange):
    type: ClassVar[str] = "busy.deleted"


class BusyCalendarCreated(AccountChange):
    type: ClassVar[str] = "busy_calendar.created"


class BusyCalendarDeleted(AccountChange):
    type: ClassVar[str] = "busy_calendar.deleted"
