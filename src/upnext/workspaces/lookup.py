"""From what people call a project or a person to the project or the person."""

import difflib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor
from upnext.core.text import fold
from upnext.identity import names
from upnext.identity.models import User
from upnext.workspaces import queries

MYSELF = "me"
_MOST_ALIKE = 3


class Called(NamedTuple):
    """A project by its name and key, or a person by their name and address."""

    id: UUID
    name: str
    key: str


@dataclass(frozen=True, slots=True)
class Lookup:
    """`found` if exactly one is called so; else the `several` that are, or those `alike`."""

    found: Called | None = None
    several: Sequence[Called] = field(default=())
    alike: Sequence[str] = field(default=())


async def project_called(session: AsyncSession, actor: Actor, name: str) -> Lookup:
    """By its name, else by its key, else by its name without spaces and dashes."""
    same = await _projects(session, actor, name)
    by_name = [one for one in same if fold(one.name) == fold(name)]
    if same:
        return _one_of(by_name or same)
    known = await _projects(session, actor, None)
    if close := [one for one in known if _squeezed(one.name) == _squeezed(name)]:
        return _one_of(close)
    folded = {fold(one.name): one.name for one in known}
    alike = [word for word in folded if fold(name) in word]
    alike = alike or difflib.get_close_matches(fold(name), folded)
    return Lookup(alike=[folded[word] for word in alike[:_MOST_ALIKE]])


async def _projects(session: AsyncSession, actor: Actor, called: str | None) -> list[Called]:
    if not actor.workspaces:
        return []
    rows = await session.execute(queries.usable_projects(actor, called))
    return [Called(*row) for row in rows]


def _squeezed(name: str) -> str:
    return re.sub(r"[\W_]+", "", fold(name))


async def people_called(
    session: AsyncSession, actor: Actor, project_id: UUID, called: Collection[str]
) -> Mapping[str, Lookup]:
    """By user name, e-mail address or the part of it before the @; `me` is the actor."""
    keys = {name: names.key(name) for name in called}
    wanted = {key for key in keys.values() if key != MYSELF}
    users: list[User] = []
    if wanted:
        users = list(await session.scalars(queries.people_called(project_id, wanted)))
    return {name: _person(key, users, actor) for name, key in keys.items()}


def _person(key: str, users: Sequence[User], actor: Actor) -> Lookup:
    if key == MYSELF and actor.user_id is not None:
        return Lookup(Called(actor.user_id, MYSELF, MYSELF))
    exact = [user for user in users if key in {user.username_key, user.email_key}]
    same = exact or [user for user in users if user.email_key.partition("@")[0] == key]
    return _one_of([Called(user.id, user.name, user.email) for user in same])


def _one_of(same: Sequence[Called]) -> Lookup:
    return Lookup(found=same[0]) if len(same) == 1 else Lookup(several=same)
