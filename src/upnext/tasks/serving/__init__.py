"""The goal that a task serves. What goals are is known above: here one asks which may be served.

A task keeps what its goal counts (`goal_weight`) beside the goal's id, so that nobody has to look.
Tasks without a goal cost no statement.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import set_committed_value

from upnext.core.auth import Actor
from upnext.core.changes import Question, ask
from upnext.core.errors import AppError
from upnext.tasks.models import Task
from upnext.tasks.serving import queries

POINTER: Final = "/goal_id"
PLAIN: Final = 1.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a goal counts, and why a task may not serve it, if it may not."""

    weight: float
    refusal: AppError | None = None


Verdicts = Mapping[UUID, Verdict]
Place = tuple[UUID, UUID | None]
"""A workspace, and a project in it."""


@dataclass(frozen=True, slots=True)
class MayServe(Question[Verdicts]):
    """Whether tasks in this place may serve these goals. The weights hold until the commit."""

    workspace_id: UUID
    project_id: UUID | None
    goal_ids: Collection[UUID]


async def judged(
    session: AsyncSession, actor: Actor, place: Place, goal_ids: Iterable[UUID | None]
) -> Verdicts:
    """Of those that are goals, for tasks in a place."""
    wanted = {goal_id for goal_id in goal_ids if goal_id is not None}
    if not wanted:
        return {}
    return await ask(session, actor, MayServe(*place, wanted))


def check(verdicts: Verdicts) -> None:
    """Raises the first refusal."""
    for verdict in verdicts.values():
        if verdict.refusal is not None:
            raise verdict.refusal


def weigh(task: Task, verdicts: Verdicts) -> None:
    """For a task that is not written yet."""
    if task.goal_id is not None and task.goal_id in verdicts:
        set_committed_value(task, "goal_weight", verdicts[task.goal_id].weight)


async def choose(session: AsyncSession, actor: Actor, task: Task, values: dict[str, Any]) -> None:
    """Before `values` are written into a task: what its goal counts, if goal or project change.

    A goal that `values` name is refused if tasks there may not serve it; one that the task had
    before is left behind in the project that the task leaves.
    """
    goal_id = values.get("goal_id", task.goal_id)
    project_id = values.get("project_id", task.project_id)
    if goal_id == task.goal_id and project_id == task.project_id:
        return
    verdict = Verdict(PLAIN)
    if goal_id is not None:
        asked = MayServe(task.workspace_id, project_id, [goal_id])
        verdict = (await ask(session, actor, asked))[goal_id]
    if verdict.refusal is not None:
        if "goal_id" in values:
            raise verdict.refusal
        values["goal_id"], verdict = None, Verdict(PLAIN)
    task.goal_weight = verdict.weight


async def choose_all(
    session: AsyncSession, actor: Actor, wanted: Iterable[tuple[Task, dict[str, Any]]]
) -> dict[UUID, AppError]:
    """The same for many, with one question for each place; gives why some may not, by task."""
    places: dict[Place, list[tuple[Task, dict[str, Any]]]] = {}
    for task, values in wanted:
        project_id = values.get("project_id", task.project_id)
        goal_id = values.get("goal_id", task.goal_id)
        if goal_id != task.goal_id or project_id != task.project_id:
            places.setdefault((task.workspace_id, project_id), []).append((task, values))
    refused: dict[UUID, AppError] = {}
    for place, pairs in places.items():
        goals = [values.get("goal_id", task.goal_id) for task, values in pairs]
        verdicts = await judged(session, actor, place, goals)
        for (task, values), goal_id in zip(pairs, goals, strict=True):
            verdict = verdicts.get(goal_id, Verdict(PLAIN)) if goal_id else Verdict(PLAIN)
            if verdict.refusal is not None and "goal_id" in values:
                refused[task.id] = verdict.refusal
                continue
            if verdict.refusal is not None:
                values["goal_id"], verdict = None, Verdict(PLAIN)
            values["goal_weight"] = verdict.weight
    return refused


async def set_weight(session: AsyncSession, goal_id: UUID, weight: float) -> None:
    """Of all tasks that serve the goal, also in the trash."""
    await session.execute(queries.set_weight(goal_id, weight))
