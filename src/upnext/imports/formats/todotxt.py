"""todo.txt: a task per line, with its priority, dates, +projects, @contexts and key:value pairs."""

import io
import re
from dataclasses import dataclass, field
from datetime import datetime, time

from upnext.imports.formats import moments, spans
from upnext.imports.formats.encodings import decoded, remark_on
from upnext.imports.formats.items import (
    Item,
    Outcomes,
    Repeat,
    RowError,
    Source,
    Wishes,
    worded,
)
from upnext.imports.formats.priorities import priority

_DAY = r"\d{4}-\d{2}-\d{2}"
_HEAD = re.compile(
    rf"^(?:(?P<done>x)\s+)?(?:\((?P<priority>[A-Z])\)\s+)?"
    rf"(?:(?P<first>{_DAY})\s+)?(?:(?P<second>{_DAY})\s+)?"
)
_PAIR = re.compile(r"^([A-Za-z][\w-]*):([^\s:/][^\s]*)$")
_EVERY = re.compile(r"^(\+?)(\d{1,3})([dbwmy])$")
_UNITS = {"d": ("days", "DAILY"), "w": ("weeks", "WEEKLY"), "m": ("months", "MONTHLY"),
          "y": ("years", "YEARLY")}  # fmt: skip
# What a line says of itself, besides which nothing is expected to be found.
SIGNS = re.compile(rf"^\([A-Z]\) |^x {_DAY} |^{_DAY} |(?:^|\s)[+@]\w|(?:^|\s)due:{_DAY}")


def read(data: bytes, wishes: Wishes) -> Outcomes:
    text, encoding = decoded(data)
    yield Source(f"todo.txt, {encoding}")
    yield from remark_on(encoding)
    reader = _Reader(wishes)
    for number, line in enumerate(io.StringIO(text, newline=None), 1):
        if line.strip():
            yield from reader.line(line.strip(), number)


@dataclass
class _Words:
    """The words of a line, taken apart."""

    title: list[str] = field(default_factory=list)
    projects: list[str] = field(default_factory=list)
    contexts: list[str] = field(default_factory=list)
    pairs: dict[str, str] = field(default_factory=dict)


class _Reader:
    def __init__(self, wishes: Wishes) -> None:
        self._zone = wishes.zone

    def line(self, text: str, number: int) -> Outcomes:
        try:
            yield self._item(text, number)
        except ValueError as error:
            yield RowError(number, str(error))

    def _item(self, text: str, number: int) -> Item:
        head = _HEAD.match(text)
        assert head is not None  # noqa: S101  (each of its parts may be missing)
        rest = text[head.end() :]
        words = _taken_apart(rest)
        title, description = worded(" ".join(words.title) or rest)
        if not title:
            raise ValueError("has no words")
        done = bool(head["done"])
        first, second = self._day(head["first"]), self._day(head["second"])
        letter = head["priority"] or words.pairs.get("pri", "").upper()
        due, start = (self._pair(words, names, at) for names, at in _DATES)
        return Item(
            line=number,
            title=title,
            description=description,
            status="done" if done else "todo",
            priority=priority("todotxt", letter),
            project=words.projects[0] if words.projects else None,
            tags=tuple(dict.fromkeys(words.projects[1:])),
            context=tuple(dict.fromkeys(words.contexts)),
            due=due,
            start=start,
            # Of a finished task the first date is that of its end.
            created=second if done else first,
            completed=first if done else None,
            estimate=_estimate(words),
            recurrence=_repeat(words.pairs.get("rec", "")),
        )

    def _day(self, text: str | None) -> datetime | None:
        return moments.moment(text, self._zone, clock=moments.DAY_START) if text else None

    def _pair(self, words: _Words, names: tuple[str, ...], at: time) -> datetime | None:
        text = next((words.pairs[name] for name in names if name in words.pairs), None)
        if text is None:
            return None
        try:
            return moments.moment(text, self._zone, clock=at)
        except ValueError as error:
            raise ValueError(f"{names[0]}: {error}") from error


_DATES = ((("due",), moments.DAY_END), (("t", "threshold", "start"), moments.DAY_START))
_KNOWN = {"due", "t", "threshold", "start", "rec", "pri", "est", "estimate", "h"}
"""Any other `key:value` stays in the title, so that nothing is lost."""


def _taken_apart(text: str) -> _Words:
    words = _Words()
    for word in text.split():
        if word[0] in "+@" and len(word) > 1:
            (words.projects if word[0] == "+" else words.contexts).append(word.lstrip("+"))
        elif (pair := _PAIR.match(word)) and pair[1].casefold() in _KNOWN:
            words.pairs.setdefault(pair[1].casefold(), pair[2])
        else:
            words.title.append(word)
    return words


def _estimate(words: _Words) -> int | None:
    for name in ("est", "estimate"):
        if name in words.pairs:
            return spans.minutes(words.pairs[name])
    return None


def _repeat(text: str) -> Repeat | None:
    """`rec:1w` counts from the day it is done, `rec:+1w` from the day it was due."""
    if not text:
        return None
    found = _EVERY.match(text.casefold())
    if not found or found[3] not in _UNITS:
        return Repeat(text=text)
    number, (unit, frequency) = int(found[2]), _UNITS[found[3]]
    basis = "due" if found[1] else "completion"
    rrule = f"FREQ={frequency};INTERVAL={number}"
    words = f"every {unit[:-1]}" if number == 1 else f"every {number} {unit}"
    return Repeat(text=words, rrule=rrule, basis=basis)


def looks_like(text: str) -> bool:
    """Whether at least a third of the first lines have the signs of the format."""
    lines = [line for line in text[:20_000].splitlines() if line.strip()][:_LOOKED_AT]
    signs = sum(bool(SIGNS.search(line)) for line in lines)
    return bool(signs) and signs * 3 >= len(lines)


_LOOKED_AT = 50
