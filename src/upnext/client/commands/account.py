"""Who the person is to the server: register, log in, log out, and ask."""

import sys
from dataclasses import dataclass
from typing import Annotated, cast

import typer

from upnext.client import addresses, cards, machine
from upnext.client.access import from_tokens
from upnext.client.credentials import Credential, Store
from upnext.client.errors import NotLoggedIn, Unreachable, Usage
from upnext.client.options import Common
from upnext.client.printable import line
from upnext.client.session import Session, opened
from upnext.client.shapes import Tokens, User


@dataclass(frozen=True, kw_only=True)
class Secret:
    """How the password reaches the command: typed, or through a pipe, never as an argument."""

    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input.")
    ] = False


def register(
    secret: Secret,
    common: Common,
    email: Annotated[str | None, typer.Argument(metavar="EMAIL", show_default=False)] = None,
    username: Annotated[
        str | None, typer.Option("--username", "-u", help="A short name to log in with.")
    ] = None,
    setup_token: Annotated[
        str | None,
        typer.Option(
            help="For the first account, from another machine: the token the server printed."
        ),
    ] = None,
) -> None:
    """Make an account on a server and log in. The first account becomes the server's admin."""
    with opened(as_json=common.as_json, server=_server(common)) as session:
        address = email or _ask("E-mail")
        password = _password(session, secret, confirm=True)
        wanted = {"username": username, "setup_token": setup_token}
        body = {"email": address, "password": password}
        body |= {name: value for name, value in wanted.items() if value}
        _public(session, "auth/register", body)
        user = _log_in(session, address, password)
        _welcome(session, _with_local_zone(session, user))


def login(
    secret: Secret,
    common: Common,
    name: Annotated[
        str | None, typer.Argument(metavar="EMAIL_OR_USERNAME", show_default=False)
    ] = None,
    token: Annotated[
        str | None,
        typer.Option(
            help="A personal API token instead of a password; - reads it from standard input."
        ),
    ] = None,
) -> None:
    """Log in to a server; later commands go to it."""
    with opened(as_json=common.as_json, server=_server(common)) as session:
        if token is not None:
            user = _keep(session, Credential(access_token=_piped(token)))
        else:
            account = name or _ask("E-mail or username")
            user = _log_in(session, account, _password(session, secret, confirm=False))
        _welcome(session, user)


def logout(common: Common) -> None:
    """Forget the login on this machine, and end the session on the server."""
    with opened(as_json=common.as_json, server=common.server) as session:
        known = session.store.load().servers.get(session.server)
        if known is None:
            raise NotLoggedIn(f"You are not logged in to {session.server}.")
        ended = _ended_on_server(session, known)
        with session.store.lock():
            session.store.save(session.store.load().without(session.server))
        session.terminal.show(f"Logged out of {session.server}.")
        session.terminal.data({"server": session.server, "ended_on_server": ended})


def whoami(common: Common) -> None:
    """Show the account and the server that commands go to."""
    with opened(as_json=common.as_json, server=common.server) as session:
        me = session.me
        session.terminal.data({"server": session.server, "user": me})
        told = [
            ("Account", line(me["email"])),
            ("Username", line(me.get("username") or "")),
            ("Role", me["role"]),
            ("Time zone", me["timezone"]),
            ("Server", session.server),
        ]
        session.terminal.show(cards.facts(told))


def _server(common: Common) -> str | None:
    """The server to log in to: named, or asked for when this machine knows none."""
    if common.server or not sys.stdin.isatty() or common.as_json:
        return common.server
    if Store(machine.folder()).load().current:
        return None
    answer: str = typer.prompt("Server", default=machine.DEFAULT_SERVER, err=True)
    return answer


def _ask(what: str) -> str:
    if not sys.stdin.isatty():
        raise Usage(f"{what} is missing.", hint="Give it as an argument; see --help.")
    answer: str = typer.prompt(what, err=True)
    return answer.strip()


def _password(session: Session, secret: Secret, *, confirm: bool) -> str:
    if addresses.is_exposed(session.server):
        session.terminal.warn(
            f"{session.server} has no TLS: the password crosses the network in clear."
        )
    if secret.password_stdin:
        return _line_of_stdin()
    if not sys.stdin.isatty():
        raise Usage("The password is missing.", hint="Pipe it in and say --password-stdin.")
    answer: str = typer.prompt("Password", hide_input=True, confirmation_prompt=confirm, err=True)
    return answer


def _piped(token: str) -> str:
    return _line_of_stdin().strip() if token == "-" else token.strip()  # noqa: S105 - stdin


def _line_of_stdin() -> str:
    try:
        return sys.stdin.readline().rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise Usage("Standard input is not valid UTF-8 text.") from error


def _public(session: Session, path: str, body: dict[str, str]) -> object:
    """A call without a credential, which is never sent twice."""
    from upnext.client.transport import Call  # noqa: PLC0415 - brings httpx

    call = Call(method="POST", path=path, body=body, keyed=False, repeatable=False)
    try:
        return session.transport.send(call).data
    except NotLoggedIn as error:
        # Here it means a wrong name or password: there is no next step but to type it right.
        raise NotLoggedIn(error.message, problem=error.problem) from error


def _log_in(session: Session, account: str, password: str) -> User:
    field = "email" if "@" in account else "username"
    reply = _public(session, "auth/login", {field: account, "password": password})
    return _keep(session, from_tokens(cast("Tokens", reply), account))


def _keep(session: Session, credential: Credential) -> User:
    """Stores a credential once the server has shown that it takes it."""
    from upnext.client.transport import Call  # noqa: PLC0415 - brings httpx

    reply = session.transport.send(
        Call(method="GET", path="auth/me"), token=credential.access_token
    )
    with session.store.lock():
        session.store.save(session.store.load().with_server(session.server, credential))
    return cast("User", reply.data)


def _with_local_zone(session: Session, user: User) -> User:
    """A new account lives where its person sits, so that “tomorrow” means what they think."""
    zone = machine.zone()
    if zone is None or zone == user["timezone"]:
        return user
    return cast("User", session.api.patch("auth/me", {"timezone": zone}))


def _welcome(session: Session, user: User) -> None:
    session.terminal.show(f"Logged in to {session.server} as {line(user['email'])}.")
    session.terminal.hint(
        'Add work: upnext add "Pay rent" --due friday. Or look around first: upnext demo'
    )
    session.terminal.data({"server": session.server, "user": user})


def _ended_on_server(session: Session, known: Credential) -> bool:
    """Ends the session there too; a server that is gone does not keep anyone logged in here."""
    if known.refresh_token is None:
        session.terminal.hint("The API token itself is still valid; revoke it on the server.")
        return False
    try:
        _public(session, "auth/logout", {"refresh_token": known.refresh_token})
    except (Unreachable, NotLoggedIn) as error:
        session.terminal.warn(f"The session on the server could not be ended: {error.message}")
        return False
    return True
