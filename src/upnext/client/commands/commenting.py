"""What people say about a task."""

import sys
from collections.abc import Sequence
from typing import Annotated, cast

import typer
from rich.text import Text

from upnext.client import lookup, when
from upnext.client.errors import NotFound, Usage
from upnext.client.options import Scoped
from upnext.client.printable import clean, storable
from upnext.client.session import Session, opened
from upnext.client.shapes import Comment, Task

STDIN = "-"
_INDENT = 2

Key = Annotated[str, typer.Argument(metavar="KEY", help="Such as HOME-12, or an id.")]


def comment(
    key: Key,
    text: Annotated[
        list[str],
        typer.Argument(metavar="TEXT...", help="Markdown; @name mentions; - reads standard input."),
    ],
    scope: Scoped,
    reply: Annotated[
        str | None,
        typer.Option(
            "--reply", "-r", metavar="NUMBER", help="To the comment with this number or id."
        ),
    ] = None,
) -> None:
    """Comment on a task."""
    body = _text(text)
    with opened(as_json=scope.as_json, server=scope.server) as session:
        task = lookup.task(session.api, key, scope.workspace)
        data: dict[str, object] = {"body": body}
        if reply is not None:
            data["parent_id"] = _one(_all(session, task), reply)["id"]
        made = session.api.post(f"tasks/{task['id']}/comments", data)
        session.terminal.data(made)
        session.terminal.show(f"Commented on {task['key']}")
        session.terminal.hint(f"See what others say: upnext comments {task['key']}")


def comments(key: Key, scope: Scoped) -> None:
    """List what is said about a task, the oldest first."""
    with opened(as_json=scope.as_json, server=scope.server) as session:
        task = lookup.task(session.api, key, scope.workspace)
        found = _all(session, task)
        session.terminal.data({"items": found, "next_cursor": None})
        if session.terminal.as_json:
            return
        if not found:
            session.terminal.hint(f"Nothing yet. Say something: upnext comment {task['key']} Hello")
            return
        depths = _depths(found)
        for number, one in enumerate(found, 1):
            session.terminal.show(_shown(session, one, number, depths[one["id"]]))


def _text(words: Sequence[str]) -> str:
    text = sys.stdin.read() if list(words) == [STDIN] else " ".join(words)
    body = storable(text).strip()
    if not body:
        raise Usage("There is nothing to say.", hint="Give a text, or - to read one from a pipe.")
    return body


def _all(session: Session, task: Task) -> list[Comment]:
    return cast("list[Comment]", list(session.api.items(f"tasks/{task['id']}/comments")))


def _one(known: Sequence[Comment], wanted: str) -> Comment:
    wanted = wanted.strip().removeprefix("#").lower()
    for number, one in enumerate(known, 1):
        if wanted in {str(number), one["id"]}:
            return one
    raise NotFound(
        f"There is no comment {wanted}.", hint=f"They are numbered from 1 to {len(known)}."
    )


def _depths(known: Sequence[Comment]) -> dict[str, int]:
    """How far a reply stands in; a reply is younger than what it answers."""
    depths: dict[str, int] = {}
    for one in known:
        depths[one["id"]] = depths.get(one["parent_id"] or "", -1) + 1
    return depths


def _shown(session: Session, one: Comment, number: int, depth: int) -> Text:
    moment = session.moment
    at = when.short(when.read(one["created_at"]), now=moment.now, zone=moment.zone)
    author = one["author"]
    who = (author["name"] or f"a {author['kind']}") if author else "deleted"
    head = Text(f"#{number} ", style="cyan").append(clean(who), style="bold").append(f"  {at}")
    if one["edited_at"]:
        head.append("  edited", style="dim")
    pad = " " * (_INDENT * depth)
    lines = [f"{pad}  {each}" for each in clean(one["body"] or "").splitlines()]
    return Text(pad).append_text(head).append("".join(f"\n{each}" for each in lines), style="")
