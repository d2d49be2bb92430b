"""What an import would do and what it did, on a terminal."""

from collections.abc import Iterable, Mapping, Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from upnext.client import cards, durations, when
from upnext.client.grids import Column, grid
from upnext.client.printable import line, plural
from upnext.client.session import Moment
from upnext.client.shapes import ImportNote, ImportPreview, ImportReport, ImportRun, PreviewTask
from upnext.client.terminal import Terminal

ROWS = 5
_NOTES = 10
_LONG = frozenset({0, 4, 6})
_KINDS = {
    "goals": ("goal", "goals"),
    "boards": ("board", "boards"),
    "comments": ("comment", "comments"),
    "sla_policies": ("SLA policy", "SLA policies"),
    "calendars": ("business calendar", "business calendars"),
    "saved_filters": ("saved filter", "saved filters"),
}


def shown(terminal: Terminal, preview: ImportPreview, moment: Moment) -> list[RenderableType]:
    """How the server understood the file: its columns, its first rows, its troubles."""
    told = f": {plural(preview['tasks'], 'task')}"
    parts: list[RenderableType] = [Text.assemble((line(preview["label"]), "bold"), told)]
    if preview["columns"]:
        parts += [Text(), _columns(terminal, preview)]
    if preview["items"]:
        parts += [Text(), _rows(terminal, preview["items"], moment)]
    parts += _besides("Beside them: ", preview.get("besides", {}))
    report = preview["report"]
    parts += _warnings(report["warnings"], report["more_warnings"])
    parts += _left_out(report["left_out"])
    return parts + _errors("cannot be read", report)


def told(run: ImportRun, preview: ImportPreview) -> list[RenderableType]:
    """What was done; what the preview told already is not told again."""
    counts = Text.assemble(
        (f"{plural(run['created'], 'task')} created", "green" if run["created"] else ""),
        f", {run['existing']} already there",
        f", {run['updated']} updated." if run["updated"] else ".",
    )
    parts: list[RenderableType] = [counts]
    if run["dependencies"]:
        parts.append(Text(f"{plural(run['dependencies'], 'dependency', 'dependencies')} made."))
    before, report = preview["report"], run["report"]
    parts += _besides("Also made: ", report.get("brought", {}))
    new = [note for note in report["warnings"] if note not in before["warnings"]]
    parts += _warnings(new, 0)
    more = {what: n for what, n in report["left_out"].items() if what not in before["left_out"]}
    parts += _left_out(more)
    failed = [note for note in report["errors"] if note not in before["errors"]]
    rest = {**report, "errors": failed, "more_errors": 0}
    return parts + _errors("not imported", rest)  # type: ignore[arg-type]  # the same shape, copied


def _besides(beginning: str, counts: Mapping[str, int]) -> list[RenderableType]:
    """What a file of ours brings that is no task."""
    told = ", ".join(
        plural(number, *_KINDS[kind]) for kind, number in counts.items() if kind in _KINDS
    )
    return [Text(f"{beginning}{told}.")] if told else []


def _left_out(counts: Mapping[str, int]) -> list[RenderableType]:
    told = ", ".join(f"{line(what)} ({number})" for what, number in counts.items())
    return [Text(f"Left out: {told}")] if told else []


def _warnings(notes: Sequence[ImportNote], more: int) -> list[RenderableType]:
    parts: list[RenderableType] = [Text(_note(note), style="yellow") for note in notes[:_NOTES]]
    if (rest := len(notes) - _NOTES + more) > 0:
        parts.append(Text(f"and {rest} more remarks", style="yellow"))
    return parts


def _note(note: ImportNote) -> str:
    place = "" if note["line"] is None else f"line {note['line']}: "
    return place + line(note["detail"])


def _errors(what: str, report: ImportReport) -> list[RenderableType]:
    """Rows that do not go in, each by its line."""
    errors, more = report["errors"], report["more_errors"]
    if not errors:
        return []
    parts: list[RenderableType] = [
        Text(f"{plural(len(errors) + more, 'row')} {what}:", style="red")
    ]
    parts += [Text(f"  {_note(note)}") for note in errors[:_NOTES]]
    if (rest := len(errors) - _NOTES + more) > 0:
        parts.append(Text(f"  and {rest} more"))
    return parts


def _columns(terminal: Terminal, preview: ImportPreview) -> Table:
    columns = [
        Column(header="Column", long=True),
        Column(header="becomes"),
        Column(header="for example", long=True, style="dim"),
    ]
    rows = [
        (
            line(column["header"]),
            Text(column["field"]) if column["field"] else Text("left out", style="yellow"),
            line(column["example"]),
        )
        for column in preview["columns"]
    ]
    return grid(terminal, columns, rows)


def _rows(terminal: Terminal, items: Sequence[PreviewTask], moment: Moment) -> Table:
    """The early tasks that say the most, which show best whether the file was understood."""
    first = sorted(items, key=lambda item: -sum(bool(value) for value in item.values()))[:ROWS]
    rows = [_cells(item, moment) for item in sorted(first, key=lambda item: item["line"])]
    headers = ("Task", "Due", "Priority", "Takes", "Project", "Category", "Labels")
    filled = [at for at, _ in enumerate(headers) if at == 0 or any(row[at] for row in rows)]
    columns = [Column(header=headers[at], long=at in _LONG) for at in filled]
    return grid(terminal, columns, [[row[at] for at in filled] for row in rows])


def _cells(item: PreviewTask, moment: Moment) -> list[str]:
    due, status = item["due_at"], item["status"]
    labels = [*item["context"], *(f"#{tag}" for tag in item["tags"])]
    mark = "" if status == "todo" else f"[{cards.STATUS_WORDS.get(status, status)}] "
    return [
        mark + line(item["title"]),
        when.short(when.read(due), now=moment.now, zone=moment.zone) if due else "",
        item["priority"] or "",
        durations.show(item["estimated_duration"]),
        line(item["project"] or ""),
        line(item["category"] or ""),
        line(" ".join(labels)),
    ]


def question(preview: ImportPreview, makes: Iterable[str]) -> str:
    """What is asked before anything is written."""
    words = f"Import {plural(preview['tasks'], 'task')}"
    names = [line(name) for name in makes]
    if names:
        what = "the project" if len(names) == 1 else f"{len(names)} projects:"
        words += f" and make {what} {', '.join(names)}"
    return f"{words}?"
