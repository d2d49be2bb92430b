"""The use cases around single tasks, and around many."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.classification import deriving, policy, queries
from upnext.classification.chain import told
from upnext.classification.classifier import Classifier
from upnext.classification.deriving import Predicted
from upnext.classification.events import ClassificationRequested
from upnext.classification.models import PredictionRow
from upnext.classification.schemas import Difference, FieldName, Reclassify
from upnext.core.auth import Actor
from upnext.core.changes import record
from upnext.core.errors import Conflict
from upnext.core.ids import new_id
from upnext.core.jobs import OUTBOUND, enqueue
from upnext.core.load import load_for, permit
from upnext.tasks import service as tasks
from upnext.tasks.events import TaskUpdated
from upnext.tasks.models import Task
from upnext.tasks.schemas import TaskPatch
from upnext.tasks.wire import UNKNOWN, plain
from upnext.tasks.writing import hold
from upnext.workspaces.models import Project, Workspace

AGAIN: Final = "classification.reclassify"
MOST_SHOWN, MOST_PREDICTIONS = 500, 50


async def about(
    session: AsyncSession, actor: Actor, task_id: UUID
) -> tuple[Mapping[str, Any], Sequence[PredictionRow]]:
    task = await load_for(session, actor, policy.READ, Task, task_id)
    found = await session.scalars(queries.predictions_of(task.id, MOST_PREDICTIONS))
    return task.classification or UNKNOWN, found.all()


async def predict(
    classifier: Classifier, actor: Actor, task_id: UUID, now: datetime
) -> dict[UUID, Predicted]:
    """Before any transaction: a provider may take its time."""
    async with classifier.db.read() as session:
        task = await load_for(session, actor, policy.RUN, Task, task_id)
        rows = (await session.execute(queries.texts([task.id]))).all()
    known = await classifier.known(task.workspace_id)
    return await deriving.predict(classifier.chain, rows, known, now)


async def classify(
    session: AsyncSession,
    actor: Actor,
    task_id: UUID,
    predicted: Mapping[UUID, Predicted],
    threshold: float,
) -> Task:
    """Writes what was predicted where no user set a value."""
    task = await hold(session, actor, policy.RUN, task_id)
    await deriving.write(session, predicted, threshold, actor)
    return task


async def accept(session: AsyncSession, actor: Actor, task_id: UUID, name: FieldName) -> Task:
    """The proposal becomes the user's own value."""
    task = await hold(session, actor, policy.DECIDE, task_id)
    value = _proposal(task, name)["value"]
    return await tasks.update_task(session, actor, task_id, TaskPatch.model_validate({name: value}))


async def dismiss(session: AsyncSession, actor: Actor, task_id: UUID, name: FieldName) -> Task:
    """It is not proposed again for this task."""
    task = await hold(session, actor, policy.DECIDE, task_id)
    before = task.classification or {}
    kept = (
        {key: value for key, value in before[name].items() if key != "suggestion"}
        if (proposal := _proposal(task, name))
        else {}
    )
    kept["dismissed"] = proposal["value"]
    task.classification = {**before, name: kept}
    await session.flush()
    diff = {"classification": (before, task.classification)}
    change = TaskUpdated(
        workspace_id=task.workspace_id, resource_id=task.id, version=task.version, diff=diff
    )
    await record(session, actor, change)
    return task


def _proposal(task: Task, name: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] | None = (task.classification or {}).get(name, {}).get("suggestion")
    if found is None:
        raise Conflict(
            "Nothing is suggested for this field, or somebody has just decided.",
            code="no_suggestion",
        )
    return found


# Many


async def compare(
    session: AsyncSession, actor: Actor, asked: Reclassify, classifier: Classifier, now: datetime
) -> tuple[int, list[Difference]]:
    """What would differ in the first tasks of those asked for, by what this machine knows alone:
    a dry run spends no credits."""
    await _may(session, actor, asked)
    rows = (
        await session.execute(
            queries.derivable(asked.workspace_id, asked.project_id, actor.hidden, None, MOST_SHOWN)
        )
    ).all()
    known = await classifier.known(asked.workspace_id)
    predicted = await deriving.predict(classifier.local, rows, known, now)
    found = [
        each
        for row in rows
        if row.id in predicted
        for each in _differences(row, predicted[row.id], classifier.threshold)
    ]
    return len(rows), found


def _differences(row: Any, said: Predicted, threshold: float) -> list[Difference]:
    values, sources = told(said.fields, threshold)
    return [
        Difference(
            task_id=row.id,
            key=row.key,
            title=row.title,
            field=name,  # type: ignore[arg-type]  # one of its three words
            before=plain(getattr(row, name)),  # type: ignore[arg-type]  # a column's plain value
            after=value,
            source=sources[name]["source"],
            confidence=sources[name]["confidence"],
        )
        for name, value in values.items()
        if plain(getattr(row, name)) != value
    ]


async def start(session: AsyncSession, actor: Actor, asked: Reclassify) -> UUID:
    """By a job, a portion at a time: each enqueues the next, so none is begun twice or forgotten.

    Projects that are hidden from who asks are left as they are.
    """
    await _may(session, actor, asked)
    args = {
        "workspace_id": str(asked.workspace_id),
        "project_id": asked.project_id and str(asked.project_id),
        "hidden": [str(each) for each in actor.hidden],
        "after": None,
    }
    job_id = await enqueue(session, AGAIN, args, workspace_id=asked.workspace_id, queue=OUTBOUND)
    diff = {"project_id": (None, args["project_id"])}
    change = ClassificationRequested(
        workspace_id=asked.workspace_id, resource_id=job_id or new_id(), diff=diff
    )
    await record(session, actor, change)
    assert job_id is not None  # noqa: S101  (it has no key that could be taken)
    return job_id


async def _may(session: AsyncSession, actor: Actor, asked: Reclassify) -> None:
    if asked.project_id is not None:
        await load_for(
            session,
            actor,
            policy.RECLASSIFY,
            Project,
            asked.project_id,
            parent=asked.workspace_id,
        )
        return
    await load_for(session, actor, policy.RECLASSIFY, Workspace, asked.workspace_id)
    permit(actor, policy.RECLASSIFY, asked.workspace_id)
