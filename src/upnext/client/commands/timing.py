"""Time: start and stop the timer, enter and list what was worked."""

from typing import Annotated, Any, cast

import typer

from upnext.client import cards, fields, lookup, proposals, when
from upnext.client import durations as lengths
from upnext.client.commands.responding import accept
from upnext.client.grids import Column, grid
from upnext.client.options import Common, Scoped
from upnext.client.printable import line
from upnext.client.session import Session, opened
from upnext.client.shapes import Task

Entry = dict[str, Any]  # what the API answers
Key = Annotated[str | None, typer.Argument(metavar="[KEY]", help="A key; none: what was proposed.")]
Note = Annotated[str | None, typer.Option(metavar="TEXT", help="What you do.")]
WAITING = ("backlog", "todo")
_SHOWN = 20


def start(scope: Scoped, key: Key = None, note: Note = None) -> None:
    """Begin to work on a task: its timer runs, and the one that ran is stopped."""
    with opened(as_json=scope.as_json, server=scope.server) as session:
        found = key or proposals.proposed(session)
        task = lookup.task(session.api, found, scope.workspace)
        accept(session, task)
        body = {} if note is None else {"note": note}
        begun = cast("Entry", session.api.post(f"tasks/{task['id']}/timer/start", body))
        if task["status"] in WAITING:
            session.api.patch(f"tasks/{task['id']}", {"status": "in_progress"})
        session.terminal.data(begun)
        if begun["stopped"]:
            _tell(session, "Stopped", begun["stopped"])
        session.terminal.show(cards.sentence("Started", task))
        session.terminal.hint("When you stop: upnext stop")


def stop(common: Common) -> None:
    """Stop your timer."""
    with opened(as_json=common.as_json, server=common.server) as session:
        stopped = cast("Entry", session.api.post("timer/stop"))
        session.terminal.data(stopped)
        _tell(session, "Stopped", stopped)


def timer(common: Common) -> None:
    """Show what your timer runs for."""
    with opened(as_json=common.as_json, server=common.server) as session:
        found = cast("Entry", session.api.get("timer"))
        session.terminal.data(found)
        if found["timer"]:
            _tell(session, "Running", found["timer"])
        else:
            session.terminal.show("No timer runs.")


def time(
    scope: Scoped,
    key: Annotated[str | None, typer.Argument(metavar="[KEY]")] = None,
    duration: Annotated[
        str | None, typer.Argument(metavar="[TIME]", help="Enter so much: 25m, 1h30.")
    ] = None,
    note: Note = None,
) -> None:
    """List the time you worked, or that on a task; with TIME enter it."""
    with opened(as_json=scope.as_json, server=scope.server) as session:
        task = lookup.task(session.api, key, scope.workspace) if key else None
        if task and duration:
            _enter(session, task, duration, note)
            return
        path = f"tasks/{task['id']}/time-entries" if task else "time-entries"
        query: dict[str, str | int] = {"limit": _SHOWN} | ({} if task else {"user_id": "me"})
        page = cast("dict[str, list[Entry]]", session.api.get(path, query))
        session.terminal.data(page)
        if session.terminal.as_json:
            return
        if not page["items"]:
            session.terminal.hint("No time was entered yet. Begin: upnext start")
            return
        columns = [Column(header="Began"), Column(header="Time", justify="right")]
        columns += [Column(header="Task", long=True), Column(header="Note")]
        session.terminal.show(
            grid(session.terminal, columns, [_row(session, entry) for entry in page["items"]])
        )


def _enter(session: Session, task: Task, duration: str, note: str | None) -> None:
    body: dict[str, object] = {"minutes": fields.minutes(duration, "TIME")}
    body |= {} if note is None else {"note": note}
    entry = cast("Entry", session.api.post(f"tasks/{task['id']}/time-entries", body))
    session.terminal.data(entry)
    _tell(session, "Entered", entry)


def _row(session: Session, entry: Entry) -> list[str]:
    moment = session.moment
    began = when.short(when.read(entry["started_at"]), now=moment.now, zone=moment.zone)
    length = lengths.show(entry["minutes"]) + (" …" if entry["running"] else "")
    return [began, length, _task(entry), line(entry["note"])]


def _task(entry: Entry) -> str:
    task = entry["task"]
    return f"{task['key']}  {line(task['title'])}" if task else "a task you see no more"


def _tell(session: Session, verb: str, entry: Entry) -> None:
    session.terminal.show(f"{verb} {_task(entry)}: {lengths.show(entry['minutes'])}")
