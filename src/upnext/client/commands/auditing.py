"""The audit trail of a workspace, as its administrators see it."""

from dataclasses import dataclass
from itertools import islice
from typing import Annotated, cast

import typer

from upnext.client import fields, lookup, when
from upnext.client.grids import Column, grid
from upnext.client.options import Scoped, command
from upnext.client.printable import line
from upnext.client.session import Session, opened
from upnext.client.trails import AuditEntry

app = typer.Typer(no_args_is_help=True, help="Who changed what, when and from where.")


@dataclass(frozen=True, kw_only=True)
class Which:
    """Which changes."""

    type: Annotated[
        str | None, typer.Option("--type", metavar="WORD", help="task.completed, or task …")
    ] = None
    actor: Annotated[
        str | None, typer.Option("--actor", metavar="ID", help="A user's id, or system.")
    ] = None
    task: Annotated[
        str | None, typer.Option("--task", metavar="KEY", help="Only of this task.")
    ] = None
    since: Annotated[
        str | None, typer.Option("--from", metavar="WHEN", help="2026-12-04, yesterday …")
    ] = None
    until: Annotated[str | None, typer.Option("--to", metavar="WHEN")] = None
    ip: Annotated[str | None, typer.Option("--ip", metavar="ADDRESS")] = None
    request_id: Annotated[str | None, typer.Option("--request", metavar="ID")] = None
    instance: Annotated[
        bool, typer.Option("--instance", help="The instance's own trail: accounts, sign-ins.")
    ] = False
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="At most this many.")] = 50


def list_audit(which: Which, scope: Scoped) -> None:
    """List the audit trail of a workspace, the newest first; your own unless you name one."""
    with opened(as_json=scope.as_json, server=scope.server) as session:
        query = _query(session, which, scope.workspace)
        items = islice(session.api.items("audit", query), which.limit)
        found = cast("list[AuditEntry]", list(items))
        session.terminal.data({"items": found})
        if session.terminal.as_json:
            return
        if not found:
            session.terminal.hint("Nothing was recorded that matches this.")
            return
        columns = [
            Column(header="No.", justify="right", style="dim"),
            Column(header="When"),
            Column(header="Who"),
            Column(header="What"),
            Column(header="Of", long=True),
            Column(header="Changed", long=True),
            Column(header="From"),
        ]
        rows = [_row(session, one) for one in found]
        session.terminal.show(grid(session.terminal, columns, rows))


def _query(
    session: Session, which: Which, workspace: str | None
) -> dict[str, str | int | bool | list[str] | None]:
    query: dict[str, str | int | bool | list[str] | None] = {
        "type": which.type,
        "actor": which.actor,
        "from": fields.moment(session, which.since, "--from"),
        "to": fields.moment(session, which.until, "--to"),
        "ip": which.ip,
        "request_id": which.request_id,
    }
    if which.task:
        task = lookup.task(session.api, which.task, workspace)
        return query | {"resource_id": task["id"], "workspace_id": task["workspace_id"]}
    if which.instance:
        return query
    place = (
        lookup.workspace(session.api, workspace)
        if workspace
        else lookup.personal_workspace(session.api)
    )
    return query | {"workspace_id": place["id"]}


def _row(session: Session, entry: AuditEntry) -> list[str]:
    actor, resource = entry["actor"], entry["resource"]
    moment = session.moment
    return [
        str(entry["seq"]),
        when.short(when.read(entry["at"]), now=moment.now, zone=moment.zone),
        line(actor["name"] or actor["kind"]),
        entry["type"],
        line(resource["name"] or ""),
        line(", ".join(one["field"] for one in entry["changes"])),
        line(entry["ip"] or ""),
    ]


app.command("list")(command(list_audit))
