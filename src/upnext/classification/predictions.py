"""What is asked of those who derive values, and what they answer."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple, Protocol
from uuid import UUID

from upnext.classification.embedded.model import CATEGORIES

FALLBACK: Final[Mapping[str, str | int]] = {
    "category": "general",
    "priority": "medium",
    "estimated_duration": 30,
}
LONGEST_REASON = 200


class Prediction(NamedTuple):
    """`source`: `rule`, `memory`, `embedded`, `default` or the name of a provider."""

    value: str | int
    confidence: float
    source: str
    reason: str = ""
    model: str | None = None


class TaskText(NamedTuple):
    """What a task says about itself. `local`: its text must not leave this machine."""

    title: str
    description: str = ""
    due_at: datetime | None = None
    project_id: UUID | None = None
    local: bool = False


class Custom(NamedTuple):
    """A category of a workspace."""

    name: str
    description: str = ""
    examples: tuple[str, ...] = ()


class Remote(Protocol):
    """Somebody elsewhere who can tell a category. Never raises for what the other side does."""

    name: str

    async def category(
        self, text: TaskText, labels: Mapping[str, str], seconds: float
    ) -> Prediction | None:
        """One of `labels`, name > description; None: no answer, for whatever reason."""
        ...


class Near(Protocol):
    """Somebody on this machine who can tell a category by examples of each."""

    name: str

    async def category(
        self, text: TaskText, examples: Mapping[str, Sequence[str]]
    ) -> Prediction | None:
        """One of the keys of `examples`; None: it cannot answer."""
        ...


DEFAULTS: Final[Mapping[str, str]] = {
    "general": "anything that fits nowhere else",
    "development": "programming, software features and bugs",
    "testing": "testing software, quality assurance",
    "deployment": "releasing and deploying software",
    "maintenance": "keeping systems running, upgrades, backups",
    "documentation": "writing documentation",
    "research": "investigating, comparing, finding out",
    "design": "visual and interaction design",
    "meeting": "meetings and appointments with others",
    "communication": "calls, e-mails, messages, asking and telling people",
    "finance": "money, bills, taxes, banks",
    "health": "doctors, medicine, exercise",
    "home": "household, cleaning, repairs, garden, pets",
    "learning": "courses, studying, reading to learn, practising",
    "personal": "family, friends, celebrations, hobbies",
    "shopping": "things to buy",
    "travel": "trips, flights, hotels, packing",
    "work": "reports, clients, projects, events, business",
}
assert set(DEFAULTS) == set(CATEGORIES)  # noqa: S101  (two lists that must agree)
