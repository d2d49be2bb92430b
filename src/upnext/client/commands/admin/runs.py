"""Everybody's schedules: what became of their runs."""

from typing import Annotated

import typer

from upnext.client.commands.admin.finding import Listed, listed, moment, table, text
from upnext.client.grids import Column
from upnext.client.options import command
from upnext.client.session import opened

app = typer.Typer(no_args_is_help=True, help="Runs of everybody's schedules.")


def list_runs(
    options: Listed,
    state: Annotated[
        str | None,
        typer.Option("--state", "-s", metavar="STATE", help="Such as dead; else all that failed."),
    ] = None,
) -> None:
    """List the runs that failed, the newest first."""
    with opened(as_json=options.as_json, server=options.server) as session:
        found = listed(session, "admin/schedule-runs", {"state": state}, options.limit)
        columns = [
            Column(header="Planned for"),
            Column(header="Schedule", style="cyan"),
            Column(header="Whose"),
            Column(header="State"),
            Column(header="Error", long=True),
        ]
        rows = [
            [
                moment(session, one, "fire_at"),
                text(one, "schedule_name"),
                text(one, "email"),
                text(one, "state"),
                text(one, "error"),
            ]
            for one in found
        ]
        table(session, columns, rows, "such runs")


app.command("list")(command(list_runs))
