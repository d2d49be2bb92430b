"""A text as numbers of word pieces, as BERT's uncased models take it."""

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Final

FIRST, LAST, UNKNOWN = "[CLS]", "[SEP]", "[UNK]"
MOST: Final = 64
"""Pieces that are looked at: what a task is about is said at its beginning."""
LONGEST_WORD: Final = 100
CONTINUES: Final = "##"
_SYMBOLS: Final = frozenset("$+<=>^`|~")


def pieces(text: str, vocabulary: Mapping[str, int]) -> list[int]:
    """With the marks of beginning and end. The longest pieces of the vocabulary, from the left."""
    found = [vocabulary[FIRST]]
    for word in words(text):
        found += _split(word, vocabulary)
        if len(found) >= MOST - 1:
            break
    return [*found[: MOST - 1], vocabulary[LAST]]


def words(text: str) -> Iterator[str]:
    """In lower case without accents; each sign and each CJK character is a word of its own."""
    plain = unicodedata.normalize("NFD", text.lower())
    word = ""
    for sign in plain:
        kind = unicodedata.category(sign)
        if kind == "Mn":
            continue
        alone = kind.startswith("P") or sign in _SYMBOLS or _ideograph(sign)
        if alone or sign.isspace() or kind.startswith("C"):
            if word:
                yield word
            word = ""
            if alone:
                yield sign
        else:
            word += sign
    if word:
        yield word


def _ideograph(sign: str) -> bool:
    return "\u3400" <= sign <= "\u9fff" or "\uf900" <= sign <= "\ufaff"


def _split(word: str, vocabulary: Mapping[str, int]) -> list[int]:
    found: list[int] = []
    start = 0
    while start < len(word) <= LONGEST_WORD:
        begins = CONTINUES if start else ""
        for end in range(len(word), start, -1):
            if (number := vocabulary.get(begins + word[start:end])) is not None:
                found.append(number)
                start = end
                break
        else:
            break
    return found if start == len(word) else [vocabulary[UNKNOWN]]
