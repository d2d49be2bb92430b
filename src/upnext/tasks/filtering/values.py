"""Reads the value of a comparison as its field wants it."""

import re
from collections.abc import Callable, Mapping

from upnext.core.text import clean
from upnext.tasks.filtering import dates
from upnext.tasks.filtering.cursor import Cursor
from upnext.tasks.filtering.errors import FilterError, closest, piece
from upnext.tasks.filtering.kinds import Field, Kind
from upnext.tasks.filtering.lexer import Sort, Token
from upnext.tasks.filtering.tree import ORDERING, Flag, Minutes, Op, Place, Value, When, Word

HOUR = 60
LONGEST_VALUE = 200
MOST_MINUTES = 1_000_000
_MINUTES = re.compile(
    r"(?:(\d{1,5}(?:\.\d{1,2})?)h)?(?:(\d{1,7})m?(?:in)?)?", re.ASCII | re.IGNORECASE
)
_FLAGS = {"true": True, "yes": True, "false": False, "no": False}


def read_value(cursor: Cursor, field: Field, op: Op) -> Value:
    token = cursor.peek()
    if token.sort in {Sort.END, Sort.SIGN}:
        detail = f"Here a value for `{field.name}` is missing."
        raise FilterError(detail, token.place.start, len(token.text))
    if token.lower == "null":
        denied = "is not null" if op in {Op.NE, Op.NOT_IN} else "is null"
        detail = "Nothing is equal to `null`."
        raise FilterError(detail, token.place.start, len(token.text), f"{field.name} {denied}")
    if field.kind is Kind.DATE:
        return read_when(cursor)
    return _READERS[field.kind](cursor.take(), field, op)


def read_when(cursor: Cursor) -> When:
    first = cursor.take()
    words = [first.text.lower()]
    if first.sort is Sort.QUOTED:
        words = words[0].split() or [""]
    else:
        words += [cursor.take().lower for _ in range(_anchor_length(cursor, words[0]))]
        while count := _goes_on(words[-1], cursor):
            words += [cursor.take().lower for _ in range(count)]
    return dates.read(words, Place(first.place.start, cursor.last.place.end))


def _anchor_length(cursor: Cursor, first: str) -> int:
    """How many words behind the first one belong to it."""
    if first in dates.TURNS:
        return int(cursor.peek().sort is Sort.WORD)
    if first not in {"start", "end"} or cursor.peek().lower != "of":
        return 0
    return 3 if cursor.peek(1).lower in {*dates.TURNS, "the"} and _is_word(cursor.peek(2)) else 2


def _is_word(token: Token) -> bool:
    return token.sort is Sort.WORD


def _goes_on(before: str, cursor: Cursor) -> int:
    """How many words more belong to a date: what shifts it, or a time of day."""
    token = cursor.peek()
    if before[-1:].isdigit() and before.lstrip("+-").isdigit() and token.lower in dates.UNITS:
        return 1
    if token.lower == "at" and dates.is_clock(cursor.peek(1).lower):
        return 2
    return int(dates.is_loose_shift(token.lower) or dates.is_clock(token.lower))


def _choice(token: Token, field: Field, op: Op) -> Value:
    word = field.words.get(token.text.strip().lower())
    if word is None:
        known = ", ".join(dict.fromkeys(field.words.values()))
        detail = f"{piece(token.text)} is no {field.name}; there are {known}."
        guess = closest(token.text, field.words)
        raise FilterError(detail, token.place.start, _length(token), guess)
    if op in ORDERING and word in field.unordered:
        detail = f"`{word}` stands for several values of `{field.name}`: write `=` or `!=`."
        raise FilterError(detail, token.place.start, _length(token))
    return Word(word, token.place)


def _minutes(token: Token, field: Field, _: Op) -> Value:
    found = _MINUTES.fullmatch(token.text.strip()) if token.text.strip() else None
    count = round(float(found[1] or 0) * HOUR) + int(found[2] or 0) if found else MOST_MINUTES
    if count >= MOST_MINUTES:
        detail = f"{piece(token.text)} is no duration for `{field.name}`. Write 30m, 2h or 1h30m."
        raise FilterError(detail, token.place.start, _length(token))
    return Minutes(count, token.place)


def _flag(token: Token, field: Field, _: Op) -> Value:
    word = token.text.strip().lower()
    if word not in _FLAGS:
        detail = f"`{field.name}` is true or false, not {piece(token.text)}. {field.note}".rstrip()
        raise FilterError(detail, token.place.start, _length(token))
    return Flag(_FLAGS[word], token.place)


def _named(token: Token, field: Field, _: Op) -> Value:
    return named(token.text, token.place, field)


def named(text: str, place: Place, field: Field) -> Word:
    """A name or a text, in the form in which it is compared."""
    text = " ".join(clean(text).split())
    length = place.end - place.start
    if not text or len(text) > LONGEST_VALUE:
        detail = f"A value for `{field.name}` has 1 to {LONGEST_VALUE} characters."
        raise FilterError(detail, place.start, length)
    try:
        return Word(field.read(text), place)
    except ValueError as error:
        raise FilterError(str(error), place.start, length) from None


def _length(token: Token) -> int:
    return token.place.end - token.place.start


_READERS: Mapping[Kind, Callable[[Token, Field, Op], Value]] = {
    Kind.CHOICE: _choice,
    Kind.MINUTES: _minutes,
    Kind.FLAG: _flag,
    Kind.TEXT: _named,
    Kind.PROSE: _named,
    Kind.NAMES: _named,
}
