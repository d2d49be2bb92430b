"""Cells that a spreadsheet would take for formulas, and their harmless form.

A program that opens a CSV runs what begins with these signs. With an apostrophe in front it is
text. The apostrophe is added to what already has one before such a sign too, so that taking one
away gives back exactly what there was.
"""

import re

_FORMULA = re.compile(r"'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_GUARDED = re.compile(r"'+[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")


def guarded(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unguarded(cell: str) -> str:
    """What `guarded` made of it, undone."""
    return cell[1:] if _GUARDED.match(cell) else cell
