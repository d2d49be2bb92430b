"""The use cases of boards, and what follows for cards that come out of the trash."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.boards import queries
from upnext.boards.events import BoardCreated, BoardDeleted, BoardUpdated
from upnext.boards.homes import homes_of, publish
from upnext.boards.models import Board, Column, name_key
from upnext.boards.policy import CREATE, DELETE, READ, UPDATE
from upnext.boards.schemas import MOST_BOARDS, BoardCreate, BoardPatch, ColumnCreate, told
from upnext.core.auth import SYSTEM, Actor
from upnext.core.changes import Diff, record, unit_of
from upnext.core.errors import Conflict, NotFound, invalid_field
from upnext.core.load import Action, check_version, load_for
from upnext.tasks import placing
from upnext.tasks import policy as tasks_policy
from upnext.tasks.events import TaskRestored
from upnext.tasks.models import Status, Task
from upnext.tasks.writing import apply
from upnext.workspaces.models import Project

STANDARD = (
    ("Backlog", Status.BACKLOG),
    ("To do", Status.TODO),
    ("In progress", Status.IN_PROGRESS),
    ("In review", Status.IN_REVIEW),
    ("Done", Status.DONE),
)


class Whole(NamedTuple):
    """A board with its columns from the left."""

    board: Board
    columns: Sequence[Column]


async def create(session: AsyncSession, actor: Actor, project_id: UUID, data: BoardCreate) -> Whole:
    """The first board of a project takes all its tasks, and its new ones from then on."""
    await _lock(session, actor, CREATE, project_id)
    others = len(list(await session.scalars(queries.boards_of(project_id))))
    if others >= MOST_BOARDS:
        detail = f"A project has at most {MOST_BOARDS} boards. Delete one first."
        raise Conflict(detail, code="too_many_boards")
    project = await load_for(session, actor, CREATE, Project, project_id)
    board, now = _new(project, data.name, default=not others, now=unit_of(session).now)
    session.add(board)
    await session.flush()
    wanted = data.columns or [ColumnCreate(name=n, status=s) for n, s in STANDARD]
    columns = [new_column(board, one, rank) for rank, one in enumerate(wanted)]
    session.add_all(columns)
    await publish(session, project_id)
    if board.default:
        take = queries.take(project_id, board.id, homes_of(columns), now)
        await session.execute(take)
    diff = {"name": board.name, "default": board.default, "columns": [told(c) for c in columns]}
    await _record(session, actor, BoardCreated, board, {n: (None, v) for n, v in diff.items()})
    return Whole(board, columns)


def _new(project: Project, name: str, *, default: bool, now: datetime) -> tuple[Board, datetime]:
    board = Board(
        workspace_id=project.workspace_id,
        project_id=project.id,
        name=name,
        name_key=name_key(name),
        default=default,
        created_at=now,
        updated_at=now,
    )
    return board, now


def new_column(board: Board, data: ColumnCreate, rank: int) -> Column:
    return Column(
        board_id=board.id,
        workspace_id=board.workspace_id,
        project_id=board.project_id,
        name=data.name,
        name_key=name_key(data.name),
        status=data.status,
        rank=rank,
        wip_limit=data.wip_limit,
        wip_hard=data.wip_hard,
    )


async def find(session: AsyncSession, actor: Actor, project_id: UUID) -> list[Whole]:
    """All boards of a project, the oldest first."""
    await load_for(session, actor, READ, Project, project_id)
    boards = list(await session.scalars(queries.boards_of(project_id)))
    columns = list(await session.scalars(queries.columns_of([board.id for board in boards])))
    return [Whole(one, [c for c in columns if c.board_id == one.id]) for one in boards]


async def update(
    session: AsyncSession,
    actor: Actor,
    board_id: UUID,
    data: BoardPatch,
    *,
    expected: int | None = None,
) -> Whole:
    whole = await hold(session, actor, UPDATE, board_id, expected=expected)
    board, given = whole.board, data.model_fields_set
    diff: dict[str, tuple[Any, Any]] = {}
    if "name" in given and data.name != board.name:
        diff["name"] = (board.name, data.name)
        board.name, board.name_key = data.name, name_key(data.name)
    if "default" in given and data.default != board.default:
        if not data.default:
            detail = "Make another board the default one; a project with boards has one."
            raise invalid_field("/default", detail)
        diff["default"] = (False, True)
        await _make_default(session, actor, board)
    if diff:
        await keep(session, actor, board, diff)
    return whole


async def _make_default(session: AsyncSession, actor: Actor, board: Board) -> None:
    for other in await session.scalars(queries.boards_of(board.project_id)):
        if other.default:
            other.default, other.updated_at = False, unit_of(session).now
            await session.flush()
            await _record(session, actor, BoardUpdated, other, {"default": (True, False)})
    board.default = True


async def delete(
    session: AsyncSession, actor: Actor, board_id: UUID, *, expected: int | None = None
) -> None:
    """Its cards stay tasks: on the project's default board, or on none without another."""
    board, columns = await hold(session, actor, DELETE, board_id, expected=expected)
    now = unit_of(session).now
    await session.execute(queries.lock_columns(board_id))
    others = [one for one in await session.scalars(queries.boards_of(board.project_id))
              if one.id != board_id]  # fmt: skip
    if others and board.default:
        await _make_default(session, actor, others[0])
    heir = next((one for one in others if one.default), None)
    if heir is not None:
        theirs = list(await session.scalars(queries.columns_of([heir.id])))
        hand_over = queries.hand_over(board_id, heir.id, homes_of(theirs), now)
        await session.execute(hand_over)
    await session.execute(queries.release_board(board_id))
    for column in columns:
        await session.execute(queries.drop_column(column.id))
        session.expunge(column)
    await session.delete(board)
    await publish(session, board.project_id)
    diff = {"name": (board.name, None), "columns": ([told(one) for one in columns], None)}
    change = BoardDeleted(
        workspace_id=board.workspace_id, resource_id=board.id, version=board.version + 1, diff=diff
    )
    await record(session, actor, change)


