"""From predictions to values on tasks, in one transaction; and from users' values to examples."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import set_committed_value

from upnext.classification import queries
from upnext.classification.chain import Chain, Knowledge, told
from upnext.classification.predictions import LONGEST_REASON, Prediction, TaskText
from upnext.core.auth import SYSTEM, Actor
from upnext.core.changes import record_all, unit_of
from upnext.core.ids import new_id
from upnext.core.inserts import settle
from upnext.tasks.deriving import FIELDS, is_users
from upnext.tasks.events import TaskUpdated
from upnext.tasks.fields import difference
from upnext.tasks.models import Priority, Task
from upnext.tasks.queries import pair_for_update

PRIVATE = "private"
"""A tag: the text of such a task stays on this machine."""
FAILED = "failed"


class Predicted(NamedTuple):
    """Of a task that said this when it was asked about. No predictions: it could not be done."""

    text: tuple[str, str]
    fields: Mapping[str, Prediction]


def text_of(row: Any) -> TaskText:  # a Task, or a row of queries.texts
    local = PRIVATE in {tag.casefold() for tag in row.tags}
    return TaskText(row.title, row.description, row.due_at, row.project_id, local)


def open_fields(provenance: Mapping[str, Any] | None) -> list[str]:
    """Those that no user set."""
    return [name for name in FIELDS if not is_users(provenance, name)]


async def predict(
    chain: Chain,
    rows: Sequence[Row[*tuple[Any, ...]]],
    known: Knowledge,
    now: Any,  # a datetime
) -> dict[UUID, Predicted]:
    """Of those that have a field which no user set."""
    found = {}
    for row in rows:
        if names := open_fields(row.classification):
            said = await chain.classify(text_of(row), known, now, names)
            found[row.id] = Predicted((row.title, row.description), said)
    return found


async def write(
    session: AsyncSession,
    predicted: Mapping[UUID, Predicted],
    threshold: float,
    actor: Actor = SYSTEM,
    *,
    locked: Sequence[Task] | None = None,
) -> list[Task]:
    """Puts what was predicted into those tasks that still say the same, field by field where no
    user has set one meanwhile. Gives the tasks, locked; `locked`: they and maybe others are it."""
    if not predicted:
        return []
    tasks = await _lock(session, predicted.keys(), locked)
    changes, rows, noted = [], [], []
    for task in tasks:
        said = predicted[task.id]
        if task.deleted_at is not None or said.text != (task.title, task.description):
            continue
        columns, diff, notes = _outcome(session, task, said, threshold)
        if columns:
            rows.append((task, columns))
        noted += notes
        if diff:
            changes.append(_told(task, diff))
    await _save(session, rows)
    if noted:
        await session.execute(queries.add_predictions(), noted)
    await record_all(session, actor, changes)
    return tasks


async def _lock(
    session: AsyncSession, task_ids: Collection[UUID], locked: Sequence[Task] | None
) -> list[Task]:
    if locked is None:
        return list(await session.scalars(pair_for_update(task_ids)))
    return [task for task in locked if task.id in task_ids]


def _told(task: Task, diff: Mapping[str, Any]) -> TaskUpdated:
    return TaskUpdated(
        workspace_id=task.workspace_id, resource_id=task.id, version=task.version, diff=diff
    )


def _outcome(
    session: AsyncSession, task: Task, said: Predicted, threshold: float
) -> tuple[dict[str, Any], dict[str, Any], list[dict[str, Any]]]:
    now = unit_of(session).now
    names = open_fields(task.classification)
    kept = {name: said.fields[name] for name in names if name in said.fields}
    values, sources = told(kept, threshold)
    dismissed = (task.classification or {}).get("category", {}).get("dismissed")
    _forget_dismissed(sources, dismissed)
    state = "completed" if kept or not names else FAILED
    values["classification"] = {**(task.classification or {}), "state": state, **sources}
    if "priority" in values:
        values["priority"] = Priority(values["priority"])
    columns, diff = difference(task, values, now)
    diff = {name: pair for name, pair in diff.items() if name != "classification"}
    notes = [
        _note(task, name, each, now=now, applied=values[name] == each.value)
        for name, each in kept.items()
        if each.source != "default"
    ]
    return columns, dict(diff), notes


def _forget_dismissed(sources: dict[str, Any], dismissed: str | None) -> None:
    about = sources.get("category")
    if about is None or dismissed is None:
        return
    about["dismissed"] = dismissed
    if about.get("suggestion", {}).get("value") == dismissed:
        del about["suggestion"]


def _note(
    task: Task, name: str, said: Prediction, *, now: Any, applied: bool
) -> dict[str, Any]:  # `now` is a datetime
    return {
        "id": new_id(),
        "workspace_id": task.workspace_id,
        "task_id": task.id,
        "field": name,
        "value": str(said.value),
        "confidence": said.confidence,
        "source": said.source,
        "model": said.model,
        "reason": said.reason[:LONGEST_REASON],
        "applied": applied,
        "at": now,
    }


async def _save(session: AsyncSession, rows: Sequence[tuple[Task, dict[str, Any]]]) -> None:
    """Past the ORM, which would count the version up: an If-Match is about what people wrote."""
    await settle(session)
    connection = await session.connection()
    by_names: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for task, columns in rows:
        new = {f"new_{name}": value for name, value in columns.items()}
        row = {"row_id": task.id, "row_version": task.version, **new}
        by_names[tuple(sorted(columns))].append(row)
    for names, values in by_names.items():
        await connection.execute(queries.derive(names), values)
    for task, columns in rows:
        for name, value in columns.items():
            set_committed_value(task, name, value)


async def set_state(session: AsyncSession, task_ids: Collection[UUID], state: str) -> None:
    """Of those that wait to be classified."""
    tasks = await session.scalars(pair_for_update(task_ids))
    waiting = [each for each in tasks if (each.classification or {}).get("state") == "pending"]
    await _save(
        session,
        [
            (each, {"classification": {**(each.classification or {}), "state": state}})
            for each in waiting
        ],
    )


async def learn(session: AsyncSession, tasks: Sequence[Task]) -> int:
    """Keeps what users set in these tasks, as examples; where there is nothing new, at the price of
    one look, and none if they never said anything. Tells how many more categories it knows."""
    now = unit_of(session).now
    rows = [(task, found) for task in tasks if (found := _taught(task)) or task.version > 1]
    known = await _known(session, [task.id for task, _ in rows])
    rows = [(task, taught) for task, taught in rows if taught != known[task.id]]
    if any(known[task.id] for task, _ in rows):
        await session.execute(queries.drop_examples({task.id for task, _ in rows}))
    new: list[dict[str, Any]] = []
    for row, taught in rows:
        place = {"task_id": row.id, "workspace_id": row.workspace_id, "at": now}
        new += [{**place, "field": name, "value": value} for name, value in taught.items()]
    if new:
        await session.execute(queries.add_examples(), new)
    return sum(("category" in taught) - ("category" in known[task.id]) for task, taught in rows)


async def _known(session: AsyncSession, task_ids: Collection[UUID]) -> dict[UUID, dict[str, str]]:
    known: dict[UUID, dict[str, str]] = defaultdict(dict)
    if task_ids:
        for task_id, name, value in await session.execute(queries.examples_of(task_ids)):
            known[UUID(str(task_id))][name] = value
    return known


def _taught(row: Task) -> dict[str, str]:
    found = {}
    for name in FIELDS:
        source = (row.classification or {}).get(name, {}).get("source")
        value = getattr(row, name)
        if source == "user" and value is not None:
            found[name] = str(value)
    return found
