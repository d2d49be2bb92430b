"""How administration names things (accounts by address, others by id, name or key), and acts."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Annotated, cast
from uuid import UUID

import typer

from upnext.client import when
from upnext.client.errors import NotFound, Usage
from upnext.client.grids import Column, Row, grid
from upnext.client.options import Common
from upnext.client.printable import line
from upnext.client.session import Session, opened

if TYPE_CHECKING:  # these bring httpx, which --help does without
    from upnext.client.api import Record
    from upnext.client.transport import Query


@dataclass(frozen=True, kw_only=True)
class Listed(Common):
    """What every list takes."""

    limit: Annotated[
        int, typer.Option("--limit", "-n", min=1, max=100_000, help="At most so many.")
    ] = 50


Words = Annotated[
    str | None, typer.Argument(metavar="TEXT", help="Part of the name.", show_default=False)
]
Account = Annotated[str, typer.Argument(metavar="WHO", help="E-mail address, user name or id.")]
Which = Annotated[str, typer.Argument(metavar="NAME", help="Name or id.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]


def listed(session: Session, path: str, query: "Query", limit: int) -> "list[Record]":
    """The first `limit`, told to programs as they are."""
    found = list(islice(session.api.items(path, {**query, "limit": min(limit, 100)}), limit))
    session.terminal.data({"items": found, "next_cursor": None})
    return found


def table(session: Session, columns: Sequence[Column], rows: Sequence[Row], what: str) -> None:
    """The rows, or a word about there being none."""
    if rows:
        session.terminal.show(grid(session.terminal, columns, rows))
    else:
        session.terminal.hint(f"No {what}.")


def text(record: "Record", name: str) -> str:
    """A field on one line; nothing for none."""
    value = record.get(name)
    return "" if value is None else line(str(value))


def moment(session: Session, record: "Record", name: str) -> str:
    """A field that is a moment, as people say it."""
    value = record.get(name)
    if not isinstance(value, str):
        return ""
    return when.short(when.read(value), now=session.moment.now, zone=session.moment.zone)


def is_id(word: str) -> bool:
    """Whether it is a UUID."""
    try:
        UUID(word)
    except ValueError:
        return False
    return True


def account(session: Session, who: str) -> "Record":
    """By id, whole address or user name."""
    if is_id(who):
        return session.api.get(f"admin/users/{who}")
    wanted = who.strip().casefold()
    for user in session.api.items("admin/users", {"q": who}):
        if wanted in {text(user, "email").casefold(), text(user, "username").casefold()}:
            return user
    raise NotFound(f"There is no account “{who}”.", hint=f"Look: upnext admin users list {who}")


def thing(session: Session, kind: str, which: str, *, trashed: bool = False) -> "Record":
    """A workspace, project or task, by id, or by a name or key that only one has."""
    if is_id(which):
        return session.api.get(f"admin/{kind}/{which}")
    wanted = which.strip().casefold()
    words = ("name", "key", "title")
    query: Query = {"q": which, "trashed": "true" if trashed else "false"}
    found = [
        one
        for one in session.api.items(f"admin/{kind}", query)
        if wanted in {text(one, word).casefold() for word in words}
    ]
    if len(found) == 1:
        return found[0]
    what = kind.removesuffix("s")
    if found:
        ids = ", ".join(cast("str", one["id"]) for one in found[:10])
        raise Usage(f"{len(found)} {kind} are called “{which}”.", hint=f"Give an id: {ids}")
    raise NotFound(f"There is no {what} “{which}”.", hint=f"Look: upnext admin {kind} list")


def done(session: Session, verb: str, record: "Record", name: str = "name") -> None:
    """What was done to what."""
    session.terminal.data(record)
    session.terminal.show(f"{verb} {text(record, name)}")


def change(common: Common, kind: str, which: str, body: dict[str, object], verb: str) -> None:
    """Changes a workspace or project, and says what was done."""
    with opened(as_json=common.as_json, server=common.server) as session:
        one = thing(session, kind, which)
        done(session, verb, session.api.patch(f"admin/{kind}/{one['id']}", body))


def bring_back(common: Common, kind: str, which: str) -> None:
    """Takes a workspace or project out of the trash."""
    with opened(as_json=common.as_json, server=common.server) as session:
        one = thing(session, kind, which, trashed=True)
        done(session, "Restored", session.api.post(f"admin/{kind}/{one['id']}/restore"))


def agree(question: str, *, yes: bool) -> None:
    """Asks before what is hard to undo; in a script say --yes."""
    if not yes:
        typer.confirm(question, abort=True, err=True)
