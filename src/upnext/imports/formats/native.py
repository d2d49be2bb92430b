"""Upnext's own JSON export, of another instance or of an earlier day."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from upnext.imports.formats import moments, spans, surroundings
from upnext.imports.formats.besides import Besides, Board
from upnext.imports.formats.encodings import decoded
from upnext.imports.formats.items import (
    Aim,
    FormatError,
    Item,
    LeftOut,
    Outcomes,
    Project,
    Repeat,
    RowError,
    Source,
    Wishes,
    worded,
)
from upnext.imports.formats.jsontext import Entry, Scanner, dicts_of, list_of, number_of, text_of
from upnext.imports.formats.priorities import priority
from upnext.imports.formats.provenance import provenance
from upnext.imports.formats.surroundings import Boards

NAME = "upnext"
VERSION = 1
_DEEPEST = 10
_MOST = 2_000


class Around(NamedTuple):
    """What tasks refer to, by id: projects, the addresses of people, goals, places on boards."""

    projects: dict[str, Entry]
    people: dict[str, str]
    aims: dict[str, Aim]
    boards: Boards


def read(data: bytes, _: Wishes) -> Outcomes:
    text, _encoding = decoded(data)
    yield Source("Upnext export")
    scanner = Scanner(text)
    document, _end = scanner.members(scanner.skip(0), {"tasks": scanner.entries})
    if not isinstance(document, dict) or document.get("format") != NAME:
        raise FormatError("This is no export of Upnext.")
    if (number_of(document, "version") or 0) > VERSION:
        raise FormatError("This export was written by a newer Upnext. Update this one first.")
    around = _around(document)
    yield from map(_project, filter(_is_open, around.projects.values()))
    yield from _some(around.aims.values(), "goals")
    yield from _some(around.boards.all, "boards")
    yield from _some(surroundings.besides(document, around.projects), "policies and filters")
    for line, task in list_of(document, "tasks"):
        yield from _task(task, line, around)


def _is_open(project: Entry) -> bool:
    return bool(text_of(project, "name")) and not project.get("deleted_at")


def _some(found: Iterable[Aim | Board | Besides], what: str) -> Outcomes:
    """No more than anybody has: each costs statements of its own."""
    for at, one in enumerate(found):
        yield one if at < _MOST else LeftOut(what)


def _around(document: Entry) -> Around:
    projects = {text_of(each, "id"): each for each in _named_apart(document)}
    places = [*dicts_of(document, "workspaces"), *projects.values()]
    people = {
        text_of(member, "user_id"): text_of(member, "email")
        for place in places
        for member in dicts_of(place, "members")
        # Members of a project are told by their ids alone.
        if text_of(member, "email")
    }
    aims = _aims(dicts_of(document, "goals"), projects)
    return Around(projects, people, aims, Boards(document, projects))


def _aims(goals: list[Entry], projects: dict[str, Entry]) -> dict[str, Aim]:
    """By their ids. What is in the trash, or would lie below itself, has none."""
    by_id = {text_of(each, "id"): each for each in goals if not each.get("deleted_at")}
    made: dict[str, Aim] = {}

    def make(goal_id: str, below: frozenset[str]) -> Aim | None:
        goal = by_id.get(goal_id)
        if goal is None or goal_id in below or len(below) >= _DEEPEST:
            return None
        if goal_id not in made:
            title, description = worded(text_of(goal, "title"), text_of(goal, "description"))
            made[goal_id] = Aim(
                title=title or "?",
                description=description,
                weight=_number(goal.get("weight")),
                target=text_of(goal, "target_date") or None,
                status=text_of(goal, "status") or None,
                project=text_of(projects.get(text_of(goal, "project_id"), {}), "name") or None,
                parent=make(text_of(goal, "parent_id"), below | {goal_id}),
            )
        return made[goal_id]

    for goal_id in by_id:
        make(goal_id, frozenset())
    return made


def _number(value: Any) -> float | None:  # anything may stand in a file
    return float(value) if isinstance(value, int | float) else None


def _named_apart(document: Entry) -> Iterator[Entry]:
    """Projects are found by name: of several with one name all but the first get their key."""
    seen: set[str] = set()
    for each in dicts_of(document, "projects"):
        name = text_of(each, "name")
        apart = f"{name} ({text_of(each, 'key')})" if name.casefold() in seen else name
        seen.add(name.casefold())
        yield {**each, "name": apart}


def _project(project: Entry) -> Project:
    return Project(
        name=text_of(project, "name"),
        key=text_of(project, "key") or None,
        private=project.get("private") is True,
        archived=bool(project.get("archived_at")),
    )


def _task(task: Any, line: int, around: Around) -> Outcomes:
    if not isinstance(task, dict):
        yield RowError(line, "is not a task")
    elif task.get("deleted_at"):
        yield LeftOut("tasks in the trash", tasks=True)
    else:
        try:
            yield _item(task, line, around)
        except ValueError as error:
            yield RowError(line, f"{text_of(task, 'key') or 'task'}: {error}")
            return
        yield from surroundings.talk(task, line, around.people)
        yield from surroundings.spent(task, line, around.people)


def _item(task: Entry, line: int, around: Around) -> Item:
    title, description = worded(text_of(task, "title"), text_of(task, "description"))
    if not title:
        raise ValueError("has no title")
    assignees = (
        around.people.get(str(each)) or str(each) for each in list_of(task, "assignee_ids")
    )
    project = around.projects.get(text_of(task, "project_id"), {})
    return Item(
        line=line,
        external_id=text_of(task, "id") or None,
        kept_id=text_of(task, "external_id") or None,
        title=title,
        description=description,
        status=text_of(task, "status") or "todo",
        priority=priority("upnext", text_of(task, "priority")),
        category=text_of(task, "category") or None,
        tags=tuple(map(str, list_of(task, "tags"))),
        context=tuple(map(str, list_of(task, "context"))),
        energy=text_of(task, "energy") or None,
        project=text_of(project, "name") or None,
        due=_moment(task, "due_at"),
        start=_moment(task, "start_at"),
        created=_moment(task, "created_at"),
        completed=_moment(task, "completed_at"),
        estimate=spans.possible(number_of(task, "estimated_duration")),
        parent=text_of(task, "parent_id") or None,
        after=tuple(map(str, list_of(task, "blocked_by"))),
        assignees=tuple(assignees),
        recurrence=_repeat(task.get("recurrence")),
        goal=around.aims.get(text_of(task, "goal_id")),
        card=around.boards.card(task),
        classification=provenance(task.get("classification")),
    )


def _repeat(said: Any) -> Repeat | None:
    if not isinstance(said, dict) or not text_of(said, "rrule"):
        return None
    rule = text_of(said, "rrule")
    return Repeat(
        text=rule,
        rrule=rule,
        basis=text_of(said, "basis") or "due",
        exdates=tuple(map(str, list_of(said, "exdates"))),
        zone=text_of(said, "timezone") or None,
    )


def _moment(task: Entry, name: str) -> datetime | None:
    """To the microsecond, as we write them; or as anybody else would."""
    text = text_of(task, name)
    return surroundings.exact(text) or moments.moment(text, UTC) if text else None
