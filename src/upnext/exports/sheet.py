"""The CSV export: RFC 4180, UTF-8, a header row; for spreadsheets and other programs."""

import csv
import io
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from upnext.core.cells import guarded
from upnext.exports.extent import AnyRow, Batch, Extent

BETWEEN = ", "


class Names(NamedTuple):
    """What ids stand for."""

    workspaces: Mapping[UUID, str]
    people: Mapping[str, str]
    goals: Mapping[UUID | None, str]
    boards: Mapping[UUID | None, str]
    columns: Mapping[UUID | None, str]


Cell = Callable[[AnyRow, Batch, Names], Any]


def _plain(name: str) -> Cell:
    return lambda row, _, __: getattr(row, name)


def _list(name: str) -> Cell:
    return lambda row, _, __: BETWEEN.join(getattr(row, name))


def _instant(name: str) -> Cell:
    return lambda row, _, __: _spelled(getattr(row, name))


def _spelled(value: datetime | None) -> str:
    return "" if value is None else value.isoformat().replace("+00:00", "Z")


def _assignees(row: AnyRow, _: Batch, names: Names) -> str:
    """By e-mail address; who has left the workspace by id."""
    return BETWEEN.join(names.people.get(each, each) for each in row.assignee_ids)


def _blocked_by(row: AnyRow, batch: Batch, _: Names) -> str:
    return BETWEEN.join(key for _, key in batch.blockers.get(row.id, ()))


COLUMNS: dict[str, Cell] = {
    "key": _plain("key"),
    "title": _plain("title"),
    "status": _plain("status"),
    "priority": _plain("priority"),
    "due_at": _instant("due_at"),
    "start_at": _instant("start_at"),
    "estimated_duration": _plain("estimated_duration"),
    "project": lambda _, batch, __: batch.project.name,
    "workspace": lambda row, _, names: names.workspaces[row.workspace_id],
    "tags": _list("tags"),
    "context": _list("context"),
    "energy": _plain("energy"),
    "category": _plain("category"),
    "assignees": _assignees,
    "parent": _plain("parent_key"),
    "blocked_by": _blocked_by,
    "completed_at": _instant("completed_at"),
    "created_at": _instant("created_at"),
    "updated_at": _instant("updated_at"),
    "deleted_at": _instant("deleted_at"),
    "external_id": _plain("external_id"),
    "description": _plain("description"),
    "goal": lambda row, _, names: names.goals.get(row.goal_id),
    "board": lambda row, _, names: names.boards.get(row.board_id),
    "column": lambda row, _, names: names.columns.get(row.column_id),
}
"""In this order for good: what is new comes last."""


class Sheet:
    def __init__(self, extent: Extent, _: datetime) -> None:
        self._names = Names(
            {row.id: row.name for row in extent.workspaces},
            {str(row.user_id): row.email for row in extent.members},
            {row.id: row.title for row in extent.goals},
            {row.id: row.name for row in extent.boards},
            {row.id: row.name for row in extent.columns},
        )

    def head(self) -> bytes:
        return _written([list(COLUMNS)])

    def part(self, batch: Batch) -> bytes:
        return _written([_row(task, batch, self._names) for task in batch.tasks])

    def foot(self) -> bytes:
        return b""


def _row(task: AnyRow, batch: Batch, names: Names) -> list[str]:
    cells = (cell(task, batch, names) for cell in COLUMNS.values())
    return [guarded("" if value is None else str(value)) for value in cells]


def _written(rows: list[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
