from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Header, Query, Request, Response

from upnext.boards import cards, columns, policy, service
from upnext.boards.schemas import (
    BoardCreate,
    BoardPage,
    BoardPatch,
    BoardRead,
    ColumnAdd,
    ColumnOrder,
    ColumnPatch,
    ColumnRead,
    FilledBoard,
    Moved,
    MoveIn,
)
from upnext.boards.service import Whole
from upnext.boards.showing import kept, reading
from upnext.core.auth import Actor
from upnext.core.http import (
    IfMatch,
    Now,
    ReadLane,
    ReadRoute,
    Session,
    WriteRoute,
    etag,
    not_modified,
    runtime_of,
)
from upnext.core.routing import Router
from upnext.tasks.opened import seen
from upnext.tasks.policy import TASKS_WRITE
from upnext.tasks.wire import dump, task_wire
from upnext.workspaces.http import requires

reads = Router(tags=["boards"], route_class=ReadRoute)
writes = Router(tags=["boards"], route_class=WriteRoute)
routers = (reads, writes)

Reader = Annotated[Actor, requires(policy.BOARDS_READ)]
Writer = Annotated[Actor, requires(policy.BOARDS_WRITE)]
SharedReader = Annotated[Actor, requires(policy.BOARDS_READ, links=True)]
Mover = Annotated[Actor, requires(TASKS_WRITE, links=True)]
UNCHANGED: dict[int | str, dict[str, Any]] = {304: {"description": "As in If-None-Match"}}
BOARD = "/boards/{board_id:uuid}"
COLUMN = f"{BOARD}/columns/{{column_id:uuid}}"


async def _version(
    if_match: Annotated[
        str,
        Header(
            pattern=r'^(\*|(W/)?"[0-9]{1,9}(-[0-9a-f]+)?"|)$',
            description="The ETag that was read. Of a whole board only its version counts here: "
            "moved cards do not stand in the way.",
        ),
    ] = "",
) -> int | None:
    if if_match in {"", "*"}:
        return None
    return int(if_match.removeprefix("W/").strip('"').partition("-")[0])


Version = Annotated[int | None, Depends(_version)]


def _read(whole: Whole) -> BoardRead:
    board, its_columns = whole
    names = BoardRead.model_fields.keys() - {"columns"}
    shown = {name: getattr(board, name) for name in names}
    return BoardRead(columns=[ColumnRead.model_validate(c) for c in its_columns], **shown)


def _json(body: bytes, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(body, status, headers, media_type="application/json")


def _shown(whole: Whole, status: int = 200, **headers: str) -> Response:
    body = _read(whole).model_dump_json().encode()
    return _json(body, status, {"ETag": etag(whole.board.version), **headers})


@writes.post("/projects/{project_id:uuid}/boards", status_code=201, response_model=BoardRead)
async def create_board(
    session: Session, actor: Writer, project_id: UUID, data: BoardCreate
) -> Response:
    """The first board of a project takes its tasks, and its new ones from then on."""
    whole = await service.create(session, actor, project_id, data)
    return _shown(whole, 201, Location=f"/api/v1/boards/{whole.board.id}")


@reads.get("/projects/{project_id:uuid}/boards")
async def list_boards(session: Session, actor: SharedReader, project_id: UUID) -> BoardPage:
    """All of them, the oldest first, without their cards."""
    found = await service.find(session, actor, project_id)
    return BoardPage(items=[_read(whole) for whole in found])


@reads.get(BOARD, response_model=FilledBoard, responses=UNCHANGED)
async def get_board(
    request: Request,
    actor: SharedReader,
    lane: ReadLane,
    now: Now,
    board_id: UUID,
    closed: Annotated[
        int, Query(ge=0, le=200, description="How many cards of each column that is closed.")
    ] = 50,
) -> Response:
    """The whole board with its cards."""
    shown: kept.Kept = runtime_of(request).parts[kept.PART]
    whole = await reading.read(lane, shown, actor, board_id, closed=closed, now=now)
    unchanged = not_modified(request, whole.tag)
    return unchanged or _json(whole.body, headers={"ETag": whole.tag})


@writes.patch(BOARD, response_model=BoardRead)
async def patch_board(
    session: Session, actor: Writer, board_id: UUID, data: BoardPatch, version: Version
) -> Response:
    return _shown(await service.update(session, actor, board_id, data, expected=version))


@writes.delete(BOARD, status_code=204)
async def delete_board(session: Session, actor: Writer, board_id: UUID, version: Version) -> None:
    """Its cards stay: on the project's default board, or on none without another."""
    await service.delete(session, actor, board_id, expected=version)


@writes.post(f"{BOARD}/columns", status_code=201, response_model=BoardRead)
async def add_column(
    session: Session, actor: Writer, board_id: UUID, data: ColumnAdd, version: Version
) -> Response:
    whole, column = await columns.add(session, actor, board_id, data, expected=version)
    return _shown(whole, 201, Location=f"/api/v1/boards/{board_id}/columns/{column.id}")


@writes.put(f"{BOARD}/columns/order", response_model=BoardRead)
async def order_columns(
    session: Session, actor: Writer, board_id: UUID, data: ColumnOrder, version: Version
) -> Response:
    whole = await columns.reorder(session, actor, board_id, data.column_ids, expected=version)
    return _shown(whole)


@writes.patch(COLUMN, response_model=BoardRead)
async def patch_column(
    session: Session,
    actor: Writer,
    board_id: UUID,
    column_id: UUID,
    data: ColumnPatch,
    version: Version,
) -> Response:
    """With another status, so do its cards get one."""
    whole, _ = await columns.change(session, actor, board_id, column_id, data, expected=version)
    return _shown(whole)


@writes.delete(COLUMN, status_code=204)
async def delete_column(
    session: Session,
    actor: Writer,
    board_id: UUID,
    column_id: UUID,
    version: Version,
    target: Annotated[UUID | None, Query(description="The column its cards go to.")] = None,
) -> None:
    await columns.remove(session, actor, board_id, column_id, target, expected=version)


@writes.post("/tasks/{task_id:uuid}/move", response_model=Moved)
async def move_card(
    session: Session, actor: Mover, now: Now, task_id: UUID, data: MoveIn, version: IfMatch
) -> Response:
    """Into a column, or elsewhere within it. The status follows the column."""
    task, over_limit = await cards.move(session, actor, task_id, data, expected=version)
    wire = seen(task_wire(task, actor.hidden, now), actor) | {"over_limit": over_limit}
    return _json(dump(wire), headers={"ETag": etag(task.version)})