async def hold(
    session: AsyncSession,
    actor: Actor,
    action: Action,
    board_id: UUID,
    *,
    expected: int | None = None,
) -> Whole:
    """The board as it is now, if `actor` may do `action` to it. Until the transaction ends nobody
    else changes a board of its project, or makes a task there."""
    seen = await load_for(session, actor, action, Board, board_id)
    await _lock(session, actor, action, seen.project_id)
    board = await session.scalar(queries.board(board_id))
    if board is None:
        raise NotFound("There is no such board.")
    check_version(board.version, expected)
    return Whole(board, list(await session.scalars(queries.columns_of([board_id]))))


async def _lock(session: AsyncSession, actor: Actor, action: Action, project_id: UUID) -> None:
    """Raises NotFound for a project that cannot be seen or is in the trash."""
    row = (await session.execute(queries.project_for_update(project_id))).one_or_none()
    await load_for(session, actor, action, Project, project_id)
    if row is not None and row.archived is not None:
        detail = "The project is archived. Take it out of the archive to change its boards."
        raise Conflict(detail, code="project_archived")


async def keep(session: AsyncSession, actor: Actor, board: Board, diff: Diff) -> None:
    """Writes a board that was changed, whatever of it, and tells so."""
    board.updated_at = unit_of(session).now
    await publish(session, board.project_id)
    await _record(session, actor, BoardUpdated, board, diff)


async def _record(
    session: AsyncSession,
    actor: Actor,
    kind: type[BoardCreated | BoardUpdated],
    board: Board,
    diff: Diff,
) -> None:
    place = {"workspace_id": board.workspace_id, "resource_id": board.id}
    await record(session, actor, kind(**place, version=board.version, diff=diff))


async def on_task_restored(session: AsyncSession, actor: Actor, change: TaskRestored) -> None:
    """What lost its place while it lay in the trash gets one; what has one keeps it."""
    await on_tasks_restored(session, actor, [change])


async def on_tasks_restored(
    session: AsyncSession, actor: Actor, changes: Sequence[TaskRestored]
) -> None:
    tasks = [
        await load_for(session, SYSTEM, tasks_policy.READ, Task, change.resource_id)
        for change in changes
    ]
    lost = [task for task in tasks if task.column_id is None]
    layouts = await placing.layouts_of(session, {task.project_id for task in lost})
    for number, task in enumerate(lost):
        moment = placing.Moment(unit_of(session).now, number)
        place = placing.at_home(layouts[task.project_id], task.status, moment)
        if place["board_id"] is not None:
            await apply(session, actor, task, place)
