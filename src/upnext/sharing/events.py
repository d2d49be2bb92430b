"""What happens to share links. The diff names what they open, and never their secret."""

from dataclasses import dataclass
from typing import ClassVar

from upnext.core.changes import Change


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkCreated(Change):
    type: ClassVar[str] = "link.created"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRevoked(Change):
    type: ClassVar[str] = "link.revoked"
