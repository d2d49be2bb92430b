"""What a JSON export says, as plain items: the other half of `document.py`.

Pure: it needs no database and knows no schema but the document's own. Projects come first, then
tasks, each after the task above it, so that they can be made in this order.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

FORMAT = "upnext"
NEWEST = 1

# What only the server sets, and what the items say by names of their own.
_NOT_FIELDS = frozenset(
    {
        *("id", "key", "version", "created_at", "updated_at", "deleted_at", "completed_at"),
        *("actual_minutes", "time_entries"),
        *("workspace_id", "project_id", "parent_id", "blocked_by", "assignee_ids", "reporter_id"),
        *("goal_id", "board_id", "column_id", "position", "comments", "classification"),
    }
)


class NotAnExport(ValueError):
    """Says in a sentence what is wrong with the document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectItem:
    """`ref` is the project's id where it came from."""

    ref: str
    workspace_ref: str
    key: str
    name: str
    private: bool
    inbox: bool
    archived: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalItem:
    """`fields` are as POST /goals takes them, but for the refs."""

    ref: str
    project_ref: str | None
    parent_ref: str | None
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskItem:
    """The refs are ids where it came from. `fields` are as POST /tasks takes them."""

    ref: str
    project_ref: str
    parent_ref: str | None
    goal_ref: str | None
    blocked_by: tuple[str, ...]
    assignees: tuple[str, ...]
    """E-mail addresses, or ids of those who had left."""
    trashed: bool
    fields: Mapping[str, Any]
    column_ref: str | None
    position: int
    comments: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardItem:
    project_ref: str
    name: str
    default: bool
    columns: Sequence[Mapping[str, Any]]
    """With their refs as `id`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherItem:
    """A policy of a project, a calendar or a filter of a workspace: as the API takes it."""

    kind: str
    project_ref: str = ""
    fields: Mapping[str, Any]


Item = ProjectItem | GoalItem | TaskItem | BoardItem | OtherItem


def read_export(data: bytes) -> Iterator[Item]:
    """Raises NotAnExport before the first item if this is none, or a newer one."""
    document = _opened(data)
    people = {
        str(member["user_id"]): str(member["email"])
        for workspace in _objects(document, "workspaces")
        for member in workspace.get("members", ())
    }
    projects = [_project(one) for one in _objects(document, "projects")]
    tasks = [_task(one, people) for one in _objects(document, "tasks")]
    yield from projects
    yield from (_goal(one) for one in _objects(document, "goals"))
    yield from (_board(one) for one in _objects(document, "boards"))
    yield from _parents_first(tasks)
    yield from _others(document)


def _board(one: Mapping[str, Any]) -> BoardItem:
    names = ("name", "default", "columns")
    return BoardItem(project_ref=one["project_id"], **{name: one[name] for name in names})


_OF_POLICIES = (
    *("priority", "first_response_minutes", "resolution_minutes", "starts_from"),
    *("business_hours", "pause_statuses", "enabled"),
)


def _others(document: Mapping[str, Any]) -> Iterator[OtherItem]:
    for one in _objects(document, "sla_policies"):
        fields = {name: one[name] for name in _OF_POLICIES}
        yield OtherItem(kind="policy", project_ref=one["project_id"], fields=fields)
    for one in _objects(document, "workspaces"):
        if one["calendar"] is not None:
            fields = {name: one["calendar"][name] for name in ("time_zone", "hours", "holidays")}
            yield OtherItem(kind="calendar", fields=fields)
    for one in _objects(document, "saved_filters"):
        fields = {name: one[name] for name in ("name", "query", "shared")}
        yield OtherItem(kind="filter", fields=fields)


def _opened(data: bytes) -> Mapping[str, Any]:
    try:
        document = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise NotAnExport(f"This is not JSON, or not all of it: {error}.") from None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise NotAnExport('This is no export of Upnext: "format" is not "upnext".')
    version = document.get("version")
    if not isinstance(version, int) or not 1 <= version <= NEWEST:
        raise NotAnExport(f"Version {version} of the format is not known here: update Upnext.")
    return document


def _objects(document: Mapping[str, Any], name: str) -> Sequence[Mapping[str, Any]]:
    found = document.get(name)
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise NotAnExport(f'"{name}" is not a list of objects.')
    return found


def _project(one: Mapping[str, Any]) -> ProjectItem:
    try:
        return ProjectItem(
            ref=one["id"],
            workspace_ref=one["workspace_id"],
            key=one["key"],
            name=one["name"],
            private=one["private"],
            inbox=one["inbox"],
            archived=one["archived_at"] is not None,
        )
    except KeyError as missing:
        raise NotAnExport(f"A project lacks {missing}.") from None


_OF_GOALS = ("title", "description", "weight", "target_date", "status")


def _goal(one: Mapping[str, Any]) -> GoalItem:
    return GoalItem(
        ref=one["id"],
        project_ref=one["project_id"],
        parent_ref=one["parent_id"],
        fields={name: one[name] for name in _OF_GOALS},
    )


def _task(one: Mapping[str, Any], people: Mapping[str, str]) -> TaskItem:
    try:
        return TaskItem(
            ref=one["id"],
            project_ref=one["project_id"],
            parent_ref=one["parent_id"],
            goal_ref=one["goal_id"],
            blocked_by=tuple(one["blocked_by"]),
            assignees=tuple(people.get(each, each) for each in one["assignee_ids"]),
            trashed=one["deleted_at"] is not None,
            fields={name: value for name, value in one.items() if name not in _NOT_FIELDS},
            column_ref=one["column_id"],
            position=one.get("position", 0),
            comments=one.get("comments", ()),
        )
    except KeyError as missing:
        raise NotAnExport(f"A task lacks {missing}.") from None


def _parents_first(tasks: Sequence[TaskItem]) -> Iterator[TaskItem]:
    """A parent that is not in the document, or a circle, holds nobody back."""
    by_ref = {task.ref: task for task in tasks}
    done: set[str] = set()
    for task in tasks:
        chain: list[TaskItem] = []
        step: TaskItem | None = task
        while step is not None and step.ref not in done:
            chain.append(step)
            done.add(step.ref)
            step = by_ref.get(step.parent_ref or "")
        yield from reversed(chain)
