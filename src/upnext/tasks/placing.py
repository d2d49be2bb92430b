"""Where a task lies on the boards of its project: in which column, and how far down.

The `layout` of a project tells all that has to be known of them here: each board's columns with
the status that they stand for, and for each status the column where it is at home. What makes
boards writes it. A project without boards has none, and then nothing here asks anything.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor
from upnext.core.changes import Question, ask, unit_of
from upnext.core.errors import AppError, LostRace, NotFound, invalid_field
from upnext.core.types import micros
from upnext.tasks import queries
from upnext.tasks.models import CLOSED, Status, Task
from upnext.tasks.schemas import Writable

Values = dict[str, Any]
Layout = Mapping[str, Any]
"""`default`: a board or None; `boards`: by id, `columns` {id: status} and `homes` {status: id}."""

NOWHERE: Final[Values] = {"board_id": None, "column_id": None, "position": None}
FIELDS: Final = frozenset({"board_id", "column_id"})
APART: Final = 64
"""How far those lie apart that come at once: room for some in between, and for a thousand of them
before the next ones come."""


class Moment(NamedTuple):
    """When something is put into a column, and its place among what is put there with it."""

    now: datetime
    place: int = 0


def height(status: Status, moment: Moment) -> int:
    """The position for what comes into a column now: below all that is open, above all that is
    closed, since of the closed the last is looked for first."""
    at = micros(moment.now) + moment.place * APART
    return -at if status in CLOSED else at


def at_home(
    layout: Layout | None, status: Status, moment: Moment, board_id: UUID | None = None
) -> Values:
    """In the column of its status, on that board or else on the project's own."""
    if layout is None:
        return NOWHERE
    name: str = str(board_id) if board_id else layout["default"]
    board = layout["boards"].get(name)
    if board is None:
        return NOWHERE
    column_id = UUID(board["homes"][status])
    return {"board_id": UUID(name), "column_id": column_id, "position": height(status, moment)}


def asked(layout: Layout | None, data: Writable, status: Status, moment: Moment) -> Values | None:
    """What a body says of the place of a task of that status; None: nothing.

    A column brings its status along. Raises NotFound for what is not on the project's boards.
    """
    given = data.model_fields_set
    if data.column_id is not None:
        return _in_column(layout, data, moment)
    if not FIELDS & given:
        return None
    if data.board_id is None:
        return NOWHERE
    if "column_id" in given:
        raise invalid_field("/column_id", "A task on a board lies in a column. Leave it out.")
    if layout is None or str(data.board_id) not in layout["boards"]:
        raise NotFound("There is no such board in the task's project.")
    return at_home(layout, status, moment, data.board_id)


def _in_column(layout: Layout | None, data: Writable, moment: Moment) -> Values:
    column = str(data.column_id)
    boards = layout["boards"].items() if layout else ()
    board_id = next((UUID(name) for name, board in boards if column in board["columns"]), None)
    if layout is None or board_id is None:
        raise NotFound("There is no such column on the boards of the task's project.")
    if "board_id" in data.model_fields_set and data.board_id != board_id:
        detail = "This column lies on another board than the one given. Leave out `board_id`."
        raise invalid_field("/board_id", detail, "contradiction")
    status = Status(layout["boards"][str(board_id)]["columns"][column])
    _check_status(data, status)
    place = {"board_id": board_id, "column_id": data.column_id}
    return {**place, "position": height(status, moment), "status": status}


def _check_status(data: Writable, status: Status) -> None:
    given = data.model_fields_set
    said = data.status == status if "status" in given else True
    done = data.completed == (status == Status.DONE) if "completed" in given else True
    if not (said and done):
        detail = f"This column stands for the status {status}. Give the column or the status."
        raise invalid_field("/column_id", detail, "contradiction")


async def changed(session: AsyncSession, task: Task, data: Writable, values: Values) -> Values:
    """What a body says of the place of an existing task; `values` are what else it says."""
    if not FIELDS & data.model_fields_set:
        return {}
    project_id = values.get("project_id", task.project_id)
    layout = (await layouts_of(session, {project_id}))[project_id]
    return said(layout, task, data, values, Moment(unit_of(session).now))


