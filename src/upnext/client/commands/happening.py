"""What happened to a task, or in a project."""

from itertools import islice
from typing import Annotated, cast

import typer
from rich.table import Table
from rich.text import Text

from upnext.client import lookup, when
from upnext.client.options import Scoped
from upnext.client.printable import line
from upnext.client.session import Session, opened
from upnext.client.trails import Happening

Limit = Annotated[int, typer.Option("--limit", "-n", min=1, help="At most this many.")]


def history(
    key: Annotated[str, typer.Argument(metavar="KEY", help="A key such as HOME-12, or an id.")],
    scope: Scoped,
    limit: Limit = 50,
) -> None:
    """Show what happened to a task, the newest first."""
    with opened(as_json=scope.as_json, server=scope.server) as session:
        task = lookup.task(session.api, key, scope.workspace)
        _show(session, f"tasks/{task['id']}/activity", limit)


def activity(
    name: Annotated[list[str], typer.Argument(metavar="PROJECT", help="Name, key or id.")],
    scope: Scoped,
    limit: Limit = 50,
) -> None:
    """Show what happened in a project, the newest first."""
    with opened(as_json=scope.as_json, server=scope.server) as session:
        project = lookup.project(session.api, " ".join(name), scope.workspace)
        _show(session, f"projects/{project['id']}/activity", limit)


def _show(session: Session, path: str, limit: int) -> None:
    items = islice(session.api.items(path), limit)
    found = cast("list[Happening]", list(items))
    session.terminal.data({"items": found})
    if session.terminal.as_json:
        return
    if not found:
        session.terminal.hint("Nothing that is still known.")
        return
    moment = session.moment
    # Sentences are wrapped, not cut: what is at their end is what somebody wants to know.
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column()
    for one in found:
        at = when.short(when.read(one["at"]), now=moment.now, zone=moment.zone)
        table.add_row(at, Text(line(one["text"])))
    session.terminal.show(table)
