"""`upnext files verify|sweep|move`: for whoever runs the instance, on its own machine.

Importing this module is cheap, for each `upnext` command does. `upnext files` alone is the
client's: these become commands below it.
"""

from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from upnext.core.runtime import Runtime

    OnServer = Callable[[Path | None, Callable[[Runtime], Awaitable[None]]], None]

DataDir = Annotated[
    Path | None,
    typer.Option("--data-dir", metavar="DIR", help="Where the instance's data lies."),
]


def register(app: typer.Typer, on_server: "OnServer") -> None:
    @app.command("verify")
    def verify(data_dir: DataDir = None) -> None:
        """Read every file's content and compare it with what was uploaded."""
        on_server(data_dir, _verify)

    @app.command("sweep")
    def sweep(
        data_dir: DataDir = None,
        dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    ) -> None:
        """Remove what no file refers to and is older than a day."""

        async def run(runtime: "Runtime") -> None:
            await _sweep(runtime, dry_run=dry_run)

        on_server(data_dir, run)

    @app.command("move")
    def move(
        source: Annotated[
            str, typer.Option("--from", metavar="WORD", help="local or s3: where they are.")
        ],
        data_dir: DataDir = None,
        delete: Annotated[
            bool, typer.Option("--delete", help="Remove each there once it is here.")
        ] = False,
    ) -> None:
        """Copy every content into the storage that UPNEXT_STORAGE names. Can be repeated."""
        if source not in {"local", "s3"}:
            raise typer.BadParameter("Say local or s3.", param_hint="--from")

        async def run(runtime: "Runtime") -> None:
            await _move(runtime, source, delete=delete)

        on_server(data_dir, run)


async def _verify(runtime: "Runtime") -> None:
    from upnext.files import checking  # noqa: PLC0415  (the server's libraries, see above)

    checked = wrong = 0
    async for kept in checking.contents(runtime.db):
        checked += 1
        if fault := await checking.fault(runtime.storage, kept):
            wrong += 1
            typer.echo(f"{fault}: {kept.key}", err=True)
    typer.echo(f"Checked {checked} contents, {wrong} of them missing or changed.")
    if wrong:
        raise typer.Exit(1)


async def _sweep(runtime: "Runtime", *, dry_run: bool) -> None:
    from upnext.files import sweeping  # noqa: PLC0415  (as above)

    swept = await sweeping.sweep(runtime, runtime.clock.now(), dry_run=dry_run)
    did = "Would remove" if dry_run else "Removed"
    typer.echo(
        f"{did} {swept.orphans} contents that nothing refers to ({swept.bytes:,} bytes) and "
        f"{swept.unfinished} unfinished uploads."
    )
    if swept.strange:
        typer.echo(f"{swept.strange} belong to nothing that this database knows, and were left.")


async def _move(runtime: "Runtime", source: str, *, delete: bool) -> None:
    from upnext.core.storage import storage_of  # noqa: PLC0415  (as above)
    from upnext.files import moving  # noqa: PLC0415  (as above)

    target = runtime.storage
    if target.kind == source:
        typer.echo(f"The storage is {source} already: set UPNEXT_STORAGE to the new one.", err=True)
        raise typer.Exit(1)
    found: Counter[str] = Counter()
    origin = storage_of(runtime.settings, source)
    async for moved in moving.move(runtime.db, origin, target, delete=delete):
        found[moved.state] += 1
        if moved.state in {"missing", "changed"}:
            typer.echo(f"{moved.state}: {moved.key}", err=True)
    done = ", ".join(f"{count} {state}" for state, count in sorted(found.items()))
    typer.echo(f"From {source} to {target.kind}: {done or 'nothing to move'}.")
    if found["missing"] or found["changed"]:
        raise typer.Exit(1)
