"""The instance in numbers."""

from typing import Annotated

import typer

from upnext.client.grids import Column, grid
from upnext.client.options import Common
from upnext.client.session import opened


def stats(
    common: Common,
    fresh: Annotated[bool, typer.Option("--fresh", help="Count now.")] = False,
) -> None:
    """Show the instance in numbers, counted at most a minute ago."""
    with opened(as_json=common.as_json, server=common.server) as session:
        answer = session.api.get("admin/stats", {"fresh": "true" if fresh else None})
        session.terminal.data(answer)
        columns = [Column(header="What"), Column(header="Number", justify="right")]
        session.terminal.show(grid(session.terminal, columns, _rows(answer)))


def _rows(answer: dict[str, object], above: str = "") -> list[list[str]]:
    rows = []
    for name, value in answer.items():
        words = f"{above} {name}".strip().replace("_", " ")
        if isinstance(value, dict):
            rows += _rows(value, words)
        else:
            rows.append([words, f"{value:,}" if isinstance(value, int) else str(value)])
    return rows
