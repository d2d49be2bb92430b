"""Shows where in a filter the server saw a mistake."""

import re
from collections.abc import Mapping

from rich.cells import cell_len

from upnext.client.printable import clean

BAD_FILTER = "bad_filter"
AROUND = 50
_BREAKS = re.compile(r"[\t\n\r]")


def excerpt(problem: Mapping[str, object]) -> str:
    """The line of the filter with carets under what is wrong; empty for any other problem."""
    text, position = problem.get("filter"), problem.get("position")
    if problem.get("code") != BAD_FILTER or not isinstance(text, str):
        return ""
    if not isinstance(position, int) or not 0 <= position <= len(text):
        return ""
    length = problem.get("length")
    start = text.rfind("\n", 0, position) + 1
    end = text.find("\n", position)
    row = text[start : end if end >= 0 else len(text)]
    return _pointed(row, position - start, length if isinstance(length, int) else 1)


def _pointed(row: str, at: int, length: int) -> str:
    """A long line is cut on both sides; carets are as wide as what stands above them."""
    first, last = max(0, at - AROUND), at + max(1, length) + AROUND
    before, wrong, after = (
        clean(_BREAKS.sub(" ", part))
        for part in (row[first:at], row[at : at + length], row[at + length : last])
    )
    ahead = "…" if first else ""
    carets = "^" * max(1, cell_len(wrong))
    indent = " " * cell_len(ahead + before)
    tail = "…" if last < len(row) else ""
    return f"\n  {ahead}{before}{wrong}{after}{tail}\n  {indent}{carets}"
