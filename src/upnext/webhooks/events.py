"""What happens to an endpoint itself. It is told to nobody's webhook.

Of a URL only scheme and host enter the log: what follows is a secret of many receivers.
"""

from dataclasses import dataclass
from typing import ClassVar

from upnext.core.changes import Change


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookCreated(Change):
    type: ClassVar[str] = "webhook.created"


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookUpdated(Change):
    """Also when somebody switches it off, or on again."""

    type: ClassVar[str] = "webhook.updated"


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookRotated(Change):
    """It has a new secret; the old one is good for another day."""

    type: ClassVar[str] = "webhook.rotated"


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookDisabled(Change):
    """By itself: the diff says why."""

    type: ClassVar[str] = "webhook.disabled"


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookDeleted(Change):
    type: ClassVar[str] = "webhook.deleted"
