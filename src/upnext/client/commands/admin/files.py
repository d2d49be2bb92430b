"""`upnext admin files …`: how much there is, and looking after the storage, from any machine."""

from typing import Annotated, cast

import typer

from upnext.client.commands.admin.finding import Listed, listed, moment, table, text
from upnext.client.grids import Column
from upnext.client.options import Common, command
from upnext.client.session import opened

app = typer.Typer(no_args_is_help=True, help="Files: how much there is, whether it is whole.")


def list_files(
    workspace: Annotated[str, typer.Argument(metavar="ID", help="The workspace's id.")],
    options: Listed,
) -> None:
    """List the files of a workspace, the newest first."""
    with opened(as_json=options.as_json, server=options.server) as session:
        found = listed(session, "admin/files", {"workspace_id": workspace}, options.limit)
        columns = [
            Column(header="Id", style="dim"),
            Column(header="Name", long=True),
            Column(header="Bytes", justify="right"),
            Column(header="Type"),
            Column(header="Since"),
        ]
        rows = [
            [
                text(one, "id"),
                text(one, "filename"),
                f"{one['size']:,}",
                text(one, "content_type"),
                moment(session, one, "created_at"),
            ]
            for one in found
        ]
        table(session, columns, rows, "files")


def usage(common: Common) -> None:
    """Show how much there is, and which workspaces have most of it."""
    with opened(as_json=common.as_json, server=common.server) as session:
        found = session.api.get("admin/files/usage")
        session.terminal.data(found)
        if session.terminal.as_json:
            return
        columns = [
            Column(header="Workspace", long=True),
            Column(header="Files", justify="right"),
            Column(header="Bytes", justify="right"),
        ]
        items = cast("list[dict[str, object]]", found["items"])
        rows = [[text(one, "name"), f"{one['files']:,}", f"{one['bytes']:,}"] for one in items]
        table(session, columns, [*rows, ["all", f"{found['files']:,}", f"{found['bytes']:,}"]], "")


def verify(common: Common) -> None:
    """Have every content read and compared with what was uploaded."""
    _start(common, "verify")


def sweep(common: Common) -> None:
    """Have removed what no file refers to and is older than a day."""
    _start(common, "sweep")


def _start(common: Common, work: str) -> None:
    with opened(as_json=common.as_json, server=common.server) as session:
        found = session.api.post(f"admin/files/{work}")
        session.terminal.data(found)
        if not session.terminal.as_json:
            session.terminal.show(f"Under way: upnext admin jobs show {found['job_id']}")


for _name, _function in (
    ("list", list_files),
    ("usage", usage),
    ("verify", verify),
    ("sweep", sweep),
):
    app.command(_name)(command(_function))
