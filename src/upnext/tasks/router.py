from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from upnext.core.auth import Actor
from upnext.core.fastread import described, query
from upnext.core.http import (
    CurrentRuntime,
    IfMatch,
    Now,
    Session,
    WriteRoute,
    etag,
    not_modified,
)
from upnext.core.runtime import Runtime
from upnext.core.text import TagName
from upnext.tasks import (
    bulk,
    dependencies,
    listing,
    policy,
    saved_filters,
    service,
    tagging,
    trash,
)
from upnext.tasks.filtering import Fields, meaning
from upnext.tasks.filters import TaskFilters
from upnext.tasks.models import SavedFilter, Task
from upnext.tasks.schemas import (
    BulkCreate,
    BulkOutcome,
    Dependencies,
    DependencyIn,
    FilterCreate,
    FilterList,
    FilterPage,
    FilterPatch,
    FilterRead,
    TagsIn,
    TaskCreate,
    TaskPage,
    TaskPatch,
    TaskRead,
    TaskReplace,
)
from upnext.tasks.wire import dump, task_wire
from upnext.workspaces.http import requires

reads = APIRouter(prefix="/tasks", tags=["tasks"])
writes = APIRouter(prefix="/tasks", tags=["tasks"], route_class=WriteRoute)
filter_reads = APIRouter(prefix="/filters", tags=["filters"])
filter_writes = APIRouter(prefix="/filters", tags=["filters"], route_class=WriteRoute)
routers = (reads, writes, filter_reads, filter_writes)

Reader = Annotated[Actor, requires(policy.TASKS_READ)]
Writer = Annotated[Actor, requires(policy.TASKS_WRITE)]
UNCHANGED: dict[int | str, dict[str, Any]] = {304: {"description": "As in If-None-Match"}}
KNOWN: dict[int | str, dict[str, Any]] = {
    200: {"model": Dependencies, "description": "It was there already"}
}


def fields_of(runtime: Runtime) -> Fields:
    """What filters can speak of, those of the domains above included."""
    fields: Fields = runtime.parts["filter_fields"]
    return fields


def _json(value: object, status: int = 200, **headers: str) -> Response:
    body = value if isinstance(value, bytes) else dump(value)
    return Response(body, status, headers, media_type="application/json")


def _shown(task: Task, actor: Actor, now: datetime, status: int = 200, **headers: str) -> Response:
    wire = task_wire(task, actor.hidden, now)
    return _json(wire, status, ETag=etag(task.version), **headers)


@reads.get("", response_model=TaskPage, openapi_extra=described(TaskFilters))
async def list_tasks(
    session: Session,
    actor: Reader,
    runtime: CurrentRuntime,
    now: Now,
    filters: Annotated[TaskFilters, Depends(query(TaskFilters))],
) -> Response:
    page = await listing.list_tasks(
        session, actor, filters, keys=runtime.keys, now=now, fields=fields_of(runtime)
    )
    return _json(page)


@writes.post("", status_code=201, response_model=TaskRead)
async def create_task(session: Session, actor: Writer, data: TaskCreate, now: Now) -> Response:
    task = await service.create_task(session, actor, data)
    return _shown(task, actor, now, 201, Location=f"/api/v1/tasks/{task.id}")


@writes.post("/bulk", response_model=BulkOutcome)
async def create_many_tasks(session: Session, actor: Writer, data: BulkCreate) -> Response:
    return _json(await bulk.create_many(session, actor, data.tasks))


@reads.get("/{task_id}", response_model=TaskRead, responses=UNCHANGED)
async def get_task(
    request: Request, session: Session, actor: Reader, now: Now, task_id: UUID
) -> Response:
    task = await service.get_task(session, actor, task_id)
    answer = _shown(task, actor, now)
    # When a task becomes overdue its version stays: so one that is overdue is always sent.
    late = task.is_open and task.due_at is not None and task.due_at < now
    return (None if late else not_modified(request, answer.headers["etag"])) or answer


@writes.patch("/{task_id}", response_model=TaskRead)
async def patch_task(
    session: Session, actor: Writer, now: Now, task_id: UUID, data: TaskPatch, version: IfMatch
) -> Response:
    task = await service.update_task(session, actor, task_id, data, expected=version)
    return _shown(task, actor, now)


@writes.put("/{task_id}", response_model=TaskRead)
async def replace_task(
    session: Session, actor: Writer, now: Now, task_id: UUID, data: TaskReplace, version: IfMatch
) -> Response:
    task = await service.update_task(session, actor, task_id, data, expected=version)
    return _shown(task, actor, now)


