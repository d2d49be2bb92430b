"""`upnext doctor`. Importing this module is cheap, for each `upnext` command does."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from upnext.core.config import ConfigError, Settings
from upnext.doctor.findings import Finding, State, exit_code, fail

if TYPE_CHECKING:
    from upnext.core.runtime import Runtime

    Load = Callable[[Path | None], Settings]
    Build = Callable[[Settings], Runtime]

COLOURS = {State.OK: "green", State.WARN: "yellow", State.FAIL: "red"}


def register(app: typer.Typer, load: "Load", build: "Build") -> None:
    @app.command("doctor", rich_help_panel="Running a server")
    def doctor(
        data_dir: Annotated[
            Path | None,
            typer.Option("--data-dir", metavar="DIR", help="Where the instance's data lies."),
        ] = None,
        as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    ) -> None:
        """Look at the instance and what it needs, and say how to mend what is wrong."""
        findings = _findings(load, build, data_dir)
        if as_json:
            typer.echo(json.dumps([each.told() for each in findings], indent=2))
        else:
            _print(findings)
        raise typer.Exit(exit_code(findings))


def _findings(load: "Load", build: "Build", data_dir: Path | None) -> list[Finding]:
    try:
        settings = load(data_dir)
    except ConfigError as error:
        return [fail("configuration", str(error), "Mend it, see docs/configuration.md.")]
    return asyncio.run(_examined(settings, build))


async def _examined(settings: Settings, build: "Build") -> list[Finding]:
    from upnext.doctor.examining import examine  # noqa: PLC0415  (the server's libraries)

    runtime = build(settings)
    try:
        return [finding async for finding in examine(settings, runtime)]
    finally:
        runtime.outbound.close()
        await runtime.limiter.close()
        await runtime.db.dispose()


def _print(findings: list[Finding]) -> None:
    widest = max(len(each.check) for each in findings)
    for each in findings:
        state = typer.style(f"{each.state:<4}", fg=COLOURS[each.state])
        typer.echo(f"{state}  {each.check:<{widest}}  {each.said}")
        if each.fix:
            typer.echo(f"      {'':<{widest}}  {each.fix}")
