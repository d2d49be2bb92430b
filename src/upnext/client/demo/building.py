"""The example as records: deadlines set around now, and projects that are nobody else's."""

import random
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, cast

from upnext.client import lookup, when
from upnext.client.demo.catalogue import Aim, Chapter, Item, aims, chapters
from upnext.client.demo.records import Record, external_id
from upnext.client.session import Moment
from upnext.client.shapes import Goal, Project, Task

if TYPE_CHECKING:
    from upnext.client.api import Api

SOURCE = "demo"
_HOURS = (time(10), time(12), time(15), time(17), when.DAY_END)
_SIGNS = 3
"""How many tasks of a project or a goal are looked for to find that of an earlier run."""
_SCALES = (0.75, 1.0, 1.0, 1.25)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What one seed makes."""

    seed: int
    records: list[Record]


def plan(seed: int, moment: Moment) -> Plan:
    """The records of a seed. The same seed and day give the same records."""
    dice = random.Random(seed)  # noqa: S311 - variety, not secrecy
    items = [(chapter, item) for chapter in chapters() for item in chapter.items]
    records = [_record(seed, chapter, item, moment, dice) for chapter, item in items]
    return Plan(seed=seed, records=records)


def _name(seed: int, chapter: Chapter, slug: str) -> str:
    return external_id(SOURCE, f"{seed}:{chapter.slug}:{slug}")


def _record(seed: int, chapter: Chapter, item: Item, moment: Moment, dice: random.Random) -> Record:
    fields: dict[str, object] = {
        "title": item.title,
        "priority": item.priority,
        "status": item.status,
        "estimated_duration": _minutes(item, dice),
        "due_at": _due(item, moment, dice),
        "start_at": _start(item, moment),
        "tags": item.tags,
        "context": item.context,
        "energy": item.energy,
        "description": item.description,
    }
    return Record(
        external_id=_name(seed, chapter, item.slug),
        fields={name: value for name, value in fields.items() if value not in (None, "", [])},
        project=chapter.name,
        goal=item.goal,
        after=tuple(_name(seed, chapter, slug) for slug in item.after),
    )


def _minutes(item: Item, dice: random.Random) -> int:
    """The duration, a little shorter or longer, in steps of five minutes."""
    scale = dice.choice(_SCALES)
    return max(5, round(item.minutes * scale / 5) * 5)


def _due(item: Item, moment: Moment, dice: random.Random) -> str | None:
    """Days from today at an hour people choose; today's deadlines are the end of the day."""
    hour = dice.choice(_HOURS)
    if item.due is None:
        return None
    return when.wire(_day(item.due, when.DAY_END if item.due == 0 else hour, moment))


def _start(item: Item, moment: Moment) -> str | None:
    return None if item.starts is None else when.wire(_day(item.starts, time(6), moment))


def _day(days: int, clock: time, moment: Moment) -> datetime:
    today = moment.now.astimezone(moment.zone).date()
    return datetime.combine(today + timedelta(days=days), clock, moment.zone)


def homes(api: "Api", made: Plan, workspace_id: str) -> dict[str, str]:
    """Ids of the example's projects by folded name.

    A project of the same name that holds anything but this example is left alone; the example then
    lives beside it under a name of its own.
    """
    known = lookup.projects(api, workspace_id, archived=None)
    found: dict[str, str] = {}
    for chapter in chapters():
        found[chapter.name.casefold()] = _home(api, made.seed, chapter, known, workspace_id)
    return found


def _home(api: "Api", seed: int, chapter: Chapter, known: list[Project], workspace_id: str) -> str:
    for item in chapter.items[:_SIGNS]:
        query = {"external_id": _name(seed, chapter, item.slug), "workspace_id": workspace_id}
        for task in cast("list[Task]", list(api.items("tasks", query))):
            return task["project_id"]
    taken = {project["name"].casefold(): project for project in known}
    for name in (chapter.name, f"{chapter.name} (demo)", f"{chapter.name} (demo {seed})"):
        project = taken.get(name.casefold())
        if project is None:
            body = {"name": name, "workspace_id": workspace_id}
            return cast("Project", api.post("projects", body))["id"]
        if _is_empty(api, project):
            return project["id"]
    raise AssertionError("a name with the seed in it is taken only by that seed's own example")


def _is_empty(api: "Api", project: Project) -> bool:
    page = api.get("tasks", {"project_id": project["id"], "limit": 1})
    return not page["items"]


def goals(api: "Api", made: Plan, workspace_id: str, moment: Moment) -> tuple[dict[str, str], int]:
    """Ids of the example's goals by their slug, and how many of them are new.

    A goal whose tasks are there already is the one that they serve, if any.
    """
    found: dict[str, str] = {}
    new = 0
    for aim in aims():
        there, goal_id = _served(api, made, aim, workspace_id)
        if not there:
            body = _goal(aim, found, workspace_id, moment)
            goal_id = cast("Goal", api.post("goals", body))["id"]
            new += 1
        if goal_id:
            found[aim.slug] = goal_id
    return found, new


def _served(api: "Api", made: Plan, aim: Aim, workspace_id: str) -> tuple[bool, str | None]:
    """Whether there is a task of the goal already, and what that serves now."""
    below = {aim.slug, *(other.slug for other in aims() if other.parent == aim.slug)}
    theirs = [record for record in made.records if record.goal in below]
    for record in theirs[:_SIGNS]:
        query = {"external_id": record.external_id, "workspace_id": workspace_id}
        for task in cast("list[Task]", list(api.items("tasks", query))):
            return True, task["goal_id"] if record.goal == aim.slug else None
    return False, None


def _goal(aim: Aim, known: dict[str, str], workspace_id: str, moment: Moment) -> dict[str, object]:
    body: dict[str, object] = {
        "title": aim.title,
        "weight": aim.weight,
        "description": aim.description,
        "workspace_id": workspace_id,
        "parent_id": known.get(aim.parent) if aim.parent else None,
    }
    if aim.target is not None:
        today = moment.now.astimezone(moment.zone).date()
        body["target_date"] = (today + timedelta(days=aim.target)).isoformat()
    return body
