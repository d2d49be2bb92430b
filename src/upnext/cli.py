"""The `upnext` command: the client's commands, and those that run or administer a server.

Importing this module must stay cheap, since every `upnext next` pays for it: what needs the
server's libraries is imported by the command that uses it.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from upnext import __version__
from upnext.audit import cli as audit
from upnext.backups import cli as backups
from upnext.classification import cli as classification
from upnext.client import commands as client
from upnext.client.commands import auditing, classifying, filing
from upnext.core.collecting import collect_seldom
from upnext.core.config import ConfigError, Settings, load_process
from upnext.core.errors import AppError
from upnext.doctor import cli as doctor
from upnext.files import cli as files
from upnext.identity import cli as identity
from upnext.search import cli as search

if TYPE_CHECKING:
    from upnext.core.runtime import Runtime

# Before a command imports what it needs. A server's further processes begin without this module.
collect_seldom()

SERVER = "Running a server"

app = typer.Typer(
    name="upnext",
    help="What should I do next, and why?",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)
db = typer.Typer(help="The database: its schema, and its move.", no_args_is_help=True)

DataDir = Annotated[
    Path | None,
    typer.Option("--data-dir", metavar="DIR", help="Where the instance's data lies."),
]


def main() -> None:
    _end_when_told(128 + signal.SIGTERM)
    app()


def _end_when_told(code: int) -> None:
    """In a container this is process 1, from which the kernel keeps every signal that it does not
    handle: told to end while it starts, it would go on until it is killed."""
    if os.getpid() == 1:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(code))


@app.callback()
def _root(
    _: Annotated[
        bool,
        typer.Option("--version", callback=lambda asked: _version(asked=asked), is_eager=True),
    ] = False,
) -> None:
    pass


def _version(*, asked: bool) -> None:
    if asked:
        typer.echo(f"upnext {__version__}")
        raise typer.Exit


@contextmanager
def _sentences() -> Iterator[None]:
    """What stops a server command becomes a sentence and exit code 1; 2 for wrong settings."""
    try:
        yield
    except ConfigError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    except AppError as error:
        typer.echo(error.detail, err=True)
        raise typer.Exit(1) from None


def _settings(data_dir: Path | None, **more: object) -> Settings:
    overrides = {"data_dir": data_dir and str(data_dir)} | {
        f"server.{name}": value for name, value in more.items()
    }
    return load_process({path: value for path, value in overrides.items() if value is not None})


def on_server(data_dir: Path | None, use: "Callable[[Runtime], Awaitable[None]]") -> None:
    """Runs `use` on the instance's own database, beside or without a running server."""
    with _sentences():
        settings = _settings(data_dir)
        from upnext.main import running  # noqa: PLC0415  (the server's libraries, see above)

        async def run() -> None:
            async with running(settings) as runtime:
                await use(runtime)

        asyncio.run(run())


def on_settings(
    data_dir: Path | None, use: Callable[[Settings], Coroutine[None, None, None]]
) -> None:
    """Runs `use` where the database may have no schema yet, or none of this version."""
    with _sentences():
        settings = _settings(data_dir)
        asyncio.run(use(settings))


def _built(settings: Settings) -> "Runtime":
    from upnext.main import build_runtime  # noqa: PLC0415  (the server's libraries, see above)

    return build_runtime(settings)


# Before the others, so that the help begins with what people do every day.
client.register(app)


@app.command(rich_help_panel=SERVER)
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    data_dir: DataDir = None,
    workers: Annotated[int | None, typer.Option(help="Number of server processes.")] = None,
) -> None:
    """Serve the API, with its jobs and schedules, until Ctrl-C."""
    with _sentences():
        settings = _settings(data_dir, host=host, port=port, workers=workers)
        from upnext import main as server  # noqa: PLC0415  (the server's libraries, see above)

        sock = server.listen(settings)
        first_steps = asyncio.run(server.prepare(settings))
        for line in _banner(settings, first_steps):
            typer.echo(line)
        # uvicorn, once it has ended well, raises the signal again that told it to.
        _end_when_told(0)
        server.serve(settings, sock)


def _banner(settings: Settings, first_steps: list[str]) -> Iterator[str]:
    host = settings.server.host
    shown = "localhost" if host in {"127.0.0.1", "0.0.0.0", "::", "::1"} else host  # noqa: S104  (named, not bound)
    url = settings.server.public_url or f"http://{shown}:{settings.server.port}"
    store = "SQLite" if settings.embedded else settings.database.url.split(":", 1)[0]
    yield f"Upnext {__version__} serves on {url}"
    yield f"  data   {settings.data_dir} ({store})"
    yield f"  API    {url}/docs"
    for step in first_steps:
        yield f"  next   {step.replace('{url}', url)}"
    yield "Stop it with Ctrl-C."


