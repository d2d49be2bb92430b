"""What is promised about the tasks of a project: SLA policies, and when a workspace is open."""

from dataclasses import dataclass
from typing import Annotated, cast

import typer

from upnext.client import durations, fields, lookup, opening
from upnext.client.cards import facts
from upnext.client.errors import NotFound, Usage
from upnext.client.grids import Column, grid
from upnext.client.options import Scoped, choice, command
from upnext.client.printable import line
from upnext.client.session import Session, opened
from upnext.client.shapes import Calendar, Holiday, SlaKept, SlaPolicy

app = typer.Typer(
    no_args_is_help=True, help="Promises about tasks: when somebody answers, when it is done."
)

Where = Annotated[str, typer.Argument(metavar="PROJECT", help="Name, key or id.")]
_ANY = "any"
Level = Annotated[
    str,
    typer.Option(
        "--priority",
        "-p",
        metavar="LEVEL",
        help="The tasks of this priority; any: those of all others.",
        autocompletion=fields.one_of(_ANY, *fields.LEVELS),
    ),
]


@dataclass(frozen=True, kw_only=True)
class Promise:
    """What a policy says; what is left out stays as it is."""

    response: Annotated[
        str | None,
        typer.Option("--response", metavar="LONG", help="First answer within 30m, 4h …; none."),
    ] = None
    done: Annotated[
        str | None, typer.Option("--done", metavar="LONG", help="Done within 8h, 40h …; none.")
    ] = None
    starts_from: Annotated[
        str | None,
        typer.Option("--from", metavar="WHAT", help="Counted from: created (default) or due."),
    ] = None
    business: Annotated[
        bool | None,
        typer.Option("--business-hours/--around-the-clock", help="Which hours count."),
    ] = None
    pause: Annotated[
        list[str] | None,
        typer.Option("--pause", metavar="STATUS", help="Stands still in it; repeatable; none."),
    ] = None
    enabled: Annotated[bool | None, typer.Option("--on/--off", help="Whether it counts.")] = None


def list_policies(where: Where, scope: Scoped) -> None:
    """List the policies of a project, and how well they are kept."""
    with opened(as_json=scope.as_json, server=scope.server) as session:
        project = lookup.project(session.api, where, scope.workspace)
        found = _policies(session, project["id"])
        report = session.api.get(f"projects/{project['id']}/sla")
        session.terminal.data({"items": found, "next_cursor": None, "report": report})
        if session.terminal.as_json:
            return
        if not found:
            hint = f"Nothing is promised. Promise something: upnext sla set {project['key']}"
            session.terminal.hint(f"{hint} --done 8h")
            return
        heads = ("Priority", "Response", "Done", "From", "Hours", "Pauses in", "")
        rows = [_row(one) for one in found]
        session.terminal.show(grid(session.terminal, [Column(header=h) for h in heads], rows))
        for name, what in (("first_response", "Answered"), ("resolution", "Done")):
            session.terminal.hint(_kept(what, cast("SlaKept", report[name])))


def set_policy(where: Where, promise: Promise, scope: Scoped, priority: Level = _ANY) -> None:
    """Promise something about a project's tasks, or change what is promised."""
    with opened(as_json=scope.as_json, server=scope.server) as session:
        project = lookup.project(session.api, where, scope.workspace)
        level = _level(priority)
        body = _body(promise)
        known = _of(_policies(session, project["id"]), level)
        if known:
            policy = session.api.patch(f"sla-policies/{known['id']}", body)
        else:
            path = f"projects/{project['id']}/sla-policies"
            policy = session.api.post(path, {"priority": level, **body})
        session.terminal.data(policy)
        said = "Changed" if known else "Made"
        session.terminal.show(f"{said} the promise for {level or 'any'} in {line(project['name'])}")


def remove(where: Where, scope: Scoped, priority: Level = _ANY) -> None:
    """Promise nothing any more. Breaches that were recorded stay."""
    with opened(as_json=scope.as_json, server=scope.server) as session:
        project = lookup.project(session.api, where, scope.workspace)
        level = _level(priority)
        known = _of(_policies(session, project["id"]), level)
        if known is None:
            hint = f"See: upnext sla list {project['key']}"
            raise NotFound(f"Nothing is promised for {level or 'any'} there.", hint=hint)
        session.api.delete(f"sla-policies/{known['id']}")
        session.terminal.data(known)
        session.terminal.show(f"Removed the promise for {level or 'any'}")


