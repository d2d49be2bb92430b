"""What classification does in the background: it derives what was left out, and learns."""

from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.classification import deriving, judging, queries
from upnext.classification.chain import Knowledge
from upnext.classification.classifier import PART, Classifier
from upnext.classification.deriving import Predicted
from upnext.classification.knowing import knowledge
from upnext.classification.sealing import DERIVE
from upnext.classification.service import AGAIN
from upnext.core.db import rows_of
from upnext.core.jobs import OUTBOUND, enqueue
from upnext.core.jobs.handlers import Attempt, JobHandler
from upnext.core.runtime import Runtime
from upnext.tasks.queries import pair_for_update

log = structlog.get_logger("upnext.classification")
PORTION: Final = 50
LONGEST: Final = 300.0


class Found(NamedTuple):
    predicted: dict[UUID, Predicted]
    threshold: float
    last: UUID | None = None


async def derive(runtime: Runtime, attempt: Attempt) -> Found:
    classifier: Classifier = runtime.parts[PART]
    ids = [UUID(each) for each in attempt.args["task_ids"]]
    async with runtime.db.read() as session:
        rows = await rows_of(session, queries.texts(ids))
    known = await knowledge(runtime.db.lane, attempt.workspace_id)
    waiting = [row for row in rows if _waits(row)]
    if classifier.remote and waiting:
        await runtime.workshop.run(attempt.context, _processing([row.id for row in waiting]))
    said = await _predict(classifier, waiting, known, runtime.clock.now(), attempt)
    return Found(said, classifier.threshold)


def _waits(row: Any) -> bool:
    return (row.classification or {}).get("state") in {"pending", "processing"}


def _processing(ids: list[UUID]) -> Any:  # a use case
    async def mark(session: AsyncSession) -> None:
        await deriving.set_state(session, ids, "processing")

    return mark


async def _predict(
    classifier: Classifier, rows: Any, known: Knowledge, now: datetime, attempt: Attempt
) -> dict[UUID, Predicted]:
    try:
        return await deriving.predict(classifier.chain, rows, known, now)
    except Exception:
        # The boundary of the last attempt: after it nobody else would tell the user.
        if attempt.number < attempt.max_attempts:
            raise
        log.exception("classification_failed", job_id=str(attempt.job_id))
        return {row.id: Predicted((row.title, row.description), {}) for row in rows}


async def derived(session: AsyncSession, attempt: Attempt, found: Found) -> None:
    ids = [UUID(each) for each in attempt.args["task_ids"]]
    tasks = list(await session.scalars(pair_for_update(ids)))
    await deriving.write(session, found.predicted, found.threshold, locked=tasks)
    stale = [
        str(task.id)
        for task in tasks
        if task.id in found.predicted and task.deleted_at is None and _waits(task)
    ]
    if stale:
        # Its text changed while it was asked about.
        args = {"task_ids": stale}
        await enqueue(session, DERIVE, args, workspace_id=attempt.workspace_id, queue=OUTBOUND)
    gained = await deriving.learn(session, [task for task in tasks if task.deleted_at is None])
    if gained > 0:
        await judging.judge_sometimes(session, attempt.workspace_id, gained)


async def again(runtime: Runtime, attempt: Attempt) -> Found:
    """The next portion, behind the last task of the one before."""
    classifier: Classifier = runtime.parts[PART]
    args = attempt.args
    async with runtime.db.read() as session:
        rows = (
            await session.execute(
                queries.derivable(
                    attempt.workspace_id,
                    args["project_id"] and UUID(args["project_id"]),
                    [UUID(each) for each in args["hidden"]],
                    args["after"] and UUID(args["after"]),
                    PORTION,
                )
            )
        ).all()
    known = await knowledge(runtime.db.lane, attempt.workspace_id)
    said = await deriving.predict(classifier.chain, rows, known, runtime.clock.now())
    return Found(said, classifier.threshold, rows[-1].id if len(rows) == PORTION else None)


async def done_again(session: AsyncSession, attempt: Attempt, found: Found) -> None:
    await deriving.write(session, found.predicted, found.threshold)
    if found.last is not None:
        args = {**attempt.args, "after": str(found.last)}
        await enqueue(session, AGAIN, args, workspace_id=attempt.workspace_id, queue=OUTBOUND)


HANDLERS = (
    JobHandler(kind=DERIVE, perform=derive, apply=derived, timeout=LONGEST, queue=OUTBOUND),
    JobHandler(kind=AGAIN, perform=again, apply=done_again, timeout=LONGEST, queue=OUTBOUND),
)
