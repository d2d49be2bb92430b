"""The action `create_task`: from a template, or from what the action itself says."""

from typing import Annotated, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.automation.actions import ActionKind, Doing, Output
from upnext.automation.policy import USE_TEMPLATE
from upnext.automation.templates import service as templates
from upnext.automation.templates.making import Moment, make, settled
from upnext.automation.templates.schemas import MARK, TemplateTask, check, texts_of
from upnext.core.text import Text
from upnext.tasks.models import Task
from upnext.tasks.policy import CREATE
from upnext.tasks.wire import plain
from upnext.workspaces.service import place_for_new_task

TOLD = ("title", "key", "status", "priority", "due_at", "start_at", "tags")


class CreateTask(TemplateTask):
    """`template_id`, or the fields of a task."""

    title: Annotated[str, Text(most=200)] = ""
    template_id: UUID | None = None
    variables: Annotated[dict[str, Annotated[str, Text(most=500)]], Field(default_factory=dict)]
    project_id: Annotated[
        UUID | None, Field(description="None: that of the template, else your Inbox.")
    ] = None

    @model_validator(mode="after")
    def _one_of_them(self) -> "CreateTask":
        given = self.model_fields_set - {"type", "project_id"}
        if self.template_id is not None and given - {"template_id", "variables"}:
            raise PydanticCustomError("which", "give `template_id`, or the fields of a task")
        if self.template_id is None and not self.title:
            raise PydanticCustomError("which", "give a `title`, or a `template_id`")
        if self.template_id is None:
            if self.variables:
                raise PydanticCustomError("which", "`variables` are those of a template")
            check(self, [])
        return self


def _inline(settings: CreateTask) -> TemplateTask:
    given = settings.model_dump(exclude_unset=True)
    names = TemplateTask.model_fields.keys()
    return TemplateTask.model_validate({k: v for k, v in given.items() if k in names})


async def _check(session: AsyncSession, doing: Doing, settings: CreateTask) -> None:
    project_id = settings.project_id
    if settings.template_id is not None:
        template = await templates.get(session, doing.actor, settings.template_id, USE_TEMPLATE)
        settled(templates.variables_of(template), settings.variables, _moment(doing))
        project_id = project_id or template.project_id
    elif not any(MARK.search(text) for text in texts_of(settings)):
        settled([], {}, _moment(doing))
    await place_for_new_task(session, doing.actor, project_id, CREATE)


def _moment(doing: Doing) -> Moment:
    return Moment(now=doing.now, zone=ZoneInfo(doing.time_zone), language=doing.language)


async def _make(session: AsyncSession, doing: Doing, settings: CreateTask) -> list[Task]:
    moment, place = _moment(doing), settings.project_id
    body, variables = _inline(settings) if settings.template_id is None else None, []
    if settings.template_id is not None:
        template = await templates.get(session, doing.actor, settings.template_id, USE_TEMPLATE)
        body, variables = templates.body_of(template), templates.variables_of(template)
        place = place or template.project_id
    assert body is not None  # noqa: S101  (for the type checker: one of the two is)
    values = settled(variables, settings.variables, moment)
    return await make(session, doing.actor, body, values, place, moment)


async def _apply(session: AsyncSession, doing: Doing, settings: CreateTask, _: object) -> Output:
    return {"tasks": [{"id": str(task.id), "key": task.key} for task in
                      await _make(session, doing, settings)]}  # fmt: skip


async def _preview(session: AsyncSession, doing: Doing, settings: CreateTask) -> Output:
    return {"tasks": [_told(task) for task in await _make(session, doing, settings)]}


def _told(task: Task) -> dict[str, Any]:
    return {name: plain(getattr(task, name)) for name in TOLD}


CREATE_TASK = ActionKind(
    name="create_task", settings=CreateTask, check=_check, apply=_apply, preview=_preview
)
