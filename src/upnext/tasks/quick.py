"""Quick add as a use case: a text becomes a task with its subtasks, in one transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor
from upnext.core.changes import unit_of
from upnext.core.errors import FieldError, Invalid, invalid_field
from upnext.identity import service as accounts
from upnext.tasks import hierarchy, queries, serving
from upnext.tasks.bulk import Item, check_recurrence, insert
from upnext.tasks.models import TITLE, Status, Task
from upnext.tasks.policy import CREATE
from upnext.tasks.quick_names import Names, all_of, find_people, find_project, settled
from upnext.tasks.quick_shapes import QuickAdd, ignored_wire, seconds, understood_wire
from upnext.tasks.quickadd import Understood, understand
from upnext.tasks.quickadd.outline import MOST_LINES, count_lines
from upnext.tasks.schemas import TaskCreate
from upnext.tasks.wire import task_wire
from upnext.tasks.writing import check_assignees
from upnext.workspaces.service import place_for_new_task, slot_for_new_tasks

POINTER = "/text"


class Node(NamedTuple):
    """A task to be made, how deep it lies, and the place of its parent among all of them."""

    data: TaskCreate
    depth: int
    parent: int | None


class Answer(NamedTuple):
    """The body, and the task if there is one now."""

    body: dict[str, Any]
    task: Task | None


async def add(session: AsyncSession, actor: Actor, asked: QuickAdd) -> Answer:
    """Makes the task and its subtasks, or only tells them if `dry_run`."""
    now = unit_of(session).now
    zone, root = await _read(session, actor, asked, now)
    names = Names()
    said = await find_project(session, actor, root, names)
    project_id = asked.fields.project_id or said or asked.project_id
    await find_people(session, actor, project_id, root, names)
    nodes = _nodes(settled(asked.text, root, names), names, asked, project_id, zone)
    told = _told(asked.text, root, names)
    if asked.dry_run:
        await _check(session, actor, project_id, nodes)
        drafts = [_draft(node) for node in nodes]
        return Answer({"task": drafts[0], "subtasks": drafts[1:], **told}, None)
    items = await _make(session, actor, project_id, nodes)
    shown = [task_wire(item.task, actor.hidden, now) for item in items]
    return Answer({"task": shown[0], "subtasks": shown[1:], **told}, items[0].task)


async def _read(
    session: AsyncSession, actor: Actor, asked: QuickAdd, now: datetime
) -> tuple[str, Understood]:
    """By the words, the signs and the clock of the person, whose zone comes along."""
    if count_lines(asked.text) > MOST_LINES:
        detail = f"This has more than {MOST_LINES} lines. Add it in parts, or import it."
        raise invalid_field(POINTER, detail, "too_many_lines")
    zone = "UTC"
    language, mode = str(asked.language or "en"), str(asked.mode or "upnext")
    if actor.user_id is not None:
        user = await accounts.load(session, actor.user_id)
        zone, language = user.time_zone, asked.language or user.language
        mode = asked.mode or user.quick_add_mode
    root = understand(
        asked.text,
        now=seconds(now),
        zone=ZoneInfo(zone),
        mode=mode,
        language=language,
    )
    return zone, root


# From what was understood to tasks


def _nodes(
    root: Understood, names: Names, asked: QuickAdd, project_id: UUID | None, zone: str
) -> list[Node]:
    given = {name: getattr(asked.fields, name) for name in asked.fields.model_fields_set}
    if "context" in given:
        # They are read once more, and the sign that was put before them would count this time.
        given["context"] = [each.removeprefix("@") for each in given["context"]]
    nodes: list[Node] = []

    def walk(task: Understood, parent: int | None, depth: int) -> None:
        values = {**_fields(task, names, zone), "project_id": project_id}
        if parent is None:
            values = _merged(values, given) | {"project_id": project_id}
        place = len(nodes)
        nodes.append(Node(_valid(task, values, given), depth, parent))
        for child in task.children:
            walk(child, place, depth + 1)

    walk(root, None, 0)
    return nodes


# The one place where the grammar's fields become a task's. Names of projects and people are
# looked up; a repeat follows the wall's time where it was typed.
_SAME = ("priority", "due_at", "start_at", "estimated_duration", "tags")


def _fields(task: Understood, names: Names, zone: str) -> dict[str, Any]:
    values = {name: task.fields[name] for name in _SAME if name in task.fields}
    values = {n: v.isoformat() if isinstance(v, datetime) else v for n, v in values.items()}
    values |= {"title": task.title, "description": task.note}
    if people := names.ids_of(task.spans, "person"):
        values["assignee_ids"] = people
    if "recurrence" in task.fields:
        values["recurrence"] = {**task.fields["recurrence"], "timezone": zone}
    return values


def _merged(values: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """What was given beside the text wins, and the text gives way where the two cannot agree."""
    said = dict(values)
    wire = {n: v.isoformat() if isinstance(v, datetime) else v for n, v in given.items()}
    merged = {**said, **wire, "tags": [*given.get("tags", []), *said.get("tags", [])]}
    due_at, start_at = merged.get("due_at"), merged.get("start_at")
    if due_at and start_at and datetime.fromisoformat(start_at) > datetime.fromisoformat(due_at):
        for name in ("due_at", "start_at"):
            if name not in given:
                merged.pop(name)
    return merged


def _valid(task: Understood, values: Mapping[str, Any], given: Mapping[str, Any]) -> TaskCreate:
    if len(task.title) > TITLE:
        detail = (
            f"The title would have {len(task.title)} characters; at most {TITLE} fit. "
            "Put the rest behind //, where the description begins."
        )
        raise invalid_field(POINTER, detail, "title_too_long")
    try:
        return TaskCreate.model_validate(values)
    except ValidationError as error:
        errors: list[FieldError] = []
        for each in error.errors(include_url=False, include_context=False, include_input=False):
            name = str(each["loc"][0]) if each["loc"] else ""
            pointer = f"/fields/{name}" if name in given else POINTER
            detail = "Say what is to be done." if name == "title" else each["msg"]
            errors.append({"pointer": pointer, "detail": detail})
        raise Invalid(f"This makes no task. {errors[0]['detail']}", errors=errors) from None


# From tasks to rows


async def _check(
    session: AsyncSession, actor: Actor, project_id: UUID | None, nodes: Sequence[Node]
) -> None:
    """Refuses what making them would refuse."""
    project = await place_for_new_task(session, actor, project_id, CREATE)
    await _check_places(session, actor, project.id, nodes)
    serving.check(await serving.judged(session, actor, project.place, [nodes[0].data.goal_id]))
    await _check_repeats(session, actor, [Item(i, node.data) for i, node in enumerate(nodes)])


async def _check_repeats(session: AsyncSession, actor: Actor, items: Sequence[Item]) -> None:
    await check_recurrence(session, actor, items)
    for item in items:
        for error in item.errors:
            raise invalid_field(POINTER, error["detail"], "recurrence")


async def _check_places(
    session: AsyncSession, actor: Actor, project_id: UUID, nodes: Sequence[Node]
) -> None:
    root = nodes[0].data
    above = 0
    if root.parent_id is not None:
        await hierarchy.check_new(session, actor, root.parent_id, project_id)
        above = len(list(await session.scalars(queries.ancestors(root.parent_id))))
    if above + max(node.depth for node in nodes) >= hierarchy.DEEPEST:
        raise invalid_field(POINTER, hierarchy.TOO_DEEP, "too_deep")
    await check_assignees(session, actor, project_id, root.assignee_ids)


async def _make(
    session: AsyncSession, actor: Actor, project_id: UUID | None, nodes: Sequence[Node]
) -> list[Item]:
    """Level by level, since a subtask names its parent; numbered by their lines."""
    slot = await slot_for_new_tasks(session, actor, project_id, CREATE, count=len(nodes))
    await _check_places(session, actor, slot.id, nodes)
    items = [Item(place, node.data) for place, node in enumerate(nodes)]
    items[0].goals = await serving.judged(session, actor, slot.place, [nodes[0].data.goal_id])
    serving.check(items[0].goals)
    await _check_repeats(session, actor, items)
    for depth in range(max(node.depth for node in nodes) + 1):
        level = [item for item, node in zip(items, nodes, strict=True) if node.depth == depth]
        for item in level:
            node = nodes[item.index]
            if node.parent is not None:
                parent_id = items[node.parent].task.id
                item.data = node.data.model_copy(update={"parent_id": parent_id})
        await insert(
            session, actor, slot, level, [slot.first_number + item.index for item in level]
        )
    return items


# To the reply


def _draft(node: Node) -> dict[str, Any]:
    """In the shape of `quick_shapes.Draft`."""
    data = node.data
    told: dict[str, Any] = data.model_dump(mode="json")
    done = data.completed or data.status == Status.DONE
    return (
        told
        | {"status": "done" if done else told["status"], "completed": done}
        | {"parent": node.parent}
    )


def _told(text: str, root: Understood, names: Names) -> dict[str, Any]:
    refused = {(each.start, each.end) for each, _ in names.ignored}
    understood = [
        understood_wire(text, span, names.values.get((span.start, span.end), span.value))
        for task in all_of(root)
        for span in task.spans
        if (span.start, span.end) not in refused
    ]
    ignored = [ignored_wire(text, each) for task in all_of(root) for each in task.ignored]
    ignored += [ignored_wire(text, each, hint) for each, hint in names.ignored]

    def place(told: Mapping[str, Any]) -> int:
        return int(told["start"])

    return {"understood": sorted(understood, key=place), "ignored": sorted(ignored, key=place)}
