"""Invitations: ask somebody by mail, see who is asked, take it back, and accept one."""

from typing import TYPE_CHECKING, Annotated

import typer

from upnext.client import lookup, when
from upnext.client.errors import NotFound
from upnext.client.grids import Column, grid
from upnext.client.options import Common
from upnext.client.printable import line
from upnext.client.session import opened

if TYPE_CHECKING:
    from upnext.client.api import Record

Place = Annotated[
    str, typer.Option("--workspace", "-w", metavar="NAME", help="Of which (name or id).")
]


def invite(
    email: Annotated[str, typer.Argument(metavar="EMAIL")],
    workspace: Place,
    common: Common,
    role: Annotated[
        str, typer.Option("--role", "-r", help="viewer, member, manager, admin, owner")
    ] = "member",
    project: Annotated[
        str | None, typer.Option("--project", "-P", metavar="NAME", help="Also into this project.")
    ] = None,
) -> None:
    """Invite somebody to a workspace by mail, with or without an account."""
    with opened(as_json=common.as_json, server=common.server) as session:
        place = lookup.workspace(session.api, workspace)
        body: dict[str, object] = {"email": email, "role": role}
        if project:
            body["project_id"] = lookup.project(session.api, project, workspace)["id"]
        made = session.api.post(f"workspaces/{place['id']}/invitations", body)
        session.terminal.data(made)
        session.terminal.show(f"A mail to {line(email)} is on its way: {line(place['name'])}")


def invitations(workspace: Place, common: Common) -> None:
    """List who is invited and has not answered."""
    with opened(as_json=common.as_json, server=common.server) as session:
        place = lookup.workspace(session.api, workspace)
        found = list(session.api.items(f"workspaces/{place['id']}/invitations"))
        session.terminal.data({"items": found, "next_cursor": None})
        if session.terminal.as_json:
            return
        if not found:
            session.terminal.hint("Nobody. Invite somebody: upnext invite EMAIL -w NAME")
            return
        columns = [Column(header="Who", long=True), Column(header="Role"), Column(header="Until")]
        moment = session.moment
        rows = [
            [
                line(str(one["email"])),
                str(one["role"]),
                when.short(when.read(str(one["expires_at"])), now=moment.now, zone=moment.zone),
            ]
            for one in found
        ]
        session.terminal.show(grid(session.terminal, columns, rows))


def uninvite(
    email: Annotated[str, typer.Argument(metavar="EMAIL")], workspace: Place, common: Common
) -> None:
    """Take an invitation back: its link leads nowhere any more."""
    with opened(as_json=common.as_json, server=common.server) as session:
        place = lookup.workspace(session.api, workspace)
        path = f"workspaces/{place['id']}/invitations"
        found = _of(list(session.api.items(path)), email)
        session.api.delete(f"{path}/{found['id']}")
        session.terminal.data(found)
        session.terminal.show(f"{line(email)} is not invited any more")


def _of(known: "list[Record]", email: str) -> "Record":
    wanted = email.casefold()
    for one in known:
        if str(one["email"]).casefold() == wanted:
            return one
    raise NotFound(f"{email} is not invited.", hint="See who is: upnext invitations -w NAME")


def join(
    token: Annotated[str, typer.Argument(metavar="TOKEN", help="What stands behind token= in it.")],
    common: Common,
) -> None:
    """Accept an invitation that came by mail."""
    with opened(as_json=common.as_json, server=common.server) as session:
        own = token.rpartition("token=")[2]
        joined = session.api.post("invitations/accept", {"token": own})
        session.terminal.data(joined)
        session.terminal.show(f"You are {joined['role']} there now")
