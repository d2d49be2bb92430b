"""The tables of docs/permissions.md, as the tests use them."""

import re
from collections.abc import Mapping
from functools import cache

from tests.architecture.tree import ROOT

PAGE = ROOT / "docs" / "permissions.md"
STATUS = {"yes": 200, "no": 403, "–": 404, "sign in": 401}  # noqa: RUF001  (as the page writes it)
ACTION = re.compile(r"^`([^`]+)`")

Rights = Mapping[str, Mapping[str, int]]
"""Action > column > status of the answer, 200 standing for any success."""


@cache
def rights(name: str) -> Rights:
    text = PAGE.read_text(encoding="utf-8").partition(f"<!-- table: {name} -->")[2]
    lines = text.lstrip().partition("\n\n")[0].splitlines()
    header, rows = _cells(lines[0]), [_cells(line) for line in lines[2:]]
    assert rows, f"docs/permissions.md has no table {name}"
    actions = [_action(row[0]) for row in rows]
    # Else the later row would count, whatever the earlier one promises.
    assert len(actions) == len(set(actions)), f"docs/permissions.md has an action twice in {name}"
    return {
        _action(row[0]): dict(zip(header[1:], map(_status, row[1:]), strict=True)) for row in rows
    }


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("| ").split("|")]


def _action(cell: str) -> str:
    found = ACTION.match(cell)
    assert found, f"no action in {cell!r}"
    return found[1]


def _status(cell: str) -> int:
    assert cell in STATUS, f"docs/permissions.md: {cell!r} is none of {', '.join(STATUS)}"
    return STATUS[cell]
