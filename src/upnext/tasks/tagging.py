"""Tags that come and go one by one."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor
from upnext.core.errors import NotFound, invalid_field
from upnext.core.text import fold
from upnext.tasks import series
from upnext.tasks.fields import Values
from upnext.tasks.models import Task
from upnext.tasks.policy import TAG
from upnext.tasks.words import MOST_TAGS
from upnext.tasks.writing import apply, hold


async def add_tags(
    session: AsyncSession,
    actor: Actor,
    task_id: UUID,
    tags: list[str],
    *,
    expected: int | None = None,
) -> Task:
    """A tag that the task has already, in whatever case, stays as it is."""
    task = await hold(session, actor, TAG, task_id, expected=expected)
    known = {fold(tag) for tag in task.tags}
    tags = task.tags + [tag for tag in tags if fold(tag) not in known]
    if len(tags) > MOST_TAGS:
        raise invalid_field(
            "/tags", f"A task has at most {MOST_TAGS} tags. Remove others first.", "too_many_tags"
        )
    return await apply(session, actor, task, _from_now_on(task, tags))


async def remove_tag(
    session: AsyncSession, actor: Actor, task_id: UUID, tag: str, *, expected: int | None = None
) -> Task:
    task = await hold(session, actor, TAG, task_id, expected=expected)
    rest = [each for each in task.tags if fold(each) != fold(tag)]
    if len(rest) == len(task.tags):
        raise NotFound("The task has no such tag.")
    return await apply(session, actor, task, _from_now_on(task, rest))


def _from_now_on(task: Task, tags: list[str]) -> Values:
    """Also in what follows, if the task repeats and had tags for this once."""
    return {"tags": tags} | series.kept(task, ["tags"], once=False)
