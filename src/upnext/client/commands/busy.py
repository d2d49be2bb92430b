"""Busy times: list, add, remove; calendars to read them from."""

from datetime import timedelta
from typing import Annotated, cast

import typer

from upnext.client import fields, plans, when
from upnext.client.errors import NotFound, Usage
from upnext.client.grids import Column, grid
from upnext.client.options import Common, command
from upnext.client.printable import line
from upnext.client.session import Session, opened

app = typer.Typer(no_args_is_help=True, help="When you have no time for tasks.")


def list_busy(common: Common) -> None:
    """List your busy times of the next sixty days."""
    with opened(as_json=common.as_json, server=common.server) as session:
        found = cast("list[plans.Busy]", list(session.api.items("busy")))
        session.terminal.data({"items": found, "next_cursor": None})
        if session.terminal.as_json:
            return
        if not found:
            session.terminal.hint('None ahead. Add one: upnext busy add Dentist "fri 14:00" 1h')
            return
        columns = [
            Column(header="When"),
            Column(header="What", long=True),
            Column(header="Id", style="dim"),
        ]
        rows = [
            [plans.span(one["start"], one["end"], session.moment), line(one["title"]), _id(one)]
            for one in found
        ]
        session.terminal.show(grid(session.terminal, columns, rows))


def add(
    title: Annotated[str, typer.Argument(metavar="TITLE")],
    start: Annotated[str, typer.Argument(metavar="WHEN", help="14:00, 'fri 9:00', 'tomorrow 2pm'")],
    duration: Annotated[str, typer.Argument(metavar="TIME", help="30m, 2h, 1h30")],
    common: Common,
) -> None:
    """Add a time when you are busy."""
    with opened(as_json=common.as_json, server=common.server) as session:
        begin = fields.moment(session, start, "WHEN", clock=when.DAY_START)
        minutes = fields.minutes(duration, "TIME")
        if begin is None or minutes is None:
            raise Usage("Say when it begins and how long it takes.")
        body = {"title": title, "start": begin, "end": _after(begin, minutes)}
        made = cast("plans.Busy", session.api.post("busy", body))
        session.terminal.data(made)
        if not session.terminal.as_json:
            at = plans.span(made["start"], made["end"], session.moment)
            session.terminal.show(f"Busy {at}: {line(made['title'])}")


def remove(
    which: Annotated[str, typer.Argument(metavar="ID", help="The id, or its end as listed.")],
    common: Common,
) -> None:
    """Remove one of your own busy times."""
    with opened(as_json=common.as_json, server=common.server) as session:
        known = cast("list[plans.Busy]", list(session.api.items("busy")))
        found = [one for one in known if one["id"].endswith(which.strip().lower())]
        if len(found) != 1:
            said = "Several busy times end" if found else "No busy time ahead ends"
            raise NotFound(f"{said} in “{which}”.", hint="See them with: upnext busy list")
        session.api.delete(f"busy/{found[0]['id']}")
        session.terminal.data(found[0])
        session.terminal.show(f"Removed {line(found[0]['title'])}")


def _after(begin: str, minutes: int) -> str:
    return when.wire(when.read(begin) + timedelta(minutes=minutes))


def _id(busy: plans.Busy) -> str:
    """The end of an id made by time differs sooner than its beginning."""
    return "from a calendar" if busy["calendar_id"] else busy["id"][-8:]


def list_calendars(common: Common) -> None:
    """List the calendars that your busy times are read from."""
    with opened(as_json=common.as_json, server=common.server) as session:
        found = _calendars(session)
        session.terminal.data({"items": found, "next_cursor": None})
        if session.terminal.as_json:
            return
        if not found:
            session.terminal.hint("None yet: upnext busy subscribe Work https://…/calendar.ics")
            return
        columns = [
            Column(header="Calendar", long=True),
            Column(header="From", style="dim"),
            Column(header="Last read"),
        ]
        rows = [[line(one["name"]), line(one["host"]), _read(session, one)] for one in found]
        session.terminal.show(grid(session.terminal, columns, rows))


def subscribe(
    name: Annotated[str, typer.Argument(metavar="NAME")],
    url: Annotated[str, typer.Argument(metavar="URL", help="Of an iCalendar; webcal works, too.")],
    common: Common,
) -> None:
    """Read busy times from a calendar on the web, every hour."""
    with opened(as_json=common.as_json, server=common.server) as session:
        made = session.api.post("busy/calendars", {"name": name, "url": url})
        session.terminal.data(made)
        session.terminal.show(f"Subscribed to {line(name)}. It is read within a minute.")


def unsubscribe(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name or id.")], common: Common
) -> None:
    """Forget a calendar, and the busy times that came from it."""
    with opened(as_json=common.as_json, server=common.server) as session:
        wanted = name.strip().casefold()
        known = _calendars(session)
        found = [one for one in known if wanted in {one["id"], one["name"].casefold()}]
        if len(found) != 1:
            raise NotFound(f"There is no calendar “{name}”.", hint="See: upnext busy calendars")
        session.api.delete(f"busy/calendars/{found[0]['id']}")
        session.terminal.data(found[0])
        session.terminal.show(f"Unsubscribed from {line(found[0]['name'])}")


def _calendars(session: Session) -> list[plans.BusyCalendar]:
    return cast("list[plans.BusyCalendar]", session.api.get("busy/calendars")["items"])


def _read(session: Session, one: plans.BusyCalendar) -> str:
    if one["error"]:
        return line(one["error"])
    if one["read_at"] is None:
        return "not yet"
    at = when.read(one["read_at"])
    return when.short(at, now=session.moment.now, zone=session.moment.zone)


for _name, _function in (
    ("list", list_busy),
    ("add", add),
    ("remove", remove),
    ("calendars", list_calendars),
    ("subscribe", subscribe),
    ("unsubscribe", unsubscribe),
):
    app.command(_name)(command(_function))
