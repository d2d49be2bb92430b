"""Anybody's tasks."""

from typing import Annotated, cast

import typer

from upnext.client import cards, fields, tables
from upnext.client.commands.admin.finding import (
    Listed,
    Words,
    Yes,
    account,
    agree,
    done,
    listed,
    text,
    thing,
)
from upnext.client.errors import Usage
from upnext.client.options import Common, choice, command
from upnext.client.session import opened
from upnext.client.shapes import Task

app = typer.Typer(no_args_is_help=True, help="Anybody's tasks.")

Which = Annotated[str, typer.Argument(metavar="TASK", help="Id, or a key that only one has.")]


def list_tasks(
    options: Listed,
    words: Words = None,
    workspace: Annotated[
        str | None, typer.Option("--workspace", "-w", metavar="NAME", help="Name or id.")
    ] = None,
    of: Annotated[
        str | None, typer.Option("--of", metavar="WHO", help="Assigned or reported by them.")
    ] = None,
    status: Annotated[
        str | None, typer.Option("--status", "-s", metavar="STATUS", help="Such as open.")
    ] = None,
    trashed: Annotated[bool, typer.Option("--trashed", help="Those in the trash.")] = False,
) -> None:
    """List tasks, the newest first."""
    with opened(as_json=options.as_json, server=options.server) as session:
        place = thing(session, "workspaces", workspace)["id"] if workspace else None
        query = {
            "q": words,
            "workspace_id": cast("str | None", place),
            "user_id": cast("str", account(session, of)["id"]) if of else None,
            "status": status,
            "trashed": "true" if trashed else None,
        }
        found = listed(session, "admin/tasks", query, options.limit)
        if not found:
            session.terminal.hint("No such tasks.")
            return
        shown = cast("list[Task]", found)
        session.terminal.show(tables.tasks(session.terminal, shown, session.moment))


def show(which: Which, common: Common) -> None:
    """Show a task."""
    with opened(as_json=common.as_json, server=common.server) as session:
        task = thing(session, "tasks", which)
        session.terminal.data(task)
        session.terminal.show(cards.name(cast("Task", task)))
        if brief := cards.brief(cast("Task", task), session.moment):
            session.terminal.show(brief)
        session.terminal.show(text(task, "description"))


def edit(
    which: Which,
    common: Common,
    title: Annotated[str | None, typer.Option(metavar="TEXT")] = None,
    status: Annotated[str | None, typer.Option("--status", "-s", metavar="STATUS")] = None,
    priority: Annotated[str | None, typer.Option("--priority", "-p", metavar="LEVEL")] = None,
) -> None:
    """Change a task."""
    body = {
        "title": title,
        "status": status,
        "priority": choice(priority, fields.PRIORITIES, "priority"),
    }
    given = {name: value for name, value in body.items() if value is not None}
    if not given:
        raise Usage("Say what to change: --title, --status or --priority.")
    with opened(as_json=common.as_json, server=common.server) as session:
        task = thing(session, "tasks", which)
        done(session, "Changed", session.api.patch(f"admin/tasks/{task['id']}", given), "title")


def delete(which: Which, common: Common, yes: Yes = False) -> None:
    """Throw a task into the trash, with all below it."""
    with opened(as_json=common.as_json, server=common.server) as session:
        task = thing(session, "tasks", which)
        agree(f"Throw away {text(task, 'key')} {text(task, 'title')}?", yes=yes)
        session.api.delete(f"admin/tasks/{task['id']}")
        done(session, "Threw away", task, "title")


def restore(which: Which, common: Common) -> None:
    """Take a task out of the trash."""
    with opened(as_json=common.as_json, server=common.server) as session:
        task = thing(session, "tasks", which, trashed=True)
        done(session, "Restored", session.api.post(f"admin/tasks/{task['id']}/restore"), "title")


for _name, _function in (
    ("list", list_tasks),
    ("show", show),
    ("edit", edit),
    ("delete", delete),
    ("restore", restore),
):
    app.command(_name)(command(_function))
