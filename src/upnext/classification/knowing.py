"""What is known of a workspace, read from the database."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from upnext.classification import queries
from upnext.classification.chain import Knowledge
from upnext.classification.memory import Lesson, Memory
from upnext.classification.predictions import Custom
from upnext.core.lanes import Lane, Prepared
from upnext.core.lanes.named import Named

MOST_LESSONS: Final = 1_000
MOST_TITLES: Final = 200

_WISH: Final = Named(queries.wish())
_CUSTOM: Final = Named(queries.custom())
_LESSONS: Final = Prepared(queries.lessons())


async def knowledge(lane: Lane, workspace_id: UUID) -> Knowledge:
    """Three short statements."""
    wishes = await _WISH.rows(lane, {"workspace_id": workspace_id})
    learning, helps, remote, local_projects = wishes[0] if wishes else (True, True, True, ())
    own = await custom(lane, workspace_id)
    taught = await lessons(lane, workspace_id) if learning and helps else []
    return Knowledge(
        memory=Memory(taught, own),
        custom=own,
        remote=remote,
        local_projects=frozenset(local_projects),
        sorted_titles=tuple(
            (lesson.text, lesson.value) for lesson in taught if lesson.field == "category"
        )[-MOST_TITLES:],
    )


async def custom(lane: Lane, workspace_id: UUID) -> tuple[Custom, ...]:
    rows = await _CUSTOM.rows(lane, {"workspace_id": workspace_id})
    return tuple(Custom(name, description, tuple(examples)) for name, description, examples in rows)


async def lessons(lane: Lane, workspace_id: UUID) -> Sequence[Lesson]:
    """The latest, in the order of time."""
    rows = await lane.fetch(_LESSONS, {"workspace_id": workspace_id, "most": MOST_LESSONS})
    return [Lesson(title, name, value, category) for title, name, value, category, *_ in rows[::-1]]
