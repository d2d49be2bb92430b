"""The audit trail as CSV: RFC 4180, UTF-8, a header row, and no cell that a spreadsheet runs."""

import csv
import io
from collections.abc import Sequence

import orjson

from upnext.activity.naming import Names
from upnext.audit.service import AnyRow, actor_name, resource_name, taken_apart
from upnext.core.cells import guarded

COLUMNS = (
    "seq", "at", "type", "actor", "actor_kind", "actor_id", "resource", "resource_id",
    "resource_name", "resource_version", "changes", "ip", "user_agent", "credential_id",
    "request_id", "trace_id", "id", "hash",
)  # fmt: skip
"""In this order for good: what is new comes last."""


def head() -> bytes:
    return _written([list(COLUMNS)])


def part(rows: Sequence[AnyRow], names: Names) -> bytes:
    return _written([_cells(row, names) for row in rows])


def _cells(row: AnyRow, names: Names) -> list[str]:
    who = taken_apart(row.actor)
    values: tuple[object, ...] = (
        row.seq, row.at.isoformat().replace("+00:00", "Z"), row.type, actor_name(row.actor, names),
        who.kind, who.id, row.resource, row.resource_id, resource_name(row, names),
        row.resource_version, orjson.dumps(row.diff).decode(), row.ip, row.user_agent,
        row.credential, row.request_id, row.trace_id, row.id, bytes(row.hash).hex(),
    )  # fmt: skip
    return [guarded("" if value is None else str(value)) for value in values]


def _written(rows: list[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
