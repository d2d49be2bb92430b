"""`upnext admin …`: the twin of each call under /admin, for whoever runs the instance."""

import typer

from upnext.client.commands.admin import (
    files,
    jobs,
    outbox,
    projects,
    runs,
    tasks,
    users,
    workspaces,
)
from upnext.client.commands.admin.stats import stats
from upnext.client.options import command

app = typer.Typer(no_args_is_help=True, help="Run an instance as its administrator, from anywhere.")
for _name, _part in (
    ("users", users.app),
    ("workspaces", workspaces.app),
    ("projects", projects.app),
    ("tasks", tasks.app),
    ("jobs", jobs.app),
    ("runs", runs.app),
    ("files", files.app),
    ("outbox", outbox.app),
):
    app.add_typer(_part, name=_name)
app.command("stats")(command(stats))
