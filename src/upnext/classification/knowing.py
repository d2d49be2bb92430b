"""What is known of a workspace, read from the database."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.classification import queries
from upnext.classification.chain import Knowledge
from upnext.classification.memory import Lesson, Memory
from upnext.classification.predictions import Custom

MOST_LESSONS: Final = 1_000
MOST_TITLES: Final = 200


async def knowledge(session: AsyncSession, workspace_id: UUID) -> Knowledge:
    """Three statements."""
    wish = await session.scalar(queries.setting_of(workspace_id))
    learning = wish is None or (wish.learning and wish.helps)
    own = await custom(session, workspace_id)
    taught = await lessons(session, workspace_id) if learning else []
    return Knowledge(
        memory=Memory(taught, own),
        custom=own,
        remote=wish is None or wish.remote,
        local_projects=frozenset(wish.local_projects if wish else ()),
        sorted_titles=tuple(
            (lesson.text, lesson.value) for lesson in taught if lesson.field == "category"
        )[-MOST_TITLES:],
    )


async def custom(session: AsyncSession, workspace_id: UUID) -> tuple[Custom, ...]:
    found = await session.scalars(queries.categories_of(workspace_id))
    return tuple(Custom(each.name, each.description, tuple(each.examples)) for each in found)


async def lessons(session: AsyncSession, workspace_id: UUID) -> Sequence[Lesson]:
    """The latest, in the order of time."""
    rows = (await session.execute(queries.lessons_of(workspace_id, MOST_LESSONS))).all()
    return [Lesson(title, name, value, category) for title, name, value, category, *_ in rows[::-1]]
