"""Taking work out: a file of everything one can see."""

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from upnext.client import lookup, saving
from upnext.client.errors import Usage
from upnext.client.fields import one_of
from upnext.client.options import Scoped, choice
from upnext.client.printable import line
from upnext.client.session import Session, opened

FORMATS = {
    "json": "json",
    "csv": "csv",
    "ical": "ical",
    "ics": "ical",
    "icalendar": "ical",
}


@dataclass(frozen=True, kw_only=True)
class What:
    """What goes into the file."""

    form: Annotated[
        str | None,
        typer.Option(
            "--format",
            "-f",
            metavar="WORD",
            help="json (complete), csv or ical; else by the file's ending, else json.",
            autocompletion=one_of("json", "csv", "ical"),
        ),
    ] = None
    project: Annotated[
        str | None,
        typer.Option("--project", "-P", metavar="NAME", help="Only this one: name, key or id."),
    ] = None
    trash: Annotated[bool, typer.Option("--include-trash", help="Also what lies in the trash.")] = (
        False
    )


def export(
    what: What,
    scope: Scoped,
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", metavar="FILE", help="Where to; else to standard output."),
    ] = None,
) -> None:
    """Export all your tasks, or those of one workspace or project, to a file."""
    form = choice(what.form, FORMATS, "format") or _by_ending(output) or "json"
    to_stdout = output in {None, "-"}
    if to_stdout and scope.as_json:
        raise Usage("--json tells of a file: name one with --output FILE.")
    with opened(as_json=scope.as_json, server=scope.server) as session:
        query = _query(session, what, scope.workspace) | {"format": form}
        with session.api.download("exports", query) as chunks:
            if output is None or to_stdout:
                _print(chunks)
                return
            size = saving.save(Path(output), chunks)
        session.terminal.data({"file": output, "format": form, "bytes": size})
        session.terminal.show(f"Wrote {line(output)} ({_size(size)}).")


def _query(session: Session, what: What, workspace: str | None) -> dict[str, str | None]:
    """Looked up before anything is written, so that a slip costs nothing."""
    query: dict[str, str | None] = {"include_trash": "true" if what.trash else None}
    if what.project is not None:
        query["project_id"] = lookup.project(session.api, what.project, workspace)["id"]
    elif workspace is not None:
        query["workspace_id"] = lookup.workspace(session.api, workspace)["id"]
    return query


def _by_ending(output: str | None) -> str | None:
    return FORMATS.get(Path(output).suffix.lower().lstrip(".")) if output else None


def _print(chunks: Iterable[bytes]) -> None:
    for chunk in chunks:
        sys.stdout.buffer.write(chunk)
    sys.stdout.buffer.flush()


def _size(size: int) -> str:
    return f"{size:,} bytes" if size < 10_000 else f"{size / 1_000_000:,.2f} MB"  # noqa: PLR2004  (a size that people still count)
