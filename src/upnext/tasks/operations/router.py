from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Response

from upnext.core.auth import Actor
from upnext.core.http import CurrentRuntime, ReadRoute, Session, WriteRoute
from upnext.core.routing import Router
from upnext.tasks import policy
from upnext.tasks.operations import editing, service, undoing
from upnext.tasks.operations.schemas import (
    BulkEdit,
    BulkMade,
    EditOutcome,
    OperationDetail,
    OperationList,
    OperationPage,
    OperationRead,
    OperationStepRead,
    UndoOutcome,
)
from upnext.tasks.schemas import BulkCreate
from upnext.tasks.wire import dump
from upnext.workspaces.http import requires

bulk = Router(prefix="/tasks/bulk", tags=["tasks"], route_class=WriteRoute)
reads = Router(prefix="/operations", tags=["operations"], route_class=ReadRoute)
writes = Router(prefix="/operations", tags=["operations"], route_class=WriteRoute)
routers = (bulk, reads, writes)

Reader = Annotated[Actor, requires(policy.TASKS_READ)]
Writer = Annotated[Actor, requires(policy.TASKS_WRITE)]


def _json(value: object) -> Response:
    return Response(dump(value), media_type="application/json")


@bulk.post("", response_model=BulkMade)
async def create_many_tasks(session: Session, actor: Writer, data: BulkCreate) -> Response:
    return _json(await service.create_undoable(session, actor, data.tasks))


@bulk.patch("", response_model=EditOutcome, response_model_exclude_unset=True)
async def change_many_tasks(
    session: Session, actor: Writer, runtime: CurrentRuntime, data: BulkEdit
) -> Response:
    """Up to 1,000 tasks in one transaction; what cannot be changed says why."""
    fields = runtime.parts["filter_fields"]
    return _json(await editing.edit_many(session, actor, data, fields=fields))


@reads.get("")
async def list_operations(
    session: Session,
    actor: Reader,
    runtime: CurrentRuntime,
    wanted: Annotated[OperationList, Query()],
) -> OperationPage:
    """Your own changes of many tasks, the newest first."""
    rows, cursor = await service.find(
        session, actor, runtime.keys, limit=wanted.limit, cursor=wanted.cursor
    )
    items = [OperationRead.model_validate(row) for row in rows]
    return OperationPage(items=items, next_cursor=cursor)


@reads.get("/{operation_id:uuid}")
async def get_operation(session: Session, actor: Reader, operation_id: UUID) -> OperationDetail:
    operation, steps = await service.read(session, actor, operation_id)
    told = OperationRead.model_validate(operation)
    return OperationDetail(**dict(told), tasks=[_step(*step) for step in steps])


def _step(task_id: UUID, key: str, action: Any, diff: dict[str, Sequence[Any]]) -> Any:
    """As the wire has a row of `queries.shown_steps`."""
    changes = editing.spelled(diff)
    return OperationStepRead.model_validate(
        {"task_id": task_id, "key": key, "action": action, "changes": changes}
    )


@writes.post("/{operation_id:uuid}/undo", response_model=UndoOutcome)
async def undo_operation(session: Session, actor: Writer, operation_id: UUID) -> Response:
    """Restores what nobody has changed since, and says what it left alone and why."""
    return _json(await undoing.undo(session, actor, operation_id))
