from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Depends, Path, Query, Request, Response
from typing_extensions import TypedDict

from upnext.core.auth import Actor
from upnext.core.fastread import described, query
from upnext.core.http import (
    CurrentRuntime,
    DoubtingSession,
    IfMatch,
    Now,
    ReadLane,
    ReadRoute,
    Session,
    WriteRoute,
    etag,
    last_written,
    not_modified,
    offer,
    runtime_of,
)
from upnext.core.routing import Router
from upnext.core.runtime import Runtime
from upnext.core.text import TagName
from upnext.core.types import micros
from upnext.tasks import (
    dependencies,
    listing,
    occurrences,
    policy,
    quick,
    quick_shapes,
    saved_filters,
    service,
    tagging,
    trash,
)
from upnext.tasks.filtering import Fields, meaning
from upnext.tasks.filters import TaskFilters
from upnext.tasks.models import SavedFilter, Task
from upnext.tasks.opened import seen, within
from upnext.tasks.pages import Condition
from upnext.tasks.quick_shapes import QuickAdd, QuickRead
from upnext.tasks.recurring import Reach
from upnext.tasks.schemas import (
    Dependencies,
    DependencyIn,
    FilterCreate,
    FilterList,
    FilterPage,
    FilterPatch,
    FilterRead,
    Occurrences,
    Skipped,
    TagsIn,
    TaskCreate,
    TaskPage,
    TaskPatch,
    TaskRead,
    TaskReplace,
)
from upnext.tasks.wire import dump, mark_of, task_wire
from upnext.workspaces.http import requires

reads = Router(prefix="/tasks", tags=["tasks"], route_class=ReadRoute)
writes = Router(prefix="/tasks", tags=["tasks"], route_class=WriteRoute)
filter_reads = Router(prefix="/filters", tags=["filters"], route_class=ReadRoute)
filter_writes = Router(prefix="/filters", tags=["filters"], route_class=WriteRoute)
routers = (reads, writes, filter_reads, filter_writes)

Reader = Annotated[Actor, requires(policy.TASKS_READ)]
Writer = Annotated[Actor, requires(policy.TASKS_WRITE)]
SharedReader = Annotated[Actor, requires(policy.TASKS_READ, links=True)]
SharedWriter = Annotated[Actor, requires(policy.TASKS_WRITE, links=True)]
Which = Annotated[
    Reach | None,
    Query(
        alias="scope",
        description="Of a task that repeats: this occurrence only, the following ones too, or all "
        "that are open. Left out: the following too, but a moved date is of this one only.",
    ),
]


class Meant(TypedDict):
    """Which version of a task, and which occurrences, a change is meant for."""

    expected: int | None
    reach: Reach | None


async def _meant(version: IfMatch, scope: Which = None) -> Meant:
    return {"expected": version, "reach": scope}


What = Annotated[Meant, Depends(_meant)]
HowMany = Annotated[int, Query(ge=1, le=100)]
Language = Annotated[Literal["en", "de"], Query(description="Of the text.")]
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
    wire = seen(task_wire(task, actor.hidden, now), actor)
    return _json(wire, status, ETag=etag(task.version), **headers)


@reads.get("", response_model=TaskPage, openapi_extra=described(TaskFilters))
async def list_tasks(
    runtime: CurrentRuntime,
    actor: SharedReader,
    lane: ReadLane,
    now: Now,
    filters: Annotated[TaskFilters, Depends(query(TaskFilters))],
) -> Response:
    filters = within(filters, actor)
    said: list[Condition] = []
    # Only words need a session, which costs as much as a tenth of the list.
    if filters.filter is not None or filters.saved_filter is not None:
        async with runtime.db.read() as session:
            said = await saved_filters.in_words(session, actor, filters, now, fields_of(runtime))
    keys = runtime.keys
    page = await listing.list_tasks(lane, actor, filters, keys=keys, now=now, said=said)
    return _json(page)


@writes.post("", status_code=201, response_model=TaskRead)
async def create_task(
    request: Request, session: DoubtingSession, actor: SharedWriter, data: TaskCreate
) -> Response:
    task = await service.create_task(session, actor, data)
    now = runtime_of(request).clock.now()
    return _shown(task, actor, now, 201, Location=f"/api/v1/tasks/{task.id}")


@writes.post("/quick", status_code=201, response_model=QuickRead, responses=quick_shapes.NOT_MADE)
async def quick_add(session: Session, actor: Writer, data: QuickAdd) -> Response:
    """A task from a line of words; indented lines below it are its subtasks."""
    body, task = await quick.add(session, actor, data)
    if task is None:
        return _json(body)
    return _json(body, 201, ETag=etag(task.version), Location=f"/api/v1/tasks/{task.id}")


@reads.get("/{task_id:uuid}", response_model=TaskRead, responses=UNCHANGED)
async def get_task(
    request: Request, actor: SharedReader, lane: ReadLane, now: Now, task_id: UUID
) -> Response:
    written = last_written(request, actor)
    task = await listing.read_task(lane, actor, task_id, now=now)
    tag = etag(task["version"], mark_of(task))
    # When a task becomes overdue its version stays: so one that is overdue is always sent.
    unchanged = None if task["overdue"] else not_modified(request, tag)
    if unchanged is not None:
        offer(request, written, tag, until=micros(task["due_at"]))
    return unchanged or _json(task, ETag=tag)


