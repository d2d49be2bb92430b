"""A language's table, compiled: where its words stand in a text, and what they mean."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

from upnext.tasks.quickadd.languages import LANGUAGES, anywhere
from upnext.tasks.quickadd.languages.table import Clock, Day, Language, Repeat, Words

BEGIN = r"(?<![^\s(\[])"
END = r"(?=[.,;:!?)\]]*(?:\s|$))"
BYDAY = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
FREQUENCIES = {
    **{"day": "DAILY", "week": "WEEKLY", "month": "MONTHLY", "year": "YEARLY"},
    **{"fortnight": "WEEKLY;INTERVAL=2", "quarter": "MONTHLY;INTERVAL=3"},
}
Row: TypeAlias = Day | Clock | Repeat | str
Match: TypeAlias = "re.Match[str]"


@dataclass(frozen=True, slots=True)
class Found:
    """Where a row of the table stands in a text, with the words in it."""

    start: int
    end: int
    row: Row
    words: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    language: Language
    days: tuple[tuple[re.Pattern[str], Day], ...]
    clocks: tuple[tuple[re.Pattern[str], Clock], ...]
    soon: tuple[re.Pattern[str], ...]
    durations: tuple[re.Pattern[str], ...]
    repeats: tuple[tuple[re.Pattern[str], Repeat], ...]
    names: tuple[re.Pattern[str], ...]
    prefix: re.Pattern[str]
    after_done: re.Pattern[str]
    until: re.Pattern[str]
    starting: re.Pattern[str]
    times: re.Pattern[str]
    month: re.Pattern[str]
    weekdays: Mapping[str, int]
    months: Mapping[str, int]
    units: Mapping[str, str]
    small: Mapping[str, int]

    def number(self, word: str) -> int:
        """What `{n}`, `{nth}`, `{edge}`, `{day}` or `{dayth}` found."""
        table = self.language
        for words in (table.edges, table.ordinals, table.numbers):
            if word in words:
                return words[word]
        return int(re.match(r"[0-9]*", word)[0] or 0)  # type: ignore[index]  # always matches


@cache
def vocabulary(code: str) -> Vocabulary:
    table = LANGUAGES[code]
    patterns = _patterns(table)

    def whole(form: str) -> re.Pattern[str]:
        return re.compile(BEGIN + "(?:" + _spelled(form, patterns) + ")" + END)

    def tail(form: str) -> re.Pattern[str]:
        return re.compile(r"[\s,]+(?:" + _spelled(form, patterns) + ")" + END)

    return Vocabulary(
        language=table,
        days=tuple((whole(row.form), row) for row in (*anywhere.DAYS, *table.days)),
        clocks=tuple((whole(row.form), row) for row in (*anywhere.CLOCKS, *table.clocks)),
        soon=tuple(whole(form) for form in (anywhere.EXACT, *table.soon)),
        durations=tuple(whole(form) for form in (*anywhere.DURATIONS, *table.durations)),
        repeats=tuple((whole(row.form), row) for row in table.repeats),
        names=tuple(whole(form) for form in table.names),
        prefix=re.compile(BEGIN + "(" + _spelled(_any(table.prefixes), patterns) + r")[\s:]+\Z"),
        after_done=tail(table.after_done),
        until=re.compile(r"[\s,]+(?:" + _spelled(table.until, patterns) + r")\s+"),
        starting=re.compile(r"[\s,]+(?:" + _spelled(table.starting, patterns) + r")\s+"),
        times=tail(table.times),
        month=re.compile(_spelled("{month}(?: {year})?", patterns) + END),
        weekdays=_places(table.weekdays, 0),
        months=_places(table.months, 1),
        units={word: unit for unit, words in table.units.items() for word in words},
        small={
            word: 60 if unit == "hour" else 1
            for unit, words in table.small_units.items()
            for word in words
        },
    )


def _patterns(table: Language) -> dict[str, str]:
    weekday = _any(word for words in table.weekdays for word in words)
    joint = rf"\s*(?:,|(?:,\s*)?(?:{table.conjunction}))\s*"
    dayth = rf"(?:[12][0-9]|3[01]|0?[1-9])(?:{table.suffix})"
    named = {
        "weekday": weekday,
        "weekdays": rf"(?:{weekday})(?:{joint}(?:{weekday}))*",
        "month": _any(word for words in table.months for word in words),
        "n": r"[1-9][0-9]{0,2}|" + _any(table.numbers),
        "nth": rf"[1-9][0-9]?(?:{table.suffix})|" + _any(table.ordinals),
        "edge": _any(table.edges),
        "unit": _any(word for words in table.units.values() for word in words),
        "small": _any(word for words in table.small_units.values() for word in words),
        "day": rf"(?:[12][0-9]|3[01]|0?[1-9])(?:{table.suffix})?",
        "dayth": dayth,
        "days": rf"{dayth}(?:{joint}{dayth})*",
        "mon": "1[0-2]|0?[1-9]",
        "year": "(?:19[7-9]|[2-9][0-9]{2})[0-9]",
        "iso": "(?:19[7-9]|[2-9][0-9]{2})[0-9]-[0-9]{2}-[0-9]{2}",
        "hour": "2[0-3]|[01]?[0-9]",
        "minute": "[0-5][0-9]",
        "half": _any(table.halves) if table.halves else "(?!)",
        "part": _any(table.parts),
    }
    return {name: f"(?P<{name}>{pattern})" for name, pattern in named.items()} | {
        "every": f"(?P<every>{table.every})"
    }


def _spelled(form: str, patterns: Mapping[str, str]) -> str:
    """A form of the table as a regular expression."""
    for name, pattern in patterns.items():
        form = form.replace("{" + name + "}", pattern)
    return form.replace(" ?", r"\s*").replace(" ", r"\s+")


def _any(words: Iterable[str]) -> str:
    """The longest first, since the first that fits is taken."""
    return "|".join(
        re.escape(word).replace("\\ ", r"\s+") for word in sorted(words, key=len, reverse=True)
    )


def _places(words: Words, first: int) -> dict[str, int]:
    return {word: place for place, same in enumerate(words, first) for word in same}


def find(rows: Iterable[tuple[re.Pattern[str], Row]], text: str) -> Iterator[Found]:
    """Wherever one of the rows stands; they may overlap."""
    for pattern, row in rows:
        for match in pattern.finditer(text):
            yield _found(match, row)


def match_at(rows: Iterable[tuple[re.Pattern[str], Row]], text: str, place: int) -> Found | None:
    """The longest row that stands at `place`."""
    matches = [(match, row) for pattern, row in rows if (match := pattern.match(text, place))]
    if not matches:
        return None
    match, row = max(matches, key=lambda pair: pair[0].end())
    return _found(match, row)


def _found(match: Match, row: Row) -> Found:
    words = {name: word for name, word in match.groupdict().items() if word is not None}
    return Found(match.start(), match.end(), row, words)


def apart(found: Iterable[Found]) -> list[Found]:
    """Of those that overlap the one that begins first, and of these the longest."""
    chosen: list[Found] = []
    for each in sorted(found, key=lambda one: (one.start, -one.end)):
        if not chosen or each.start >= chosen[-1].end:
            chosen.append(each)
    return chosen
