from typing import Annotated
from uuid import UUID

from fastapi import Depends

from upnext.activity import service
from upnext.activity.schemas import ActivityAsked, ActivityPage
from upnext.core.auth import Actor
from upnext.core.fastread import described, query
from upnext.core.http import CurrentRuntime, ReadRoute, Session
from upnext.core.routing import Router
from upnext.tasks.policy import TASKS_READ
from upnext.workspaces.http import requires

reads = Router(tags=["activity"], route_class=ReadRoute)
routers = (reads,)

Reader = Annotated[Actor, requires(TASKS_READ)]
Asked = Annotated[ActivityAsked, Depends(query(ActivityAsked))]
PARAMETERS = described(ActivityAsked)


@reads.get("/tasks/{task_id:uuid}/activity", openapi_extra=PARAMETERS)
@reads.get("/tasks/{task_id:uuid}/history", openapi_extra=PARAMETERS)
async def list_task_activity(
    session: Session, actor: Reader, runtime: CurrentRuntime, task_id: UUID, asked: Asked
) -> ActivityPage:
    """What happened to a task, the newest first."""
    return await service.of_task(session, actor, runtime.keys, task_id, asked)


@reads.get("/projects/{project_id:uuid}/activity", openapi_extra=PARAMETERS)
async def list_project_activity(
    session: Session, actor: Reader, runtime: CurrentRuntime, project_id: UUID, asked: Asked
) -> ActivityPage:
    """What happened in a project and to its tasks, the newest first."""
    return await service.of_project(session, actor, runtime.keys, project_id, asked)
