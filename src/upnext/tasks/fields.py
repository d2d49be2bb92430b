"""Writes the fields of a task with all that is derived from them, and tells the difference."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from upnext.core.changes import Diff
from upnext.core.errors import Conflict
from upnext.core.ids import new_id
from upnext.core.inserts import mapped
from upnext.core.text import fold
from upnext.core.types import NEVER, micros
from upnext.tasks import deriving, placing, series
from upnext.tasks.models import NO_DURATION, STARTED, TITLE, Status, Task, folded
from upnext.tasks.schemas import TaskCreate, Writable
from upnext.tasks.wire import plain
from upnext.workspaces.numbering.places import ProjectSlot

Values = dict[str, Any]
"""Columns of a task and what shall stand in them."""

CATEGORY_KEY = 100
ORDER = "start_after_due"
_ASKED = {"completed", "status"}
"""What `_status` reads; the rest of a body goes into columns of the same name."""
_OWN = {"reporter_id", "created_at", "position", "classification"}
"""What the fact of a new task says by itself, or need not say."""
_UNTOLD = {"goal_weight", "sla_ruled", "running_timers"}
"""What nobody is shown, and what follows from something else."""


@dataclass(frozen=True, slots=True)
class Past:
    """When a task that comes from elsewhere was made and done there, never in the future; where
    it lay among the cards of the column that it comes to; and who had set its values."""

    created_at: datetime | None = None
    completed_at: datetime | None = None
    position: int | None = None
    classification: Mapping[str, Any] | None = None


def create(  # noqa: PLR0913  (what a new task is made of, by name)
    slot: ProjectSlot,
    number: int,
    data: TaskCreate,
    reporter_id: UUID | None,
    now: datetime,
    *,
    past: Past | None = None,
    mode: str = deriving.OFF,
    derived: Mapping[str, Any] | None = None,
) -> tuple[Task, Diff]:
    """A task that is not in any session yet, and what stands in it."""
    past = past or Past()
    values = {name: getattr(data, name) for name in type(data).model_fields if name not in _ASKED}
    values["status"] = status = _status(data, data.model_fields_set, None)
    moment = placing.Moment(now, number - slot.first_number)
    place = placing.asked(slot.layout, data, status, moment)
    values |= place or placing.at_home(slot.layout, status, moment)
    if past.position is not None and values["column_id"] is not None:
        values["position"] = past.position
    values |= series.opened(data.recurrence, data.due_at, data.start_at)
    values["reporter_id"] = reporter_id
    values["created_at"] = min(past.created_at or now, now)
    done_at = min(past.completed_at or now, now)
    new = deriving.begun(mode, data.model_fields_set)
    values["classification"] = deriving.brought(new, past.classification)
    values |= derived or {}
    return begin(slot, number, values, now, done_at=done_at)


def begin(
    slot: ProjectSlot, number: int, values: Values, now: datetime, *, done_at: datetime
) -> tuple[Task, Diff]:
    """`values` are what people can say of a task, and `reporter_id` and `created_at`."""
    placed = {"project_id": slot.id, "number": number, "key": f"{slot.key}-{number}"}
    said = {name: _stored(name, value) for name, value in values.items()} | placed
    said["completed_at"] = done_at if said["status"] == Status.DONE else None
    said["started_at"] = now if said["status"] in STARTED else None
    columns = {**said, **_derived(said, said["title"], said["description"])}
    columns |= {"id": new_id(), "workspace_id": slot.workspace_id, "updated_at": now, "version": 1}
    columns |= {"deleted_at": None, "deleted_with": None}
    columns |= {"blocked_by": {}, "blocker_count": 0, "dependent_count": 0, "goal_weight": 1.0}
    columns.setdefault("classification", None)
    columns |= {"sla": None, "sla_ruled": slot.sla_ruled, "sla_due_key": NEVER}
    columns |= {"sla_breached": False, "actual_minutes": 0, "running_timers": 0}
    told = {name: plain(value) for name, value in said.items() if name not in _OWN}
    diff = {name: (None, value) for name, value in told.items() if value not in (None, "", [])}
    return mapped(Task, columns), diff


def wanted(data: Writable, given: Set[str], task: Task) -> Values:
    """The columns that a body speaks of, but the project and the parent."""
    values = {name: getattr(data, name) for name in given - placing.FIELDS - _ASKED}
    if given & deriving.NAMES:
        # What a PUT leaves out gets its default, and is nobody's wish.
        said = given & deriving.NAMES & data.model_fields_set
        values["classification"] = deriving.claimed(task.classification, said)
    if given & _ASKED:
        values["status"] = _status(data, data.model_fields_set, task.status)
    due_at, start_at = (values.get(name, getattr(task, name)) for name in ("due_at", "start_at"))
    if due_at and start_at and start_at > due_at and {"due_at", "start_at"} & given:
        raise Conflict("`start_at` would lie after `due_at`. Move them together.", code=ORDER)
    return values


def _status(data: Writable, given: Set[str], before: Status | None) -> Status:
    if "status" in given or "completed" not in given:
        return data.status
    if data.completed:
        return Status.DONE
    return Status.TODO if before in {None, Status.DONE} else before


def write(task: Task, values: Mapping[str, Any], now: datetime) -> Diff:
    """Sets what differs, and the columns derived from it. Empty: nothing differs."""
    columns, diff = difference(task, values, now)
    for name, value in columns.items():
        setattr(task, name, value)
    return diff


def difference(task: Task, values: Mapping[str, Any], now: datetime) -> tuple[Values, Diff]:
    """The columns that would change, with those derived from them, and the same in words."""
    values = _claimed(task, {name: _stored(name, value) for name, value in values.items()})
    if "status" in values and values["status"] != task.status:
        values = _stamps(task, values["status"], now) | values
    changed = {
        name: value
        for name, value in values.items()
        if name not in task.__dict__ or getattr(task, name) != value
    }
    diff = {
        name: (plain(task.__dict__.get(name)), plain(new))
        for name, new in changed.items()
        if name not in _UNTOLD
    }
    if "column_id" in diff:
        diff.pop("position", None)
    if diff.keys() & deriving.NAMES:
        # Whose value it is now is told by who changed it.
        diff.pop("classification", None)
    texts = (changed.get(name, getattr(task, name)) for name in ("title", "description"))
    return {**changed, **_derived(changed, *texts)}, diff


def _claimed(task: Task, values: Values) -> Values:
    """With whose the values are: who names a field wants it so, even if it was so before."""
    names = values.keys() & deriving.NAMES
    if not names or "classification" in values:
        return values
    return {**values, "classification": deriving.claimed(task.classification, names)}


def _stamps(task: Task, status: Status, now: datetime) -> Values:
    """What a change of the status says of time; work begins once."""
    stamps: Values = {"completed_at": now if status == Status.DONE else None}
    if status in STARTED and task.started_at is None:
        stamps["started_at"] = now
    return stamps


def _stored(name: str, value: Any) -> Any:  # a column's value
    return [str(user_id) for user_id in value] if name == "assignee_ids" else value


def _derived(changed: Mapping[str, Any], title: str, description: str) -> Values:
    """The columns that follow from those that change. The texts are what they become."""
    found: Values = {
        key: micros(changed[name]) for name, key in _INSTANTS.items() if name in changed
    }
    if "title" in changed:
        found["title_key"] = folded(title, TITLE)
    if "title" in changed or "description" in changed:
        found["search_text"] = fold(f"{title}\n{description}")
    if "category" in changed:
        found["category_key"] = folded(changed["category"], CATEGORY_KEY)
    if "estimated_duration" in changed:
        found["duration_key"] = changed["estimated_duration"] or NO_DURATION
    if "external_id" in changed:
        found["external_key"] = changed["external_id"]
    return found


_INSTANTS = {"due_at": "due_key", "start_at": "start_key", "completed_at": "completed_key"}
