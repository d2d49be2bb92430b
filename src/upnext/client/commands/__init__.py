"""The commands, one module per thing a person does. `register` mounts them on a Typer app."""

import typer

from upnext.client.commands import (
    account,
    adding,
    admin,
    asking,
    auditing,
    boards,
    busy,
    changing,
    classifying,
    commenting,
    counting,
    events,
    exporting,
    feeds,
    filing,
    filling,
    filtering,
    finishing,
    goals,
    happening,
    inviting,
    listing,
    many,
    planning,
    projects,
    promising,
    reminding,
    responding,
    ruling,
    scheduling,
    searching,
    settings,
    sharing,
    telling,
    templating,
    timing,
    webhooks,
)
from upnext.client.commands.admin import jobs
from upnext.client.options import command

_ACCOUNT = "Account"
_TASKS = "Tasks"
_DATA = "Work in and out"
_ADMIN = "Running a server"


_COMMANDS = (
    ("register", account.register, _ACCOUNT),
    ("login", account.login, _ACCOUNT),
    ("logout", account.logout, _ACCOUNT),
    ("whoami", account.whoami, _ACCOUNT),
    ("next", asking.next_action, _TASKS),
    ("plan", planning.plan, _TASKS),
    ("replan", planning.replan, _TASKS),
    ("risks", planning.risks, _TASKS),
    ("pin", planning.pin, _TASKS),
    ("unpin", planning.unpin, _TASKS),
    ("add", adding.add, _TASKS),
    ("list", listing.list_tasks, _TASKS),
    ("search", searching.search, _TASKS),
    ("show", listing.show, _TASKS),
    ("history", happening.history, _TASKS),
    ("activity", happening.activity, _TASKS),
    ("events", events.events, _TASKS),
    ("edit", changing.edit, _TASKS),
    ("classify", classifying.classify, _TASKS),
    ("done", finishing.done, _TASKS),
    ("skip", responding.skip, _TASKS),
    ("snooze", responding.snooze, _TASKS),
    ("start", timing.start, _TASKS),
    ("stop", timing.stop, _TASKS),
    ("timer", timing.timer, _TASKS),
    ("time", timing.time, _TASKS),
    ("block", changing.block, _TASKS),
    ("unblock", changing.unblock, _TASKS),
    ("rm", finishing.remove, _TASKS),
    ("untrash", finishing.restore, _TASKS),
    ("comment", commenting.comment, _TASKS),
    ("comments", commenting.comments, _TASKS),
    ("attach", filing.attach, _TASKS),
    ("download", filing.download, _TASKS),
    ("remind", reminding.remind, _TASKS),
    ("reminders", reminding.reminders, _TASKS),
    ("unremind", reminding.unremind, _TASKS),
    ("share", sharing.share, _TASKS),
    ("shares", sharing.shares, _TASKS),
    ("unshare", sharing.unshare, _TASKS),
    ("invite", inviting.invite, _ACCOUNT),
    ("invitations", inviting.invitations, _ACCOUNT),
    ("uninvite", inviting.uninvite, _ACCOUNT),
    ("join", inviting.join, _ACCOUNT),
    ("bulk", many.bulk, _TASKS),
    ("undo", many.undo, _TASKS),
    ("stats", counting.stats, _TASKS),
    ("import", filling.import_file, _DATA),
    ("demo", filling.demo, _DATA),
    ("export", exporting.export, _DATA),
)
_GROUPS = (
    ("account", settings.app, _ACCOUNT),
    ("notifications", telling.app, _ACCOUNT),
    ("filter", filtering.app, _TASKS),
    ("board", boards.app, _TASKS),
    ("project", projects.app, _TASKS),
    ("goal", goals.app, _TASKS),
    ("busy", busy.app, _TASKS),
    ("engine", responding.app, _TASKS),
    ("files", filing.app, _TASKS),
    ("sla", promising.app, _TASKS),
    ("schedule", scheduling.app, _TASKS),
    ("template", templating.app, _TASKS),
    ("rule", ruling.app, _TASKS),
    ("feed", feeds.app, _DATA),
    ("webhook", webhooks.app, _DATA),
    ("audit", auditing.app, _DATA),
    ("ai", classifying.app, _DATA),
    ("admin", admin.app, _ADMIN),
    ("jobs", jobs.app, _ADMIN),
)


def register(app: typer.Typer) -> None:
    """Adds every client command to the top level of `app`."""
    for name, function, panel in _COMMANDS:
        app.command(name, rich_help_panel=panel)(command(function))
    for name, group, panel in _GROUPS:
        app.add_typer(group, name=name, rich_help_panel=panel)
