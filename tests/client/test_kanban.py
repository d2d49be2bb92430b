"""How a board looks: side by side on a terminal, one column below the other where it is narrow."""

import pytest

from tests.client.test_rendering import MOMENT, printed, task
from upnext.client import kanban
from upnext.client.shapes import Board, BoardColumn, Task
from upnext.client.terminal import Terminal


def _column(name: str, *cards: Task, limit: int | None = None, more: int = 0) -> BoardColumn:
    count = len(cards) + more
    return {
        "id": name,
        "name": name,
        "status": "todo",
        "wip_limit": limit,
        "wip_hard": False,
        "count": count,
        "over_limit": limit is not None and count > limit,
        "cards": list(cards),
    }


BARE: dict[str, object] = {
    "priority": "medium",
    "due_at": None,
    "estimated_duration": None,
    "tags": [],
    "context": [],
}
BOARD: Board = {
    "id": "1",
    "name": "Relaunch\x1b[31m",
    "project_id": "2",
    "default": True,
    "columns": [
        _column("To do", task("WEB-1", title="Sketch", **BARE), task("WEB-2", title="Build")),
        _column("Doing", task("WEB-3", title="Write", **BARE, blocked=True), limit=3),
        _column("Done", task("WEB-4", title="Plan", **BARE), more=12),
    ],
}


def _terminal(monkeypatch: pytest.MonkeyPatch, columns: int, *, plain: bool) -> Terminal:
    monkeypatch.setenv("COLUMNS", str(columns))
    terminal = Terminal(as_json=False)
    terminal.plain = plain
    return terminal


def test_side_by_side(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = printed(*kanban.shown(_terminal(monkeypatch, 80, plain=False), BOARD, MOMENT))
    assert shown[0] == "Relaunch[31m"
    assert [cell.strip() for cell in shown[2].strip("│").split("│")] == [
        *("To do (2)", "Doing (1/3)", "Done (13)")
    ]
    text = "\n".join(shown)
    for words in ("WEB-1 Sketch", "waits", "and 12 more"):
        assert words in text
    rows = [[cell.strip() for cell in line.strip("│").split("│")] for line in shown[4:-1]]
    assert ["WEB-1 Sketch", "WEB-3 Write", "WEB-4 Plan"] in rows


@pytest.mark.parametrize(("columns", "plain"), [(40, False), (200, True)])
def test_one_below_the_other(monkeypatch: pytest.MonkeyPatch, columns: int, plain: bool) -> None:
    terminal = _terminal(monkeypatch, columns, plain=plain)
    shown = printed(*kanban.shown(terminal, BOARD, MOMENT), width=200)
    assert shown[1:] == [
        "To do (2)",
        "  WEB-1 Sketch",
        "  WEB-2 Build · urgent · due Fri 17:00 (in 2 days) · 1 h 20 · @desk #money",
        "Doing (1/3)",
        "  WEB-3 Write · waits",
        "Done (13)",
        "  WEB-4 Plan",
        "  and 12 more",
    ]
