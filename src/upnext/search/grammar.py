"""What a query asks for: words that all have to be there, and some that must not."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from upnext.core.errors import invalid_field
from upnext.search.words import spelled, words

MOST_WORDS: Final = 20
# Quotation marks and dashes as keyboards and phones write them.
_MARKS: Final = '"\u201c\u201d\u201e\u00ab\u00bb'
_DASHES: Final = "\u2212\u2013-"
_TERM: Final = re.compile(
    rf"""(?P<minus>(?<!\S)[{_DASHES}])?
        (?: [{_MARKS}](?P<phrase>[^{_MARKS}]*)(?:[{_MARKS}]|$) | (?P<word>[^\s{_MARKS}]+) )
        (?P<star>\*)?""",
    re.VERBOSE,
)


class Term(NamedTuple):
    """Words that stand side by side; of the last one maybe only the beginning."""

    words: tuple[str, ...]
    begins: bool = False


class Query(NamedTuple):
    """`wanted` is never empty."""

    wanted: tuple[Term, ...]
    unwanted: tuple[Term, ...] = ()


def parse(text: str, *, typing: bool = False) -> Query:
    """With `typing` the last word is one that its author may not have finished.

    Raises Invalid for what names no word to look for, or too many.
    """
    wanted: list[Term] = []
    unwanted: list[Term] = []
    for term, minus in _terms(text):
        (unwanted if minus else wanted).append(term)
    if typing and wanted and text[-1:].isalnum() and not _ends_unwanted(text):
        wanted[-1] = wanted[-1]._replace(begins=True)
    if not wanted:
        raise invalid_field("?q", _NOTHING, "nothing_to_search")
    if sum(len(term.words) for term in [*wanted, *unwanted]) > MOST_WORDS:
        raise invalid_field("?q", _TOO_MANY, "too_many_words")
    return Query(tuple(dict.fromkeys(wanted)), tuple(dict.fromkeys(unwanted)))


def _terms(text: str) -> Iterator[tuple[Term, bool]]:
    for found in _TERM.finditer(text):
        phrase, word = found["phrase"], found["word"]
        said = phrase if word is None else word
        if parts := tuple(words(said)):
            yield (
                Term(parts, begins=bool(found["star"]) or said.endswith("*")),
                bool(found["minus"]),
            )


def _ends_unwanted(text: str) -> bool:
    *_, last = _TERM.finditer(text)
    return bool(last["minus"])


_NOTHING: Final = "Name at least one word to look for; what begins with `-` only leaves things out."
_TOO_MANY: Final = f"Look for at most {MOST_WORDS} words at once."


def written(term: Term) -> list[str]:
    """The term's words as they are indexed, without a workspace's code."""
    return spelled(list(term.words))
