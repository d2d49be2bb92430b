"""From a tree to text that reads back as the same tree."""

import re

from upnext.tasks.filtering import dates
from upnext.tasks.filtering.errors import FilterError
from upnext.tasks.filtering.kinds import Fields
from upnext.tasks.filtering.parser import parse
from upnext.tasks.filtering.tree import (
    All,
    Comparison,
    Flag,
    Minutes,
    Missing,
    Node,
    Not,
    Op,
    Some,
    Value,
    When,
)

KEYWORDS = frozenset({"and", "or", "not", "in", "is", "like", "null", "empty", "none", "no"})
_BARE = re.compile(r"[^\W_][\w.+-]*(?:@[\w.-]+)?")
HOUR = 60
_OR, _AND, _NOT = 1, 2, 3


def render(node: Node, around: int = 0) -> str:
    """`around` says how tightly the surroundings bind; brackets keep looser terms together."""
    if isinstance(node, Some):
        return _bracketed(" or ".join(render(term, _OR) for term in node.terms), around >= _AND)
    if isinstance(node, All):
        return _bracketed(" and ".join(render(term, _AND) for term in node.terms), around >= _NOT)
    if isinstance(node, Not):
        return f"not {render(node.term, _NOT)}"
    if isinstance(node, Missing):
        return f"{node.field} is not null" if node.denied else f"no {node.field}"
    return _compared(node)


def meaning(text: str, fields: Fields) -> str:
    """The filter in its plainest words; as it is when it cannot be read any more."""
    try:
        return render(parse(text, fields))
    except FilterError:
        return text


def _bracketed(text: str, needed: bool) -> str:
    return f"({text})" if needed else text


def _compared(node: Comparison) -> str:
    values = [_value(value) for value in node.values]
    if node.op in {Op.IN, Op.NOT_IN}:
        return f"{node.field} {node.op} ({', '.join(values)})"
    if node.op is Op.EQ and node.values[0] == Flag(True):
        return node.field
    if node.op is Op.EQ and node.field == "label":
        return f"@{values[0]}"
    return f"{node.field} {node.op} {values[0]}"


def _value(value: Value) -> str:
    if isinstance(value, Flag):
        return "true" if value.on else "false"
    if isinstance(value, When):
        return dates.show(value)
    if isinstance(value, Minutes):
        return _duration(value.count)
    if _BARE.fullmatch(value.text) and value.text.lower() not in KEYWORDS:
        return value.text
    return '"' + value.text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _duration(minutes: int) -> str:
    hours, rest = divmod(minutes, HOUR)
    return f"{hours}h" * bool(hours) + f"{rest}m" * bool(rest or not hours)
