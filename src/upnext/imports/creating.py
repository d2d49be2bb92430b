"""The portion of a run that makes tasks, or brings those that are there up to date."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from upnext.core.errors import AppError
from upnext.imports import queries
from upnext.imports.desks import Desk
from upnext.imports.formats.items import Item
from upnext.imports.placing import Places
from upnext.imports.shaping import Raw, lost_repetition, past_of, raw_task
from upnext.tasks import bulk, service
from upnext.tasks.schemas import TaskCreate, TaskPatch

_KEPT = {"title", "description", "status", "priority", "category", "energy", "tags", "context",
         "due_at", "start_at", "estimated_duration", "parent_id"}  # fmt: skip
"""What `update_existing` follows; people and projects stay as they are here."""


async def create(desk: Desk, items: Sequence[Item]) -> None:
    """Each item is judged on its own; the run's counts and its report tell what became of it."""
    if not (desk.run.options["dry_run"] or desk.run.options["update_existing"]):
        items = await _without_existing(desk, items)
    places = Places(desk)
    await places.look_up(items)
    spots = [places.of(item) for item in items]
    raws = [raw_task(item, spot, desk.zone) for item, spot in zip(items, spots, strict=True)]
    for item in items:
        if told := lost_repetition(item, desk.zone):
            desk.report.warn(item.line, told)
    if desk.run.options["dry_run"]:
        await _rehearse(desk, items, raws)
        return
    past = [past_of(item, spot) for item, spot in zip(items, spots, strict=True)]
    outcome = await bulk.create_many(desk.session, desk.actor, raws, past=past)
    for item, raw, result in zip(items, raws, outcome["results"], strict=True):
        await _tally(desk, item, raw, result)


async def _without_existing(desk: Desk, items: Sequence[Item]) -> list[Item]:
    """What is there stays as it is, also where its project is archived or has another name."""
    keys = {item.external_id for item in items if item.external_id}
    rows = await desk.session.execute(queries.placed(desk.run.workspace_id, keys))
    known = {row.external_key for row in rows}
    fresh = [item for item in items if item.external_id not in known]
    desk.run.existing += len(items) - len(fresh)
    return fresh


async def _tally(desk: Desk, item: Item, raw: Raw, result: dict[str, Any]) -> None:
    if result["status"] == "invalid":
        _refuse(desk, item, result["errors"])
    elif result["status"] == "created":
        desk.run.created += 1
    elif desk.run.options["update_existing"]:
        await _update(desk, item, raw, result["task"])
    else:
        desk.run.existing += 1


def _refuse(desk: Desk, item: Item, errors: Sequence[Any]) -> None:
    desk.run.failed += 1
    found = (f"{error['pointer'].strip('/')}: {error['detail']}" for error in errors)
    desk.report.error(item.line, "; ".join(found))


async def _update(desk: Desk, item: Item, raw: Raw, task: dict[str, Any]) -> None:
    """Writes what the file says and the task does not; what the file leaves open stays."""
    said = {name: value for name, value in raw.items() if name in _KEPT}
    patch = TaskPatch.model_validate(said)
    changed = {name for name in said if getattr(patch, name) != task[name]}
    if not changed:
        desk.run.existing += 1
        return
    patch = TaskPatch.model_validate({name: said[name] for name in changed})
    try:
        await service.update_task(desk.session, desk.actor, UUID(str(task["id"])), patch)
    except AppError as refusal:
        desk.run.failed += 1
        desk.report.error(item.line, f"{task['key']} cannot be updated: {refusal.detail}")
    else:
        desk.run.updated += 1


async def _rehearse(desk: Desk, items: Sequence[Item], raws: Sequence[Raw]) -> None:
    keys = {item.external_id for item in items if item.external_id}
    rows = await desk.session.execute(queries.placed(desk.run.workspace_id, keys))
    known = {row.external_key for row in rows}
    for item, raw in zip(items, raws, strict=True):
        try:
            TaskCreate.model_validate(raw)
        except ValidationError as error:
            found = error.errors(include_url=False, include_context=False, include_input=False)
            where = [{"pointer": "/".join(map(str, e["loc"])), "detail": e["msg"]} for e in found]
            _refuse(desk, item, where)
            continue
        desk.run.existing += item.external_id in known
        desk.run.created += item.external_id not in known
