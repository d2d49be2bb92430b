"""What can happen to a comment. The diff of each names its task."""

from dataclasses import dataclass
from typing import ClassVar

from upnext.core.changes import Change


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentCreated(Change):
    """`mentions` in its diff are the ids of whom it calls by name. `follows`: it comes from a file
    and was said elsewhere, so it is no news and no response."""

    type: ClassVar[str] = "comment.created"
    follows: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentUpdated(Change):
    type: ClassVar[str] = "comment.updated"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentDeleted(Change):
    """It is not shown any more; the replies to it are."""

    type: ClassVar[str] = "comment.deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentRestored(Change):
    type: ClassVar[str] = "comment.restored"
