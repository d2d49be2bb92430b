"""Words that are whole conditions, and the names behind `@` and `#`."""

from collections.abc import Mapping

from upnext.tasks.filtering.errors import FilterError
from upnext.tasks.filtering.lexer import Sort, Token
from upnext.tasks.filtering.tree import Comparison, Missing, Node, Op, Word


def _equal(field: str, word: str) -> Node:
    return Comparison(field, Op.EQ, (Word(word),))


SHORTHANDS: Mapping[str, Node] = {
    "unassigned": Missing("assignee"),
    "open": _equal("status", "open"),
    "done": _equal("status", "done"),
    "p1": _equal("priority", "urgent"),
    "p2": _equal("priority", "high"),
    "p3": _equal("priority", "medium"),
    "p4": _equal("priority", "low"),
}
SIGILS: Mapping[str, str] = {"@": "label", "#": "project"}
"""`@home` is a task with that tag or context, `#home` one of that project."""


def sigil(token: Token) -> tuple[str, str] | None:
    """The field and the name, if the token is such a name."""
    field = SIGILS.get(token.text[:1])
    if field is None or token.sort not in {Sort.WORD, Sort.SIGIL}:
        return None
    if not token.text[1:].strip():
        detail = f"Behind `{token.text[:1]}` comes a name, such as `{token.text[:1]}home`."
        raise FilterError(detail, token.place.start, 1)
    return field, token.text[1:]
