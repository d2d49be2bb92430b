"""Share links: make, list, end."""

from collections.abc import Sequence
from typing import Annotated, NamedTuple, cast

import typer

from upnext.client import fields, lookup, when
from upnext.client.errors import NotFound, Usage
from upnext.client.grids import Column, Row, grid
from upnext.client.options import Scoped
from upnext.client.printable import line
from upnext.client.session import Session, opened
from upnext.client.shapes import ShareLink

What = Annotated[
    str, typer.Argument(metavar="WHAT", help="A task's key, or a project by name, key or id.")
]


class Target(NamedTuple):
    path: str
    label: str


def share(
    what: What,
    scope: Scoped,
    name: Annotated[
        str, typer.Option("--name", "-n", metavar="TEXT", help="For you: who gets it.")
    ] = "",
    expires: Annotated[
        str | None, typer.Option("--expires", metavar="WHEN", help="It opens nothing afterwards.")
    ] = None,
    write: Annotated[
        bool, typer.Option("--write", help="It can also change tasks and comment.")
    ] = False,
) -> None:
    """Make a link to a task or a project for people without an account, and show it: once."""
    with opened(as_json=scope.as_json, server=scope.server) as session:
        body: dict[str, object] = {"access": "write" if write else "read", "name": name}
        if until := fields.moment(session, expires, "--expires"):
            body["expires_at"] = until
        target = _target(session, what, scope.workspace)
        made = cast("ShareLink", session.api.once(f"{target.path}/links", body))
        session.terminal.data(made)
        does = "change" if write else "see"
        session.terminal.show(
            f"Whoever has this can {does} {target.label}:\n\n  {made['url']}\n\n"
            f"  Authorization: Bearer {made['token']}\n"
        )
        session.terminal.hint(f"It is shown only now. End it: upnext unshare {what} {made['hint']}")


def shares(what: What, scope: Scoped) -> None:
    """List the links to a task or a project."""
    with opened(as_json=scope.as_json, server=scope.server) as session:
        target = _target(session, what, scope.workspace)
        found = _all(session, target)
        session.terminal.data({"items": found, "next_cursor": None})
        if session.terminal.as_json:
            return
        if not found:
            session.terminal.hint(f"None yet. Make one: upnext share {what}")
            return
        columns = [
            Column(header="Ends in", style="cyan"),
            Column(header="For", long=True),
            Column(header="Allows"),
            Column(header="Until"),
            Column(header="Last used"),
        ]
        rows = [_row(session, one) for one in found]
        session.terminal.show(grid(session.terminal, columns, rows))


def unshare(
    what: What,
    link: Annotated[
        str, typer.Argument(metavar="LINK", help="Its last four signs, its name or its id.")
    ],
    scope: Scoped,
) -> None:
    """End a link: it opens nothing any more."""
    with opened(as_json=scope.as_json, server=scope.server) as session:
        target = _target(session, what, scope.workspace)
        found = _one(_all(session, target), link)
        session.api.delete(f"{target.path}/links/{found['id']}")
        session.terminal.data(found)
        session.terminal.show(f"Ended the link that ends in {found['hint']}")


def _target(session: Session, what: str, workspace: str | None) -> Target:
    if lookup.is_key(what):
        task = lookup.task(session.api, what, workspace)
        return Target(f"tasks/{task['id']}", f"{task['key']} {line(task['title'])}")
    if lookup.is_id(what):
        try:
            task = lookup.task(session.api, what)
        except NotFound:
            pass  # the id of a project, then
        else:
            return Target(f"tasks/{task['id']}", f"{task['key']} {line(task['title'])}")
    project = lookup.project(session.api, what, workspace)
    return Target(f"projects/{project['id']}", f"the project {line(project['name'])}")


def _all(session: Session, target: Target) -> list[ShareLink]:
    return cast("list[ShareLink]", list(session.api.items(f"{target.path}/links")))


def _one(known: Sequence[ShareLink], wanted: str) -> ShareLink:
    wanted = wanted.strip()
    names = {wanted.casefold()}
    found = [one for one in known if wanted in {one["id"], one["hint"]}]
    found = found or [one for one in known if one["name"].casefold() in names]
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(one["id"] for one in found)
        raise Usage(f"{len(found)} links are called “{wanted}”.", hint=f"Give an id: {ids}")
    hints = ", ".join(one["hint"] for one in known) or "none"
    raise NotFound(f"There is no such link “{wanted}”.", hint=f"There are: {hints}")


def _row(session: Session, one: ShareLink) -> Row:
    until = _at(session, one["expires_at"], "revoked")
    used = _at(session, one["last_used_at"], "never")
    return [one["hint"], line(one["name"]), one["access"], until, used]


def _at(session: Session, at: str | None, without: str) -> str:
    if at is None:
        return without
    return when.short(when.read(at), now=session.moment.now, zone=session.moment.zone)
