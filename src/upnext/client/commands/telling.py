"""What you are told of: the list, what you chose, and through which services."""

from typing import Annotated, Any, cast

import typer

from upnext.client import lookup, when
from upnext.client.errors import NotFound, Usage
from upnext.client.grids import Column, grid
from upnext.client.options import Common, command
from upnext.client.printable import line
from upnext.client.session import Session, opened

PREFERENCES = "notifications/preferences"
CHANNELS = ("app", "email", "push", "apprise")
HOURS = 24

app = typer.Typer(no_args_is_help=True, help="What you are told of, and where.")


def list_notifications(
    common: Common,
    unread: Annotated[bool, typer.Option("--unread", help="Only what you have not read.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=100)] = 20,
) -> None:
    """List what you were told of, the newest first."""
    with opened(as_json=common.as_json, server=common.server) as session:
        page = session.api.get("notifications", {"limit": limit, "unread": unread})
        session.terminal.data(page)
        if session.terminal.as_json:
            return
        found = cast("list[dict[str, Any]]", page["items"])  # JSON
        if not found:
            session.terminal.hint("Nothing new." if unread else "You were told of nothing yet.")
            return
        columns = [
            Column(header="", style="cyan"),
            Column(header="When"),
            Column(header="What", long=True),
        ]
        rows = [
            ["" if one["read_at"] else "●", _when(session, one["created_at"]), line(one["text"])]
            for one in found
        ]
        session.terminal.show(grid(session.terminal, columns, rows))
        session.terminal.hint(f"{page['unread']} unread. Mark all: upnext notifications read")


def _when(session: Session, at: str) -> str:
    return when.short(when.read(at), now=session.moment.now, zone=session.moment.zone)


def read(common: Common) -> None:
    """Mark everything as read."""
    with opened(as_json=common.as_json, server=common.server) as session:
        done = session.api.post("notifications/read-all")
        session.terminal.data(done)
        session.terminal.show(f"Marked {done['marked']} as read")


def show_settings(common: Common) -> None:
    """Show of what you are told, and where."""
    with opened(as_json=common.as_json, server=common.server) as session:
        found = session.api.get(PREFERENCES)
        session.terminal.data(found)
        if session.terminal.as_json:
            return
        columns = [Column(header="Event"), *(Column(header=name) for name in CHANNELS)]
        events = cast("dict[str, list[str]]", found["events"])
        rows = [
            [event, *("✓" if name in chosen else "" for name in CHANNELS)]
            for event, chosen in events.items()
        ]
        session.terminal.show(grid(session.terminal, columns, rows))
        session.terminal.show(_besides(found))


def _besides(found: Any) -> str:  # JSON
    hour, quiet = found["digest_hour"], found["quiet_hours"]
    digest = "no digest" if hour is None else f"a digest at {hour}:00"
    silence = f"quiet from {_clock(quiet['start'])} to {_clock(quiet['until'])}" if quiet else ""
    muted = len(found["muted_project_ids"])
    projects = f"{muted} muted projects" if muted else ""
    return ", ".join(part for part in (digest, silence, projects) if part).capitalize()


def _clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02d}"


def choose(
    event: Annotated[str, typer.Argument(metavar="EVENT", help="Such as task.assigned.")],
    common: Common,
    channels: Annotated[
        list[str] | None,
        typer.Argument(metavar="[CHANNEL]...", help="app, email, push, apprise; none: nowhere."),
    ] = None,
) -> None:
    """Choose where to be told of an event."""
    wanted = channels or []
    if strange := [one for one in wanted if one not in CHANNELS]:
        raise Usage(f"There is no channel “{strange[0]}”.", hint=", ".join(CHANNELS))

    def change(known: dict[str, Any]) -> None:  # JSON
        known["events"][event] = wanted

    _change(common, change, f"{event}: {', '.join(wanted) or 'nowhere'}")


def digest(
    common: Common,
    hour: Annotated[str, typer.Argument(metavar="HOUR", help="0 to 23 by your own clock, or off.")],
) -> None:
    """Get a mail each day with what to do next and why, or no more of them."""
    off = hour.casefold() in {"off", "none"}
    if not off and not (hour.isdecimal() and int(hour) < HOURS):
        raise Usage(f"“{hour}” is no hour.", hint="Give 0 to 23, or off.")

    def change(known: dict[str, Any]) -> None:  # JSON
        known["digest_hour"] = None if off else int(hour)

    _change(common, change, "No digest any more" if off else f"A digest each day at {hour}:00")


def mute(
    project: Annotated[str, typer.Argument(metavar="PROJECT", help="Name, key or id.")],
    common: Common,
    off: Annotated[bool, typer.Option("--off", help="Be told of it again.")] = False,
) -> None:
    """Be told nothing of a project."""
    with opened(as_json=common.as_json, server=common.server) as session:
        found = lookup.project(session.api, project)

    def change(known: dict[str, Any]) -> None:  # JSON
        muted = set(known["muted_project_ids"]) - {found["id"]}
        known["muted_project_ids"] = sorted(muted if off else muted | {found["id"]})

    said = "You are told of" if off else "You are told nothing any more of"
    _change(common, change, f"{said} {line(found['name'])}")


def _change(common: Common, change: Any, said: str) -> None:  # a function on JSON
    with opened(as_json=common.as_json, server=common.server) as session:
        known = cast("dict[str, Any]", dict(session.api.get(PREFERENCES)))  # JSON
        version = known.pop("version")
        change(known)
        kept = session.api.put(PREFERENCES, known, etag=f'"{version}"')
        session.terminal.data(kept)
        session.terminal.show(said)


def list_targets(common: Common) -> None:
    """List the services that you are told through. Their URLs are told to nobody."""
    with opened(as_json=common.as_json, server=common.server) as session:
        found = list(session.api.items("notifications/targets"))
        session.terminal.data({"items": found, "next_cursor": None})
        if session.terminal.as_json:
            return
        if not found:
            session.terminal.hint("None yet. Add one: upnext notifications add-target Phone URL")
            return
        columns = [Column(header="Service", long=True), Column(header="Kind")]
        rows = [[line(str(one["name"])), str(one["kind"])] for one in found]
        session.terminal.show(grid(session.terminal, columns, rows))


def add_target(
    name: Annotated[str, typer.Argument(metavar="NAME")],
    url: Annotated[str, typer.Argument(metavar="URL", help="Of Apprise: ntfys://host/topic")],
    common: Common,
) -> None:
    """Be told through another service, such as ntfy, Telegram or Slack."""
    with opened(as_json=common.as_json, server=common.server) as session:
        made = session.api.once("notifications/targets", {"name": name, "url": url})
        session.terminal.data(made)
        session.terminal.show(f"You are told through {line(name)} from now on")


def remove_target(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name or id.")], common: Common
) -> None:
    """Be told nothing through a service any more."""
    with opened(as_json=common.as_json, server=common.server) as session:
        known = list(session.api.items("notifications/targets"))
        found = [one for one in known if name in {one["id"], one["name"]}]
        if len(found) != 1:
            names = ", ".join(line(str(one["name"])) for one in known) or "none"
            raise NotFound(f"There is no one service “{name}”.", hint=f"You have: {names}")
        session.api.delete(f"notifications/targets/{found[0]['id']}")
        session.terminal.data(found[0])
        session.terminal.show(f"Removed {line(name)}")


for _name, _function in (
    ("list", list_notifications),
    ("read", read),
    ("settings", show_settings),
    ("choose", choose),
    ("digest", digest),
    ("mute", mute),
    ("targets", list_targets),
    ("add-target", add_target),
    ("remove-target", remove_target),
):
    app.command(_name)(command(_function))
