"""Which fields of a task its user set, and which were derived: the task's `classification`.

It has the shape of the wire. How values are derived is known above; here stands what must hold
whoever derives: what a user set is theirs for good.
"""

from collections.abc import Collection, Mapping, Set
from functools import cache
from itertools import combinations
from typing import Any, Final, Literal

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.alone import know
from upnext.core.auth import Actor
from upnext.core.changes import Question, ask, unit_of
from upnext.tasks.schemas import TaskCreate

FIELDS: Final = ("category", "priority", "estimated_duration")
NAMES: Final = frozenset(FIELDS)
PART: Final = "derive_mode"
Mode = Literal["async", "sync", "off"]
Provenance = dict[str, Any]
OFF: Final = "off"
SOURCES: Final = frozenset(
    {"user", "rule", "memory", "huggingface", "openai", "minilm", "embedded", "default"}
)
BY_USER: Final[Mapping[str, Any]] = {"source": "user", "confidence": 1.0}
BY_NOBODY: Final[Mapping[str, Any]] = {"source": "default", "confidence": 0.0}


class Derive(Question[Mapping[str, Any]]):
    """What the fields of a new task are, before it is written. With `wholly` by everybody who may
    know; else by its own words alone, which asks nobody, and a job goes on from there.

    The answer has the values by their names, and their provenance as `classification`.
    """

    __slots__ = ("data", "wholly")

    def __init__(self, data: TaskCreate, *, wholly: bool) -> None:
        self.data = data
        self.wholly = wholly


def mode_of(session: AsyncSession) -> Mode:
    mode: Mode = unit_of(session).parts.get(PART, OFF)
    return mode


@cache
def _variants() -> dict[tuple[str, frozenset[str]], Provenance]:
    found = {}
    for count in range(len(FIELDS) + 1):
        for given in map(frozenset, combinations(FIELDS, count)):
            sources = {name: dict(BY_USER if name in given else BY_NOBODY) for name in FIELDS}
            for mode in ("async", "sync", OFF):
                pending = "completed" if given == NAMES else "pending"
                state = OFF if mode == OFF else pending
                found[mode, given] = {"state": state, **sources}
    return found


def begun(mode: str, given: Set[str]) -> Provenance:
    """Of a new task of which these fields were given. Shared: do not change it."""
    return _variants()[mode, frozenset(given & NAMES)]


def brought(new: Provenance, known: Mapping[str, Any] | None) -> Provenance:
    """Of a new task that comes from where it was `known` whose values these are: they stay whose
    they were, and what was done there is not begun again."""
    if known is None:
        return new
    found = {**new, **{name: known[name] for name in FIELDS if name in known}}
    if found["state"] == "pending" and known["state"] == "completed":
        found["state"] = "completed"
    return found


def claimed(provenance: Provenance | None, names: Collection[str]) -> Provenance:
    """The same after a user set these fields. What was unknown is taken for theirs, too."""
    found = provenance or {"state": OFF} | {name: dict(BY_USER) for name in FIELDS}
    found = {**found, **{name: dict(BY_USER) for name in FIELDS if name in names}}
    if found["state"] == "pending" and all(is_users(found, name) for name in FIELDS):
        found["state"] = "completed"
    return found


def is_users(provenance: Mapping[str, Any] | None, name: str) -> bool:
    """Also where nobody knows: tasks that are older than this."""
    return provenance is None or provenance[name]["source"] == "user"


def is_derived(provenance: Mapping[str, Any] | None) -> bool:
    """Whether values of it came, or are still to come, without a new version."""
    return provenance is not None and provenance["state"] != OFF


async def derived(session: AsyncSession, actor: Actor, data: TaskCreate) -> Mapping[str, Any]:
    """Before the transaction begins: what a new task's fields are, as far as that can be said."""
    if mode_of(session) != "sync":
        return await begun_by_words(session, actor, data)
    if data.model_fields_set >= NAMES:
        return {}
    await know(session)
    return await ask(session, actor, Derive(data, wholly=True))


async def begun_by_words(
    session: AsyncSession, actor: Actor, data: TaskCreate
) -> Mapping[str, Any]:
    """The same, at any time, of what waits for a job in every mode."""
    if mode_of(session) == OFF or data.model_fields_set >= NAMES:
        return {}
    return await ask(session, actor, Derive(data, wholly=False))
