"""What a task's category, priority and duration come from, and what is suggested for it."""

from collections.abc import Mapping
from typing import Annotated, Any, cast

import typer

from upnext.client import cards, lookup
from upnext.client.grids import Column, grid
from upnext.client.options import Scoped
from upnext.client.printable import line
from upnext.client.session import Session, opened
from upnext.client.shapes import Task

NAMES = ("category", "priority", "estimated_duration")


def classify(
    key: Annotated[str, typer.Argument(metavar="KEY", help="The task's key or id.")],
    scope: Scoped,
    accept: Annotated[
        bool, typer.Option("--accept", help="Take the category that is suggested.")
    ] = False,
    dismiss: Annotated[
        bool, typer.Option("--dismiss", help="Drop the category that is suggested.")
    ] = False,
) -> None:
    """Derive category, priority and duration of a task where you set none, and say by what."""
    with opened(as_json=scope.as_json, server=scope.server) as session:
        task = lookup.task(session.api, key, scope.workspace)
        path = f"tasks/{task['id']}/classify"
        if accept or dismiss:
            word = "accept" if accept else "dismiss"
            path = f"tasks/{task['id']}/suggestions/category/{word}"
        found = cast("Task", session.api.post(path))
        session.terminal.data(found)
        if not session.terminal.as_json:
            _show(session, found)


def _show(session: Session, task: Task) -> None:
    known = cast("Mapping[str, Any]", task)["classification"]  # JSON
    heads = ("Field", "Value", "From", "Sure", "Why")
    rows = [_row(task, name, known[name]) for name in NAMES if known.get(name)]
    session.terminal.show(cards.name(task))
    session.terminal.show(grid(session.terminal, [Column(header=head) for head in heads], rows))
    if proposal := (known.get("category") or {}).get("suggestion"):
        session.terminal.hint(
            f"Maybe {proposal['value']}: upnext classify {task['key']} --accept, or --dismiss"
        )


def _row(task: Task, name: str, about: Mapping[str, Any]) -> list[str]:  # JSON
    value = cast("Mapping[str, Any]", task)[name]
    sure = f"{about['confidence']:.0%}"
    shown = "–" if value is None else line(str(value))  # noqa: RUF001  (a dash)
    return [name, shown, str(about["source"]), sure, line(str(about.get("reason") or ""))]