@app.command(rich_help_panel=SERVER)
def worker(data_dir: DataDir = None) -> None:
    """Run jobs and schedules without serving requests. With UPNEXT_JOBS_RUNNER=celery it starts
    Celery's worker processes."""
    with _sentences():
        settings = _settings(data_dir)
        if settings.jobs.runner == "celery":
            from upnext.worker.pool import run_pool  # noqa: PLC0415  (the server's libraries)

            run_pool(settings, _ready_for_celery(settings))
            return
    _in_background(data_dir, run_jobs=True)


@app.command(rich_help_panel=SERVER)
def beat(data_dir: DataDir = None) -> None:
    """Fire schedules, and do nothing else. With UPNEXT_JOBS_RUNNER=celery it is Celery's beat."""
    with _sentences():
        settings = _settings(data_dir)
        if settings.jobs.runner == "celery":
            from upnext.worker.pool import run_beat  # noqa: PLC0415  (the server's libraries)

            run_beat(settings, _ready_for_celery(settings))
            return
    _in_background(data_dir, run_jobs=False)


def _ready_for_celery(settings: Settings) -> "Callable[[], Runtime]":
    """What makes the runtime of a process; the schema is right by then."""
    from upnext.core import observing  # noqa: PLC0415  (the server's libraries, see above)
    from upnext.main import build_runtime, running  # noqa: PLC0415  (the same)

    async def check() -> None:
        async with running(settings):
            observing.set_up(settings)

    asyncio.run(check())
    return partial(build_runtime, settings)


def _in_background(data_dir: Path | None, *, run_jobs: bool) -> None:
    async def run(runtime: "Runtime") -> None:
        from upnext.core import observing  # noqa: PLC0415  (the server's libraries, see above)
        from upnext.worker import run_worker  # noqa: PLC0415  (the same)

        observing.set_up(runtime.settings)
        await run_worker(runtime, run_jobs=run_jobs)

    on_server(data_dir, run)


@app.command(rich_help_panel=SERVER)
def config(
    data_dir: DataDir = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show the settings in force, and where each came from. Secrets are masked."""
    with _sentences():
        from upnext.core.config.describe import effective  # noqa: PLC0415  (for this command)

        rows = effective(_settings(data_dir))
        if as_json:
            found = {row.name: {"value": row.value, "origin": row.origin} for row in rows}
            typer.echo(json.dumps(found, indent=2))
            return
        names = max(len(row.name) for row in rows)
        values = max(len(row.value) for row in rows)
        for row in rows:
            typer.echo(f"{row.name:<{names}}  {row.value:<{min(values, 48)}}  {row.origin}")


@db.command()
def upgrade(data_dir: DataDir = None, revision: str = "head") -> None:
    """Bring the database to this version's schema (or to REVISION)."""
    _migrate(data_dir, revision, down=False)


@db.command()
def downgrade(revision: str, data_dir: DataDir = None) -> None:
    """Take the database back to REVISION; `base` removes every table."""
    _migrate(data_dir, revision, down=True)


@db.command()
def current(data_dir: DataDir = None) -> None:
    """Show the database's schema revision, and the one this version needs."""
    with _sentences():
        settings = _settings(data_dir)
        from upnext.core import migrate  # noqa: PLC0415  (the server's libraries, see above)

        found = asyncio.run(migrate.revision_at(settings.database.url))
        typer.echo(f"database {found or 'none'}, program {migrate.newest()}")


def _migrate(data_dir: Path | None, revision: str, *, down: bool) -> None:
    with _sentences():
        settings = _settings(data_dir)
        from upnext.core import migrate  # noqa: PLC0415  (the server's libraries, see above)

        asyncio.run(migrate.migrate_to(settings.database.url, revision, down=down))
        found = asyncio.run(migrate.revision_at(settings.database.url))
        typer.echo(f"The database is at schema {found or 'none'}.")


app.add_typer(db, name="db", rich_help_panel=SERVER)
identity.register(app, on_server)
audit.register(auditing.app, on_server)
files.register(filing.app, on_server)
search.register(app, on_server)
classification.register(classifying.app, on_server)
backups.register(app, db, on_server, on_settings)
doctor.register(app, _settings, _built)
