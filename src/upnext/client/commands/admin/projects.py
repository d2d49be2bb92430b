"""Anybody's projects, private ones too."""

from typing import Annotated, cast

import typer

from upnext.client.commands.admin.finding import (
    Listed,
    Which,
    Words,
    Yes,
    account,
    agree,
    bring_back,
    change,
    done,
    listed,
    table,
    text,
    thing,
)
from upnext.client.grids import Column
from upnext.client.options import Common, command
from upnext.client.session import opened

app = typer.Typer(no_args_is_help=True, help="Anybody's projects, private ones too.")


def list_projects(
    options: Listed,
    words: Words = None,
    workspace: Annotated[
        str | None, typer.Option("--workspace", "-w", metavar="NAME", help="Name or id.")
    ] = None,
    of: Annotated[
        str | None, typer.Option("--of", metavar="WHO", help="Of workspaces they are in.")
    ] = None,
    trashed: Annotated[bool, typer.Option("--trashed", help="Those in the trash.")] = False,
) -> None:
    """List projects, the newest first."""
    with opened(as_json=options.as_json, server=options.server) as session:
        place = thing(session, "workspaces", workspace)["id"] if workspace else None
        query = {
            "q": words,
            "workspace_id": cast("str | None", place),
            "user_id": cast("str", account(session, of)["id"]) if of else None,
            "trashed": "true" if trashed else None,
        }
        found = listed(session, "admin/projects", query, options.limit)
        columns = [
            Column(header="Key", style="cyan"),
            Column(header="Project", long=True),
            Column(header="State"),
            Column(header="Id", style="dim"),
        ]
        rows = []
        for one in found:
            words_of = ("private", "inbox")
            state = [word for word in words_of if one[word]]
            state += ["archived"] if one["archived_at"] else []
            rows.append([text(one, "key"), text(one, "name"), ", ".join(state), text(one, "id")])
        table(session, columns, rows, "such projects")


def show(which: Which, common: Common) -> None:
    """Show a project."""
    with opened(as_json=common.as_json, server=common.server) as session:
        one = thing(session, "projects", which)
        session.terminal.data(one)
        session.terminal.show(f"{text(one, 'key')} {text(one, 'name')} · {text(one, 'id')}")


def rename(
    which: Which, name: Annotated[list[str], typer.Argument(metavar="NEW_NAME...")], common: Common
) -> None:
    """Give a project another name."""
    change(common, "projects", which, {"name": " ".join(name)}, "Renamed it to")


def archive(which: Which, common: Common) -> None:
    """Put a project away."""
    change(common, "projects", which, {"archived": True}, "Archived")


def unarchive(which: Which, common: Common) -> None:
    """Take a project out of the archive."""
    change(common, "projects", which, {"archived": False}, "Took out of the archive")


def delete(which: Which, common: Common, yes: Yes = False) -> None:
    """Throw a project into the trash, with its tasks."""
    with opened(as_json=common.as_json, server=common.server) as session:
        one = thing(session, "projects", which)
        agree(f"Throw away {text(one, 'name')} with its tasks?", yes=yes)
        session.api.delete(f"admin/projects/{one['id']}")
        done(session, "Threw away", one)


def restore(which: Which, common: Common) -> None:
    """Take a project out of the trash."""
    bring_back(common, "projects", which)


for _name, _function in (
    ("list", list_projects),
    ("show", show),
    ("rename", rename),
    ("archive", archive),
    ("unarchive", unarchive),
    ("delete", delete),
    ("restore", restore),
):
    app.command(_name)(command(_function))
