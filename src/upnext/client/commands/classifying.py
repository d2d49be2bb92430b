"""What a task's category, priority and duration come from, and what is suggested for it."""

from collections.abc import Mapping
from typing import Annotated, Any, TypedDict, cast

import typer

from upnext.client import cards, lookup
from upnext.client.grids import Column, grid
from upnext.client.options import Scoped, command
from upnext.client.printable import line
from upnext.client.session import Session, opened
from upnext.client.shapes import Task

app = typer.Typer(help="How well tasks are classified, and by whom.", no_args_is_help=True)

NAMES = ("category", "priority", "estimated_duration")


class Reclassification(TypedDict):
    task_id: str
    key: str
    title: str
    field: str
    before: str | int | None
    after: str | int
    source: str
    confidence: float


class Reclassified(TypedDict):
    dry_run: bool
    job_id: str | None
    examined: int
    changes: list[Reclassification]


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


def reclassify(
    scope: Scoped,
    project: Annotated[
        str | None,
        typer.Option("--project", "-p", metavar="NAME", help="Only in this project."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Change nothing; show what would change.")
    ] = False,
) -> None:
    """Derive anew what no user set, in a workspace (yours, if none is named) or a project."""
    with opened(as_json=scope.as_json, server=scope.server) as session:
        body = _where(session, scope.workspace, project) | {"dry_run": dry_run}
        reply = cast("Reclassified", session.api.post("classification/reclassify", body))
        session.terminal.data(reply)
        if session.terminal.as_json:
            return
        if dry_run:
            _show_changes(session, reply)
        else:
            session.terminal.show("It is under way, and goes on by itself.")


def _where(session: Session, workspace: str | None, project: str | None) -> dict[str, object]:
    if project is not None:
        found = lookup.project(session.api, project, workspace)
        return {"workspace_id": found["workspace_id"], "project_id": found["id"]}
    if workspace is not None:
        return {"workspace_id": lookup.workspace(session.api, workspace)["id"]}
    return {"workspace_id": lookup.personal_workspace(session.api)["id"]}


def _show_changes(session: Session, reply: Reclassified) -> None:
    heads = ("Key", "Title", "Field", "Now", "Then", "From", "Sure")
    rows = [
        [
            one["key"],
            line(one["title"]),
            one["field"],
            "–" if one["before"] is None else line(str(one["before"])),  # noqa: RUF001  (a dash)
            line(str(one["after"])),
            one["source"],
            f"{one['confidence']:.0%}",
        ]
        for one in reply["changes"]
    ]
    if rows:
        columns = [Column(header=head) for head in heads]
        session.terminal.show(grid(session.terminal, columns, rows))
    count = len({one["task_id"] for one in reply["changes"]})
    session.terminal.show(f"{count} of {reply['examined']} tasks would change.")


app.command("reclassify")(command(reclassify))


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
