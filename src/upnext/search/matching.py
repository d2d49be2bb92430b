"""From a query to the values that its statement is given."""

from collections.abc import Iterable, Sequence
from typing import Any, Final
from uuid import UUID

from upnext.search.grammar import Query, Term, written
from upnext.search.words import CODE, code_of

# Stands for the code that each indexed word begins with, whatever workspace it is of.
_ANY: Final = "_" * CODE


def match(dialect: str, query: Query, workspaces: Sequence[UUID]) -> str:
    """What the database's own full text is asked for: every word, in one of the workspaces."""
    asked = [(word, begins) for term in query.wanted for word, begins in _marked(term)]
    codes = sorted({code_of(workspace) for workspace in workspaces})
    every, either, begin = _FORMS[dialect]
    parts = [
        every.join(f"{code}{word}{begin if begins else ''}" for word, begins in asked)
        for code in codes
    ]
    if dialect == "mysql":
        parts = [f"+{part}" for part in parts]
    return either.join(f"({part})" for part in parts) if len(parts) > 1 else parts[0]


_FORMS: Final = {
    "sqlite": (" AND ", " OR ", "*"),
    "postgresql": (" & ", " | ", ":*"),
    "mysql": (" +", " ", "*"),
}
"""Between words that all have to be there, between those of which one has to be, and behind what
is the beginning of a word."""


def _marked(term: Term) -> Iterable[tuple[str, bool]]:
    *first, last = written(term)
    yield from ((word, False) for word in first)
    yield last, term.begins


def patterns(query: Query) -> dict[str, Any]:
    """LIKE patterns for the fields, by the names that `queries.page` binds."""
    whole = [word for term in query.wanted for word in written(term)]
    begins = query.wanted[-1].begins
    return {
        **{f"term_{place}": pattern(term) for place, term in enumerate(query.wanted)},
        **{f"unwanted_{place}": pattern(term) for place, term in enumerate(query.unwanted)},
        "title": _side_by_side(whole),
        "whole": f"%{_side_by_side(whole, begins=begins)}%",
    }


def pattern(term: Term) -> str:
    return f"%{_side_by_side(written(term), begins=term.begins)}%"


def _side_by_side(found: Iterable[str], *, begins: bool = False) -> str:
    text = "".join(f" {_ANY}{word}" for word in found)
    return text if begins else f"{text} "


def phrases(query: Query) -> tuple[int, ...]:
    """The places of those terms that are more than a word."""
    return tuple(place for place, term in enumerate(query.wanted) if len(term.words) > 1)
