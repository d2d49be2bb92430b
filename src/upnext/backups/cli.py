"""`upnext backup|restore` and `upnext db move`: for whoever runs the instance, on its machine.

Importing this module is cheap, for each `upnext` command does.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from upnext.backups.dumping import Made
    from upnext.backups.verifying import Checked
    from upnext.core.config import Settings
    from upnext.core.runtime import Runtime

    OnServer = Callable[[Path | None, Callable[[Runtime], Awaitable[None]]], None]
    OnSettings = Callable[[Path | None, Callable[[Settings], Coroutine[None, None, None]]], None]

SERVER = "Running a server"
DataDir = Annotated[
    Path | None,
    typer.Option("--data-dir", metavar="DIR", help="Where the instance's data lies."),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def register(
    app: typer.Typer, db: typer.Typer, on_server: "OnServer", on_settings: "OnSettings"
) -> None:
    _backup(app, on_server)
    _restore(app, on_settings)
    _move(db, on_server)


def _backup(app: typer.Typer, on_server: "OnServer") -> None:
    @app.command("backup", rich_help_panel=SERVER)
    def backup(
        file: Annotated[
            Path | None, typer.Argument(metavar="[FILE]", help="Write this file, and keep all.")
        ] = None,
        to: Annotated[
            str | None, typer.Option("--to", metavar="DIR", help="A folder, or s3.")
        ] = None,
        keep: Annotated[
            int | None, typer.Option("--keep", min=0, help="How many stay there; 0: all.")
        ] = None,
        data_dir: DataDir = None,
        as_json: Json = False,
    ) -> None:
        """Put the database and all files into one archive, while the server runs."""
        if file is not None and (to is not None or keep is not None):
            raise typer.BadParameter("Name a FILE, or a place by --to, not both.")
        if file is not None and file.exists():
            typer.echo(f"{file} exists already, and was left as it is.", err=True)
            raise typer.Exit(1)

        async def run(runtime: "Runtime") -> None:
            if file is not None:
                await _to_file(runtime, file, as_json=as_json)
            else:
                await _to_place(runtime, to, keep, as_json=as_json)

        on_server(data_dir, run)


async def _to_file(runtime: "Runtime", file: Path, *, as_json: bool) -> None:
    from upnext.backups.dumping import dump_to  # noqa: PLC0415  (the server's libraries)

    passphrase = runtime.settings.backup.passphrase
    made = await dump_to(runtime, file, passphrase=passphrase)
    size = await asyncio.to_thread(lambda: file.stat().st_size)
    _tell(made, str(file), size, [], as_json=as_json)


async def _to_place(runtime: "Runtime", to: str | None, keep: int | None, *, as_json: bool) -> None:
    from upnext.backups.making import back_up  # noqa: PLC0415  (the server's libraries)

    done = await back_up(runtime, to, keep)
    _tell(done.made, done.where, done.bytes, done.removed, as_json=as_json)


def _tell(made: "Made", where: str, size: int, removed: list[str], *, as_json: bool) -> None:
    if as_json:
        found: dict[str, Any] = {"where": where, "bytes": size, "removed": removed}
        typer.echo(json.dumps({**found, "rows": made.rows, **made.manifest()}, indent=2))
    else:
        typer.echo(
            f"{where}: {made.rows:,} rows and {made.files.count:,} contents of files, "
            f"{size:,} bytes."
        )
        for name in removed:
            typer.echo(f"Removed {name}.")
    for fault in made.faults:
        typer.echo(f"{fault['fault']}: {fault['key']} (see upnext files verify)", err=True)


def _restore(app: typer.Typer, on_settings: "OnSettings") -> None:
    @app.command("restore", rich_help_panel=SERVER)
    def restore(
        archive: Annotated[str, typer.Argument(help="A file, or s3:NAME.")],
        replace: Annotated[
            bool,
            typer.Option(
                "--replace", help="Put it in place of the data that is there, which is then gone."
            ),
        ] = False,
        check: Annotated[
            bool, typer.Option("--check", help="Only read it, and say whether it is whole.")
        ] = False,
        data_dir: DataDir = None,
    ) -> None:
        """Bring an archive back, into a database of whatever kind. Stop the server before."""

        async def run(settings: "Settings") -> None:
            from upnext.backups.places import at_hand  # noqa: PLC0415  (the server's libraries)

            async with at_hand(settings, archive) as path:
                if check:
                    await _check(settings, path)
                else:
                    await _bring_back(settings, path, replace=replace)

        on_settings(data_dir, run)


async def _check(settings: "Settings", path: Path) -> None:
    from upnext.backups.verifying import check  # noqa: PLC0415  (the server's libraries)

    found = await asyncio.to_thread(check, path, settings.backup.passphrase)
    typer.echo(f"It is whole. {_described(found)}")


async def _bring_back(settings: "Settings", path: Path, *, replace: bool) -> None:
    from upnext.backups.restoring import restore  # noqa: PLC0415  (the server's libraries)

    done = await restore(settings, path, replace=replace)
    typer.echo(f"Restored. {_described(done.checked)}")
    for warning in done.warnings:
        typer.echo(warning, err=True)


def _described(found: "Checked") -> str:
    header = found.header
    return (
        f"Made {header.made_at} by Upnext {header.program} on {header.dialect}, schema "
        f"{header.schema}: {found.rows:,} rows, {found.files:,} contents of files."
    )


def _move(db: typer.Typer, on_server: "OnServer") -> None:
    @db.command("move")
    def move(
        to: Annotated[str, typer.Option("--to", metavar="URL", help="postgresql://… or mysql://…")],
        data_dir: DataDir = None,
    ) -> None:
        """Copy everything into another, empty database, and compare. Stop the server before."""

        async def run(runtime: "Runtime") -> None:
            from upnext.backups.restoring import move_database  # noqa: PLC0415  (as above)

            found = await move_database(runtime, to)
            for name, total in found.manifest["tables"].items():
                if total["count"]:
                    typer.echo(f"{name:<24} {total['count']:>10,}  {total['sha256'][:16]}")
            typer.echo(
                f"{found.rows:,} rows are there, each table with the same checksum as here. "
                "Now set DATABASE_URL, SECRET_KEY and JWT_SECRET_KEY (docs/operations/backup.md)."
            )

        on_server(data_dir, run)