def calendar(
    scope: Scoped,
    zone: Annotated[str | None, typer.Option("--zone", metavar="NAME")] = None,
    hours: Annotated[
        str | None,
        typer.Option("--hours", metavar="TEXT", help='Such as "mon-fri 9-17, sat 10-14".'),
    ] = None,
    holiday: Annotated[
        list[str] | None,
        typer.Option("--holiday", metavar="DATE", help="2026-12-25 or 2026-12-25=Christmas."),
    ] = None,
    no_holiday: Annotated[
        list[str] | None, typer.Option("--no-holiday", metavar="DATE", help="Open after all.")
    ] = None,
) -> None:
    """Show when a workspace is open, or change that; your personal one without --workspace."""
    with opened(as_json=scope.as_json, server=scope.server) as session:
        path = f"workspaces/{_workspace_id(session, scope.workspace)}/calendar"
        read = session.api.read(path)
        known = cast("Calendar", read.data)
        body = _calendar(known, zone, hours, (holiday or [], no_holiday or []))
        if body:
            whole = {name: known[name] for name in ("time_zone", "hours", "holidays")}
            known = cast("Calendar", session.api.put(path, {**whole, **body}, etag=read.etag))
        session.terminal.data(known)
        days = [f"{one['date']} {line(one['name'])}".strip() for one in known["holidays"]]
        shown = [
            ("Time zone", known["time_zone"]),
            ("Open", opening.show(known["hours"])),
            ("Holidays", "\n".join(days)),
        ]
        session.terminal.show(facts(shown))


def _policies(session: Session, project_id: str) -> list[SlaPolicy]:
    found = session.api.items(f"projects/{project_id}/sla-policies")
    return cast("list[SlaPolicy]", list(found))


def _of(policies: list[SlaPolicy], level: str | None) -> SlaPolicy | None:
    return next((one for one in policies if one["priority"] == level), None)


def _level(text: str) -> str | None:
    if text.strip().casefold() == _ANY:
        return None
    return choice(text, fields.PRIORITIES, "priority")


def _body(promise: Promise) -> dict[str, object]:
    """What was said, as the API has it."""
    body: dict[str, object] = {}
    for name, text in (
        ("first_response_minutes", promise.response),
        ("resolution_minutes", promise.done),
    ):
        if text is not None:
            body[name] = _minutes(text)
    if promise.starts_from is not None:
        known = {"created": "created", "due": "due"}
        body["starts_from"] = choice(promise.starts_from, known, "beginning")
    if promise.business is not None:
        body["business_hours"] = promise.business
    if promise.pause is not None:
        said = [one for one in promise.pause if one.casefold() != _NONE]
        body["pause_statuses"] = [choice(one, _STATUSES, "status") for one in said]
    if promise.enabled is not None:
        body["enabled"] = promise.enabled
    return body


_NONE = "none"
_STATUSES = {name: name for name in fields.STATUSES}


def _minutes(text: str) -> int | None:
    if text.casefold() == _NONE:
        return None
    try:
        return durations.parse(text)
    except ValueError as error:
        raise Usage(str(error)) from None


def _row(policy: SlaPolicy) -> list[str]:
    return [
        policy["priority"] or _ANY,
        durations.show(policy["first_response_minutes"]),
        durations.show(policy["resolution_minutes"]),
        policy["starts_from"],
        "business" if policy["business_hours"] else "all",
        ", ".join(policy["pause_statuses"]),
        "" if policy["enabled"] else "off",
    ]


def _kept(what: str, kept: SlaKept) -> str:
    share = kept["met_share"]
    told = "" if share is None else f" ({share:.0%})"
    late = f", {kept['late']} of them still open" if kept["late"] else ""
    warned = f", {kept['warning']} of them soon due" if kept["warning"] else ""
    return (
        f"{what} in time {kept['met']}{told}, late {kept['breached']}{late}, "
        f"running {kept['open']}{warned}."
    )


def _workspace_id(session: Session, name: str | None) -> str:
    if name:
        return lookup.workspace(session.api, name)["id"]
    found = (one for one in session.api.items("workspaces") if one["personal"])
    return str(next(found)["id"])


def _calendar(
    known: Calendar,
    zone: str | None,
    hours: str | None,
    days: tuple[list[str], list[str]],
) -> dict[str, object]:
    """What changes."""
    body: dict[str, object] = {}
    if zone is not None:
        body["time_zone"] = zone
    if hours is not None:
        try:
            body["hours"] = opening.parse(hours)
        except ValueError as error:
            raise Usage(f"--hours: {error}.") from None
    added, removed = days
    if added or removed:
        body["holidays"] = _holidays(known["holidays"], added, removed)
    return body


def _holidays(known: list[Holiday], added: list[str], removed: list[str]) -> list[Holiday]:
    found = {one["date"]: one for one in known}
    for text in added:
        day, _, name = text.partition("=")
        found[day.strip()] = {"date": day.strip(), "name": name.strip()}
    return [one for day, one in found.items() if day not in {each.strip() for each in removed}]


for _name, _function in (
    ("list", list_policies),
    ("set", set_policy),
    ("remove", remove),
    ("calendar", calendar),
):
    app.command(_name)(command(_function))
