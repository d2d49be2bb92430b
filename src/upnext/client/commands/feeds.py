"""Calendar links: list, add, replace, remove."""

from dataclasses import dataclass
from typing import Annotated, cast

import typer

from upnext.client import fields, lookup, when
from upnext.client.errors import NotFound, Usage
from upnext.client.grids import Column, grid
from upnext.client.options import Common, Scoped, choice, command
from upnext.client.printable import line
from upnext.client.session import Session, opened
from upnext.client.shapes import Feed

app = typer.Typer(
    no_args_is_help=True,
    help="Private links that show your due tasks, or your plan, in a calendar program.",
)

Which = Annotated[str, typer.Argument(metavar="NAME", help="Name or id.")]


@dataclass(frozen=True, kw_only=True)
class Narrowed:
    """Which due tasks it shows; without any, all that are open."""

    project: Annotated[
        str | None, typer.Option("--project", "-P", metavar="NAME", help="Name, key or id.")
    ] = None
    tag: Annotated[
        list[str] | None, typer.Option("--tag", "-t", metavar="TAG", help="Any of these.")
    ] = None
    priority: Annotated[
        list[str] | None,
        typer.Option(
            "--priority", "-p", metavar="LEVEL", autocompletion=fields.one_of(*fields.LEVELS)
        ),
    ] = None
    category: Annotated[str | None, typer.Option(metavar="WORD")] = None
    filter: Annotated[
        str | None,
        typer.Option("--filter", "-f", metavar="TEXT", help="In the filter language."),
    ] = None
    mine: Annotated[bool, typer.Option("--mine", help="Only what is assigned to you.")] = False


def list_feeds(common: Common) -> None:
    """List your calendar links. Their addresses are not kept: `rotate` gives a new one."""
    with opened(as_json=common.as_json, server=common.server) as session:
        found = _all(session)
        session.terminal.data({"items": found, "next_cursor": None})
        if session.terminal.as_json:
            return
        if not found:
            session.terminal.hint("None yet. Make one: upnext feed add Phone")
            return
        columns = [
            Column(header="Link", long=True),
            Column(header="Ends in", style="dim"),
            Column(header="Shows", long=True),
            Column(header="Last read"),
        ]
        rows = [[line(one["name"]), one["hint"], _shown(one), _read(session, one)] for one in found]
        session.terminal.show(grid(session.terminal, columns, rows))


def add(
    name: Annotated[list[str], typer.Argument(metavar="NAME...", help="Such as: my phone")],
    narrowed: Narrowed,
    scope: Scoped,
    plan: Annotated[
        bool, typer.Option("--plan", help="The blocks of your plan, instead of what is due.")
    ] = False,
) -> None:
    """Make a link to your due tasks, and show its address: once, here and now."""
    with opened(as_json=scope.as_json, server=scope.server) as session:
        body: dict[str, object] = {"name": " ".join(name)}
        if plan:
            body["kind"] = "plan"
        if filters := _filters(session, narrowed, scope.workspace):
            body["filters"] = filters
        if scope.workspace:
            body["workspace_id"] = lookup.workspace(session.api, scope.workspace)["id"]
        _tell(session, cast("Feed", session.api.once("feeds", body)), "Made the link")


def rotate(which: Which, common: Common) -> None:
    """Give a link a new address; the old one shows nothing any more."""
    with opened(as_json=common.as_json, server=common.server) as session:
        feed = _one(session, which)
        made = cast("Feed", session.api.once(f"feeds/{feed['id']}/rotate"))
        _tell(session, made, "A new address for the link")


def remove(which: Which, common: Common) -> None:
    """Remove a link; its address shows nothing any more."""
    with opened(as_json=common.as_json, server=common.server) as session:
        feed = _one(session, which)
        session.api.delete(f"feeds/{feed['id']}")
        session.terminal.data(feed)
        session.terminal.show(f"Removed the link {line(feed['name'])}")


def _all(session: Session) -> list[Feed]:
    return cast("list[Feed]", list(session.api.items("feeds")))


def _one(session: Session, which: str) -> Feed:
    known = _all(session)
    wanted = which.strip().casefold()
    found = [one for one in known if wanted in {one["id"], one["name"].casefold()}]
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(f"{one['id']} (ends in {one['hint']})" for one in found)
        raise Usage(f"{len(found)} links are called “{which}”.", hint=f"Give an id: {ids}")
    names = ", ".join(line(one["name"]) for one in known) or "none"
    raise NotFound(f"There is no calendar link “{which}”.", hint=f"You have: {names}")


def _filters(session: Session, narrowed: Narrowed, workspace: str | None) -> dict[str, object]:
    filters: dict[str, object] = {}
    if narrowed.project:
        filters["project_id"] = lookup.project(session.api, narrowed.project, workspace)["id"]
    if narrowed.tag:
        filters["tag"] = [one.removeprefix("#") for one in narrowed.tag]
    if narrowed.priority:
        filters["priority"] = [
            choice(one, fields.PRIORITIES, "priority") for one in narrowed.priority
        ]
    if narrowed.category:
        filters["category"] = narrowed.category
    if narrowed.filter:
        filters["filter"] = narrowed.filter
    if narrowed.mine:
        filters["assignee_id"] = "me"
    return filters


def _tell(session: Session, feed: Feed, said: str) -> None:
    session.terminal.data(feed)
    session.terminal.show(f"{said} {line(feed['name'])}. Subscribe to:\n\n  {feed['url']}\n")
    session.terminal.hint(
        "Whoever has this address can read the tasks: it is shown only now.\n"
        "For programs that know no tasks, such as Google Calendar, add ?as=events to it."
    )


def _shown(feed: Feed) -> str:
    if feed["kind"] == "plan":
        return "your plan"
    parts = [
        f"{name}: {', '.join(map(str, value)) if isinstance(value, list) else value}"
        for name, value in feed["filters"].items()
    ]
    return line("; ".join(parts)) or "all that is due"


def _read(session: Session, feed: Feed) -> str:
    at = feed["last_read_at"]
    if at is None:
        return "never"
    return when.short(when.read(at), now=session.moment.now, zone=session.moment.zone)


for _name, _function in (
    ("list", list_feeds),
    ("add", add),
    ("rotate", rotate),
    ("remove", remove),
):
    app.command(_name)(command(_function))
