"""A filter's text on its way into a list."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor
from upnext.tasks.filtering.compiling import compile_tree
from upnext.tasks.filtering.errors import FilterError, refusal
from upnext.tasks.filtering.fields import FIELDS
from upnext.tasks.filtering.kinds import Condition, Fields
from upnext.tasks.filtering.naming import scope_of
from upnext.tasks.filtering.parser import parse
from upnext.tasks.filtering.tree import Node


async def understood(
    session: AsyncSession, actor: Actor, text: str, now: datetime, *, fields: Fields = FIELDS
) -> tuple[Node, Condition]:
    """At most one query. Raises FilterError, also for names that the actor does not know."""
    node = parse(text, fields)
    scope = await scope_of(session, actor, node, now)
    return node, compile_tree(node, scope, fields)


async def asked(
    session: AsyncSession,
    actor: Actor,
    text: str,
    now: datetime,
    *,
    pointer: str,
    fields: Fields = FIELDS,
) -> tuple[Node, Condition]:
    """The same for a client, who is told by a 422 at `pointer` what is wrong and where."""
    try:
        return await understood(session, actor, text, now, fields=fields)
    except FilterError as error:
        raise refusal(error, text, pointer) from None
