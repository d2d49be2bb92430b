"""Where in a text the words of a query stand, and the piece of a long text that shows it."""

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import Final, NamedTuple

from upnext.search.grammar import Query, Term
from upnext.search.words import Word, placed

BEFORE: Final = 60
WIDTH: Final = 200
ELLIPSIS: Final = "…"
_SPACE: Final = re.compile(r"\s+")


class Part(NamedTuple):
    """A piece of plain text, to be shown as it is; `hit`: it is what was looked for."""

    text: str
    hit: bool = False


Span = tuple[int, int]


class Marker:
    def __init__(self, query: Query) -> None:
        self._terms = query.wanted
        said = [term for term in query.wanted if "".join(term.words).isascii()]
        # The longest first: of several that begin at one place, the whole is marked.
        said.sort(key=lambda term: -len(term.words))
        self._plain = re.compile("|".join(_expression(term) for term in said)) if said else None

    def parts(self, text: str) -> list[Part]:
        """The whole text."""
        return _parts(text, (0, len(text)), self.spans(text))

    def snippet(self, text: str) -> list[Part]:
        """Some words around the first hit, in one line; empty when there is none."""
        spans = self.spans(text)
        first = next(spans, None)
        if first is None:
            return []
        start, end = _window(text, first)
        within = [first, *takewhile(lambda span: span[1] <= end, spans)]
        parts = _parts(text, (start, end), iter(within))
        before = [Part(ELLIPSIS)] if start else []
        after = [Part(ELLIPSIS)] if end < len(text) else []
        return [Part(_SPACE.sub(" ", p.text), p.hit) for p in [*before, *parts, *after]]

    def spans(self, text: str) -> Iterator[Span]:
        """In their order; none begins within another."""
        if not text.isascii():
            return self._spans_of_words(list(placed(text)))
        if self._plain is None:
            return iter(())
        return (found.span() for found in self._plain.finditer(text.lower()))

    def _spans_of_words(self, found: Sequence[Word]) -> Iterator[Span]:
        place = 0
        while place < len(found):
            length = max((_held(term, found, place) for term in self._terms), default=0)
            if length:
                yield found[place].start, found[place + length - 1].end
            place += length or 1


def _expression(term: Term) -> str:
    """For text in small letters."""
    words = "[^a-z0-9]+".join(term.words)
    return f"(?<![a-z0-9]){words}{'[a-z0-9]*' if term.begins else ''}(?![a-z0-9])"


def _held(term: Term, found: Sequence[Word], place: int) -> int:
    """How many words from `place` on are the term's: all or none."""
    there = [word.text for word in found[place : place + len(term.words)]]
    if len(there) < len(term.words) or there[:-1] != list(term.words[:-1]):
        return 0
    last = term.words[-1]
    same = there[-1].startswith(last) if term.begins else there[-1] == last
    return len(there) if same else 0


def _window(text: str, first: Span) -> Span:
    """Between two spaces, if there are any nearby."""
    start, end = max(0, first[0] - BEFORE), first[1] + WIDTH - BEFORE
    if start:
        start = text.find(" ", start, first[0]) + 1 or start
    if end < len(text):
        end = max(text.rfind(" ", first[1], end), first[1])
        end = end if end > first[1] else min(first[1] + WIDTH - BEFORE, len(text))
    return start, min(end, len(text))


def _parts(text: str, window: Span, spans: Iterator[Span]) -> list[Part]:
    found: list[Part] = []
    place, end = window
    for start, stop in spans:
        found += [Part(text[place:start]), Part(text[start:stop], hit=True)]
        place = stop
    found.append(Part(text[place:end]))
    return [part for part in found if part.text]
