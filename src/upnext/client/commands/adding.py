"""Putting one task in."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, cast

import typer

from upnext.client import cards, fields, lookup, understanding
from upnext.client.errors import Usage
from upnext.client.fields import About, Plan
from upnext.client.options import Scoped
from upnext.client.session import Session, opened
from upnext.client.shapes import QuickReply, Task

STDIN = "-"


@dataclass(frozen=True, kw_only=True)
class Wording:
    """How the words are taken."""

    plain: Annotated[
        bool, typer.Option("--plain", help="All words are the title; nothing is read into them.")
    ] = False
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what would be understood.")
    ] = False


def add(
    title: Annotated[
        list[str],
        typer.Argument(
            metavar="TEXT...",
            help="Such as 'Pay rent tomorrow 9am #home @bills p1 30m'; - reads standard input.",
        ),
    ],
    wording: Wording,
    plan: Plan,
    about: About,
    scope: Scoped,
    after: Annotated[
        list[str] | None,
        typer.Option("--after", metavar="KEY", help="Possible only when this one is done."),
    ] = None,
) -> None:
    """Add a task from a line of words. Without a project it goes to your Inbox."""
    with opened(as_json=scope.as_json, server=scope.server) as session:
        text = _text(title)
        if wording.plain and wording.dry_run:
            raise Usage("--plain reads nothing into the words, so there is nothing to try.")
        wanted = fields.body(session, plan, about, scope.workspace)
        # Everything is looked up before anything is made, so that a slip leaves nothing behind.
        blockers = lookup.tasks(session.api, after or [], scope.workspace)
        if wording.plain:
            task = cast("Task", session.api.post("tasks", {"title": text, **wanted}))
            _report_plain(session, _held_up(session, task, blockers))
            return
        body: dict[str, object] = {"text": text, "fields": wanted, "dry_run": wording.dry_run}
        reply = cast("QuickReply", session.api.post("tasks/quick", body))
        if not wording.dry_run:
            reply["task"] = _held_up(session, reply["task"], blockers)
        _report(session, text, reply, dry_run=wording.dry_run)


def _text(words: list[str]) -> str:
    text = sys.stdin.read() if words == [STDIN] else " ".join(words)
    if not text.strip():
        raise Usage("A task needs a title.")
    return text


def _held_up(session: Session, task: Task, blockers: list[Task]) -> Task:
    """The task as it is once it waits for these."""
    for blocker in blockers:
        session.api.post(f"tasks/{task['id']}/dependencies", {"blocked_by": blocker["id"]})
    return cast("Task", session.api.get(f"tasks/{task['id']}")) if blockers else task


def _report_plain(session: Session, task: Task) -> None:
    session.terminal.data(task)
    session.terminal.show(cards.sentence("Added", task, session.moment))


def _report(session: Session, text: str, reply: QuickReply, *, dry_run: bool) -> None:
    terminal, moment = session.terminal, session.moment
    rest = {name: value for name, value in reply.items() if name != "task" and value}
    terminal.data(reply if dry_run else {**cast("Mapping[str, object]", reply["task"]), **rest})
    if dry_run:
        terminal.show(*understanding.drafted(text, reply, moment))
    else:
        terminal.show(*understanding.added(reply, moment))
    if not terminal.as_json:
        for remark in understanding.remarks(reply["ignored"]):
            terminal.warn(remark)
