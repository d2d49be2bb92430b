"""`upnext user …` and `upnext seed-admin`: for whoever runs the instance, on its own machine.

Importing this module is cheap, for each `upnext` command does: what a command works with is
imported when it runs.
"""

import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from upnext.core.runtime import Runtime
    from upnext.identity.models import User

    OnServer = Callable[[Path | None, Callable[[Runtime], Awaitable[None]]], None]

PANEL = "Running a server"

DataDir = Annotated[
    Path | None,
    typer.Option("--data-dir", metavar="DIR", help="Where the instance's data lies."),
]
Account = Annotated[str, typer.Argument(metavar="EMAIL_OR_USERNAME", show_default=False)]
PasswordStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from standard input.")
]
Generate = Annotated[bool, typer.Option("--generate", help="Make a password and print it, once.")]


def register(app: typer.Typer, on_server: "OnServer") -> None:
    commands = AccountCommands(on_server)
    users = typer.Typer(help="The accounts of this instance.", no_args_is_help=True)
    users.command("create")(commands.create)
    users.command("list")(commands.list_users)
    users.command("promote")(commands.promote)
    users.command("disable")(commands.disable)
    users.command("enable")(commands.enable)
    users.command("reset-password")(commands.reset_password)
    app.add_typer(users, name="user", rich_help_panel=PANEL)
    app.command("seed-admin", rich_help_panel=PANEL)(commands.seed_admin)


class AccountCommands:
    def __init__(self, on_server: "OnServer") -> None:
        self._on_server = on_server

    def create(
        self,
        email: Annotated[str, typer.Argument(metavar="EMAIL", show_default=False)],
        username: Annotated[
            str | None, typer.Option("--username", "-u", help="A short name to log in with.")
        ] = None,
        admin: Annotated[bool, typer.Option("--admin", help="Make it an administrator.")] = False,
        password_stdin: PasswordStdin = False,
        generate: Generate = False,
        data_dir: DataDir = None,
    ) -> None:
        """Make an account; the first of an instance is an administrator."""
        password = _password(from_stdin=password_stdin, generate=generate)

        async def work(runtime: "Runtime") -> None:
            user = await _accounts().create(runtime, email, username, password, is_admin=admin)
            typer.echo(f"{user.email} has an account{' and is admin' if user.is_admin else ''}.")

        self._on_server(data_dir, work)
        _show_generated(password, shown=generate)

    def list_users(
        self,
        as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
        data_dir: DataDir = None,
    ) -> None:
        """List the accounts, the oldest first."""

        async def work(runtime: "Runtime") -> None:
            users = await _accounts().everybody(runtime)
            if as_json:
                typer.echo(json.dumps([_described(user) for user in users], indent=2))
                return
            for user in users:
                role = "admin" if user.is_admin else "user"
                state = "disabled" if user.disabled_at else ""
                created = user.created_at.date().isoformat()
                typer.echo(
                    f"{created}  {role:<5}  {user.email}  {user.username or ''} {state}".rstrip()
                )

        self._on_server(data_dir, work)

    def promote(self, account: Account, data_dir: DataDir = None) -> None:
        """Make an account an administrator of the instance."""

        async def work(runtime: "Runtime") -> None:
            user = await _accounts().promote(runtime, account)
            typer.echo(f"{user.email} is admin.")

        self._on_server(data_dir, work)

    def disable(self, account: Account, data_dir: DataDir = None) -> None:
        """End an account's sessions and let nobody log in to it. Nothing of it is deleted."""

        async def work(runtime: "Runtime") -> None:
            user = await _accounts().disable(runtime, account)
            typer.echo(f"{user.email} is disabled. `upnext user enable` undoes it.")

        self._on_server(data_dir, work)

    def enable(self, account: Account, data_dir: DataDir = None) -> None:
        """Let a disabled account be used again."""

        async def work(runtime: "Runtime") -> None:
            user = await _accounts().enable(runtime, account)
            typer.echo(f"{user.email} can log in again.")

        self._on_server(data_dir, work)

    def reset_password(
        self,
        account: Account,
        password_stdin: PasswordStdin = False,
        generate: Generate = False,
        data_dir: DataDir = None,
    ) -> None:
        """Give an account another password. Its sessions end."""
        password = _password(from_stdin=password_stdin, generate=generate)

        async def work(runtime: "Runtime") -> None:
            ended = await _accounts().reset_password(runtime, account, password)
            typer.echo(f"The password is changed; {len(ended)} sessions ended.")

        self._on_server(data_dir, work)
        _show_generated(password, shown=generate)

    def seed_admin(self, data_dir: DataDir = None) -> None:
        """Make ADMIN_EMAIL an administrator with ADMIN_PASSWORD; can be repeated."""

        async def work(runtime: "Runtime") -> None:
            user = await _accounts().seed_admin(runtime)
            typer.echo(f"{user.email} is admin and has the password of ADMIN_PASSWORD.")

        self._on_server(data_dir, work)


def _accounts() -> Any:  # the module, which an annotation cannot name
    from upnext.identity import accounts  # noqa: PLC0415  (the server's libraries, see above)

    return accounts


def _password(*, from_stdin: bool, generate: bool) -> str:
    if from_stdin and generate:
        raise typer.BadParameter("use either --password-stdin or --generate")
    if generate:
        password: str = _accounts().generated_password()
        return password
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    typed: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    return typed


def _show_generated(password: str, *, shown: bool) -> None:
    if shown:
        typer.echo(f"Its password is {password}")


def _described(user: "User") -> dict[str, object]:
    return {
        "id": str(user.id),
        "email": user.email,
        "username": user.username,
        "role": "admin" if user.is_admin else "user",
        "disabled_at": user.disabled_at.isoformat() if user.disabled_at else None,
        "created_at": user.created_at.isoformat(),
    }