@writes.delete("/{task_id}", status_code=204)
async def delete_task(session: Session, actor: Writer, task_id: UUID, version: IfMatch) -> None:
    await trash.delete_task(session, actor, task_id, expected=version)


@writes.post("/{task_id}/restore", response_model=TaskRead)
async def restore_task(session: Session, actor: Writer, now: Now, task_id: UUID) -> Response:
    return _shown(await trash.restore_task(session, actor, task_id), actor, now)


@writes.post("/{task_id}/tags", response_model=TaskRead)
async def add_tags(
    session: Session, actor: Writer, now: Now, task_id: UUID, data: TagsIn, version: IfMatch
) -> Response:
    task = await tagging.add_tags(session, actor, task_id, data.tags, expected=version)
    return _shown(task, actor, now)


@writes.delete("/{task_id}/tags/{tag}", response_model=TaskRead)
async def remove_tag(
    session: Session,
    actor: Writer,
    now: Now,
    task_id: UUID,
    tag: Annotated[TagName, Path()],
    version: IfMatch,
) -> Response:
    task = await tagging.remove_tag(session, actor, task_id, tag, expected=version)
    return _shown(task, actor, now)


@reads.get("/{task_id}/dependencies", response_model=Dependencies)
async def get_dependencies(session: Session, actor: Reader, task_id: UUID) -> Response:
    return _json(await dependencies.neighbours(session, actor, task_id))


@writes.post(
    "/{task_id}/dependencies", status_code=201, response_model=Dependencies, responses=KNOWN
)
async def add_dependency(
    session: Session, actor: Writer, task_id: UUID, data: DependencyIn
) -> Response:
    new = await dependencies.add(session, actor, task_id, data.blocked_by)
    return _json(await dependencies.neighbours(session, actor, task_id), 201 if new else 200)


@writes.delete("/{task_id}/dependencies/{blocked_by_id}", status_code=204)
async def remove_dependency(
    session: Session, actor: Writer, task_id: UUID, blocked_by_id: UUID
) -> None:
    await dependencies.remove(session, actor, task_id, blocked_by_id)


@reads.get("/{task_id}/subtasks", response_model=TaskPage)
async def list_subtasks(
    session: Session, actor: Reader, runtime: CurrentRuntime, now: Now, task_id: UUID
) -> Response:
    return _json(await listing.list_subtasks(session, actor, task_id, keys=runtime.keys, now=now))


# Saved filters


def _filter(row: SavedFilter, runtime: Runtime) -> FilterRead:
    names = FilterRead.model_fields.keys() - {"meaning"}
    shown = {name: getattr(row, name) for name in names}
    return FilterRead(meaning=meaning(row.query, fields_of(runtime)), **shown)


@filter_reads.get("")
async def list_filters(
    session: Session,
    actor: Reader,
    runtime: CurrentRuntime,
    wanted: Annotated[FilterList, Query()],
) -> FilterPage:
    rows, cursor = await saved_filters.find(session, actor, runtime.keys, wanted)
    return FilterPage(items=[_filter(row, runtime) for row in rows], next_cursor=cursor)


@filter_writes.post("", status_code=201)
async def create_filter(
    session: Session,
    actor: Writer,
    runtime: CurrentRuntime,
    data: FilterCreate,
    response: Response,
) -> FilterRead:
    row = await saved_filters.create(session, actor, data, fields=fields_of(runtime))
    response.headers["Location"] = f"/api/v1/filters/{row.id}"
    response.headers["ETag"] = etag(row.version)
    return _filter(row, runtime)


@filter_reads.get("/{filter_id}", responses=UNCHANGED)
async def get_filter(
    request: Request, session: Session, actor: Reader, runtime: CurrentRuntime, filter_id: UUID
) -> Response:
    row = await saved_filters.get(session, actor, filter_id)
    body = _filter(row, runtime).model_dump_json().encode()
    tag = etag(row.version)
    return not_modified(request, tag) or _json(body, ETag=tag)


@filter_writes.patch("/{filter_id}", response_model=FilterRead)
async def patch_filter(
    session: Session,
    actor: Writer,
    runtime: CurrentRuntime,
    filter_id: UUID,
    data: FilterPatch,
    version: IfMatch,
) -> Response:
    row = await saved_filters.update(
        session, actor, filter_id, data, expected=version, fields=fields_of(runtime)
    )
    return _json(_filter(row, runtime).model_dump_json().encode(), ETag=etag(row.version))


@filter_writes.delete("/{filter_id}", status_code=204)
async def delete_filter(session: Session, actor: Writer, filter_id: UUID, version: IfMatch) -> None:
    await saved_filters.delete(session, actor, filter_id, expected=version)
