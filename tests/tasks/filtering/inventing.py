"""Filters nobody would think of: as Hypothesis strategies, and from a seed."""

from hypothesis import strategies as st

from upnext.core.text import clean
from upnext.tasks.filtering import FIELDS, Kind
from upnext.tasks.filtering.kinds import OPERATORS, Field
from upnext.tasks.filtering.shorthands import SHORTHANDS
from upnext.tasks.filtering.tree import (
    ORDERING,
    All,
    Comparison,
    Flag,
    Minutes,
    Missing,
    Node,
    Not,
    Op,
    Shift,
    Some,
    Value,
    When,
    Word,
    joined,
)

ANCHORS = (
    "now", "today", "tomorrow", "yesterday", "next monday", "last sunday", "this week",
    "next month", "last year", "start of week", "end of month", "end of next year",
    "tomorrow 17:00", "next monday 09:30:15", "end of month 00:00",
    "2026-12-01", "2026-03-29T02:30", "2026-12-01T17:00:00Z", "2026-12-01T17:00:00.25+02:00",
)  # fmt: skip
UNITS = ("m", "h", "d", "w", "mo", "y")
PIECES = (
    *FIELDS, *SHORTHANDS, *Op, *ANCHORS, "and", "or", "not", "is", "null", "no", "date", "(", ")",
    ",", "&&", "||", "!", "+", "-", "7", "7d", "+1w", "days", "@a", "#b", '@"a b"', "'x y'", "true",
    "high", "done", "30m", "2h", "me", "HOME-1", "x*y", "*", "%", "_", "\\", '"', "'", "ä", "\t",
)  # fmt: skip

_texts = st.text(min_size=1, max_size=20).map(lambda text: " ".join(clean(text).split()))
_whens = st.builds(
    When,
    st.sampled_from(ANCHORS),
    st.lists(
        st.builds(
            Shift, st.integers(-20, 400), st.sampled_from(UNITS)
        ),
        max_size=2,
    ).map(tuple),
)  # fmt: skip


def _values(field: Field, op: Op) -> st.SearchStrategy[Value]:
    if field.kind is Kind.DATE:
        return _whens
    if field.kind is Kind.MINUTES:
        return st.builds(Minutes, st.integers(0, 999_999))
    if field.kind is Kind.FLAG:
        return st.builds(Flag, st.booleans())
    if field.kind is Kind.CHOICE:
        words = {*field.words.values()} - (field.unordered if op in ORDERING else frozenset())
        return st.builds(Word, st.sampled_from(sorted(words)))
    if field.name == "id":
        return st.uuids().map(lambda found: Word(str(found)))
    return _texts.map(lambda text: _read(field, text)).filter(lambda word: bool(word.text))


def _read(field: Field, text: str) -> Word:
    """In the form in which the field keeps it: read twice, since reading may uncover an `@`."""
    try:
        once = field.read(text)
        return Word(once if field.read(once) == once else "x")
    except ValueError:
        return Word("")


@st.composite
def _leaves(draw: st.DrawFn) -> Node:
    field = draw(st.sampled_from([*FIELDS.values()]))
    if field.missing and draw(st.integers(0, 4)) == 0:
        return Missing(field.name, draw(st.booleans()))
    op = draw(st.sampled_from(sorted(OPERATORS[field.kind])))
    most = 3 if op in {Op.IN, Op.NOT_IN} else 1
    values = draw(st.lists(_values(field, op), min_size=1, max_size=most))
    return Comparison(field.name, op, tuple(dict.fromkeys(values)))


def trees() -> st.SearchStrategy[Node]:
    def grown(terms: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
        several = st.lists(terms, min_size=2, max_size=3)
        return st.one_of(
            terms.map(Not),
            several.map(lambda found: joined(All, found)),
            several.map(lambda found: joined(Some, found)),
        )

    return st.recursive(_leaves(), grown, max_leaves=6)
