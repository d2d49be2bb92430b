"""What happens to a workspace's categories, and to what it wants of classification."""

from dataclasses import dataclass
from typing import ClassVar

from upnext.core.changes import Change


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryCreated(Change):
    type: ClassVar[str] = "category.created"


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryUpdated(Change):
    type: ClassVar[str] = "category.updated"


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryDeleted(Change):
    """Tasks that have it keep its name."""

    type: ClassVar[str] = "category.deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassificationConfigured(Change):
    type: ClassVar[str] = "classification.configured"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassificationForgotten(Change):
    """All that was learned in the workspace."""

    type: ClassVar[str] = "classification.forgotten"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassificationRequested(Change):
    """Tasks of the workspace are classified anew, by a job."""

    type: ClassVar[str] = "classification.requested"
