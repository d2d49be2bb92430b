"""Where tasks are added, and what is known of that project."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from upnext.core.inserts.queries import Footing


class Place(NamedTuple):
    workspace_id: UUID
    project_id: UUID

    @property
    def named(self) -> dict[str, Any]:
        """Parameters of the statements that ask for a number there."""
        return {"standing_id": self.project_id, "standing_in": self.workspace_id}


@dataclass(frozen=True, slots=True)
class ProjectSlot:
    """A project with `count` numbers from `first_number` on that are the caller's now."""

    id: UUID
    workspace_id: UUID
    key: str
    first_number: int
    archived: bool
    trashed: bool
    layout: Mapping[str, Any] | None
    """Its boards; see tasks/placing.py."""
    sla_ruled: bool = False
    footing: Footing | None = None

    @property
    def place(self) -> tuple[UUID, UUID | None]:
        return self.workspace_id, self.id

    def numbered(self, number: int, footing: Footing) -> "ProjectSlot":
        """By place: dataclasses.replace costs as much as half of what is done with it."""
        return ProjectSlot(
            self.id,
            self.workspace_id,
            self.key,
            number,
            self.archived,
            self.trashed,
            self.layout,
            self.sla_ruled,
            footing,
        )
