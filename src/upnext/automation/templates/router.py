from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from upnext.automation import policy
from upnext.automation.models import Template
from upnext.automation.templates import service
from upnext.automation.templates.schemas import (
    Made,
    TemplateCreate,
    TemplatePage,
    TemplatePatch,
    TemplateRead,
    Use,
)
from upnext.core.auth import Actor
from upnext.core.http import CurrentRuntime, IfMatch, Now, ReadRoute, Session, WriteRoute, etag
from upnext.core.routing import Router
from upnext.tasks.wire import task_wire
from upnext.workspaces.http import requires

reads = Router(prefix="/templates", tags=["automation"], route_class=ReadRoute)
writes = Router(prefix="/templates", tags=["automation"], route_class=WriteRoute)
routers = (reads, writes)

Reader = Annotated[Actor, requires(policy.AUTOMATION_READ)]
Writer = Annotated[Actor, requires(policy.AUTOMATION_WRITE)]
Limit = Annotated[int, Query(ge=1, le=100)]
Cursor = Annotated[str | None, Query(max_length=2_000)]


def _read(row: Template) -> TemplateRead:
    return TemplateRead(
        id=row.id,
        workspace_id=row.workspace_id,
        project_id=row.project_id,
        name=row.name,
        task=service.body_of(row),
        variables=service.variables_of(row),
        created_by=row.created_by,
        created_at=row.created_at,
        updated_at=row.updated_at,
        version=row.version,
    )


@reads.get("")
async def list_templates(
    session: Session,
    actor: Reader,
    runtime: CurrentRuntime,
    workspace_id: UUID | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> TemplatePage:
    """By name; those of projects that you may see, and of the workspaces themselves."""
    found, more = await service.find(
        session, actor, runtime.keys, workspace_id=workspace_id, limit=limit, cursor=cursor
    )
    return TemplatePage(items=[_read(each) for each in found], next_cursor=more)


@writes.post("", status_code=201)
async def create_template(
    data: TemplateCreate, session: Session, actor: Writer, response: Response
) -> TemplateRead:
    """Make a template: a task, its subtasks, dates relative to its use, and variables."""
    made = await service.create(session, actor, data)
    response.headers["Location"] = f"/api/v1/templates/{made.id}"
    response.headers["ETag"] = etag(made.version)
    return _read(made)


@reads.get("/{template_id:uuid}")
async def get_template(
    template_id: UUID, session: Session, actor: Reader, response: Response
) -> TemplateRead:
    found = await service.get(session, actor, template_id)
    response.headers["ETag"] = etag(found.version)
    return _read(found)


@writes.patch("/{template_id:uuid}")
async def update_template(
    template_id: UUID,
    data: TemplatePatch,
    session: Session,
    actor: Writer,
    expected: IfMatch,
    response: Response,
) -> TemplateRead:
    """What is left out stays as it is; `task` and `variables` are replaced as a whole."""
    found = await service.update(session, actor, template_id, data, expected=expected)
    response.headers["ETag"] = etag(found.version)
    return _read(found)


@writes.delete("/{template_id:uuid}", status_code=204)
async def delete_template(
    template_id: UUID, session: Session, actor: Writer, expected: IfMatch
) -> None:
    """Tasks that were made from it stay; schedules that use it fail from now on."""
    await service.delete(session, actor, template_id, expected=expected)


@writes.post("/{template_id:uuid}/create", status_code=201)
async def use_template(
    template_id: UUID, data: Use, session: Session, actor: Writer, now: Now
) -> Made:
    """Make the template's tasks, or only say what would be made."""
    made = await service.use(session, actor, template_id, data)
    first, *below = [task_wire(task, actor.hidden, now) for task in made]
    return Made(task=first, subtasks=below, dry_run=data.dry_run)
