"""What a field of the filter language is; the fields themselves are listed in `fields`."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from enum import Enum

from sqlalchemy import ColumnElement

from upnext.core.auth import Actor
from upnext.tasks.filtering.tree import ORDERING, Op, Value

Condition = ColumnElement[bool]


class Kind(Enum):
    """How the values of a field are written, and how they can be compared."""

    CHOICE = "choice"
    """One of fixed words, which have an order."""
    DATE = "date"
    MINUTES = "minutes"
    FLAG = "flag"
    TEXT = "text"
    PROSE = "prose"
    """Text that is only searched."""
    NAMES = "names"
    """One or several things with names; never ordered."""


_EQUALITY = frozenset({Op.EQ, Op.NE})
_LISTS = frozenset({Op.IN, Op.NOT_IN})
_SEARCH = frozenset({Op.LIKE, Op.NOT_LIKE})
OPERATORS: Mapping[Kind, frozenset[Op]] = {
    Kind.CHOICE: _EQUALITY | _LISTS | ORDERING,
    Kind.DATE: _EQUALITY | _LISTS | ORDERING,
    Kind.MINUTES: _EQUALITY | _LISTS | ORDERING,
    Kind.FLAG: _EQUALITY,
    Kind.TEXT: _EQUALITY | _LISTS | _SEARCH,
    Kind.PROSE: _SEARCH,
    Kind.NAMES: _EQUALITY | _LISTS,
}


@dataclass(frozen=True, slots=True)
class Scope:
    """For whom and when a filter is computed. Names mean what `actor` may see."""

    actor: Actor
    now: datetime
    zone: tzinfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """`compare` gets what `Comparison` holds, one value at a time and never a denying operator.

    `compare` and `missing` give conditions that are never NULL: a comparison with a value that is
    missing is false, so that its opposite is true on every database.
    """

    name: str
    aliases: tuple[str, ...] = ()
    kind: Kind
    compare: Callable[[Op, Value, Scope], Condition]
    missing: Callable[[], Condition] | None = None
    """Whether a task has no value; None: each has one."""
    words: Mapping[str, str] = field(default_factory=dict)
    """Of a choice: what may be written, and what it is called."""
    unordered: frozenset[str] = frozenset()
    """The words of a choice that stand for several and so have no place in its order."""
    read: Callable[[str], str] = str
    """Brings a name or a text to the form in which it is compared and shown again."""
    note: str = ""
    """What a person is told who compares it in a way that it cannot be."""


Fields = Mapping[str, Field]
"""By name. A domain above adds its own: `{**FIELDS, "goal": Field(…)}`."""


def spellings(fields: Fields) -> Iterator[tuple[str, Field]]:
    for each in fields.values():
        yield each.name, each
        for alias in each.aliases:
            yield alias, each
