"""Saved filters: list, add, remove."""

from typing import TYPE_CHECKING, Annotated

import typer

from upnext.client import lookup, tables
from upnext.client.errors import NotFound, Usage
from upnext.client.options import Scoped, command
from upnext.client.printable import line
from upnext.client.session import Session, opened

if TYPE_CHECKING:
    from upnext.client.api import Record

app = typer.Typer(no_args_is_help=True, help="List, save and remove filters.")


def list_filters(scope: Scoped) -> None:
    """List your saved filters and those shared with you."""
    with opened(as_json=scope.as_json, server=scope.server) as session:
        place = lookup.workspace(session.api, scope.workspace)["id"] if scope.workspace else None
        found = lookup.saved_filters(session.api, place)
        session.terminal.data({"items": found, "next_cursor": None})
        if not found and not session.terminal.as_json:
            session.terminal.hint('None yet. Save one: upnext filter add Hot "overdue or p1"')
            return
        session.terminal.show(tables.saved_filters(session.terminal, found))


def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What to call it.")],
    words: Annotated[
        list[str], typer.Argument(metavar="FILTER...", help='Such as "overdue or p1".')
    ],
    scope: Scoped,
    shared: Annotated[
        bool, typer.Option("--shared", help="With everybody in the workspace of --workspace.")
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Instead of the one that has this name.")
    ] = False,
) -> None:
    """Save a filter under a name; with --workspace it looks only there."""
    if shared and not scope.workspace:
        raise Usage("--shared needs a workspace to share with.", hint="Add: --workspace NAME")
    with opened(as_json=scope.as_json, server=scope.server) as session:
        body: dict[str, object] = {"name": name, "query": " ".join(words), "shared": shared}
        if scope.workspace:
            body["workspace_id"] = lookup.workspace(session.api, scope.workspace)["id"]
        made = _changed(session, body, scope.workspace) if replace else None
        made = made or session.api.post("filters", body)
        session.terminal.data(made)
        session.terminal.show(f"Saved {line(str(made['name']))}: {line(str(made['meaning']))}")
        session.terminal.hint(f'Use it: upnext list --saved "{line(str(made["name"]))}"')


def _changed(session: Session, body: dict[str, object], workspace: str | None) -> "Record | None":
    """The filter of that name with its new text; None if there is none yet."""
    try:
        found = lookup.saved_filter(session.api, str(body["name"]), workspace)
    except NotFound:
        return None
    # What was not said stays: above all whether it is shared.
    return session.api.patch(
        f"filters/{found['id']}", {name: value for name, value in body.items() if value}
    )


def remove(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Its name or id.")], scope: Scoped
) -> None:
    """Remove a saved filter."""
    with opened(as_json=scope.as_json, server=scope.server) as session:
        found = lookup.saved_filter(session.api, name, scope.workspace)
        session.api.delete(f"filters/{found['id']}")
        session.terminal.data(found)
        session.terminal.show(f"Removed {line(found['name'])}: {line(found['query'])}")


for _name, _function in (("list", list_filters), ("add", add), ("remove", remove)):
    app.command(_name)(command(_function))
