"""What a question is about."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from upnext.planning.clocks import PARAMETERS
from upnext.planning.engine import Lead, Request
from upnext.planning.queries import Shape


@dataclass(frozen=True, slots=True)
class Outlook:
    """Everything that decides which tasks a question is about."""

    shape: Shape
    params: dict[str, Any]  # bound into statements
    workspaces: tuple[UUID, ...]
    project_id: UUID | None
    request: Request

    @property
    def plain(self) -> bool:
        """Whether nothing is asked for that a plan does not know of."""
        request = self.request
        return request.minutes is None and request.energy is None and request.contexts is None

    def led(self, lead: Lead) -> "Outlook":
        return replace(self, request=replace(self.request, lead=lead))

    @property
    def least_bonus(self) -> float:
        """What the question can take off a score at most."""
        energy = PARAMETERS.energy_bonus if self.request.energy is not None else 0.0
        context = PARAMETERS.context_malus if self.request.contexts is not None else 0.0
        return -energy - context
