"""Accounts: found, made, promoted, disabled, deleted."""

import sys
from typing import TYPE_CHECKING, Annotated, cast

import typer

from upnext.client.commands.admin.finding import (
    Account,
    Listed,
    Words,
    Yes,
    account,
    agree,
    done,
    listed,
    moment,
    table,
    text,
)
from upnext.client.errors import Usage
from upnext.client.grids import Column
from upnext.client.options import Common, command
from upnext.client.printable import line
from upnext.client.session import Session, opened

if TYPE_CHECKING:  # these bring httpx, which --help does without
    from upnext.client.api import Record

app = typer.Typer(no_args_is_help=True, help="The accounts of the instance.")

PasswordStdin = Annotated[
    bool,
    typer.Option(
        "--password-stdin", help="Read the password from standard input; else one is made."
    ),
]


def list_users(
    options: Listed,
    words: Words = None,
    role: Annotated[str | None, typer.Option(metavar="ROLE", help="admin or user.")] = None,
    disabled: Annotated[
        bool | None, typer.Option("--disabled/--active", help="Only such ones.")
    ] = None,
) -> None:
    """List accounts, the newest first."""
    with opened(as_json=options.as_json, server=options.server) as session:
        flag = None if disabled is None else str(disabled).lower()
        query = {"q": words, "role": role, "disabled": flag}
        found = listed(session, "admin/users", query, options.limit)
        columns = [
            Column(header="E-mail", long=True),
            Column(header="Name"),
            Column(header="Role"),
            Column(header="Disabled"),
            Column(header="Since"),
        ]
        rows = [
            [
                text(one, "email"),
                text(one, "username"),
                text(one, "role"),
                moment(session, one, "disabled_at"),
                moment(session, one, "created_at"),
            ]
            for one in found
        ]
        table(session, columns, rows, "such accounts")


def show(who: Account, common: Common) -> None:
    """Show an account, and what it would leave behind."""
    with opened(as_json=common.as_json, server=common.server) as session:
        user = session.api.get(f"admin/users/{account(session, who)['id']}")
        session.terminal.data(user)
        session.terminal.show(f"{text(user, 'email')} · {text(user, 'role')}")
        numbers = ("sessions", "tokens", "assigned_tasks")
        session.terminal.show(
            " · ".join(f"{user[name]} {name.replace('_', ' ')}" for name in numbers)
        )
        places = cast("list[Record]", user["workspaces"])
        columns = [Column(header="Workspace", long=True), Column(header="Role")]
        columns.append(Column(header="Members", justify="right"))
        rows = [
            [
                text(place, "name"),
                f"{text(place, 'role')}{' (alone)' if place['only_owner'] else ''}",
                text(place, "members"),
            ]
            for place in places
        ]
        table(session, columns, rows, "workspaces")


def create(
    email: Annotated[str, typer.Argument(metavar="EMAIL", show_default=False)],
    common: Common,
    username: Annotated[str | None, typer.Option("--username", "-u")] = None,
    admin: Annotated[bool, typer.Option("--admin", help="Make it an administrator.")] = False,
    password_stdin: PasswordStdin = False,
) -> None:
    """Make an account; without a given password it gets a new one, shown once."""
    with opened(as_json=common.as_json, server=common.server) as session:
        body: dict[str, object] = {"email": email, "role": "admin" if admin else "user"}
        body |= {"username": username} if username else {}
        body |= _password(from_stdin=password_stdin)
        made = session.api.once("admin/users", body)
        done(session, "Made the account", made, "email")
        _tell(session, made)


def _password(*, from_stdin: bool) -> dict[str, object]:
    return {"password": sys.stdin.readline().rstrip("\r\n")} if from_stdin else {}


def _tell(session: Session, answer: "Record") -> None:
    if answer.get("password"):
        session.terminal.show(f"Its password is {answer['password']}")


def promote(who: Account, common: Common) -> None:
    """Make an account an administrator."""
    _change(who, common, {"role": "admin"}, "Promoted")


def demote(who: Account, common: Common) -> None:
    """Take the administration away from an account."""
    _change(who, common, {"role": "user"}, "Demoted")


def disable(who: Account, common: Common) -> None:
    """End an account's sessions and let nobody log in to it. Nothing of it is deleted."""
    _change(who, common, {"disabled": True}, "Disabled")


def enable(who: Account, common: Common) -> None:
    """Let a disabled account be used again."""
    _change(who, common, {"disabled": False}, "Enabled")


def _change(who: str, common: Common, body: dict[str, object], verb: str) -> None:
    with opened(as_json=common.as_json, server=common.server) as session:
        user = account(session, who)
        done(session, verb, session.api.patch(f"admin/users/{user['id']}", body), "email")


def reset_password(who: Account, common: Common, password_stdin: PasswordStdin = False) -> None:
    """Give an account another password. Its sessions and API tokens end."""
    with opened(as_json=common.as_json, server=common.server) as session:
        user = account(session, who)
        path = f"admin/users/{user['id']}/reset-password"
        answer = session.api.once(path, _password(from_stdin=password_stdin))
        session.terminal.data(answer)
        ended = answer["sessions_ended"]
        session.terminal.show(f"The password is changed; {ended} sessions ended.")
        _tell(session, answer)


def delete(
    who: Account,
    common: Common,
    to: Annotated[
        str | None,
        typer.Option("--to", metavar="WHO", help="Who gets what they alone own, and their tasks."),
    ] = None,
    trash: Annotated[
        bool, typer.Option("--trash", help="What they alone own goes to the trash instead.")
    ] = False,
    yes: Yes = False,
) -> None:
    """Delete an account for good."""
    if (to is None) is not trash:
        raise Usage("Say who takes over what they own with --to WHO, or --trash.")
    with opened(as_json=common.as_json, server=common.server) as session:
        user = account(session, who)
        email = text(user, "email")
        agree(f"Delete the account {line(email)} for good?", yes=yes)
        query = {"confirm": email}
        if to is not None:
            query = {"transfer_to": cast("str", account(session, to)["id"])}
        session.api.delete(f"admin/users/{user['id']}", query)
        done(session, "Deleted the account", user, "email")


for _name, _function in (
    ("list", list_users),
    ("show", show),
    ("create", create),
    ("promote", promote),
    ("demote", demote),
    ("disable", disable),
    ("enable", enable),
    ("reset-password", reset_password),
    ("delete", delete),
):
    app.command(_name)(command(_function))
