"""The plan of the day or the week, and what a person says about it."""

from typing import Annotated, cast

import typer

from upnext.client import fields, lookup, plans, when
from upnext.client.errors import Usage
from upnext.client.options import Common, Scoped
from upnext.client.printable import line
from upnext.client.session import Session, opened

Days = Annotated[
    int, typer.Option("--days", "-n", min=1, max=14, help="How many days to show; 1 is today.")
]
From = Annotated[
    str | None, typer.Option("--from", metavar="DAY", help="2026-12-04, tomorrow, fri; else today.")
]


def plan(common: Common, days: Days = 7, first: From = None) -> None:
    """Show the plan in time blocks, and what does not fit."""
    with opened(as_json=common.as_json, server=common.server) as session:
        query: dict[str, str | int | None] = {"days": days, "from": _day(session, first)}
        _tell(session, cast("plans.Plan", session.api.get("plan", query)))


def replan(common: Common, days: Days = 7) -> None:
    """Plan anew, moving as little as possible, and say what moved."""
    with opened(as_json=common.as_json, server=common.server) as session:
        found = cast("plans.Plan", session.api.post(f"plan/replan?days={days}"))
        _tell(session, found)
        if measure := found["replan"]:
            session.terminal.show(plans.moved(measure))


def risks(common: Common) -> None:
    """Show how likely you keep your dates: promises (SLA), deadlines, targets of goals."""
    with opened(as_json=common.as_json, server=common.server) as session:
        found = session.api.get("plan/risks")
        session.terminal.data(found)
        if not session.terminal.as_json:
            items = cast("list[plans.Risk]", found["items"])
            session.terminal.show(*plans.at_risk(session.terminal, items, session.moment))


def pin(
    task: Annotated[str, typer.Argument(metavar="KEY")],
    start: Annotated[str, typer.Argument(metavar="WHEN", help="14:00, 'fri 9:00', 'tomorrow 2pm'")],
    scope: Scoped,
    duration: Annotated[
        str | None,
        typer.Option("--duration", "-d", metavar="TIME", help="30m, 2h; else all that remains."),
    ] = None,
) -> None:
    """Put a task to a time, whatever else is planned; again, to move it."""
    with opened(as_json=scope.as_json, server=scope.server) as session:
        found = lookup.task(session.api, task, scope.workspace)
        body: dict[str, object] = {
            "task_id": found["id"],
            "start": fields.moment(session, start, "WHEN", clock=when.DAY_START),
        }
        if duration:
            body["minutes"] = fields.minutes(duration, "--duration")
        made = cast("plans.Pin", session.api.put("plan/pins", body))
        session.terminal.data(made)
        if not session.terminal.as_json:
            at = plans.span(made["start"], made["end"], session.moment)
            session.terminal.show(f"Pinned {line(made['key'])} {line(made['title'])}: {at}")


def unpin(task: Annotated[str, typer.Argument(metavar="KEY")], scope: Scoped) -> None:
    """Take a task's pin away."""
    with opened(as_json=scope.as_json, server=scope.server) as session:
        found = lookup.task(session.api, task, scope.workspace)
        session.api.delete(f"plan/pins/{found['id']}")
        session.terminal.data(found)
        session.terminal.show(f"Unpinned {line(found['key'])} {line(found['title'])}")


def _day(session: Session, text: str | None) -> str | None:
    if text is None:
        return None
    try:
        moment = session.moment
        at = when.parse(text, now=moment.now, zone=moment.zone)
    except ValueError as error:
        raise Usage(f"--from: {error}.") from error
    return at.astimezone(session.moment.zone).date().isoformat()


def _tell(session: Session, found: plans.Plan) -> None:
    session.terminal.data(found)
    if not session.terminal.as_json:
        session.terminal.show(*plans.shown(session.terminal, found, session.moment))
