"""A text as the words that the lexicon knows."""

import re
from functools import lru_cache

WORD = re.compile(r"[^\W_][\w:']*(?:-[\w']+)*|\$", re.UNICODE)
MOST = 60
"""Words that are looked at: what a task is about is said at its beginning."""
_STOP = (
    "a an the to of for in on at by with and or from into up out is are be been it its"
    " this that these those my your our their his her i we you they he she me us them as so"
    " if then than not no do does did have has had will would can could all any some more"
    " most very just also der die das ein eine und zu für mit von im am"
)
STOP = frozenset(_STOP.split())


def words(text: str) -> list[str]:
    return [found.casefold() for found in WORD.findall(text[:1_000])[:MOST]]


SHORT = 4
"""Letters that a stem has at least."""


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """Crude on purpose: the same for a word of the lexicon and one of a text is all that counts."""
    if len(word) > SHORT and word.endswith(("'s", "ies")):
        return word[:-2] if word.endswith("'s") else word[:-3] + "y"
    for ending in ("ing", "ed", "es", "s"):
        if len(word) >= len(ending) + SHORT and word.endswith(ending) and not word.endswith("ss"):
            return word[: -len(ending)].removesuffix("e")
    return word.removesuffix("e") if len(word) > SHORT else word
