"""Putting one task in."""

from typing import Annotated, cast

import typer

from upnext.client import cards, fields, lookup
from upnext.client.errors import Usage
from upnext.client.fields import About, Plan
from upnext.client.options import Scoped
from upnext.client.session import Session, opened
from upnext.client.shapes import Task


def add(
    title: Annotated[list[str], typer.Argument(metavar="TITLE...", help="Quotes are optional.")],
    plan: Plan,
    about: About,
    scope: Scoped,
    after: Annotated[
        list[str] | None,
        typer.Option("--after", metavar="KEY", help="Possible only when this one is done."),
    ] = None,
) -> None:
    """Add a task. Without --project it goes to your Inbox."""
    with opened(as_json=scope.as_json, server=scope.server) as session:
        words = " ".join(title).strip()
        if not words:
            raise Usage("A task needs a title.")
        wanted = fields.body(session, plan, about, scope.workspace)
        # Everything is looked up before anything is made, so that a slip leaves nothing behind.
        blockers = lookup.tasks(session.api, after or [], scope.workspace)
        task = cast("Task", session.api.post("tasks", {"title": words, **wanted}))
        for blocker in blockers:
            session.api.post(f"tasks/{task['id']}/dependencies", {"blocked_by": blocker["id"]})
        _report(session, _again(session, task) if blockers else task)


def _again(session: Session, task: Task) -> Task:
    return cast("Task", session.api.get(f"tasks/{task['id']}"))


def _report(session: Session, task: Task) -> None:
    session.terminal.data(task)
    session.terminal.show(cards.sentence("Added", task, session.moment))
