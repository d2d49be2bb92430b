"""Schedules: what is done by the clock."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, cast

import typer

from upnext.client import lookup, routines
from upnext.client.errors import Usage
from upnext.client.grids import Column, grid
from upnext.client.options import Common, Scoped, command
from upnext.client.printable import line
from upnext.client.routines import Run, Schedule
from upnext.client.session import Session, opened

if TYPE_CHECKING:
    from upnext.client.api import Record

app = typer.Typer(no_args_is_help=True, help="What is done by the clock, in your name.")

Which = Annotated[str, typer.Argument(metavar="NAME", help="Name or id.")]


@dataclass(frozen=True, kw_only=True)
class Timing:
    """When; one of the first three."""

    cron: Annotated[
        str | None, typer.Option("--cron", metavar="FIELDS", help='Such as "30 9 * * 1-5".')
    ] = None
    rrule: Annotated[
        str | None, typer.Option("--rrule", metavar="RULE", help="Such as FREQ=WEEKLY;BYDAY=MO.")
    ] = None
    at: Annotated[
        str | None, typer.Option("--at", metavar="WHEN", help="Once, such as: tomorrow 9:00.")
    ] = None
    timezone: Annotated[
        str | None, typer.Option("--zone", metavar="NAME", help="Default: your own.")
    ] = None
    misfire: Annotated[
        str | None,
        typer.Option("--misfire", metavar="HOW", help="fire_once, skip or catch_up."),
    ] = None


@dataclass(frozen=True, kw_only=True)
class Doing:
    """What; one of these, with what belongs to it."""

    remind: Annotated[
        str | None, typer.Option("--remind", metavar="TEXT", help="Remind me of this.")
    ] = None
    task: Annotated[
        str | None, typer.Option("--task", metavar="KEY", help="Remind me of this task.")
    ] = None
    create: Annotated[
        str | None, typer.Option("--create", metavar="TITLE", help="Make a task.")
    ] = None
    due: Annotated[
        str | None, typer.Option("--due", metavar="WHEN", help="Of the task; such as +3d.")
    ] = None
    template: Annotated[
        str | None, typer.Option("--template", metavar="NAME", help="Make its tasks.")
    ] = None
    var: Annotated[
        list[str] | None, typer.Option("--var", metavar="NAME=VALUE", help="Of the template.")
    ] = None
    project: Annotated[
        str | None, typer.Option("--project", "-P", metavar="NAME", help="Where.")
    ] = None
    archive_done: Annotated[
        int | None,
        typer.Option("--archive-done", metavar="DAYS", help="Take old done cards off boards."),
    ] = None
    action: Annotated[
        str | None, typer.Option("--action", metavar="JSON", help="As the API takes it.")
    ] = None


def list_schedules(
    common: Common,
    everybody: Annotated[
        bool, typer.Option("--everybody", help="Also others', where you administer.")
    ] = False,
) -> None:
    """List your schedules, and when each comes next."""
    with opened(as_json=common.as_json, server=common.server) as session:
        found = cast(
            "list[Schedule]", list(session.api.items("schedules", {"everybody": everybody}))
        )
        session.terminal.data({"items": found, "next_cursor": None})
        if session.terminal.as_json:
            return
        if not found:
            session.terminal.hint(
                'None yet. Make one: upnext schedule add Plants --cron "0 9 * * 1" --create Water'
            )
            return
        columns = [Column(header=h, long=h == "Name") for h in ("Name", "Does", "When", "Next")]
        rows = [
            [line(each["name"]), _does(each), line(_timing(each)), _next(session, each)]
            for each in found
        ]
        session.terminal.show(grid(session.terminal, columns, rows))


def add(
    name: Annotated[list[str], typer.Argument(metavar="NAME...", help="What to call it.")],
    timing: Timing,
    doing: Doing,
    scope: Scoped,
) -> None:
    """Have something done at a time, or again and again."""
    with opened(as_json=scope.as_json, server=scope.server) as session:
        body: dict[str, object] = {
            "name": " ".join(name),
            "action": _action(session, doing, scope.workspace),
            **_when(session, timing),
            **routines.placed(session, scope.workspace),
        }
        _tell(session, session.api.post("schedules", body), "Made")


def show(which: Which, common: Common) -> None:
    """Show a schedule: when it comes next, and what it would do."""
    with opened(as_json=common.as_json, server=common.server) as session:
        found = cast("Schedule", routines.one(session, "schedules", which))
        session.terminal.data(found)
        session.terminal.show(f"{line(found['name'])}: {_does(found)}, {line(_timing(found))}")
        if found["paused_because"]:
            session.terminal.show(f"Paused: {line(found['paused_because'])}")
        for at in found["next_runs"]:
            session.terminal.show(f"  {routines.shown(session, at)}")


def pause(which: Which, common: Common) -> None:
    """Let it rest until it is resumed."""
    _press(which, common, "pause", "Paused")


def resume(which: Which, common: Common) -> None:
    """Let it go on. What it missed meanwhile is not made up for."""
    _press(which, common, "resume", "Resumed")


def run(which: Which, common: Common) -> None:
    """Run it once more, now."""
    with opened(as_json=common.as_json, server=common.server) as session:
        found = routines.one(session, "schedules", which)
        made = session.api.post(f"schedules/{found['id']}/run-now")
        session.terminal.data(made)
        session.terminal.show(f"Started {line(str(found['name']))}")
        session.terminal.hint(f'See what became of it: upnext schedule runs "{found["name"]}"')


def dry_run(which: Which, common: Common) -> None:
    """Show what it would do now, and do nothing."""
    with opened(as_json=common.as_json, server=common.server) as session:
        found = routines.one(session, "schedules", which)
        told = session.api.post(f"schedules/{found['id']}/dry-run")
        session.terminal.data(told)
        for name, value in cast("dict[str, object]", told["would"]).items():
            session.terminal.show(f"{name}: {line(str(value))}")


def runs(
    which: Which,
    common: Common,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=100, metavar="N")] = 20,
) -> None:
    """List what became of its runs, the newest first."""
    with opened(as_json=common.as_json, server=common.server) as session:
        found = routines.one(session, "schedules", which)
        page = session.api.get(f"schedules/{found['id']}/runs", {"limit": limit})
        session.terminal.data(page)
        items = cast("list[Run]", page["items"])
        columns = [Column(header="When"), Column(header="State"), Column(header="", long=True)]
        rows = [
            [
                routines.shown(session, each["fire_at"]),
                each["state"],
                line(each["error"] or str(each["output"] or "")),
            ]
            for each in items
        ]
        session.terminal.show(grid(session.terminal, columns, rows))


def remove(which: Which, common: Common) -> None:
    """Delete it, with its runs."""
    with opened(as_json=common.as_json, server=common.server) as session:
        found = routines.one(session, "schedules", which)
        session.api.delete(f"schedules/{found['id']}")
        session.terminal.data(found)
        session.terminal.show(f"Removed {line(str(found['name']))}")


def _press(which: str, common: Common, what: str, said: str) -> None:
    with opened(as_json=common.as_json, server=common.server) as session:
        found = routines.one(session, "schedules", which)
        _tell(session, session.api.post(f"schedules/{found['id']}/{what}"), said)


def _tell(session: Session, made: "Record", said: str) -> None:
    session.terminal.data(made)
    schedule = cast("Schedule", made)
    coming = [routines.shown(session, at) for at in schedule["next_runs"][:3]]
    ahead = f"; next: {', '.join(coming)}" if coming else ""
    session.terminal.show(f"{said} {line(schedule['name'])}{ahead}")


def _when(session: Session, timing: Timing) -> dict[str, object]:
    at = routines.moment(session, timing.at, "--at") if timing.at else None
    said = {
        "cron": timing.cron,
        "rrule": timing.rrule,
        "run_at": at,
        "timezone": timing.timezone,
        "misfire": timing.misfire,
    }
    found: dict[str, object] = {name: value for name, value in said.items() if value is not None}
    if not found.keys() & {"cron", "rrule", "run_at"}:
        raise Usage("Say when.", hint='With --cron "0 9 * * 1-5", --rrule RULE or --at WHEN.')
    return found


def _action(session: Session, doing: Doing, workspace: str | None) -> dict[str, object]:
    if doing.action:
        return routines.parsed(doing.action, "--action")
    where: dict[str, object] = {}
    if doing.project:
        where["project_id"] = lookup.project(session.api, doing.project, workspace)["id"]
    if doing.template:
        found = routines.one(session, "templates", doing.template)
        values = routines.variables(doing.var or [])
        told = {"template_id": found["id"], **({"variables": values} if values else {})}
        return {"type": "create_task", **told, **where}
    if doing.create:
        due = {"due": doing.due} if doing.due else {}
        return {"type": "create_task", "title": doing.create, **due, **where}
    if doing.archive_done is not None:
        return {"type": "archive_done", "days": doing.archive_done, **where}
    return _reminder(session, doing, workspace)


def _reminder(session: Session, doing: Doing, workspace: str | None) -> dict[str, object]:
    if not doing.remind and not doing.task:
        hint = "With --remind TEXT, --create TITLE, --template NAME, --archive-done DAYS …"
        raise Usage("Say what to do.", hint=hint)
    told: dict[str, object] = {"type": "reminder"}
    if doing.remind:
        told["text"] = doing.remind
    if doing.task:
        told["task_id"] = lookup.task(session.api, doing.task, workspace)["id"]
    return told


def _does(schedule: Schedule) -> str:
    return str(schedule["action"].get("type", "")).replace("_", " ")


def _timing(schedule: Schedule) -> str:
    return schedule["cron"] or schedule["rrule"] or "once"


def _next(session: Session, schedule: Schedule) -> str:
    if not schedule["enabled"]:
        return "paused"
    return routines.shown(session, next(iter(schedule["next_runs"]), None)) or "over"


for _name, _function in (
    ("list", list_schedules),
    ("add", add),
    ("show", show),
    ("pause", pause),
    ("resume", resume),
    ("run", run),
    ("try", dry_run),
    ("runs", runs),
    ("remove", remove),
):
    app.command(_name)(command(_function))
