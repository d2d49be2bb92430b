"""The action `reminder`: tells somebody something, about a task or not."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.automation.actions import ActionKind, Doing, Output
from upnext.automation.events import ReminderDue
from upnext.automation.people import who_see
from upnext.core.changes import record
from upnext.core.errors import invalid_field
from upnext.core.load import load_for
from upnext.core.text import Text
from upnext.tasks.models import Task
from upnext.tasks.policy import READ

MOST_PEOPLE = 50


class Reminder(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: Annotated[str, Text(most=500)] = ""
    task_id: UUID | None = None
    user_ids: Annotated[
        list[UUID],
        Field(max_length=MOST_PEOPLE, description="Whom to remind; left out: yourself."),
    ] = []

    @model_validator(mode="after")
    def _says_something(self) -> "Reminder":
        if not self.text and self.task_id is None:
            raise PydanticCustomError("nothing", "give a `text`, a `task_id`, or both")
        return self


async def _check(session: AsyncSession, doing: Doing, settings: Reminder) -> None:
    await _people(session, doing, settings)


async def _people(
    session: AsyncSession, doing: Doing, settings: Reminder
) -> tuple[list[UUID], Task | None]:
    """Whom to remind, who all may see what it is about. Raises Invalid for anybody else."""
    task = None
    if settings.task_id is not None:
        task = await load_for(session, doing.actor, READ, Task, settings.task_id)
    own = doing.actor.user_id
    asked = list(dict.fromkeys(settings.user_ids)) or ([own] if own else [])
    place = (task.workspace_id, task.project_id) if task else (doing.workspace_id, None)
    seen = await who_see(session, place, [each for each in asked if each != own])
    for index, user_id in enumerate(asked):
        if user_id != own and user_id not in seen:
            detail = "is no member who can see it"
            raise invalid_field(f"/action/user_ids/{index}", detail, "not_remindable")
    return asked, task


async def _apply(session: AsyncSession, doing: Doing, settings: Reminder, _: object) -> Output:
    people, task = await _people(session, doing, settings)
    for user_id in people:
        told: dict[str, Any] = {
            "user_id": str(user_id),
            "text": settings.text or (task.title if task else ""),
            "task_id": str(task.id) if task else None,
        }
        diff = {name: (None, value) for name, value in told.items() if value is not None}
        change = ReminderDue(resource_id=doing.schedule_id, about="schedule", diff=diff)
        await record(session, doing.actor, change)
    return {"reminded": [str(user_id) for user_id in people]}


async def _preview(session: AsyncSession, doing: Doing, settings: Reminder) -> Output:
    people, task = await _people(session, doing, settings)
    text = settings.text or (task.title if task else "")
    return {"remind": [str(user_id) for user_id in people], "text": text}


REMINDER = ActionKind(
    name="reminder", settings=Reminder, check=_check, apply=_apply, preview=_preview
)
