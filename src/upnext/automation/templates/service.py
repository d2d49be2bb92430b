"""The use cases of templates."""

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic_core import PydanticCustomError
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.automation import policy
from upnext.automation.events import TemplateCreated, TemplateDeleted, TemplateUpdated
from upnext.automation.models import Template
from upnext.automation.owners import personal_workspace, require_person
from upnext.automation.templates import queries
from upnext.automation.templates.making import Moment, make, settled
from upnext.automation.templates.schemas import (
    TemplateCreate,
    TemplatePatch,
    TemplateTask,
    Use,
    Variable,
    check,
)
from upnext.core.auth import Actor
from upnext.core.changes import Diff, record, unit_of
from upnext.core.errors import Conflict, invalid_field
from upnext.core.keys import KeyRing
from upnext.core.load import Action, check_version, load_for, permit
from upnext.core.paging import read_cursor, write_cursor
from upnext.identity import service as accounts
from upnext.tasks.models import Task, folded
from upnext.workspaces.models import Project

MOST = 500
NAME_KEY = 200


async def create(session: AsyncSession, actor: Actor, data: TemplateCreate) -> Template:
    workspace_id = await _place(session, actor, data.workspace_id, data.project_id)
    if (await session.scalar(queries.count(workspace_id)) or 0) >= MOST:
        raise Conflict(
            f"The workspace has {MOST} templates, which is the most. Delete one first.",
            code="too_many_templates",
        )
    now = unit_of(session).now
    made = Template(
        workspace_id=workspace_id,
        project_id=data.project_id,
        created_by=require_person(actor),
        name=data.name,
        name_key=folded(data.name, NAME_KEY),
        body=data.task.model_dump(mode="json", exclude_unset=True),
        variables=[each.model_dump() for each in data.variables],
        created_at=now,
        updated_at=now,
    )
    session.add(made)
    await session.flush()
    await _tell(session, actor, TemplateCreated, made, {"name": (None, made.name)})
    return made


async def _place(
    session: AsyncSession, actor: Actor, workspace_id: UUID | None, project_id: UUID | None
) -> UUID:
    """The workspace, which a project says by itself."""
    if project_id is not None:
        project = await load_for(
            session, actor, policy.CREATE_TEMPLATE, Project, project_id, parent=workspace_id
        )
        return project.workspace_id
    workspace_id = workspace_id or await personal_workspace(session, actor)
    permit(actor, policy.CREATE_TEMPLATE, workspace_id)
    return workspace_id


async def get(
    session: AsyncSession, actor: Actor, template_id: UUID, action: Action = policy.READ_TEMPLATE
) -> Template:
    """Not there while its project lies in the trash."""
    found = await load_for(session, actor, action, Template, template_id)
    if found.project_id is not None:
        await load_for(session, actor, action, Project, found.project_id)
    return found


async def find(
    session: AsyncSession,
    actor: Actor,
    keys: KeyRing,
    *,
    workspace_id: UUID | None,
    limit: int,
    cursor: str | None,
) -> tuple[list[Template], str | None]:
    if workspace_id is not None:
        permit(actor, policy.READ_TEMPLATE, workspace_id)
    places = [workspace_id] if workspace_id else list(actor.workspaces)
    behind = read_cursor(keys, queries.BY_NAME, cursor) if cursor else None
    found = list(await session.scalars(queries.visible(places, actor.hidden, behind, limit)))
    if len(found) <= limit:
        return found, None
    last = found[limit - 1]
    return found[:limit], write_cursor(keys, queries.BY_NAME, [last.name_key, last.id])


async def update(
    session: AsyncSession,
    actor: Actor,
    template_id: UUID,
    data: TemplatePatch,
    *,
    expected: int | None = None,
) -> Template:
    found = await get(session, actor, template_id, policy.UPDATE_TEMPLATE)
    found = await load_for(session, actor, policy.UPDATE_TEMPLATE, Template, template_id, lock=True)
    check_version(found.version, expected)
    values = _values(data)
    if values.get("project_id") is not None:
        await _place(session, actor, found.workspace_id, values["project_id"])
    changed = {name: new for name, new in values.items() if getattr(found, name) != new}
    if not changed:
        return found
    before = {name: getattr(found, name) for name in changed}
    for name, value in changed.items():
        setattr(found, name, value)
    _check(found)
    found.updated_at = unit_of(session).now
    await session.flush()
    await _tell(session, actor, TemplateUpdated, found, _diff(before, changed))
    return found


def _values(data: TemplatePatch) -> dict[str, Any]:
    given = data.model_fields_set
    values: dict[str, Any] = {name: getattr(data, name) for name in given & {"name", "project_id"}}
    if "name" in values:
        values["name_key"] = folded(values["name"], NAME_KEY)
    if "task" in given:
        values["body"] = data.task.model_dump(mode="json", exclude_unset=True)
    if "variables" in given:
        values["variables"] = [each.model_dump() for each in data.variables]
    return values


def _check(template: Template) -> None:
    try:
        check(body_of(template), variables_of(template))
    except PydanticCustomError as error:
        raise invalid_field("/task", error.message(), "bad_template") from None


def _diff(before: dict[str, Any], after: dict[str, Any]) -> Diff:
    """Long parts are named only."""
    short = {"name", "project_id"}
    told = {name: (before[name], after[name]) for name in after.keys() & short}
    plain = {
        name: tuple(str(value) if isinstance(value, UUID) else value for value in pair)
        for name, pair in told.items()
    }
    return {**plain, **dict.fromkeys(after.keys() & {"body", "variables"}, (None, None))}  # type: ignore[dict-item]  # pairs stay pairs


async def delete(
    session: AsyncSession, actor: Actor, template_id: UUID, *, expected: int | None = None
) -> None:
    await get(session, actor, template_id, policy.DELETE_TEMPLATE)
    found = await load_for(session, actor, policy.DELETE_TEMPLATE, Template, template_id, lock=True)
    check_version(found.version, expected)
    await session.delete(found)
    await session.flush()
    await _tell(session, actor, TemplateDeleted, found, {"name": (found.name, None)})


async def use(session: AsyncSession, actor: Actor, template_id: UUID, asked: Use) -> list[Task]:
    """Makes its tasks; a dry run keeps nothing."""
    template = await get(session, actor, template_id, policy.USE_TEMPLATE)
    unit = unit_of(session)
    user = await accounts.load(session, require_person(actor))
    moment = Moment(now=unit.now, zone=ZoneInfo(user.time_zone), language=user.language)
    values = settled(variables_of(template), asked.variables, moment)
    place = asked.project_id or template.project_id
    made = await make(session, actor, body_of(template), values, place, moment)
    unit.discarded = asked.dry_run
    return made


def body_of(template: Template) -> TemplateTask:
    return TemplateTask.model_validate(template.body)


def variables_of(template: Template) -> list[Variable]:
    return [Variable.model_validate(each) for each in template.variables]


async def _tell(
    session: AsyncSession, actor: Actor, kind: type[Any], row: Template, diff: Diff
) -> None:
    place = {"project_id": (None, str(row.project_id))} if row.project_id else {}
    change = kind(
        workspace_id=row.workspace_id,
        resource_id=row.id,
        version=row.version,
        diff={**diff, **place},
    )
    await record(session, actor, change)
