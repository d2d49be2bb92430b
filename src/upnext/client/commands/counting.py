"""Figures about tasks."""

from dataclasses import dataclass
from typing import Annotated, cast

import typer

from upnext.client import figures, lookup
from upnext.client.counts import Stats
from upnext.client.fields import one_of
from upnext.client.options import Scoped, choice
from upnext.client.session import Session, opened

_INTERVALS = {name: name for name in ("day", "week", "month")}


@dataclass(frozen=True, kw_only=True)
class Extent:
    """Of which tasks, and of which time."""

    project: Annotated[
        str | None, typer.Option("--project", "-P", metavar="NAME", help="Name, key or id.")
    ] = None
    mine: Annotated[bool, typer.Option("--mine", help="Only what is assigned to you.")] = False
    since: Annotated[
        str | None, typer.Option("--from", metavar="DAY", help="2026-11-01; that day included.")
    ] = None
    until: Annotated[
        str | None, typer.Option("--to", metavar="DAY", help="2026-11-30; that day included.")
    ] = None
    interval: Annotated[
        str | None,
        typer.Option(
            metavar="WORD", help="day, week or month.", autocompletion=one_of(*_INTERVALS)
        ),
    ] = None


def stats(extent: Extent, scope: Scoped) -> None:
    """Show figures: totals, what is overdue, throughput, and how long tasks take."""
    with opened(as_json=scope.as_json, server=scope.server) as session:
        found = cast("Stats", session.api.get("tasks/stats", _query(session, extent, scope)))
        session.terminal.data(found)
        if not session.terminal.as_json:
            session.terminal.show(*figures.parts(session.terminal, found))


def _query(session: Session, extent: Extent, scope: Scoped) -> dict[str, str | None]:
    query: dict[str, str | None] = {
        "from": extent.since,
        "to": extent.until,
        "interval": choice(extent.interval, _INTERVALS, "interval"),
        "assignee_id": "me" if extent.mine else None,
    }
    if extent.project:
        query["project_id"] = lookup.project(session.api, extent.project, scope.workspace)["id"]
    elif scope.workspace:
        query["workspace_id"] = lookup.workspace(session.api, scope.workspace)["id"]
    return query