@writes.patch("/{task_id:uuid}", response_model=TaskRead)
async def patch_task(
    session: DoubtingSession,
    actor: SharedWriter,
    now: Now,
    task_id: UUID,
    data: TaskPatch,
    meant: What,
) -> Response:
    task = await occurrences.update_task(session, actor, task_id, data, **meant)
    return _shown(task, actor, now)


@writes.put("/{task_id:uuid}", response_model=TaskRead)
async def replace_task(
    session: Session, actor: Writer, now: Now, task_id: UUID, data: TaskReplace, meant: What
) -> Response:
    task = await occurrences.update_task(session, actor, task_id, data, **meant)
    return _shown(task, actor, now)


@writes.delete("/{task_id:uuid}", status_code=204)
async def delete_task(
    session: Session, actor: Writer, task_id: UUID, meant: What, response: Response
) -> None:
    """Into the trash. With `scope=this` the header Link names the next occurrence."""
    after = await occurrences.delete_task(session, actor, task_id, **meant)
    if after is not None:
        response.headers["Link"] = f'</api/v1/tasks/{after.id}>; rel="next"'


@reads.get("/{task_id:uuid}/occurrences", response_model=Occurrences)
async def list_occurrences(
    session: Session,
    actor: Reader,
    now: Now,
    task_id: UUID,
    limit: HowMany = 10,
    language: Language = "en",
) -> Response:
    found = await occurrences.preview(
        session, actor, task_id, now=now, limit=limit, language=language
    )
    return _json(found)


@writes.post("/{task_id:uuid}/skip", response_model=Skipped)
async def skip_occurrence(
    session: Session, actor: Writer, now: Now, task_id: UUID, version: IfMatch
) -> Response:
    skipped, after = await occurrences.skip(session, actor, task_id, expected=version)
    shown = [task and task_wire(task, actor.hidden, now) for task in (skipped, after)]
    return _json(dict(zip(("skipped", "next"), shown, strict=True)))


@writes.post("/{task_id:uuid}/restore", response_model=TaskRead)
async def restore_task(session: Session, actor: Writer, now: Now, task_id: UUID) -> Response:
    return _shown(await trash.restore_task(session, actor, task_id), actor, now)


@writes.post("/{task_id:uuid}/tags", response_model=TaskRead)
async def add_tags(
    session: Session, actor: SharedWriter, now: Now, task_id: UUID, data: TagsIn, version: IfMatch
) -> Response:
    task = await tagging.add_tags(session, actor, task_id, data.tags, expected=version)
    return _shown(task, actor, now)


@writes.delete("/{task_id:uuid}/tags/{tag}", response_model=TaskRead)
async def remove_tag(
    session: Session,
    actor: SharedWriter,
    now: Now,
    task_id: UUID,
    tag: Annotated[TagName, Path()],
    version: IfMatch,
) -> Response:
    task = await tagging.remove_tag(session, actor, task_id, tag, expected=version)
    return _shown(task, actor, now)


@reads.get("/{task_id:uuid}/dependencies", response_model=Dependencies)
async def get_dependencies(session: Session, actor: Reader, task_id: UUID) -> Response:
    return _json(await dependencies.neighbours(session, actor, task_id))


@writes.post(
    "/{task_id:uuid}/dependencies", status_code=201, response_model=Dependencies, responses=KNOWN
)
async def add_dependency(
    session: Session, actor: Writer, task_id: UUID, data: DependencyIn
) -> Response:
    new = await dependencies.add(session, actor, task_id, data.blocked_by)
    return _json(await dependencies.neighbours(session, actor, task_id), 201 if new else 200)


@writes.delete("/{task_id:uuid}/dependencies/{blocked_by_id:uuid}", status_code=204)
async def remove_dependency(
    session: Session, actor: Writer, task_id: UUID, blocked_by_id: UUID
) -> None:
    await dependencies.remove(session, actor, task_id, blocked_by_id)


@reads.get("/{task_id:uuid}/subtasks", response_model=TaskPage)
async def list_subtasks(
    session: Session, actor: SharedReader, runtime: CurrentRuntime, now: Now, task_id: UUID
) -> Response:
    lane, keys = runtime.db.lane, runtime.keys
    return _json(await listing.list_subtasks(session, lane, actor, task_id, keys=keys, now=now))


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


@filter_reads.get("/{filter_id:uuid}", responses=UNCHANGED)
async def get_filter(
    request: Request, session: Session, actor: Reader, runtime: CurrentRuntime, filter_id: UUID
) -> Response:
    row = await saved_filters.get(session, actor, filter_id)
    body = _filter(row, runtime).model_dump_json().encode()
    tag = etag(row.version)
    return not_modified(request, tag) or _json(body, ETag=tag)


@filter_writes.patch("/{filter_id:uuid}", response_model=FilterRead)
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


@filter_writes.delete("/{filter_id:uuid}", status_code=204)
async def delete_filter(session: Session, actor: Writer, filter_id: UUID, version: IfMatch) -> None:
    await saved_filters.delete(session, actor, filter_id, expected=version)
