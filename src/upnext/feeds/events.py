"""What happens to calendar links. They belong to accounts, so it is in the instance's chain."""

from typing import ClassVar

from upnext.identity.events import AccountChange


class FeedCreated(AccountChange):
    type: ClassVar[str] = "feed.created"


class FeedRotated(AccountChange):
    """It has a new address; the old one is dead."""

    type: ClassVar[str] = "feed.rotated"


class FeedDeleted(AccountChange):
    type: ClassVar[str] = "feed.deleted"
