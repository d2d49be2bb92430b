"""The commands, one module per thing a person does. `register` mounts them on a Typer app."""

import typer

from upnext.client.commands import (
    account,
    adding,
    admin,
    asking,
    auditing,
    boards,
    changing,
    commenting,
    counting,
    exporting,
    feeds,
    filling,
    filtering,
    finishing,
    goals,
    happening,
    listing,
    many,
    projects,
    promising,
    searching,
    settings,
    sharing,
)
from upnext.client.options import command

_ACCOUNT = "Account"
_TASKS = "Tasks"
_DATA = "Work in and out"
_ADMIN = "Running a server"


def register(app: typer.Typer) -> None:
    """Adds every client command to the top level of `app`."""
    for name, function, panel in (
        ("register", account.register, _ACCOUNT),
        ("login", account.login, _ACCOUNT),
        ("logout", account.logout, _ACCOUNT),
        ("whoami", account.whoami, _ACCOUNT),
        ("next", asking.next_action, _TASKS),
        ("add", adding.add, _TASKS),
        ("list", listing.list_tasks, _TASKS),
        ("search", searching.search, _TASKS),
        ("show", listing.show, _TASKS),
        ("history", happening.history, _TASKS),
        ("activity", happening.activity, _TASKS),
        ("edit", changing.edit, _TASKS),
        ("done", finishing.done, _TASKS),
        ("skip", finishing.skip, _TASKS),
        ("block", changing.block, _TASKS),
        ("unblock", changing.unblock, _TASKS),
        ("rm", finishing.remove, _TASKS),
        ("restore", finishing.restore, _TASKS),
        ("comment", commenting.comment, _TASKS),
        ("comments", commenting.comments, _TASKS),
        ("share", sharing.share, _TASKS),
        ("shares", sharing.shares, _TASKS),
        ("unshare", sharing.unshare, _TASKS),
        ("bulk", many.bulk, _TASKS),
        ("undo", many.undo, _TASKS),
        ("stats", counting.stats, _TASKS),
        ("import", filling.import_file, _DATA),
        ("demo", filling.demo, _DATA),
        ("export", exporting.export, _DATA),
    ):
        app.command(name, rich_help_panel=panel)(command(function))
    app.add_typer(settings.app, name="account", rich_help_panel=_ACCOUNT)
    app.add_typer(filtering.app, name="filter", rich_help_panel=_TASKS)
    app.add_typer(boards.app, name="board", rich_help_panel=_TASKS)
    app.add_typer(projects.app, name="project", rich_help_panel=_TASKS)
    app.add_typer(goals.app, name="goal", rich_help_panel=_TASKS)
    app.add_typer(promising.app, name="sla", rich_help_panel=_TASKS)
    app.add_typer(feeds.app, name="feed", rich_help_panel=_DATA)
    app.add_typer(auditing.app, name="audit", rich_help_panel=_DATA)
    app.add_typer(admin.app, name="admin", rich_help_panel=_ADMIN)
