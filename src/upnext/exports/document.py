"""The JSON export: complete, one object per line, so that two of them can be compared by line."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from upnext.exports.extent import AnyRow, Batch, Extent
from upnext.tasks.wire import COLUMNS, dump

FORMAT = "upnext"
VERSION = 1
"""Counts up when an older reader could misunderstand the document; new fields do not."""

# What stands in the dependencies of the document itself, whole: these tell of open ones only. And
# what is promised here, but not where the document goes. What derived the values is told below.
_LEFT_OUT = {"blocked_by", "blocker_count", "sla", "classification"}
_PLACES = [(place, c.name) for place, c in enumerate(COLUMNS) if c.name not in _LEFT_OUT]


class Document:
    def __init__(self, extent: Extent, now: datetime) -> None:
        self._extent = extent
        self._now = now
        self._between = b"\n"

    def head(self) -> bytes:
        return _head(self._extent, self._now)

    def part(self, batch: Batch) -> bytes:
        lines = b",\n".join([dump(_task(row, batch)) for row in batch.tasks])
        between, self._between = self._between, b",\n"
        return between + lines

    def foot(self) -> bytes:
        return b"\n]}\n"


def _head(extent: Extent, now: datetime) -> bytes:
    asked = extent.asked
    about = {
        "format": FORMAT,
        "version": VERSION,
        "exported_at": now,
        "workspace_id": asked.workspace_id,
        "project_id": asked.project_id,
        "include_trash": asked.include_trash,
    }
    parts = [
        dump(about)[:-1],
        b'"workspaces": [\n' + _lines(_workspaces(extent)) + b"\n]",
        b'"projects": [\n' + _lines(_projects(extent)) + b"\n]",
        b'"goals": [\n' + _lines(row._asdict() for row in extent.goals) + b"\n]",
        b'"boards": [\n' + _lines(_boards(extent)) + b"\n]",
        b'"sla_policies": [\n' + _lines(row._asdict() for row in extent.policies) + b"\n]",
        b'"saved_filters": [\n' + _lines(row._asdict() for row in extent.filters) + b"\n]",
        b'"files": [\n' + _lines(map(_file, extent.files)) + b"\n]",
        b'"tasks": [',
    ]
    return b",\n".join(parts)


def _lines(items: Iterable[Mapping[str, Any]]) -> bytes:
    return b",\n".join(map(dump, items))


def _workspaces(extent: Extent) -> Iterator[dict[str, Any]]:
    people, calendars = _grouped(extent.members), _grouped(extent.calendars)
    for row in extent.workspaces:
        # None: nobody has set it, so it is the default.
        calendar = next(iter(calendars.get(row.id, ())), None)
        yield {**row._asdict(), "members": people.get(row.id, []), "calendar": calendar}


def _projects(extent: Extent) -> Iterator[dict[str, Any]]:
    people = _grouped(extent.project_members)
    for row in extent.projects:
        yield {**row._asdict(), "members": people.get(row.id, [])}


def _boards(extent: Extent) -> Iterator[dict[str, Any]]:
    columns = _grouped(extent.columns)
    for row in extent.boards:
        yield {**row._asdict(), "columns": columns.get(row.id, [])}


def _grouped(rows: Iterable[AnyRow]) -> dict[UUID, list[dict[str, Any]]]:
    """By the first column, which the others then do without."""
    found: dict[UUID, list[dict[str, Any]]] = {}
    for row in rows:
        names = row._fields[1:]
        found.setdefault(row[0], []).append({name: getattr(row, name) for name in names})
    return found


def _task(row: AnyRow, batch: Batch) -> dict[str, Any]:
    """Every column of a task on the wire, all that it waits for, and what is said about it."""
    task = {name: row[place] for place, name in _PLACES}
    if row.position is not None:
        task["position"] = row.position
    if row.classification is not None:
        task["classification"] = row.classification
    task["blocked_by"] = [task_id for task_id, _ in batch.blockers.get(row.id, ())]
    if said := batch.comments.get(row.id):
        # Without the task's id, which comes first.
        task["comments"] = [dict(zip(one._fields[1:], one[1:], strict=True)) for one in said]
    if spent := batch.times.get(row.id):
        task["time_entries"] = [dict(zip(one._fields[1:], one[1:], strict=True)) for one in spent]
    if kept := batch.files.get(row.id):
        task["files"] = [_file(one, whole=False) for one in kept]
    return task


def _file(row: AnyRow, *, whole: bool = True) -> dict[str, Any]:
    """What is known of it. The first column is what it belongs to: not repeated in a task."""
    found = {**row._asdict(), "sha256": bytes(row.sha256).hex()}
    return found if whole else {name: found[name] for name in row._fields[1:]}
