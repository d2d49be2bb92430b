"""The goals that tasks of a file serve: found by their titles, or made."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from uuid import UUID

from pydantic import ValidationError

from upnext.core.errors import AppError
from upnext.goals import service as goals
from upnext.goals.models import title_key
from upnext.goals.schemas import GoalCreate
from upnext.imports import queries
from upnext.imports.desks import Desk
from upnext.imports.formats.items import Aim, Item
from upnext.imports.reports import Report

Project = Callable[[str], UUID | None]
"""The id of a project by its name, if there is one."""


async def find(desk: Desk, items: Iterable[Item], project_of: Project) -> Mapping[Aim, UUID]:
    """One statement if any item serves a goal; missing ones are made, unless it is a rehearsal."""
    return await settle(desk, (item.goal for item in items), project_of)


async def settle(desk: Desk, aims: Iterable[Aim | None], project_of: Project) -> Mapping[Aim, UUID]:
    """Also for goals that nothing of the file serves."""
    wanted = list(dict.fromkeys(each for aim in aims for each in _from_the_top(aim)))
    if not wanted:
        return {}
    titles = {aim.title for aim in wanted}
    statement = queries.goals_titled(desk.run.workspace_id, titles, desk.actor.hidden)
    rows = await desk.session.execute(statement)
    known = {(row.title_key, row.project_id): row.id for row in rows}
    found: dict[Aim, UUID] = {}
    for aim in wanted:
        project_id = project_of(aim.project) if aim.project else None
        goal_id = known.get((title_key(aim.title), project_id))
        goal_id = goal_id or await _made(desk, aim, project_id, found)
        if goal_id is not None:
            found[aim] = known[title_key(aim.title), project_id] = goal_id
    return found


def _from_the_top(aim: Aim | None) -> Iterator[Aim]:
    if aim is not None:
        yield from _from_the_top(aim.parent)
        yield aim


async def _made(
    desk: Desk, aim: Aim, project_id: UUID | None, known: Mapping[Aim, UUID]
) -> UUID | None:
    report, options = desk.report, desk.run.options
    if options["dry_run"]:
        _rehearse(report, aim)
        return None
    if not options.get("create_goals", False):
        report.warn(None, f"There is no goal “{aim.title}”; its tasks serve none.")
        return None
    fields = {
        "title": aim.title,
        "description": aim.description,
        "weight": aim.weight,
        "target_date": aim.target,
        "status": aim.status,
        "workspace_id": desk.run.workspace_id,
        "project_id": project_id,
        "parent_id": known.get(aim.parent) if aim.parent else None,
    }
    said = {name: value for name, value in fields.items() if value is not None}
    try:
        made = await goals.create(desk.session, desk.actor, GoalCreate.model_validate(said))
    except AppError as refusal:
        report.warn(None, f"The goal “{aim.title}” cannot be made: {refusal.detail}")
        return None
    except ValidationError:
        report.warn(None, f"“{aim.title}” says what no goal can; its tasks serve none.")
        return None
    report.goals_created.append({"name": made.title, "id": str(made.id)})
    report.bring("goals")
    return made.id


def _rehearse(report: Report, aim: Aim) -> None:
    """Each portion of a rehearsal finds it missing again."""
    note = {"name": aim.title, "id": None}
    if note not in report.goals_created:
        report.goals_created.append(note)
        report.bring("goals")
