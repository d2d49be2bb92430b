"""Boards: list, show, create, and move cards."""

from dataclasses import dataclass
from typing import Annotated, cast

import typer

from upnext.client import cards, kanban, lookup
from upnext.client.errors import NotFound, Usage
from upnext.client.options import Scoped, command
from upnext.client.printable import line
from upnext.client.session import Session, opened
from upnext.client.shapes import Board, BoardColumn, Project, Task

app = typer.Typer(no_args_is_help=True, help="Boards: see them, make them, move cards.")

Of = Annotated[str | None, typer.Option("--project", "-P", metavar="NAME", help="Name, key or id.")]


@dataclass(frozen=True, kw_only=True)
class Where:
    """Where in the column."""

    before: Annotated[
        str | None, typer.Option("--before", metavar="KEY", help="Above this card.")
    ] = None
    after: Annotated[
        str | None, typer.Option("--after", metavar="KEY", help="Below this card.")
    ] = None
    board: Annotated[
        str | None, typer.Option("--board", "-b", metavar="NAME", help="Another board's column.")
    ] = None


def list_boards(scope: Scoped, project: Of = None) -> None:
    """List the boards of your projects."""
    with opened(as_json=scope.as_json, server=scope.server) as session:
        found = _all(session, project, scope.workspace)
        session.terminal.data({"items": [board for _, board in found], "next_cursor": None})
        if not found:
            session.terminal.hint("None yet. Make one: upnext board create Website -P Web")
            return
        session.terminal.show(kanban.listed(session.terminal, found))


def show(
    scope: Scoped,
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="Name or id; the only one needs none.")
    ] = None,
    project: Of = None,
) -> None:
    """Show a board with its cards."""
    with opened(as_json=scope.as_json, server=scope.server) as session:
        _, found = _one(_all(session, project, scope.workspace), name)
        board = cast("Board", session.api.get(f"boards/{found['id']}"))
        session.terminal.data(board)
        session.terminal.show(*kanban.shown(session.terminal, board, session.moment))


def create(
    name: Annotated[list[str], typer.Argument(metavar="NAME...")],
    scope: Scoped,
    project: Annotated[
        str, typer.Option("--project", "-P", metavar="NAME", help="Name, key or id.")
    ],
    column: Annotated[
        list[str] | None,
        typer.Option(
            "--column",
            "-c",
            metavar="NAME=STATUS",
            help="From the left, such as Doing=in_progress, or Doing=in_progress:3 with a limit.",
        ),
    ] = None,
) -> None:
    """Make a board; the first one of a project takes its tasks."""
    with opened(as_json=scope.as_json, server=scope.server) as session:
        body: dict[str, object] = {"name": " ".join(name)}
        if column:
            body["columns"] = [_column(words) for words in column]
        place = lookup.project(session.api, project, scope.workspace)
        board = cast("Board", session.api.post(f"projects/{place['id']}/boards", body))
        session.terminal.data(board)
        names = ", ".join(line(each["name"]) for each in board["columns"])
        session.terminal.show(f"Made the board {line(board['name'])}: {names}")


def move(
    key: Annotated[str, typer.Argument(metavar="KEY", help="Such as WEB-12.")],
    column: Annotated[list[str], typer.Argument(metavar="COLUMN...")],
    where: Where,
    scope: Scoped,
) -> None:
    """Move a card to a column, whose status it gets, or elsewhere within it."""
    if where.before and where.after:
        raise Usage("A card goes --before or --after another one, not both.")
    with opened(as_json=scope.as_json, server=scope.server) as session:
        task = lookup.task(session.api, key, scope.workspace)
        target = _named(_board_of(session, task, where.board), " ".join(column))
        body: dict[str, object] = {"column_id": target["id"]}
        for side, other in (("before", where.before), ("after", where.after)):
            if other:
                body[side] = lookup.task(session.api, other, scope.workspace)["id"]
        moved = cast("Task", session.api.post(f"tasks/{task['id']}/move", body))
        session.terminal.data(moved)
        session.terminal.show(cards.sentence("Moved", moved).append(f" to {line(target['name'])}"))
        if moved.get("over_limit"):
            session.terminal.warn(f"{target['name']} holds more cards than its limit.")


def _all(
    session: Session, project: str | None, workspace: str | None
) -> list[tuple[Project, Board]]:
    if project:
        places = [lookup.project(session.api, project, workspace)]
    else:
        place = lookup.workspace(session.api, workspace)["id"] if workspace else None
        places = lookup.projects(session.api, place)
    return [(place, board) for place in places for board in _boards(session, place["id"])]


def _boards(session: Session, project_id: str) -> list[Board]:
    return cast("list[Board]", list(session.api.items(f"projects/{project_id}/boards")))


def _one(known: list[tuple[Project, Board]], name: str | None) -> tuple[Project, Board]:
    wanted = name.strip().casefold() if name else None
    found = [each for each in known if wanted in {None, each[1]["id"], each[1]["name"].casefold()}]
    if len(found) == 1:
        return found[0]
    names = ", ".join(f"{line(board['name'])} ({project['key']})" for project, board in known)
    if found:
        hint = f"Give its name, or --project: {names}"
        raise Usage(f"That could be {len(found)} boards.", hint=hint)
    hint = f"There are: {names}" if names else "Make one: upnext board create Website -P Web"
    raise NotFound(f"There is no board “{name}”." if name else "There is no board.", hint=hint)


def _board_of(session: Session, task: Task, name: str | None) -> Board:
    """The board where the task lies, or its project's default one, or the one asked for."""
    known = _boards(session, task["project_id"])
    if name:
        return _one([({"key": task["key"]}, board) for board in known], name)[1]
    here = [board for board in known if board["id"] == task.get("board_id")]
    found = here or [board for board in known if board["default"]]
    if not found:
        raise NotFound("Its project has no board.", hint="Make one: upnext board create --help")
    return found[0]


def _named(board: Board, name: str) -> BoardColumn:
    wanted = name.strip().casefold()
    for column in board["columns"]:
        if wanted in {column["id"], column["name"].casefold()}:
            return column
    names = ", ".join(line(column["name"]) for column in board["columns"])
    raise NotFound(f"{line(board['name'])} has no column “{name}”.", hint=f"It has: {names}")


def _column(words: str) -> dict[str, object]:
    name, sign, rest = words.rpartition("=")
    status, _, limit = rest.partition(":")
    if not (sign and name.strip() and status) or (limit and not limit.isdecimal()):
        hint = "Such as: --column Doing=in_progress, or --column Doing=in_progress:3"
        raise Usage(f"“{words}” is not NAME=STATUS.", hint=hint)
    column: dict[str, object] = {"name": name.strip(), "status": status.strip()}
    return column | ({"wip_limit": int(limit)} if limit else {})


for _name, _function in (
    ("list", list_boards),
    ("show", show),
    ("create", create),
    ("move", move),
):
    app.command(_name)(command(_function))
