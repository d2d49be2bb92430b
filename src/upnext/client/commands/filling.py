"""Bringing work in: a file of another program, or a believable example."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from upnext.client import lookup
from upnext.client.demo import building, furnishing
from upnext.client.demo import sending as demo_sending
from upnext.client.errors import ClientError, Usage
from upnext.client.imports import sending, showing
from upnext.client.options import Common, Scoped
from upnext.client.printable import line, plural
from upnext.client.session import Session, opened
from upnext.client.shapes import ImportPreview

_LARGEST = 100_000_000
_MANY = 500


@dataclass(frozen=True, kw_only=True)
class How:
    """How to read the file; most files need none of it."""

    kind: Annotated[
        str | None,
        typer.Option("--format", metavar="NAME", help="Which format; found out by the content."),
    ] = None
    mapping: Annotated[
        list[str] | None,
        typer.Option(
            "--map", metavar="COLUMN=FIELD", help="Which column is what; FIELD may be ignore."
        ),
    ] = None
    values: Annotated[
        list[str] | None,
        typer.Option(
            "--value", metavar="FIELD:CELL=WORD", help="What a cell means: priority:5=low."
        ),
    ] = None
    dates: Annotated[
        str | None, typer.Option(metavar="dmy|mdy", help="How to read 12/04/2026.")
    ] = None
    delimiter: Annotated[
        str | None, typer.Option(metavar="CHAR", help="Between cells; found out by itself.")
    ] = None
    source: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Keeps the ids of different files of a kind apart."),
    ] = None


@dataclass(frozen=True, kw_only=True)
class Whether:
    """Whether and where to write."""

    project: Annotated[
        str | None,
        typer.Option("--project", "-P", metavar="NAME", help="For tasks that name no project."),
    ] = None
    create_projects: Annotated[
        bool,
        typer.Option(help="Make projects that are missing; else their tasks go to the default."),
    ] = True
    update: Annotated[
        bool, typer.Option("--update", help="Change tasks that are there to what the file says.")
    ] = False
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and show, write nothing.")] = (
        False
    )
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Write without asking.")] = False


def import_file(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="Another program's export; - is stdin.")
    ],
    how: How,
    whether: Whether,
    scope: Scoped,
) -> None:
    """Import tasks: CSV, Todoist, Trello, Taskwarrior, todo.txt, Vikunja, Jira, GitHub, iCalendar.

    Repeating it creates nothing twice.
    """
    with opened(as_json=scope.as_json, server=scope.server) as session:
        content = (Path(file).name if file != "-" else "stdin", _bytes(file))
        fields = sending.form(_reading(how) | _writing(session, whether, scope.workspace))
        preview = sending.preview(session.api, content, fields)
        session.terminal.show(*showing.shown(session.terminal, preview, session.moment))
        if whether.dry_run:
            session.terminal.data(preview)
            session.terminal.hint("Nothing was written (--dry-run).")
            return
        _agree(session, preview, whether)
        run = sending.run(session.api, content, fields, _progress(session))
        session.terminal.data(run)
        session.terminal.show(*showing.told(run, preview))
        session.terminal.hint("What now? upnext next")
        if run["failed"]:
            raise typer.Exit(1)


def demo(
    common: Common,
    seed: Annotated[int, typer.Option(help="Another seed, other deadlines and durations.")] = 1,
) -> None:
    """Fill your personal workspace with believable work. Repeating it creates nothing twice."""
    with opened(as_json=common.as_json, server=common.server) as session:
        plan = building.plan(seed, session.moment)
        place = lookup.personal_workspace(session.api)["id"]
        homes = building.homes(session.api, plan, place)
        boards = furnishing.boards(session.api, homes.values())
        goals, new = building.goals(session.api, plan, place, session.moment)
        places = demo_sending.Places(projects=homes, goals=goals)
        outcome = demo_sending.send(session.api, plan.records, places)
        more = {"goals": {"created": new}, "boards": boards}
        session.terminal.data(demo_sending.document(outcome) | more)
        created = plural(outcome.count(created=True), "task")
        there = outcome.count(created=False)
        session.terminal.show(f"{created} created, {there} already there.")
        if new:
            session.terminal.show(f"{plural(new, 'goal')} made. See them: upnext goal list")
        if outcome.linked:
            made = plural(outcome.linked, "dependency", "dependencies")
            session.terminal.show(f"{made} made.")
        if boards:
            session.terminal.show(f"{plural(boards, 'board')} made.")
        session.terminal.show(*map(line, outcome.refused))
        session.terminal.hint(
            "What now? upnext next   All of it: upnext list   Boards: upnext board list"
        )


def _bytes(file: str) -> bytes:
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).expanduser().read_bytes()
    except OSError as error:
        raise Usage(f"{file} cannot be read: {error.strerror}.") from error
    if len(data) > _LARGEST:
        raise Usage(f"{file} is larger than {_LARGEST // 1_000_000} MB.", hint="Split it.")
    return data


def _reading(how: How) -> dict[str, object]:
    """What the person says about the file, as the server takes it."""
    if how.delimiter is not None and len(how.delimiter) != 1:
        raise Usage("--delimiter is one character.")
    if how.dates not in {None, "dmy", "mdy"}:
        raise Usage("--dates is dmy or mdy.")
    values: dict[str, dict[str, str]] = {}
    for wish in how.values or []:
        what, meaning = _split(wish, "=", "--value")
        field, cell = _split(what, ":", "--value", first=True)
        values.setdefault(field, {})[cell] = meaning
    return {
        "format": how.kind,
        "mapping": dict(_split(wish, "=", "--map") for wish in how.mapping or []),
        "values": values,
        "dates": how.dates,
        "delimiter": how.delimiter,
        "source": how.source,
    }


def _writing(session: Session, whether: Whether, workspace: str | None) -> dict[str, object]:
    found: dict[str, object] = {
        "create_projects": whether.create_projects,
        "update_existing": whether.update,
    }
    if whether.project:
        found["project_id"] = lookup.project(session.api, whether.project, workspace)["id"]
    elif workspace:
        found["workspace_id"] = lookup.workspace(session.api, workspace)["id"]
    return found


def _split(wish: str, sign: str, option: str, *, first: bool = False) -> tuple[str, str]:
    left, found, right = wish.partition(sign) if first else wish.rpartition(sign)
    if not found or not left or not right:
        raise Usage(f"{option} {wish} lacks something; see --help.")
    return left, right


def _agree(session: Session, preview: ImportPreview, whether: Whether) -> None:
    if not preview["tasks"]:
        raise ClientError("There is nothing to import.")
    if whether.yes:
        return
    if session.terminal.as_json or not sys.stdin.isatty():
        hint = "Look first with --dry-run, then say --yes."
        raise Usage("An import that nobody can be asked about needs --yes.", hint=hint)
    makes = preview["new_projects"] if whether.create_projects else []
    if not typer.confirm(showing.question(preview, makes), default=True, err=True):
        session.terminal.hint("Nothing was written.")
        raise typer.Exit(1)


def _progress(session: Session) -> Callable[[int, int], None]:
    def tell(done: int, total: int) -> None:
        if total > _MANY:
            session.terminal.hint(f"{done} of {total}")

    return tell
