"""Bringing work in: a file of another program, or a believable example."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer

from upnext.client import lookup
from upnext.client.demo import building
from upnext.client.errors import ClientError, Usage
from upnext.client.imports import columns, csvfile, preview, sending, sheet, taskwarrior
from upnext.client.imports.csvfile import Wishes
from upnext.client.imports.records import Reading, Record
from upnext.client.options import Common, Scoped
from upnext.client.printable import line, plural
from upnext.client.session import Session, opened

_LARGEST = 50_000_000


@dataclass(frozen=True, kw_only=True)
class How:
    """How to read the file; most files need none of it."""

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
        str,
        typer.Option(metavar="NAME", help="Keeps the ids of different CSV files apart."),
    ] = "csv"


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
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and show, write nothing.")] = (
        False
    )
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Write without asking.")] = False


def import_file(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="CSV or Taskwarrior JSON; - is stdin.")
    ],
    how: How,
    whether: Whether,
    scope: Scoped,
) -> None:
    """Import tasks from a CSV or a Taskwarrior export. Repeating it creates nothing twice."""
    with opened(as_json=scope.as_json, server=scope.server) as session:
        session.settle(without_server=whether.dry_run)
        reading = _read(session, file, how)
        session.terminal.show(*preview.shown(session.terminal, reading, session.moment))
        if whether.dry_run:
            session.terminal.data(preview.document(reading, None))
            session.terminal.hint("Nothing was written (--dry-run).")
            return
        records, project_ids = _placed(session, reading.records, whether, scope.workspace)
        outcome = sending.send(session.api, records, project_ids, _progress(session, len(records)))
        session.terminal.data(preview.document(reading, outcome))
        session.terminal.show(*preview.told(outcome))
        session.terminal.hint("What now? upnext next")
        if reading.refused or outcome.refused or outcome.unlinked:
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
        outcome = sending.send(session.api, plan.records, homes, lambda _: None)
        reading = Reading(source=f"demo, seed {seed}", records=plan.records)
        session.terminal.data(preview.document(reading, outcome))
        session.terminal.show(*preview.told(outcome))
        session.terminal.hint("What now? upnext next   All of it: upnext list")


def _read(session: Session, file: str, how: How) -> Reading:
    """The records of the file, by its kind."""
    text, encoding = sheet.decoded(_bytes(file))
    if taskwarrior.looks_like(text) and not how.mapping:
        return taskwarrior.read(text)
    if how.delimiter is not None and len(how.delimiter) != 1:
        raise Usage("--delimiter is one character.")
    if how.dates not in {None, "dmy", "mdy"}:
        raise Usage("--dates is dmy or mdy.")
    wishes = Wishes(
        zone=session.moment.zone,
        source=how.source,
        mapping=dict(_split(wish, "=", "--map") for wish in how.mapping or []),
        values=dict(map(_value, how.values or [])),
        dates=how.dates,
    )
    return csvfile.read(sheet.read(text, encoding, how.delimiter), wishes)


def _bytes(file: str) -> bytes:
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).expanduser().read_bytes()
    except OSError as error:
        raise Usage(f"{file} cannot be read: {error.strerror}.") from error
    if len(data) > _LARGEST:
        raise Usage(f"{file} is larger than {_LARGEST // 1_000_000} MB.", hint="Split it.")
    return data


def _split(wish: str, sign: str, option: str) -> tuple[str, str]:
    left, found, right = wish.rpartition(sign)
    if not found or not left or not right:
        raise Usage(f"{option} {wish} lacks something; see --help.")
    return left, right


def _value(wish: str) -> tuple[tuple[str, str], str]:
    what, meaning = _split(wish, "=", "--value")
    field, _, cell = what.partition(":")
    if field not in columns.NAMES:
        raise Usage(f"“{field}” is not a field.", hint=f"The fields: {', '.join(columns.NAMES)}")
    return (field, cell.strip().casefold()), meaning


def _placed(
    session: Session, records: list[Record], whether: Whether, workspace: str | None
) -> tuple[list[Record], dict[str, str]]:
    """The records with their projects, which are looked up, or made once the person agrees."""
    api = session.api
    default = lookup.project(api, whether.project, workspace) if whether.project else None
    if default:
        place = default["workspace_id"]
    else:
        named = lookup.workspace(api, workspace) if workspace else lookup.personal_workspace(api)
        place = named["id"]
    known = lookup.projects(api, place)
    missing = sending.missing_projects(records, known)
    wanted = missing if whether.create_projects else []
    _agree(session, len(records), wanted, whether)
    ids = sending.by_name([*known, *sending.make_projects(api, wanted, place)])
    home = default["name"] if default else None
    if default:
        ids.setdefault(default["name"].casefold(), default["id"])
    return [_at_home(record, ids, home) for record in records], ids


def _at_home(record: Record, ids: dict[str, str], home: str | None) -> Record:
    known = record.project and record.project.casefold() in ids
    return record if known else replace(record, project=home)


def _agree(session: Session, number: int, new_projects: list[str], whether: Whether) -> None:
    if not number:
        raise ClientError("There is nothing to import.")
    if whether.yes:
        return
    if session.terminal.as_json or not sys.stdin.isatty():
        hint = "Look first with --dry-run, then say --yes."
        raise Usage("An import that nobody can be asked about needs --yes.", hint=hint)
    question = f"Import {plural(number, 'task')}"
    if new_projects:
        what = "the project" if len(new_projects) == 1 else f"{len(new_projects)} projects:"
        question += f" and make {what} {', '.join(map(line, new_projects))}"
    if not typer.confirm(f"{question}?", default=True, err=True):
        session.terminal.hint("Nothing was written.")
        raise typer.Exit(1)


def _progress(session: Session, total: int) -> Callable[[int], None]:
    def tell(done: int) -> None:
        if total > sending.BATCH:
            session.terminal.hint(f"{done} of {total}")

    return tell
