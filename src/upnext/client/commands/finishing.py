"""The end of tasks: done, in the trash, and back."""

from collections.abc import Callable
from typing import Annotated, cast

import typer

from upnext.client import cards, fields, lookup, repeating
from upnext.client.errors import ClientError
from upnext.client.options import Scoped, choice
from upnext.client.session import Session, opened
from upnext.client.shapes import Task

Which = Annotated[
    str | None,
    typer.Option(
        metavar="WHICH",
        help="Of a task that repeats: this (the next one comes), following or all.",
        autocompletion=fields.one_of(*repeating.REACHES),
    ),
]
Keys = Annotated[list[str], typer.Argument(metavar="KEY...", help="Keys such as HOME-12, or ids.")]


def done(keys: Keys, scope: Scoped) -> None:
    """Mark tasks as done."""

    def finish(session: Session, task: Task) -> Task:
        return cast("Task", session.api.patch(f"tasks/{task['id']}", {"status": "done"}))

    with opened(as_json=scope.as_json, server=scope.server) as session:
        _each(
            session,
            lookup.tasks(session.api, keys, scope.workspace),
            finish,
            "Done",
            then=_tell_next,
        )
        session.terminal.hint("What now? upnext next")


def skip(keys: Keys, scope: Scoped) -> None:
    """Leave out this time of tasks that repeat; the next time comes."""

    def leave_out(session: Session, task: Task) -> Task:
        return cast("Task", session.api.post(f"tasks/{task['id']}/skip")["skipped"])

    with opened(as_json=scope.as_json, server=scope.server) as session:
        found = lookup.tasks(session.api, keys, scope.workspace)
        _each(session, found, leave_out, "Skipped", then=_tell_next)


def remove(keys: Keys, scope: Scoped, occurrences: Which = None) -> None:
    """Put tasks in the trash, from where they can be restored."""
    which = choice(occurrences, repeating.REACHES, "choice of occurrences")

    def trash(session: Session, task: Task) -> Task:
        following[task["id"]] = session.api.delete(f"tasks/{task['id']}", {"scope": which})
        return task

    def tell(session: Session, task: Task) -> None:
        _show_next(session, following[task["id"]])

    following: dict[str, str | None] = {}
    then = tell if which == "this" else None

    with opened(as_json=scope.as_json, server=scope.server) as session:
        found = lookup.tasks(session.api, keys, scope.workspace)
        _each(session, found, trash, "In the trash", then=then)
        session.terminal.hint(f"Take it back: upnext untrash {found[0]['key']}")


def restore(keys: Keys, scope: Scoped) -> None:
    """Take tasks out of the trash."""

    def back(session: Session, task: Task) -> Task:
        return cast("Task", session.api.post(f"tasks/{task['id']}/restore"))

    with opened(as_json=scope.as_json, server=scope.server) as session:
        found = lookup.trashed(session.api, keys, scope.workspace)
        _each(session, found, back, "Restored")


def _each(
    session: Session,
    tasks: list[Task],
    act: Callable[[Session, Task], Task],
    said: str,
    *,
    then: Callable[[Session, Task], None] | None = None,
) -> None:
    """Acts on every task; a refusal of one spares the others, and decides the exit code.

    `then` tells a person what comes after each, if it repeats.
    """
    acted: list[Task] = []
    refused: ClientError | None = None
    for task in tasks:
        try:
            acted.append(act(session, task))
        except ClientError as error:
            refused = refused or error
            if len(tasks) > 1:
                session.terminal.warn(f"{task['key']}: {error.message}")
            continue
        session.terminal.show(cards.sentence(said, acted[-1]))
        if then and not session.terminal.as_json:
            then(session, acted[-1])
    if acted or not refused:
        session.terminal.data({"items": acted})
    if refused:
        raise refused


def _tell_next(session: Session, task: Task) -> None:
    occurrences = lookup.occurrences(session.api, task, limit=1)
    if occurrences is None:
        return
    following = occurrences["next_task_id"]
    _show_next(session, following and f"tasks/{following}")


def _show_next(session: Session, path: str | None) -> None:
    if path is None:
        session.terminal.show("It was the last time.")
        return
    following = cast("Task", session.api.get(path))
    session.terminal.show(cards.sentence("Next", following, session.moment))
