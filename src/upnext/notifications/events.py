"""What happens to choices and to the places where people are reached. Told to the instance."""

from typing import ClassVar

from upnext.identity.events import AccountChange


class PreferenceUpdated(AccountChange):
    """Quiet hours, digest or muted projects; the matrix is the account's own."""

    type: ClassVar[str] = "notification_preference.updated"


class PushSubscribed(AccountChange):
    type: ClassVar[str] = "push_subscription.created"


class PushUnsubscribed(AccountChange):
    type: ClassVar[str] = "push_subscription.deleted"


class TargetCreated(AccountChange):
    type: ClassVar[str] = "notification_target.created"


class TargetDeleted(AccountChange):
    type: ClassVar[str] = "notification_target.deleted"
