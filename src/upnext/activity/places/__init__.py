"""Whom a change concerns: the project that it happened in, and what of it is hidden from whom.

The log says only what happened. Where a thing is now decides who may read of it: with the task
that moves into a private project, its past goes there too.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.activity.places import queries
from upnext.core.auth import Actor, WorkspaceRole
from upnext.core.db import rows_of
from upnext.core.envelope import Envelope, Hide, Sealed, envelope

ADMINS = frozenset({WorkspaceRole.OWNER, WorkspaceRole.ADMIN})


class Rule(Enum):
    """How the project of a change is found."""

    LOOKED_UP = auto()
    ITSELF = auto()
    NAMED = auto()
    """By the diff's `project_id`; without one it concerns the workspace."""
    WORKSPACE = auto()
    """All members of the workspace."""


RULES: Mapping[str, Rule] = {
    "task": Rule.LOOKED_UP,
    "comment": Rule.LOOKED_UP,
    "goal": Rule.LOOKED_UP,
    "board": Rule.LOOKED_UP,
    "file": Rule.LOOKED_UP,
    "time_entry": Rule.LOOKED_UP,
    "template": Rule.LOOKED_UP,
    "rule": Rule.LOOKED_UP,
    "project": Rule.ITSELF,
    "project_member": Rule.NAMED,
    "sla_policy": Rule.NAMED,
    "workspace": Rule.WORKSPACE,
    "workspace_member": Rule.WORKSPACE,
    "calendar": Rule.WORKSPACE,
    "filter": Rule.WORKSPACE,
}
"""By resource. What is not here is told to the workspace's owners and admins only."""

_LOOKED_UP = frozenset(n for n, rule in RULES.items() if rule is Rule.LOOKED_UP) - {"task"}
_TASKS = frozenset({"parent_id", "blocked_by", "task_id"})
_OTHERS = frozenset({"goal_id", "board_id", "column_id"})
_PROJECT = frozenset({"project_id"})
_IDS = _TASKS | _OTHERS | _PROJECT
_SAID = "body"


class Place(NamedTuple):
    """`project_id` None: it concerns the workspace as a whole."""

    project_id: UUID | None
    admins_only: bool = False


UNKNOWN = Place(None, admins_only=True)


@dataclass(slots=True)
class Places:
    """Of the changes that they were looked up for."""

    projects: dict[UUID, UUID | None] = field(default_factory=dict)
    """By the id of what was looked up. What is gone is not in it."""
    silenced: set[UUID] = field(default_factory=set)
    """Comments that were deleted: what they said is told to nobody any more."""

    def of(self, row: Sealed) -> Place:
        rule = RULES.get(row.resource)
        if rule is None:
            return UNKNOWN
        if rule is Rule.WORKSPACE:
            return Place(None)
        if rule is Rule.LOOKED_UP and row.resource_id in self.projects:
            return Place(self.projects[row.resource_id])
        named = _project_named(row.diff)
        if rule is Rule.NAMED and named is None:
            return Place(None)
        project_id = row.resource_id if rule is Rule.ITSELF else named
        # Of what is gone for good nobody can say any more who saw it.
        return Place(project_id) if project_id in self.projects else UNKNOWN

    def told(self, actor: Actor, row: Sealed) -> Envelope | None:
        """The change as `actor` may know it; None: it is not for them."""
        place = self.of(row)
        role = actor.role_in(row.workspace_id, place.project_id)
        if role is None or (place.admins_only and role not in ADMINS):
            return None
        return envelope(row, place.project_id, self.hide(actor, row))

    def hide(self, actor: Actor | None, row: Sealed) -> Hide:
        """What `actor` does not get of it; without one, what nobody gets any more."""
        found: dict[str, tuple[bool, bool]] = {}
        hidden = actor.hidden if actor else frozenset[UUID]()
        if hidden:
            for name, sides in row.diff.items():
                found[name] = (
                    self._is_hidden(hidden, name, sides[0]),
                    self._is_hidden(hidden, name, sides[1]),
                )
            # The key of a task begins with that of the project it was in then.
            if "key" in row.diff and "project_id" in found:
                found["key"] = found["project_id"]
        if row.resource_id in self.silenced:
            found[_SAID] = (True, True)
        return found

    def _is_hidden(self, hidden: frozenset[UUID], name: str, value: Any) -> bool:  # JSON
        if value is None or name not in _IDS:
            return False
        named = UUID(value)
        # Gone for good: it may have been hidden.
        return named not in self.projects or self.projects[named] in hidden


async def locate(session: AsyncSession, rows: Sequence[Sealed]) -> Places:
    """Of all of them, in one statement at most."""
    tasks = {row.resource_id for row in rows if row.resource == "task"}
    others = {row.resource_id for row in rows if row.resource in _LOOKED_UP}
    projects = {row.resource_id for row in rows if row.resource == "project"}
    for row in rows:
        tasks.update(_named(row.diff, _TASKS))
        projects.update(_named(row.diff, _PROJECT))
        others.update(_named(row.diff, _OTHERS))
    found = Places()
    if tasks or projects or others:
        statement = queries.places(sorted(tasks), sorted(projects), sorted(others))
        for row_id, project_id, said in await rows_of(session, statement):
            found.projects[row_id] = project_id
            if said == queries.SILENCED:
                found.silenced.add(row_id)
    return found


def _named(diff: Mapping[str, Sequence[Any]], names: frozenset[str]) -> Iterator[UUID]:
    for name in names & diff.keys():
        yield from (UUID(each) for each in diff[name] if each is not None)


def _project_named(diff: Mapping[str, Sequence[Any]]) -> UUID | None:
    sides = diff.get("project_id", (None, None))
    named = sides[1] if sides[1] is not None else sides[0]
    return None if named is None else UUID(named)
