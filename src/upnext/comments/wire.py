"""From a row of `queries.SHOWN` to JSON."""

from typing import Any

from upnext.comments import markdown
from upnext.core.auth import Actor

Wire = dict[str, Any]
_GONE: Wire = {"author": None, "body": None, "body_html": None, "mentions": []}


def comment_wire(row: Any, actor: Actor) -> Wire:  # a row of the lane or of a session
    """Of a deleted one nothing is left but its place."""
    (
        id_,
        task_id,
        thread_id,
        parent_id,
        author_id,
        link_id,
        body,
        html,
        rendering,
        mentions,
        *rest,
    ) = row
    created_at, updated_at, edited_at, deleted_at, version, username, email = rest[:7]
    wire: Wire = {"id": id_, "task_id": task_id, "thread_id": thread_id, "parent_id": parent_id}
    if deleted_at is None:
        current = rendering == markdown.RENDERING
        wire |= {
            "author": _author(actor, author_id, link_id, username, email),
            "body": body,
            "body_html": html if current else markdown.render(markdown.parse(body), mentions),
            "mentions": sorted(set(mentions.values())),
        }
    else:
        wire |= _GONE
    times = {"created_at": created_at, "updated_at": updated_at, "edited_at": edited_at}
    return wire | times | {"deleted_at": deleted_at, "version": version}


def _author(
    actor: Actor, author_id: Any, link_id: Any, username: str | None, email: str | None
) -> Wire:
    """Addresses, and names made of them, are for members only."""
    if author_id is None:
        return {"id": link_id, "kind": "link" if link_id else "system", "name": None}
    name = username
    if name is None and email is not None and actor.kind != "link":
        name = email.partition("@")[0]
    return {"id": author_id, "kind": "user", "name": name}
