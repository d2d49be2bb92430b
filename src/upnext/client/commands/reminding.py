"""Reminders of tasks."""

from typing import Annotated, cast

import typer

from upnext.client import durations, lookup, routines
from upnext.client.errors import NotFound, Usage
from upnext.client.grids import Column, grid
from upnext.client.options import Scoped
from upnext.client.printable import line
from upnext.client.routines import Reminder
from upnext.client.session import Session, opened

Key = Annotated[str, typer.Argument(metavar="KEY", help="Such as HOME-12, or an id.")]


def remind(
    key: Key,
    scope: Scoped,
    at: Annotated[
        list[str] | None, typer.Argument(metavar="[WHEN...]", help="Such as: tomorrow 9:00.")
    ] = None,
    before: Annotated[
        str | None,
        typer.Option("--before", metavar="LONG", help="So long before it is due: 30m, 2h …"),
    ] = None,
    text: Annotated[str | None, typer.Option("--text", metavar="TEXT", help="What to say.")] = None,
) -> None:
    """Remind me of a task at a time, or so long before it is due."""
    if bool(at) is bool(before):
        raise Usage("Say when.", hint=f"upnext remind {key} tomorrow 9:00, or with --before 30m")
    with opened(as_json=scope.as_json, server=scope.server) as session:
        task = lookup.task(session.api, key, scope.workspace)
        body: dict[str, object] = {"text": text} if text else {}
        if at:
            body["at"] = routines.moment(session, " ".join(at), "WHEN")
        else:
            body["before_minutes"] = _minutes(str(before))
        made = session.api.post(f"tasks/{task['id']}/reminders", body)
        session.terminal.data(made)
        coming = routines.shown(session, cast("Reminder", made)["fire_at"])
        session.terminal.show(f"Reminds you of {task['key']}: {coming or 'once it is due'}")


def reminders(
    scope: Scoped,
    key: Annotated[str | None, typer.Argument(metavar="[KEY]", help="Only of this task.")] = None,
) -> None:
    """List what you will be reminded of."""
    with opened(as_json=scope.as_json, server=scope.server) as session:
        path = "reminders"
        if key:
            path = f"tasks/{lookup.task(session.api, key, scope.workspace)['id']}/reminders"
        found = _all(session, path)
        session.terminal.data({"items": found, "next_cursor": None})
        if session.terminal.as_json:
            return
        if not found:
            session.terminal.hint("None. Set one: upnext remind HOME-12 tomorrow 9:00")
            return
        heads = ("#", "When", "Before", "Says")
        columns = [Column(header=head, long=head == "Says") for head in heads]
        rows = [
            [str(number), _when(session, each), _before(each), line(each["text"])]
            for number, each in enumerate(found, 1)
        ]
        session.terminal.show(grid(session.terminal, columns, rows))


def unremind(
    key: Key,
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="As `upnext reminders` has it.")],
    scope: Scoped,
) -> None:
    """Forget a reminder of a task."""
    with opened(as_json=scope.as_json, server=scope.server) as session:
        task = lookup.task(session.api, key, scope.workspace)
        path = f"tasks/{task['id']}/reminders"
        found = _all(session, path)
        if not 1 <= number <= len(found):
            raise NotFound(f"{task['key']} has {len(found)} reminders.")
        session.api.delete(f"{path}/{found[number - 1]['id']}")
        session.terminal.data(found[number - 1])
        session.terminal.show(f"Forgot reminder {number} of {task['key']}")


def _all(session: Session, path: str) -> list[Reminder]:
    if path != "reminders":
        return cast("list[Reminder]", session.api.get(path)["items"])
    return cast("list[Reminder]", list(session.api.items(path)))


def _minutes(text: str) -> int:
    try:
        return durations.parse(text)
    except ValueError as error:
        raise Usage(f"--before: {error}.") from None


def _when(session: Session, one: Reminder) -> str:
    if one["fired_at"]:
        return f"told {routines.shown(session, one['fired_at'])}"
    return routines.shown(session, one["fire_at"]) or "not due"


def _before(one: Reminder) -> str:
    return "" if one["before_minutes"] is None else durations.show(one["before_minutes"])
