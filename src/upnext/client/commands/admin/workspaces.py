"""Anybody's workspaces."""

from typing import TYPE_CHECKING, Annotated, cast

import typer

from upnext.client.commands.admin.finding import (
    Account,
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

if TYPE_CHECKING:  # these bring httpx, which --help does without
    from upnext.client.api import Record

app = typer.Typer(no_args_is_help=True, help="Anybody's workspaces.")


def list_workspaces(
    options: Listed,
    words: Words = None,
    of: Annotated[
        str | None, typer.Option("--of", metavar="WHO", help="Those that they are in.")
    ] = None,
    archived: Annotated[bool, typer.Option("--archived", help="Only those put away.")] = False,
    trashed: Annotated[bool, typer.Option("--trashed", help="Those in the trash.")] = False,
) -> None:
    """List workspaces with owners and counts, the newest first."""
    with opened(as_json=options.as_json, server=options.server) as session:
        query = {
            "q": words,
            "user_id": cast("str", account(session, of)["id"]) if of else None,
            "archived": "true" if archived else None,
            "trashed": "true" if trashed else None,
        }
        found = listed(session, "admin/workspaces", query, options.limit)
        columns = [Column(header="Workspace", long=True), Column(header="Owners", long=True)]
        columns += [
            Column(header=name.capitalize(), justify="right")
            for name in ("members", "projects", "tasks")
        ]
        columns.append(Column(header="Id", style="dim"))
        rows = [
            [
                text(one, "name"),
                _owners(one),
                *(text(one, name) for name in ("members", "projects", "tasks", "id")),
            ]
            for one in found
        ]
        table(session, columns, rows, "such workspaces")


def _owners(one: "Record") -> str:
    return ", ".join(text(owner, "email") for owner in cast("list[Record]", one["owners"]))


def show(which: Which, common: Common) -> None:
    """Show a workspace."""
    with opened(as_json=common.as_json, server=common.server) as session:
        one = session.api.get(f"admin/workspaces/{thing(session, 'workspaces', which)['id']}")
        session.terminal.data(one)
        session.terminal.show(f"{text(one, 'name')} · {_owners(one) or 'nobody'} · {one['id']}")
        counts = [f"{one[name]} {name}" for name in ("members", "projects", "tasks")]
        session.terminal.show(" · ".join(counts))


def rename(
    which: Which, name: Annotated[list[str], typer.Argument(metavar="NEW_NAME...")], common: Common
) -> None:
    """Give a workspace another name."""
    change(common, "workspaces", which, {"name": " ".join(name)}, "Renamed it to")


def archive(which: Which, common: Common) -> None:
    """Put a workspace away."""
    change(common, "workspaces", which, {"archived": True}, "Archived")


def unarchive(which: Which, common: Common) -> None:
    """Take a workspace out of the archive."""
    change(common, "workspaces", which, {"archived": False}, "Took out of the archive")


def delete(which: Which, common: Common, yes: Yes = False) -> None:
    """Throw a workspace into the trash, with all that it holds."""
    with opened(as_json=common.as_json, server=common.server) as session:
        one = thing(session, "workspaces", which)
        agree(f"Throw away {text(one, 'name')} with {one['tasks']} tasks?", yes=yes)
        session.api.delete(f"admin/workspaces/{one['id']}")
        done(session, "Threw away", one)


def restore(which: Which, common: Common) -> None:
    """Take a workspace out of the trash."""
    bring_back(common, "workspaces", which)


def transfer(which: Which, who: Account, common: Common) -> None:
    """Make somebody the only owner of a workspace."""
    with opened(as_json=common.as_json, server=common.server) as session:
        one = thing(session, "workspaces", which)
        body = {"user_id": account(session, who)["id"]}
        given = session.api.post(f"admin/workspaces/{one['id']}/transfer", body)
        session.terminal.data(given)
        session.terminal.show(f"{text(given, 'name')} belongs to {_owners(given)}")


for _name, _function in (
    ("list", list_workspaces),
    ("show", show),
    ("rename", rename),
    ("archive", archive),
    ("unarchive", unarchive),
    ("delete", delete),
    ("restore", restore),
    ("transfer", transfer),
):
    app.command(_name)(command(_function))
