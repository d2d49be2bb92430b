"""Changing a task: its fields, and what it waits for."""

from dataclasses import dataclass
from typing import Annotated, cast

import typer

from upnext.client import cards, fields, lookup, repeating
from upnext.client.errors import Conflict, Usage
from upnext.client.fields import About, Body, Plan
from upnext.client.options import Scoped, choice
from upnext.client.session import Session, opened
from upnext.client.shapes import Task

_PANEL = "Taking away"
_TRIES = 3


@dataclass(frozen=True, kw_only=True)
class Clear:
    """What to take away from a task."""

    no_due: Annotated[
        bool, typer.Option("--no-due", help="No deadline any more.", rich_help_panel=_PANEL)
    ] = False
    no_start: Annotated[
        bool, typer.Option("--no-start", help="Can be started at once.", rich_help_panel=_PANEL)
    ] = False
    no_duration: Annotated[
        bool, typer.Option("--no-duration", help="No estimate any more.", rich_help_panel=_PANEL)
    ] = False
    no_description: Annotated[
        bool,
        typer.Option("--no-description", help="No description any more.", rich_help_panel=_PANEL),
    ] = False
    no_context: Annotated[
        bool, typer.Option("--no-context", help="Can be done anywhere.", rich_help_panel=_PANEL)
    ] = False
    no_energy: Annotated[
        bool,
        typer.Option("--no-energy", help="Asks for no special energy.", rich_help_panel=_PANEL),
    ] = False
    no_repeat: Annotated[
        bool, typer.Option("--no-repeat", help="Does not come again.", rich_help_panel=_PANEL)
    ] = False
    no_parent: Annotated[
        bool, typer.Option("--no-parent", help="Stands by itself.", rich_help_panel=_PANEL)
    ] = False
    no_goal: Annotated[
        bool, typer.Option("--no-goal", help="Serves no goal any more.", rich_help_panel=_PANEL)
    ] = False
    untag: Annotated[
        list[str] | None,
        typer.Option(metavar="TAG", help="Take this tag off.", rich_help_panel=_PANEL),
    ] = None


@dataclass(frozen=True, kw_only=True)
class Renewal:
    """New words, and which occurrences of a task that repeats get what is new."""

    title: Annotated[str | None, typer.Option(help="New words.")] = None
    occurrences: Annotated[
        str | None,
        typer.Option(
            metavar="WHICH",
            help="Of a task that repeats: this, following or all.",
            autocompletion=fields.one_of(*repeating.REACHES),
        ),
    ] = None


_CLEARED: dict[str, tuple[str, object]] = {
    "no_due": ("due_at", None),
    "no_start": ("start_at", None),
    "no_duration": ("estimated_duration", None),
    "no_description": ("description", ""),
    "no_context": ("context", []),
    "no_energy": ("energy", None),
    "no_parent": ("parent_id", None),
    "no_repeat": ("recurrence", None),
    "no_goal": ("goal_id", None),
}

Key = Annotated[str, typer.Argument(metavar="KEY", help="A key such as HOME-12, or an id.")]
By = Annotated[list[str], typer.Option("--by", metavar="KEY", help="What must be done first.")]


def edit(
    key: Key,
    plan: Plan,
    about: About,
    clear: Clear,
    scope: Scoped,
    renewal: Renewal,
) -> None:
    """Change a task; what is not named stays. --tag adds a tag, --untag takes one off."""
    with opened(as_json=scope.as_json, server=scope.server) as session:
        changes = _changes(fields.body(session, plan, about, scope.workspace), clear)
        if renewal.title is not None:
            changes["title"] = renewal.title
        which = choice(renewal.occurrences, repeating.REACHES, "choice of occurrences")
        if not changes and not clear.untag:
            raise Usage("Nothing to change.", hint="Say what, for example: --due friday")
        task = lookup.task(session.api, key, scope.workspace)
        changed = _patched(session, task, changes, clear.untag or [], which)
        session.terminal.data(changed)
        session.terminal.show(cards.sentence("Changed", changed, session.moment))


def block(key: Key, by: By, scope: Scoped) -> None:
    """Let a task wait for another one."""
    with opened(as_json=scope.as_json, server=scope.server) as session:
        task = lookup.task(session.api, key, scope.workspace)
        for blocker in lookup.tasks(session.api, by, scope.workspace):
            path = f"tasks/{task['id']}/dependencies"
            session.api.post(path, {"blocked_by": blocker["id"]})
        _report_waiting(session, task)


def unblock(key: Key, by: By, scope: Scoped) -> None:
    """Let a task no longer wait for another one."""
    with opened(as_json=scope.as_json, server=scope.server) as session:
        task = lookup.task(session.api, key, scope.workspace)
        for blocker in lookup.tasks(session.api, by, scope.workspace):
            session.api.delete(f"tasks/{task['id']}/dependencies/{blocker['id']}")
        _report_waiting(session, task)


def _changes(body: Body, clear: Clear) -> Body:
    for option, (field, nothing) in _CLEARED.items():
        if not getattr(clear, option):
            continue
        if field in body:
            name = option.replace("_", "-")
            raise Usage(f"--{name} contradicts --{name.removeprefix('no-')}.")
        body[field] = nothing
    return body


def _patched(
    session: Session, task: Task, changes: Body, off: list[str], which: str | None
) -> Task:
    """Merges the changes. Tags are a new list made of the old one, so nobody else's may be lost."""
    path, query = f"tasks/{task['id']}", {"scope": which}
    added = cast("list[str]", changes.pop("tags", []))
    if not added and not off:
        return cast("Task", session.api.patch(path, changes, query=query))
    for left in reversed(range(_TRIES)):
        reply = session.api.read(path)
        changes["tags"] = _tags(cast("Task", reply.data), added, off)
        try:
            return cast("Task", session.api.patch(path, changes, etag=reply.etag, query=query))
        except Conflict:
            if not left:
                raise
    raise AssertionError("the last try returns or raises")


def _tags(task: Task, added: list[str], off: list[str]) -> list[str]:
    gone = {tag.removeprefix("#").casefold() for tag in off}
    return [
        tag for tag in dict.fromkeys([*task.get("tags", []), *added]) if tag.casefold() not in gone
    ]


def _report_waiting(session: Session, task: Task) -> None:
    fresh = cast("Task", session.api.get(f"tasks/{task['id']}"))
    session.terminal.data(fresh)
    if not session.terminal.as_json:
        session.terminal.show(cards.waiting(fresh, lookup.dependencies(session.api, fresh)))
