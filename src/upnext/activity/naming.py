"""Names for the ids that changes speak of, in one statement, and none that are hidden."""

from collections.abc import Iterable, Set
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.activity import queries
from upnext.core.db import rows_of


class Person(NamedTuple):
    name: str
    email: str
    time_zone: str
    language: str


class Thing(NamedTuple):
    """A task with its key and title, or a project with its key and name."""

    key: str
    name: str


class Names:
    """By id. What is nowhere in it is gone."""

    def __init__(self) -> None:
        self.people: dict[UUID, Person] = {}
        self.tasks: dict[UUID, Thing] = {}
        self.projects: dict[UUID, Thing] = {}
        self.others: dict[UUID, Thing] = {}
        """Goals, boards and columns with their names; comments and files with their task's."""
        self.silenced: set[UUID] = set()
        """Comments that were deleted: what they said is told to nobody any more."""
        self.hidden: set[UUID] = set()
        """What is there, but not for who asks."""


async def look_up(
    session: AsyncSession,
    people: Iterable[UUID],
    tasks: Iterable[UUID],
    projects: Iterable[UUID],
    others: Iterable[UUID] = (),
    *,
    hidden: Set[UUID] = frozenset(),
) -> Names:
    """`hidden` are the projects of which nothing is told."""
    found = Names()
    wanted = [sorted(set(ids)) for ids in (people, tasks, projects, others)]
    rows = await rows_of(session, queries.names(*wanted)) if any(wanted) else []
    for kind, row_id, project_id, one, other, zone, language in rows:
        if kind == queries.PERSON:
            name = one or other.partition("@")[0]
            found.people[row_id] = Person(name, other, zone, language)
        elif project_id in hidden:
            found.hidden.add(row_id)
        else:
            things = {queries.TASK: found.tasks, queries.PROJECT: found.projects}
            things.get(kind, found.others)[row_id] = Thing(one, other)
        if zone == queries.GONE:
            found.silenced.add(row_id)
    return found
