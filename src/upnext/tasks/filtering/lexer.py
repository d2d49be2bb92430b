"""Cuts a filter into words, quoted texts and signs."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from upnext.tasks.filtering.errors import FilterError
from upnext.tasks.filtering.tree import Place


class Sort(Enum):
    WORD = "word"
    QUOTED = "quoted"
    SIGIL = "sigil"
    """`#` or `@` with a quoted name right behind it."""
    SIGN = "sign"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """`text` is what it says: a quoted one without its quotes, a sign in its usual spelling."""

    sort: Sort
    text: str
    place: Place

    @property
    def lower(self) -> str:
        """For words; a quoted text is never a keyword."""
        return self.text.lower() if self.sort is Sort.WORD else ""

    def is_sign(self, *signs: str) -> bool:
        return self.sort is Sort.SIGN and self.text in signs


_SPACE = re.compile(r"\s+")
_SIGN = re.compile(r"&&?|\|\|?|==?|!=|<=|>=|<>|[<>!(),]")
_QUOTED = re.compile(r"""([#@]?)(["'])((?:\\.|(?!\2)[^\\])*)(\2?)""", re.DOTALL)
# An apostrophe inside of a word is none that quotes.
_WORD = re.compile(r"""[^\s&|=!<>(),"'\0][^\s&|=!<>(),"\0]*""")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_SPELLINGS = {"&": "&&", "|": "||", "==": "=", "<>": "!="}


def tokens(text: str) -> Iterator[Token]:
    """Ends with a token of the sort END."""
    at = 0
    while at < len(text):
        if space := _SPACE.match(text, at):
            at = space.end()
            continue
        token = _next(text, at)
        yield token
        at = token.place.end
    yield Token(Sort.END, "", Place(len(text), len(text)))


def _next(text: str, at: int) -> Token:
    if text[at] == "\0":
        raise FilterError("A filter has no NUL characters.", at, 1)
    if sign := _SIGN.match(text, at):
        return Token(Sort.SIGN, _SPELLINGS.get(sign[0], sign[0]), Place(at, sign.end()))
    if quoted := _QUOTED.match(text, at):
        return _quoted(quoted, at)
    word = _WORD.match(text, at)
    assert word, "every character begins one of these"  # noqa: S101  (tells the type checker)
    return Token(Sort.WORD, word[0], Place(at, word.end()))


def _quoted(found: re.Match[str], at: int) -> Token:
    sigil, quote, inside, closing = found.groups()
    if not closing:
        raise FilterError(f"The quote that begins here has no end. Close it with {quote}.", at, 1)
    unescaped = _ESCAPE.sub(r"\1", inside)
    sort = Sort.SIGIL if sigil else Sort.QUOTED
    return Token(sort, sigil + unescaped, Place(at, found.end()))
