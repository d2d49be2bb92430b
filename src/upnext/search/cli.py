"""`upnext reindex`: for whoever runs the instance, on its own machine.

Importing this module is cheap, for each `upnext` command does.
"""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from upnext.core.runtime import Runtime

    OnServer = Callable[[Path | None, Callable[[Runtime], Awaitable[None]]], None]

PANEL = "Running a server"

DataDir = Annotated[
    Path | None,
    typer.Option("--data-dir", metavar="DIR", help="Where the instance's data lies."),
]


def register(app: typer.Typer, on_server: "OnServer") -> None:
    def reindex(data_dir: DataDir = None) -> None:
        """Index everything anew for the search, beside a running server."""
        on_server(data_dir, _reindex)

    app.command("reindex", rich_help_panel=PANEL)(reindex)


async def _reindex(runtime: "Runtime") -> None:
    from upnext.search import indexing  # noqa: PLC0415  (the server's libraries, see above)

    for kind, source in runtime.parts["search_sources"].items():
        count = 0
        async for more in indexing.reindex(runtime.workshop, source):
            count += more
        typer.echo(f"Indexed {count} of kind {kind}.")
