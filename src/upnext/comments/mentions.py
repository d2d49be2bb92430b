"""From the name after an @ to the person, if they may see the task."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.comments import queries
from upnext.core.auth import Actor

Mentioned = dict[str, str]
"""Ids of users by the names they are called by."""


async def resolve(
    session: AsyncSession, actor: Actor, project_id: UUID, names: Sequence[str]
) -> Mentioned:
    """By user name, else by address, else by its first part if only one person has it.

    A name that finds nobody stays text, whether there is such a person elsewhere or not. Through a
    share link nobody is called: its holder is not to learn who is there.
    """
    if not names or actor.user_id is None:
        return {}
    rows = (await session.execute(queries.mentionable_by(project_id, list(names)))).all()
    exact: Mentioned = {}
    alike: dict[str, list[str]] = defaultdict(list)
    for user_id, _, _, username_key, email_key in rows:
        exact |= {own: str(user_id) for own in (username_key, email_key) if own in names}
        alike[email_key.partition("@")[0]].append(str(user_id))
    meant = {name: found[0] for name, found in alike.items() if len(found) == 1} | exact
    return {name: user_id for name, user_id in meant.items() if name in names}
