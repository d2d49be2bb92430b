"""Background work of the instance."""

from typing import TYPE_CHECKING, Annotated, cast

import typer

from upnext.client.commands.admin.finding import Listed, listed, moment, table, text
from upnext.client.grids import Column
from upnext.client.options import Common, command
from upnext.client.session import opened

if TYPE_CHECKING:  # these bring httpx, which --help does without
    from upnext.client.api import Record

app = typer.Typer(no_args_is_help=True, help="Background work: see, requeue, cancel.")

Which = Annotated[str, typer.Argument(metavar="ID")]
Kind = Annotated[str | None, typer.Option("--kind", "-k", metavar="KIND", help="Only this kind.")]
Queue = Annotated[str | None, typer.Option("--queue", metavar="NAME", help="Only this queue.")]


def list_jobs(
    options: Listed,
    state: Annotated[
        str | None, typer.Option("--state", "-s", metavar="STATE", help="Such as dead.")
    ] = None,
    kind: Kind = None,
    queue: Queue = None,
) -> None:
    """List jobs, the newest first."""
    with opened(as_json=options.as_json, server=options.server) as session:
        query = {"state": state, "kind": kind, "queue": queue}
        found = listed(session, "admin/jobs", query, options.limit)
        columns = [
            Column(header="Id", style="dim"),
            Column(header="Kind", style="cyan"),
            Column(header="State"),
            Column(header="Tried", justify="right"),
            Column(header="Planned for"),
            Column(header="Last error", long=True),
        ]
        rows = [
            [
                text(one, "id"),
                text(one, "kind"),
                text(one, "state"),
                f"{one['attempts']}/{one['max_attempts']}",
                moment(session, one, "run_at"),
                text(one, "last_error"),
            ]
            for one in found
        ]
        table(session, columns, rows, "such jobs")


def show(which: Which, common: Common) -> None:
    """Show a job with what it was asked to do and the error it ended with."""
    with opened(as_json=common.as_json, server=common.server) as session:
        job = session.api.get(f"admin/jobs/{which}")
        session.terminal.data(job)
        for name, value in job.items():
            session.terminal.show(f"{name}: {'' if value is None else value}")


def counts(common: Common) -> None:
    """Count jobs by kind and state."""
    with opened(as_json=common.as_json, server=common.server) as session:
        answer = session.api.get("admin/jobs/counts")
        session.terminal.data(answer)
        columns = [
            Column(header="Kind", style="cyan"),
            Column(header="State"),
            Column(header="Jobs", justify="right"),
            Column(header="Oldest"),
        ]
        rows = [
            [
                text(one, "kind"),
                text(one, "state"),
                text(one, "count"),
                moment(session, one, "oldest_run_at"),
            ]
            for one in cast("list[Record]", answer["items"])
        ]
        table(session, columns, rows, "jobs")


def requeue(which: Which, common: Common) -> None:
    """Give a job that failed, died or was cancelled all its attempts again."""
    _act(which, common, "requeue")


def cancel(which: Which, common: Common) -> None:
    """Call off a job that waits or runs."""
    _act(which, common, "cancel")


def _act(which: str, common: Common, what: str) -> None:
    with opened(as_json=common.as_json, server=common.server) as session:
        job = session.api.post(f"admin/jobs/{which}/{what}")
        session.terminal.data(job)
        session.terminal.show(f"{text(job, 'kind')} is {text(job, 'state')}")


def requeue_all(
    common: Common,
    state: Annotated[
        str, typer.Option("--state", "-s", metavar="STATE", help="dead, failed or cancelled.")
    ] = "dead",
    kind: Kind = None,
    queue: Queue = None,
) -> None:
    """Requeue all the dead ones, or those of another state."""
    with opened(as_json=common.as_json, server=common.server) as session:
        given = {"state": state, "kind": kind, "queue": queue}
        body = {name: value for name, value in given.items() if value is not None}
        total, more = 0, True
        while more:
            answer = session.api.post("admin/jobs/requeue", body)
            total, more = total + cast("int", answer["requeued"]), bool(answer["more"])
        session.terminal.data({"requeued": total})
        session.terminal.show(f"Requeued {total}")


for _name, _function in (
    ("list", list_jobs),
    ("show", show),
    ("counts", counts),
    ("requeue", requeue),
    ("requeue-all", requeue_all),
    ("cancel", cancel),
):
    app.command(_name)(command(_function))
