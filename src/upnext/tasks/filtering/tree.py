"""What a filter says. Two filters that mean the same word by word have equal trees."""

from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Place:
    """From where to where a part of the tree stood in the text."""

    start: int
    end: int


NOWHERE = Place(0, 0)


class Op(StrEnum):
    EQ = "="
    NE = "!="
    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="
    IN = "in"
    NOT_IN = "not in"
    LIKE = "like"
    NOT_LIKE = "not like"


OPPOSITES = {Op.NE: Op.EQ, Op.NOT_IN: Op.IN, Op.NOT_LIKE: Op.LIKE}
"""An operator that denies, and what it denies."""

ORDERING = frozenset({Op.LT, Op.LE, Op.GT, Op.GE})


@dataclass(frozen=True, slots=True)
class Word:
    """A name, a text, or one of a field's fixed words."""

    text: str
    place: Place = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Flag:
    on: bool
    place: Place = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Minutes:
    count: int
    place: Place = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Shift:
    amount: int
    unit: str
    """One of m, h, d, w, mo, y."""


@dataclass(frozen=True, slots=True)
class When:
    """A moment or a stretch of days, counted from `anchor`, such as `now` or `start of week`."""

    anchor: str
    shifts: tuple[Shift, ...] = ()
    place: Place = field(default=NOWHERE, compare=False, repr=False)


Value = Word | Flag | Minutes | When


@dataclass(frozen=True, slots=True)
class Comparison:
    """One value, but for `in` and `not in`."""

    field: str
    op: Op
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """The field has no value; `denied`: it has one."""

    field: str
    denied: bool = False


@dataclass(frozen=True, slots=True)
class Not:
    term: "Node"


@dataclass(frozen=True, slots=True)
class All:
    terms: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Some:
    terms: tuple["Node", ...]


Node = Comparison | Missing | Not | All | Some


def joined(kind: type[All] | type[Some], terms: list[Node]) -> Node:
    """One level for what brackets only repeat: `a and (b and c)` is `a and b and c`."""
    flat: list[Node] = []
    for term in terms:
        flat.extend(term.terms if isinstance(term, kind) else (term,))
    return flat[0] if len(flat) == 1 else kind(tuple(flat))
