from typing import Annotated
from uuid import UUID

from fastapi import Query

from upnext.automation import policy
from upnext.automation.reminders import service
from upnext.automation.reminders.schemas import (
    ReminderCreate,
    ReminderList,
    ReminderPage,
    ReminderRead,
)
from upnext.core.auth import Actor
from upnext.core.http import CurrentRuntime, ReadRoute, Session, WriteRoute
from upnext.core.routing import Router
from upnext.workspaces.http import requires

reads = Router(tags=["automation"], route_class=ReadRoute)
writes = Router(tags=["automation"], route_class=WriteRoute)
routers = (reads, writes)

Reader = Annotated[Actor, requires(policy.AUTOMATION_READ)]
Writer = Annotated[Actor, requires(policy.AUTOMATION_WRITE)]
OF_TASK = "/tasks/{task_id:uuid}/reminders"


@reads.get("/reminders")
async def list_waiting(
    session: Session,
    actor: Reader,
    runtime: CurrentRuntime,
    wanted: Annotated[ReminderList, Query()],
) -> ReminderPage:
    """Your own that are to come, the soonest first."""
    found, more = await service.waiting(session, actor, runtime.keys, wanted)
    return ReminderPage(
        items=[ReminderRead.model_validate(each) for each in found], next_cursor=more
    )


@reads.get(OF_TASK)
async def list_reminders(task_id: UUID, session: Session, actor: Reader) -> ReminderPage:
    """Yours, and those that you set for others. Never more than a page."""
    found = await service.of_task(session, actor, task_id)
    return ReminderPage(items=[ReminderRead.model_validate(each) for each in found])


@writes.post(OF_TASK, status_code=201)
async def create_reminder(
    task_id: UUID, data: ReminderCreate, session: Session, actor: Writer
) -> ReminderRead:
    """At a time, or so long before the task is due, whenever that is moved to."""
    return ReminderRead.model_validate(await service.create(session, actor, task_id, data))


@writes.delete(f"{OF_TASK}/{{reminder_id:uuid}}", status_code=204)
async def delete_reminder(
    task_id: UUID, reminder_id: UUID, session: Session, actor: Writer
) -> None:
    await service.delete(session, actor, task_id, reminder_id)
