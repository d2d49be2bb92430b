"""Whether tasks can serve their old goals again, and lie in their old columns."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor
from upnext.tasks import placing, serving
from upnext.tasks.fields import Values
from upnext.tasks.models import Task
from upnext.tasks.operations.placing import Pairs, Returning

GONE = "The column that it lay in is gone."
OTHER = "The column that it lay in stands for another status by now."
STATUS = ("status", "completed_at", "started_at")


async def goals_again(session: AsyncSession, actor: Actor, pairs: Pairs) -> None:
    """Where a goal is refused, the task keeps the one that it has, and is told why."""
    steps = {task.id: (step, task) for step, task in pairs}
    refused = await serving.choose_all(session, actor, _values(pairs))
    for task_id, error in refused.items():
        step, _ = steps[task_id]
        del step.values["goal_id"]
        step.keep("goal_id", error.code, error.detail)
    if refused:
        # The goal that it keeps may have to stay behind in the project that it leaves.
        again = _values([steps[task_id] for task_id in refused])
        await serving.choose_all(session, actor, again)


async def columns_again(session: AsyncSession, actor: Actor, pairs: Pairs) -> None:
    """Where the old column cannot be had, the task lies in that of its status."""
    going = [(step, task) for step, task in pairs if "column_id" in step.values]
    layouts = await placing.layouts_of(session, {_project(*pair) for pair in going})
    for step, task in going:
        if why := _no_way_back(layouts[_project(step, task)], step.values, task):
            _drop(step.values, placing.NOWHERE)
            step.keep("column_id", *why)
    await _into_full(session, actor, pairs)


async def _into_full(session: AsyncSession, actor: Actor, pairs: Pairs) -> None:
    followed = await placing.follow_all(session, _values(pairs))
    for (step, _), (_, values) in zip(pairs, followed, strict=True):
        step.values = values
    refused = await placing.turned_away(session, actor, followed)
    for step, task in pairs:
        if error := refused.get(task.id):
            _drop(step.values, placing.NOWHERE)
            if "project_id" in step.values:
                # It goes back, but onto no board.
                step.values |= placing.NOWHERE
            else:
                _drop(step.values, STATUS)
            step.keep("column_id", error.code, error.detail)


def _no_way_back(
    layout: placing.Layout | None, values: Values, task: Task
) -> tuple[str, str] | None:
    if values["column_id"] is None:
        return None
    column, status = str(values["column_id"]), values.get("status", task.status)
    boards: Mapping[str, placing.Layout] = layout["boards"] if layout else {}
    board = boards.get(str(values.get("board_id", task.board_id)))
    if board is None or column not in board["columns"]:
        return "column_gone", GONE
    if board["columns"][column] != status and board["homes"][status] != column:
        return "column_changed", OTHER
    return None


def _project(step: Returning, task: Task) -> UUID:
    found: UUID = step.values.get("project_id", task.project_id)
    return found


def _values(pairs: Pairs) -> list[tuple[Task, Values]]:
    return [(task, step.values) for step, task in pairs]


def _drop(values: Values, names: Iterable[str]) -> None:
    for name in names:
        values.pop(name, None)
