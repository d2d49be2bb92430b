"""Goals: list, add, show, change, complete, throw away."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, cast

import typer

from upnext.client import aims, fields, lookup, when
from upnext.client.errors import Usage
from upnext.client.options import Scoped, choice, command
from upnext.client.session import Session, opened
from upnext.client.shapes import Goal, Task

app = typer.Typer(no_args_is_help=True, help="Goals, how far they are, and when they will be met.")

_SHOWN = 20
Named = Annotated[str, typer.Argument(metavar="TITLE", help="The goal's title or id.")]


@dataclass(frozen=True, kw_only=True)
class Aim:
    """What can be said of a goal."""

    weight: Annotated[
        float | None,
        typer.Option(metavar="0.5-2", help="What its tasks count in the order of work."),
    ] = None
    target: Annotated[
        str | None, typer.Option(metavar="DAY", help="2026-06-01, fri, +8w: to be met by then.")
    ] = None
    parent: Annotated[
        str | None, typer.Option(metavar="TITLE", help="The goal that it is a part of.")
    ] = None
    description: Annotated[str | None, typer.Option(help="More words; Markdown.")] = None


@dataclass(frozen=True, kw_only=True)
class Change:
    """What can be changed besides."""

    title: Annotated[str | None, typer.Option(help="New words.")] = None
    status: Annotated[
        str | None,
        typer.Option(
            metavar="WORD",
            help="open, completed or abandoned.",
            autocompletion=fields.one_of(*aims.STATUSES),
        ),
    ] = None
    no_target: Annotated[bool, typer.Option("--no-target", help="No day any more.")] = False
    no_parent: Annotated[bool, typer.Option("--no-parent", help="Stands by itself.")] = False


def list_goals(
    scope: Scoped,
    everything: Annotated[
        bool, typer.Option("--all", help="Also completed and abandoned ones.")
    ] = False,
) -> None:
    """List your goals with their progress."""
    with opened(as_json=scope.as_json, server=scope.server) as session:
        status = None if everything else "open"
        found = lookup.goals(session.api, scope.workspace, status=status)
        session.terminal.data({"items": found, "next_cursor": None})
        if session.terminal.as_json:
            return
        if not found:
            session.terminal.hint('No goals yet. Add one: upnext goal add "Fit by summer"')
            return
        session.terminal.show(aims.table(session.terminal, found, session.moment))


def add(
    title: Annotated[list[str], typer.Argument(metavar="TITLE...")],
    aim: Aim,
    scope: Scoped,
    project: Annotated[
        str | None,
        typer.Option("--project", "-P", metavar="NAME", help="For the tasks of this project only."),
    ] = None,
) -> None:
    """Add a goal, in your personal workspace unless --workspace or --project says otherwise."""
    with opened(as_json=scope.as_json, server=scope.server) as session:
        body = {"title": " ".join(title), **_body(session, aim, scope.workspace)}
        if project:
            found = lookup.project(session.api, project, scope.workspace)
            body["project_id"] = found["id"]
        elif scope.workspace:
            body["workspace_id"] = lookup.workspace(session.api, scope.workspace)["id"]
        _report(session, "Added", session.api.post("goals", body))


def show(name: Named, scope: Scoped) -> None:
    """Show everything about a goal, and its open tasks."""
    with opened(as_json=scope.as_json, server=scope.server) as session:
        goal = lookup.goal(session.api, name, scope.workspace)
        session.terminal.data(goal)
        if not session.terminal.as_json:
            query = {"goal_id": goal["id"], "status": "open", "sort": "due_at,-priority"}
            page = session.api.get("tasks", {**query, "limit": _SHOWN})
            tasks = cast("list[Task]", page["items"])
            session.terminal.show(*aims.card(session.terminal, goal, tasks, session.moment))


def edit(name: Named, aim: Aim, change: Change, scope: Scoped) -> None:
    """Change a goal; what is not named stays."""
    with opened(as_json=scope.as_json, server=scope.server) as session:
        body = _body(session, aim, scope.workspace)
        body |= {"target_date": None} if change.no_target else {}
        body |= {"parent_id": None} if change.no_parent else {}
        words = {status: status for status in aims.STATUSES}
        status = choice(change.status, words, "status of a goal")
        said = {"title": change.title, "status": status}
        body |= {field: value for field, value in said.items() if value is not None}
        if not body:
            raise Usage("Nothing to change.", hint="Say what, for example: --weight 1.5")
        goal = lookup.goal(session.api, name, scope.workspace)
        _report(session, "Changed", session.api.patch(f"goals/{goal['id']}", body))


def done(name: Named, scope: Scoped) -> None:
    """Say that a goal is met."""
    with opened(as_json=scope.as_json, server=scope.server) as session:
        goal = lookup.goal(session.api, name, scope.workspace)
        completed = session.api.patch(f"goals/{goal['id']}", {"status": "completed"})
        _report(session, "Completed", completed)


def delete(name: Named, scope: Scoped) -> None:
    """Put a goal in the trash, with its sub goals. Its tasks stay."""
    with opened(as_json=scope.as_json, server=scope.server) as session:
        goal = lookup.goal(session.api, name, scope.workspace)
        session.api.delete(f"goals/{goal['id']}")
        session.terminal.data(goal)
        session.terminal.show(aims.sentence("Deleted", goal))


def restore(name: Named, scope: Scoped) -> None:
    """Take a goal out of the trash."""
    with opened(as_json=scope.as_json, server=scope.server) as session:
        goal = lookup.goal(session.api, name, scope.workspace, trashed=True)
        _report(session, "Restored", session.api.post(f"goals/{goal['id']}/restore"))


def _body(session: Session, aim: Aim, workspace: str | None) -> dict[str, object]:
    """What the options say, in the API's words; only what was given."""
    body: dict[str, object] = {"weight": aim.weight, "description": aim.description}
    if aim.target is not None:
        body["target_date"] = _day(session, aim.target)
    if aim.parent:
        body["parent_id"] = lookup.goal(session.api, aim.parent, workspace)["id"]
    return {name: value for name, value in body.items() if value is not None}


def _day(session: Session, text: str) -> str:
    moment = session.moment
    try:
        at: datetime = when.parse(text, now=moment.now, zone=moment.zone)
    except ValueError as error:
        raise Usage(f"--target: {error}.") from error
    return at.astimezone(moment.zone).date().isoformat()


def _report(session: Session, verb: str, goal: object) -> None:
    session.terminal.data(goal)
    session.terminal.show(aims.sentence(verb, cast("Goal", goal)))


for _name, _function in (
    ("list", list_goals),
    ("add", add),
    ("show", show),
    ("edit", edit),
    ("done", done),
    ("delete", delete),
    ("restore", restore),
):
    app.command(_name)(command(_function))
