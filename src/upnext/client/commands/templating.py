"""Task templates."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, cast

import typer

from upnext.client import lookup, routines
from upnext.client.errors import ClientError, Usage
from upnext.client.grids import Column, grid
from upnext.client.options import Common, Scoped, command
from upnext.client.printable import line
from upnext.client.routines import Named
from upnext.client.session import opened
from upnext.client.shapes import Task

app = typer.Typer(no_args_is_help=True, help="Tasks with subtasks, dates and variables, ready.")

Which = Annotated[str, typer.Argument(metavar="NAME", help="Name or id.")]
Variables = Annotated[
    list[str] | None, typer.Option("--var", metavar="NAME=VALUE", help="Of a {{variable}}.")
]
STDIN = "-"


def list_templates(scope: Scoped) -> None:
    """List the templates that you can use."""
    with opened(as_json=scope.as_json, server=scope.server) as session:
        place = routines.placed(session, scope.workspace)
        query = {"workspace_id": cast("str | None", place.get("workspace_id"))}
        found = list(session.api.items("templates", query))
        session.terminal.data({"items": found, "next_cursor": None})
        if session.terminal.as_json:
            return
        if not found:
            session.terminal.hint('None yet. Make one: upnext template add Trip "Pack" --due +1d')
            return
        columns = [Column(header=head, long=True) for head in ("Name", "Task", "Variables")]
        rows = [
            [
                line(str(each["name"])),
                line(cast("Task", each["task"])["title"]),
                line(", ".join(one["name"] for one in cast("list[Named]", each["variables"]))),
            ]
            for each in found
        ]
        session.terminal.show(grid(session.terminal, columns, rows))


@dataclass(frozen=True, kw_only=True)
class Shape:
    """What a template makes: by a few words, or by a file."""

    due: Annotated[
        str | None, typer.Option("--due", metavar="WHEN", help="Such as +3d or next fri.")
    ] = None
    subtask: Annotated[
        list[str] | None, typer.Option("--subtask", metavar="TITLE", help="Repeatable.")
    ] = None
    var: Variables = None
    project: Annotated[str | None, typer.Option("--project", "-P", metavar="NAME")] = None
    file: Annotated[
        Path | None,
        typer.Option("--file", metavar="PATH", help="JSON with `task` and `variables`; - reads."),
    ] = None


def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What to call it.")],
    shape: Shape,
    scope: Scoped,
    title: Annotated[str | None, typer.Argument(metavar="[TITLE]", help="Of its task.")] = None,
) -> None:
    """Make a template, of words or of a file as the API takes it."""
    if (title is None) is (shape.file is None):
        raise Usage("Give a title, or a --file.")
    with opened(as_json=scope.as_json, server=scope.server) as session:
        body = routines.parsed(_text(shape.file), "--file") if shape.file else _body(title, shape)
        body |= {"name": name, **routines.placed(session, scope.workspace)}
        if shape.project:
            found = lookup.project(session.api, shape.project, scope.workspace)
            body["project_id"] = found["id"]
        made = session.api.post("templates", body)
        session.terminal.data(made)
        session.terminal.show(f"Made the template {line(name)}")
        session.terminal.hint(f'Use it: upnext template use "{line(name)}"')


def _body(title: str | None, shape: Shape) -> dict[str, object]:
    task: dict[str, object] = {"title": title}
    task |= {"due": shape.due} if shape.due else {}
    task |= {"subtasks": [{"title": each} for each in shape.subtask]} if shape.subtask else {}
    known = routines.variables([each if "=" in each else f"{each}=" for each in shape.var or []])
    declared = [{"name": one, "default": value or None} for one, value in known.items()]
    return {"task": task, "variables": declared}


def show(which: Which, common: Common) -> None:
    """Show a template as the API has it."""
    with opened(as_json=common.as_json, server=common.server) as session:
        found = routines.one(session, "templates", which)
        session.terminal.data(found)
        task = cast("dict[str, object]", found["task"])
        session.terminal.show(f"{line(str(found['name']))}: {line(str(task['title']))}")
        for each in cast("list[dict[str, object]]", task.get("subtasks", [])):
            session.terminal.show(f"  - {line(str(each['title']))}")


def use(
    which: Which,
    scope: Scoped,
    var: Variables = None,
    project: Annotated[str | None, typer.Option("--project", "-P", metavar="NAME")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show them.")] = False,
) -> None:
    """Make a template's tasks."""
    with opened(as_json=scope.as_json, server=scope.server) as session:
        found = routines.one(session, "templates", which)
        body: dict[str, object] = {"variables": routines.variables(var or []), "dry_run": dry_run}
        if project:
            body["project_id"] = lookup.project(session.api, project, scope.workspace)["id"]
        made = session.api.post(f"templates/{found['id']}/create", body)
        session.terminal.data(made)
        said = "Would make" if dry_run else "Made"
        tasks = [cast("Task", made["task"]), *cast("list[Task]", made["subtasks"])]
        for each in tasks:
            due = routines.shown(session, each.get("due_at"))
            ahead = f"  due {due}" if due else ""
            session.terminal.show(f"{said} {each['key']} {line(each['title'])}{ahead}")


def remove(which: Which, common: Common) -> None:
    """Delete a template; what was made of it stays."""
    with opened(as_json=common.as_json, server=common.server) as session:
        found = routines.one(session, "templates", which)
        session.api.delete(f"templates/{found['id']}")
        session.terminal.data(found)
        session.terminal.show(f"Removed {line(str(found['name']))}")


def _text(path: Path) -> str:
    if str(path) == STDIN:
        return sys.stdin.read()
    try:
        return path.expanduser().read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ClientError(f"{path} cannot be read: {error}.") from None


for _name, _function in (
    ("list", list_templates),
    ("add", add),
    ("show", show),
    ("use", use),
    ("remove", remove),
):
    app.command(_name)(command(_function))
