"""What is found by its signs: escapes, quotes, names and the note, in one walk over the line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from upnext.core.text import clean
from upnext.tasks.quickadd.model import Ignored, Span
from upnext.tasks.quickadd.modes import Mode

ESCAPE, QUOTE, NOTE = "\\", '"', "//"
LONGEST = {"project": 100, "tag": 50, "person": 254}
_NO_NAME = re.compile(r"[0-9]+[dw]?")
"""The number of an issue, one guest more, or some days from now."""
_OPENING = "(["
_TRAILING = ".,;:!?)]}'\""
_SPECIAL = frozenset('\\"#@+*!{}/')


@dataclass(slots=True)
class Literals:
    """`covered` are the places that no word of the grammar may stand in."""

    spans: list[Span]
    covered: list[tuple[int, int]]
    ignored: list[Ignored]


def scan(line: str, mode: Mode) -> Literals:
    walk = _Walk(line, mode)
    found = Literals([], [], [])
    place = 0
    while place < len(line):
        spans, end = walk.at(place)
        if end > place:
            found.spans += spans
            found.covered.append((place, end))
        place = max(end, place + 1)
    found.spans, found.ignored = _last_project(found.spans)
    return found


def _last_project(spans: list[Span]) -> tuple[list[Span], list[Ignored]]:
    """A task has one project: the one said last."""
    projects = [span for span in spans if span.kind == "project"]
    again = [Ignored("project", one.start, one.end, "said_again") for one in projects[:-1]]
    places = {one.start for one in again}
    return [one for one in spans if one.kind != "project" or one.start not in places], again


@dataclass(slots=True)
class _Walk:
    line: str
    mode: Mode
    closable: bool = True
    """Whether a quotation mark that ends one may still follow."""

    def at(self, place: int) -> tuple[list[Span], int]:
        """What begins here and where it ends; no further than here, if nothing does."""
        sign = self.line[place]
        begins = place == 0 or self.line[place - 1].isspace() or self.line[place - 1] in _OPENING
        if sign == ESCAPE:
            return self._escape(place, begins=begins)
        if not begins:
            return [], place
        if self.line.startswith(NOTE, place):
            note = self.line[place + len(NOTE) :].strip()
            return [Span("note", place, len(self.line), note)], len(self.line)
        if sign == QUOTE:
            return self._quote(place)
        if kind := self.mode.signs.get(sign):
            return self._name(kind, place)
        return [], place

    def _escape(self, place: int, *, begins: bool) -> tuple[list[Span], int]:
        """Takes the meaning from a sign, or at the beginning of a word from the word."""
        after = place + 1
        if after >= len(self.line) or self.line[after].isspace():
            return [], place
        if self.line[after] in _SPECIAL:
            return [Span("escape", place, after)], after + 1
        if begins:
            return [Span("escape", place, after)], self._word_end(after)
        return [], place

    def _quote(self, place: int) -> tuple[list[Span], int]:
        end = self._closing(place + 1)
        if end is None:
            return [], place
        return [Span("quote", place, place + 1), Span("quote", end, end + 1)], end + 1

    def _name(self, kind: str, place: int) -> tuple[list[Span], int]:
        start = place + 1
        if self.line.startswith(QUOTE, start):
            closing = self._closing(start + 1)
            if closing is None:
                return [], place
            name, end = self.line[start + 1 : closing], closing + 1
        else:
            name = self.line[start : self._word_end(start)].rstrip(_TRAILING)
            end = start + len(name)
            if _NO_NAME.fullmatch(name):
                return [], place
        words = " ".join(clean(name).split())
        if not (words[:1].isalnum() or words[:1] == "_") or len(words) > LONGEST[kind]:
            return [], place
        return [Span(kind, place, end, words)], end

    def _closing(self, start: int) -> int | None:
        """Where a quotation that begins before `start` ends: at the end of a word."""
        for end in self._quotes_from(start) if self.closable else ():
            after = self.line[end + 1 : end + 2]
            if end > start and (not after or after.isspace() or after in _TRAILING):
                return end
        self.closable = False
        return None

    def _quotes_from(self, start: int) -> Iterator[int]:
        end = self.line.find(QUOTE, start)
        while end >= 0:
            yield end
            end = self.line.find(QUOTE, end + 1)

    def _word_end(self, start: int) -> int:
        end = start
        while end < len(self.line) and not self.line[end].isspace():
            end += 1
        return end
