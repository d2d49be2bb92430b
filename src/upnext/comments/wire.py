"""From a row of `queries.SHOWN` to JSON."""

from typing import Any

import orjson

from upnext.comments import markdown
from upnext.comments.queries import SHOWN_NAMES
from upnext.core.auth import Actor

Wire = dict[str, Any]
_AS_THEY_ARE = ("id", "task_id", "thread_id", "parent_id", "created_at", "updated_at", "edited_at")
_GONE: Wire = {"author": None, "body": None, "body_html": None, "mentions": []}


def comment_wire(row: Any, actor: Actor) -> Wire:  # a row of the lane or of a session
    """Of a deleted one nothing is left but its place."""
    shown: Wire = dict(zip(SHOWN_NAMES, row, strict=True))
    wire = {name: shown[name] for name in (*_AS_THEY_ARE, "deleted_at", "version")}
    if shown["deleted_at"] is not None:
        return wire | _GONE
    body, html, mentioned = shown["body"], shown["body_html"], orjson.loads(shown["mentions"])
    if shown["rendering"] != markdown.RENDERING:
        html = markdown.render(markdown.parse(body), mentioned)
    said = {"author": _author(actor, shown), "body": body, "body_html": html}
    return wire | said | {"mentions": sorted(set(mentioned.values()))}


def _author(actor: Actor, shown: Wire) -> Wire:
    """Addresses, and names made of them, are for members only."""
    if shown["author_id"] is None:
        kind = "link" if shown["link_id"] else "system"
        return {"id": shown["link_id"], "kind": kind, "name": None}
    name, email = shown["username"], shown["email"]
    if name is None and email is not None and actor.kind != "link":
        name = email.partition("@")[0]
    return {"id": shown["author_id"], "kind": "user", "name": name}
