"""What an import would do and what it did, on a terminal and as JSON."""

from collections.abc import Iterable, Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from upnext.client import cards, durations, when
from upnext.client.grids import Column, grid
from upnext.client.imports.records import Reading, Record, Refused
from upnext.client.imports.sending import Outcome
from upnext.client.printable import line, plural
from upnext.client.session import Moment
from upnext.client.terminal import Terminal

ROWS = 5
_TROUBLES = 10
_LONG = frozenset({0, 4, 6})


def shown(terminal: Terminal, reading: Reading, moment: Moment) -> list[RenderableType]:
    """How the file was understood: its columns, its first rows, its troubles."""
    parts: list[RenderableType] = [
        Text.assemble((reading.source, "bold"), f": {plural(len(reading.records), 'task')}")
    ]
    if reading.columns:
        parts += [Text(), _columns(terminal, reading)]
    if reading.records:
        parts += [Text(), _rows(terminal, reading.records, moment)]
    parts += [Text(remark, style="yellow") for remark in reading.remarks]
    parts += [Text(f"Left out: {n} ({why})") for why, n in reading.left_out.items()]
    return parts + troubles("cannot be read", reading.refused)


def troubles(what: str, refused: Sequence[Refused]) -> list[RenderableType]:
    """Rows that do not go in, each by its line."""
    if not refused:
        return []
    parts: list[RenderableType] = [Text(f"{plural(len(refused), 'row')} {what}:", style="red")]
    parts += [Text(f"  line {one.line}: {line(one.reason)}") for one in refused[:_TROUBLES]]
    if len(refused) > _TROUBLES:
        parts.append(Text(f"  and {len(refused) - _TROUBLES} more"))
    return parts


def _columns(terminal: Terminal, reading: Reading) -> Table:
    columns = [
        Column(header="Column", long=True),
        Column(header="becomes"),
        Column(header="for example", long=True, style="dim"),
    ]
    rows = [
        (
            line(column.header),
            Text(column.field) if column.field else Text("left out", style="yellow"),
            line(column.example),
        )
        for column in reading.columns
    ]
    return grid(terminal, columns, rows)


def _rows(terminal: Terminal, records: Sequence[Record], moment: Moment) -> Table:
    """The early records that say the most, which show best whether the file was understood."""
    first = sorted(records[: ROWS * 10], key=lambda record: -len(record.fields))[:ROWS]
    rows = [_cells(record, moment) for record in sorted(first, key=lambda record: record.line)]
    headers = ("Task", "Due", "Priority", "Takes", "Project", "Category", "Labels")
    filled = [at for at, _ in enumerate(headers) if at == 0 or any(row[at] for row in rows)]
    columns = [Column(header=headers[at], long=at in _LONG) for at in filled]
    return grid(terminal, columns, [[row[at] for at in filled] for row in rows])


def _cells(record: Record, moment: Moment) -> list[str]:
    fields = record.fields
    due, minutes = fields.get("due_at"), fields.get("estimated_duration")
    labels = [*_words(fields.get("context")), *(f"#{tag}" for tag in _words(fields.get("tags")))]
    status = str(fields.get("status", "todo"))
    mark = "" if status == "todo" else f"[{cards.STATUS_WORDS.get(status, status)}] "
    return [
        mark + line(record.title),
        when.short(when.read(str(due)), now=moment.now, zone=moment.zone) if due else "",
        str(fields.get("priority", "")),
        durations.show(minutes) if isinstance(minutes, int) else "",
        line(record.project or ""),
        str(fields.get("category", "")),
        line(" ".join(labels)),
    ]


def _words(value: object) -> Iterable[str]:
    return [str(word) for word in value] if isinstance(value, list) else []


def told(outcome: Outcome) -> list[RenderableType]:
    """What was done."""
    created, existing = outcome.count(created=True), outcome.count(created=False)
    parts: list[RenderableType] = [
        Text.assemble(
            (f"{plural(created, 'task')} created", "green" if created else ""),
            f", {existing} already there.",
        )
    ]
    if outcome.linked:
        parts.append(Text(f"{plural(outcome.linked, 'dependency', 'dependencies')} made."))
    return [
        *parts,
        *troubles("not imported", outcome.refused),
        *troubles("whose dependency the server refuses", outcome.unlinked),
    ]


def document(reading: Reading, outcome: Outcome | None) -> dict[str, object]:
    """The import for a program; without an outcome it was a dry run."""
    refused = [*reading.refused, *(outcome.refused if outcome else [])]
    found: dict[str, object] = {
        "source": reading.source,
        "columns": {one.header: one.field for one in reading.columns},
        "read": len(reading.records),
        "left_out": reading.left_out,
        "invalid": [{"line": one.line, "detail": one.reason} for one in refused],
        "remarks": reading.remarks,
        "dry_run": outcome is None,
    }
    if outcome is None:
        found["tasks"] = [_planned(record) for record in reading.records]
    else:
        found |= _done(outcome)
    return found


def _planned(record: Record) -> dict[str, object]:
    return {
        "line": record.line,
        "external_id": record.external_id,
        **record.fields,
        "project": record.project,
        "after": list(record.after),
    }


def _done(outcome: Outcome) -> dict[str, object]:
    return {
        "created": outcome.count(created=True),
        "existing": outcome.count(created=False),
        "dependencies": {
            "created": outcome.linked,
            "existing": outcome.already_linked,
            "invalid": [{"line": one.line, "detail": one.reason} for one in outcome.unlinked],
        },
        "tasks": [
            {
                "line": one.record.line,
                "external_id": one.record.external_id,
                "status": "created" if one.created else "existing",
                "id": one.task["id"],
                "key": one.task["key"],
            }
            for one in outcome.sent
        ],
    }
