"""One's own account: how one's words are read, where one lives, when one works."""

from typing import Annotated, cast

import typer

from upnext.client import cards, hours
from upnext.client.errors import Usage
from upnext.client.options import Common, command
from upnext.client.printable import line
from upnext.client.session import Session, opened
from upnext.client.shapes import User

app = typer.Typer(no_args_is_help=True, help="See and change the settings of your account.")


def show(common: Common) -> None:
    """Show your settings."""
    with opened(as_json=common.as_json, server=common.server) as session:
        _tell(session, session.me)


def change(
    common: Common,
    language: Annotated[
        str | None, typer.Option(metavar="CODE", help="Of the words that you type: en or de.")
    ] = None,
    quick_add_mode: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Whose signs you type: upnext, todoist or vikunja."),
    ] = None,
    timezone: Annotated[
        str | None, typer.Option(metavar="ZONE", help="Such as Europe/Berlin.")
    ] = None,
    working_hours: Annotated[
        list[str] | None,
        typer.Option(
            metavar="HOURS",
            help="All of a week, such as “mon-fri 9:00-17:00”; repeat it for other days.",
        ),
    ] = None,
    username: Annotated[str | None, typer.Option(metavar="NAME", help="To log in with.")] = None,
) -> None:
    """Change your settings; what is not named stays as it is."""
    body: dict[str, object] = {
        "language": language,
        "quick_add_mode": quick_add_mode,
        "timezone": timezone,
        "username": username,
    }
    body = {name: value for name, value in body.items() if value is not None}
    if working_hours:
        body["working_hours"] = _week(working_hours)
    if not body:
        raise Usage("Say what to change, such as --language de; see --help.")
    with opened(as_json=common.as_json, server=common.server) as session:
        _tell(session, cast("User", session.api.patch("auth/me", body)))


def _week(texts: list[str]) -> hours.Week:
    try:
        return hours.read(texts)
    except ValueError as error:
        raise Usage(str(error)) from error


def _tell(session: Session, me: User) -> None:
    session.terminal.data(me)
    told = [
        ("Account", line(me["email"])),
        ("Username", line(me.get("username") or "")),
        ("Language", me["language"]),
        ("Quick add", me["quick_add_mode"]),
        ("Time zone", me["timezone"]),
        ("Working hours", hours.show(me["working_hours"])),
    ]
    session.terminal.show(cards.facts(told))


app.command("show")(command(show))
app.command("set")(command(change))
