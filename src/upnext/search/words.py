"""What a word is. Pure, and the same for what is indexed, what is asked and what is marked.

The databases disagree on all of this: on letters, on accents, on how short a word may be and
which are too common to be found. So they only ever see words that were made here.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple
from uuid import UUID

from upnext.core.text import fold

# Letters and digits of any script; behind one also marks, without which half of the scripts of
# India would fall to pieces.
_MARKS: Final = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0963"
    "\u0966-\u0dff\u0e00-\u0e4e\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
)
_WORD: Final = re.compile(rf"[^\W_]+(?:[{_MARKS}]+[^\W_]*)*")
_PLAIN: Final = re.compile("[a-z0-9]+")
# Scripts that put no space between words: each sign is one, and several of them a phrase.
_FIRST_SIGN: Final = "\u3040"
_SIGNS: Final = re.compile(
    "[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
    "|[^\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+"
)
# Letters that Unicode does not take apart, as people without them on their keyboard write them.
_SPELLED: Final = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "ħ": "h",
        "\u0131": "i",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
    }
)


class Word(NamedTuple):
    """A word as it is compared, and where it stands in the text."""

    text: str
    start: int
    end: int


def words(text: str) -> list[str]:
    """The words of a text in their order, as they are compared."""
    if text.isascii():
        return _PLAIN.findall(text.lower())
    return [word.text for word in placed(text)]


def placed(text: str) -> Iterator[Word]:
    for found in _WORD.finditer(text):
        for start, end in _pieces(found.group(), found.start()):
            if folded := _folded(text[start:end]):
                yield Word(folded, start, end)


def _pieces(word: str, start: int) -> Iterator[tuple[int, int]]:
    if max(word) < _FIRST_SIGN:
        yield start, start + len(word)
        return
    for sign in _SIGNS.finditer(word):
        yield start + sign.start(), start + sign.end()


@lru_cache(maxsize=20_000)
def _folded(word: str) -> str:
    if word.isascii():
        return word.lower()
    composed = unicodedata.normalize("NFC", fold(word).translate(_SPELLED))
    # What a compatibility letter was made of may hold more than letters: ½ is 1, a stroke, and 2.
    return "".join(c for c in composed if unicodedata.category(c)[0] in "LNM")


# How words are written into the index

_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
_NEAR: Final = 36**3
CODE: Final = 5
LONGEST: Final = 75
"""Longer words are told apart by their beginning: MySQL indexes none of more than 84 signs."""


class _Spelling(dict[int, str]):
    """Each character as a-z and 0-9, so that no code begins with another one: what begins a word
    begins what is written for it, and nothing else does."""

    def __missing__(self, point: int) -> str:
        mark, places = ("q", 3) if point < _NEAR else ("x", 4)
        digits, rest = "", point
        for _ in range(places):
            rest, digit = divmod(rest, 36)
            digits = _DIGITS[digit] + digits
        self[point] = mark + digits
        return self[point]


_SPELLING: Final = _Spelling({ord(c): c for c in _DIGITS if c not in "qx"} | {ord(" "): " "})


def spelled(found: list[str]) -> list[str]:
    """The words as they are indexed, without a workspace's code."""
    return [word[:LONGEST] for word in " ".join(found).translate(_SPELLING).split(" ") if word]


@lru_cache(maxsize=10_000)
def code_of(workspace_id: UUID) -> str:
    """Begins every word of a workspace in the index, which so has its own words only.

    No search reads, and no common word costs, what others wrote; and none is too short or too
    common for a database. Two workspaces may have one code: it is no protection.
    """
    rest = int.from_bytes(workspace_id.bytes[-5:])
    code = ""
    for _ in range(CODE - 1):
        rest, digit = divmod(rest, 36)
        code += _DIGITS[digit]
    return _DIGITS[10 + rest % 26] + code


def indexed(text: str, code: str) -> str:
    """The words of a text as a column holds them: with a space around each."""
    found = spelled(words(text))
    return f" {code}" + f" {code}".join(found) + " " if found else ""