def said(
    layout: Layout | None, task: Task, data: Writable, values: Values, moment: Moment
) -> Values:
    """The same by what is known already: `layout` is that of the project where the task will be."""
    status = values.get("status", task.status)
    found = asked(layout, data, status, moment) or {}
    stays = values.get("project_id", task.project_id) == task.project_id
    if stays and found.get("column_id") == task.column_id:
        return {name: value for name, value in found.items() if name != "position"}
    return found


async def follow(session: AsyncSession, task: Task, values: Values) -> Values:
    """`values` with the column for their status, if the task is on a board. One statement then."""
    return (await follow_all(session, [(task, values)]))[0][1]


async def follow_all(
    session: AsyncSession, wanted: Iterable[tuple[Task, Values]]
) -> list[tuple[Task, Values]]:
    """The same for many, with one statement for all of them."""
    pairs = list(wanted)
    going = {_project(*pair) for pair in pairs if _leaves_column(*pair)}
    layouts = await layouts_of(session, going)
    now = unit_of(session).now
    return [
        (task, {**values, **_new_home(layouts, task, values, Moment(now, place))})
        if _leaves_column(task, values)
        else (task, values)
        for place, (task, values) in enumerate(pairs)
    ]


def _project(task: Task, values: Values) -> UUID:
    found: UUID = values.get("project_id", task.project_id)
    return found


def _leaves_column(task: Task, values: Values) -> bool:
    if "column_id" in values:
        return False
    if _project(task, values) != task.project_id:
        return True
    return task.column_id is not None and values.get("status", task.status) != task.status


def _new_home(
    layouts: Mapping[UUID, Layout | None], task: Task, values: Values, moment: Moment
) -> Values:
    status, project_id = values.get("status", task.status), _project(task, values)
    # Whether there is such a project, and who may move it there, is for the move to say.
    layout = layouts.get(project_id)
    if project_id != task.project_id:
        return at_home(layout, status, moment)
    board = layout["boards"].get(str(task.board_id)) if layout else None
    here = str(task.column_id)
    if board is None or board["columns"].get(here) == status or board["homes"][status] == here:
        return {}
    return at_home(layout, status, moment, task.board_id)


async def layouts_of(session: AsyncSession, project_ids: Set[UUID]) -> dict[UUID, Layout | None]:
    """Of these projects, with one statement; of none without any."""
    if not project_ids:
        return {}
    return {row.id: row.layout for row in await session.execute(queries.layouts_of(project_ids))}


# Columns that take no more

FULL: Final = "column_full"


@dataclass(frozen=True, slots=True)
class Room:
    """How many cards a column holds and takes, and why it takes no more at such a count."""

    count: int
    limit: int
    full: Callable[[int], AppError]


@dataclass(frozen=True, slots=True)
class RoomIn(Question[Mapping[UUID, Room]]):
    """Of these columns, the ones that do not take any number. It holds until the commit."""

    column_ids: Collection[UUID]


async def turned_away(
    session: AsyncSession, actor: Actor, wanted: Sequence[tuple[Task, Values]]
) -> dict[UUID, AppError]:
    """Those of many tasks that come into a column which is full by their turn."""
    coming = {task.id: values["column_id"] for task, values in wanted if _comes(task, values)}
    if not coming:
        return {}
    rooms = await ask(session, actor, RoomIn(set(coming.values())))
    counts = {column_id: room.count for column_id, room in rooms.items()}
    out: dict[UUID, AppError] = {}
    for task, values in wanted:
        column_id = coming.get(task.id)
        room = rooms.get(column_id) if column_id else None
        if column_id and room and counts[column_id] >= room.limit:
            out[task.id] = room.full(counts[column_id])
            continue
        if column_id in counts:
            counts[column_id] += 1
        if task.column_id in counts and values.get("column_id", task.column_id) != task.column_id:
            counts[task.column_id] -= 1
    return out


def _comes(task: Task, values: Values) -> bool:
    return values.get("column_id") not in {None, task.column_id}


async def flush(session: AsyncSession) -> None:
    """Raises LostRace when the column or its board was removed meanwhile."""
    with still_there():
        await session.flush()


@contextmanager
def still_there() -> Iterator[None]:
    """Raises LostRace when what is written inside refers to a column or board that was removed."""
    try:
        yield
    except IntegrityError as error:
        if any(name in str(error.orig) for name in ("fk_task_column_id", "fk_task_board_id")):
            raise LostRace from error
        raise
