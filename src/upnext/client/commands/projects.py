"""Projects: list, add, put away."""

from typing import Annotated, cast

import typer

from upnext.client import lookup, tables
from upnext.client.options import Scoped, command
from upnext.client.printable import line
from upnext.client.session import opened
from upnext.client.shapes import Project

app = typer.Typer(no_args_is_help=True, help="List, add and archive projects.")


def list_projects(
    scope: Scoped,
    archived: Annotated[bool, typer.Option("--archived", help="Also the archived ones.")] = False,
) -> None:
    """List your projects."""
    with opened(as_json=scope.as_json, server=scope.server) as session:
        place = lookup.workspace(session.api, scope.workspace)["id"] if scope.workspace else None
        found = lookup.projects(session.api, place, archived=None if archived else False)
        session.terminal.data({"items": found, "next_cursor": None})
        session.terminal.show(tables.projects(session.terminal, found))


def add(
    name: Annotated[list[str], typer.Argument(metavar="NAME...")],
    scope: Scoped,
    key: Annotated[
        str | None, typer.Option("--key", "-k", help="Short key of its tasks, such as HOME.")
    ] = None,
) -> None:
    """Add a project, in your personal workspace unless --workspace names another."""
    with opened(as_json=scope.as_json, server=scope.server) as session:
        body: dict[str, object] = {"name": " ".join(name)}
        if key:
            body["key"] = key.upper()
        if scope.workspace:
            body["workspace_id"] = lookup.workspace(session.api, scope.workspace)["id"]
        project = cast("Project", session.api.post("projects", body))
        session.terminal.data(project)
        session.terminal.show(f"Added project {project['key']} {line(project['name'])}")


def archive(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name, key or id.")], scope: Scoped
) -> None:
    """Put a project away; its tasks are kept."""
    with opened(as_json=scope.as_json, server=scope.server) as session:
        project = lookup.project(session.api, name, scope.workspace)
        session.terminal.data(session.api.patch(f"projects/{project['id']}", {"archived": True}))
        session.terminal.show(f"Archived project {project['key']} {line(project['name'])}")


for _name, _function in (("list", list_projects), ("add", add), ("archive", archive)):
    app.command(_name)(command(_function))
