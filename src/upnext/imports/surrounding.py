"""What a file brings beside tasks and boards: promises, a calendar, filters."""

from uuid import UUID

from pydantic import ValidationError

from upnext.core.errors import AppError
from upnext.imports import queries
from upnext.imports.boarding import Project
from upnext.imports.desks import Desk
from upnext.imports.formats.besides import Besides, KeptFilter, OpenHours, Promise
from upnext.sla import calendars, policies
from upnext.sla.schemas import CalendarPut, PolicyCreate
from upnext.tasks import saved_filters
from upnext.tasks.filtering.kinds import Fields
from upnext.tasks.models import folded
from upnext.tasks.schemas import FilterCreate

POLICIES, CALENDARS, FILTERS = "sla_policies", "calendars", "saved_filters"


async def bring(desk: Desk, one: Besides, project_of: Project, fields: Fields) -> None:
    """What is there stays as it is; what may not be made, or makes no sense here, is told."""
    try:
        match one:
            case Promise():
                await _promise(desk, one, project_of(one.project))
            case OpenHours():
                await _hours(desk, one)
            case KeptFilter():
                await _filter(desk, one, fields)
    except AppError as refusal:
        desk.report.warn(None, f"{_called(one)} cannot be made: {refusal.detail}")
    except ValidationError as error:
        reason = error.errors(include_url=False, include_context=False)[0]["msg"]
        desk.report.warn(None, f"{_called(one)} is left out: {reason}")


def _called(one: Besides) -> str:
    match one:
        case Promise():
            return f"An SLA policy of {one.project}"
        case OpenHours():
            return "The business calendar"
        case KeptFilter():
            return f"The filter “{one.fields.get('name')}”"


async def _promise(desk: Desk, one: Promise, project_id: UUID | None) -> None:
    wanted = PolicyCreate.model_validate(dict(one.fields))
    taken: set[object] = set()
    if project_id is not None:
        if not desk.run.options["dry_run"]:
            await desk.session.execute(queries.hold_project(project_id))
        taken = set(await desk.session.scalars(queries.promised(project_id)))
    if wanted.priority in taken:
        desk.report.find(POLICIES)
    elif desk.may_bring(POLICIES, "create_sla"):
        if not desk.run.options["dry_run"]:
            if project_id is None:
                desk.report.warn(None, f"There is no project for {_called(one)}.")
                return
            await policies.create(desk.session, desk.actor, project_id, wanted)
        desk.report.bring(POLICIES)


async def _hours(desk: Desk, one: OpenHours) -> None:
    """One that is set here stays: it counts for everybody's tasks."""
    wanted, here = CalendarPut.model_validate(dict(one.fields)), desk.run.workspace_id
    if await desk.session.scalar(queries.calendar(here)) is not None:
        desk.report.find(CALENDARS)
    elif desk.may_bring(CALENDARS, "create_sla"):
        if not desk.run.options["dry_run"]:
            await calendars.put(desk.session, desk.actor, here, wanted)
        desk.report.bring(CALENDARS)


async def _filter(desk: Desk, one: KeptFilter, fields: Fields) -> None:
    """Whoever made it there, here it belongs to who imports it."""
    place = None if one.everywhere else desk.run.workspace_id
    wanted = FilterCreate.model_validate({**one.fields, "workspace_id": place})
    user_id, key = desk.run.user_id, folded(wanted.name, saved_filters.NAME_KEY)
    named = queries.filter_named(user_id, place or user_id, key)
    if await desk.session.scalar(named) is not None:
        desk.report.find(FILTERS)
    elif desk.may_bring(FILTERS, "create_filters"):
        if not desk.run.options["dry_run"]:
            await saved_filters.create(desk.session, desk.actor, wanted, fields=fields)
        desk.report.bring(FILTERS)
