"""What happens in a workspace: a page of it, or as it happens."""

import json
import sys
import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer
from rich.text import Text

from upnext.client import lookup, when
from upnext.client.errors import Unreachable
from upnext.client.options import Scoped
from upnext.client.printable import clean
from upnext.client.session import Session, opened

if TYPE_CHECKING:
    from upnext.client.transport import Query

AGAIN_SECONDS = 2.0
# What a person would call it by, in this order.
_NAMES = ("key", "title", "name", "body")

After = Annotated[
    int | None, typer.Option("--after", min=0, metavar="SEQ", help="Only what came after it.")
]


def events(
    scope: Scoped,
    *,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Go on as it happens, until Ctrl-C.")
    ] = False,
    after: After = None,
    kinds: Annotated[
        list[str] | None,
        typer.Option("--type", "-t", metavar="TYPE", help="task, task.created …; repeatable."),
    ] = None,
    project: Annotated[
        str | None, typer.Option("--project", "-P", metavar="NAME", help="Name, key or id.")
    ] = None,
    limit: Annotated[
        int, typer.Option("--limit", "-n", min=1, max=500, help="At most this many on a page.")
    ] = 100,
) -> None:
    """Show what happened in a workspace, the oldest first; with --follow what happens now."""
    with opened(as_json=scope.as_json, server=scope.server) as session:
        query: dict[str, Any] = {"type": kinds or None}  # as `Query` takes it
        if scope.workspace:
            query["workspace_id"] = lookup.workspace(session.api, scope.workspace)["id"]
        if project:
            found = lookup.project(session.api, project, scope.workspace)
            query |= {"project_id": found["id"], "workspace_id": found["workspace_id"]}
        if follow:
            _follow(session, query, after)
            return
        page = session.api.get("events", {**query, "after": after or 0, "limit": limit})
        session.terminal.data(page)
        if not scope.as_json:
            for one in cast("list[dict[str, Any]]", page["items"]):
                _show(session, one)
            if page["next_cursor"]:
                session.terminal.hint(f"There is more: --after {page['next_cursor']}")


def _follow(session: Session, query: "Query", after: int | None) -> None:
    """Through every end of the connection, from where it was."""
    try:
        while True:
            try:
                after = _listen(session, {**query, "after": after}, after)
            except Unreachable as error:
                session.terminal.hint(f"{error} Trying again.")
            time.sleep(AGAIN_SECONDS)
    except KeyboardInterrupt:
        return


def _listen(session: Session, query: "Query", after: int | None) -> int | None:
    """Until the stream ends; how far it came."""
    with session.api.download("events/stream", query) as pieces:
        try:
            for message in messages(pieces):
                after = int(message["id"]) if "id" in message else after
                if "id" in message and "data" in message:
                    _tell(session, json.loads(message["data"]))
        except Unreachable:
            session.terminal.hint("The connection broke off. Trying again.")
    return after


def _tell(session: Session, event: dict[str, Any]) -> None:
    if session.terminal.as_json:
        # One on each line, for what reads along.
        sys.stdout.write(json.dumps(event) + "\n")
        sys.stdout.flush()
    else:
        _show(session, event)


def _show(session: Session, event: dict[str, Any]) -> None:
    moment = session.moment
    at = when.short(when.read(event["occurred_at"]), now=moment.now, zone=moment.zone)
    told = {**(event["previous"] or {}), **event["data"]}
    named = [clean(str(told[name])) for name in _NAMES if told.get(name)]
    what = " ".join(named) or f"{event['resource']['type']} {event['resource']['id']}"
    line = Text.assemble((f"{event['seq']:>6}  {at:<12}  ", "dim"), f"{event['type']:<24}  {what}")
    session.terminal.show(line)


def messages(pieces: Iterable[bytes]) -> Iterator[dict[str, str]]:
    """Server-sent events, whole, however they are cut on the way."""
    rest = b""
    for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n\n")
        for block in whole:
            lines = [line.partition(": ") for line in block.decode().split("\n") if line]
            yield {name: value for name, _, value in lines if name}
