"""What a language has to say. Forms are regular expressions over small letters, in which a space
stands for any white space and a name in braces for a word of the table.

Names: `{weekday} {weekdays}` (a list) `{month} {n} {nth} {edge} {unit} {small} {day} {dayth}
{days} {year} {hour} {minute} {half} {part} {every}`; `vocabulary.py` knows what each may be.
"""

from collections.abc import Mapping
from dataclasses import dataclass

Words = tuple[tuple[str, ...], ...]
"""In order; of each the first spelling is the one that the date library knows."""


@dataclass(frozen=True, slots=True)
class Day:
    """A way to name a day. Either `say` is asked of the date library, counted from `base` days
    from today, or `rule` is one of `calendar.py` with `count`. `clock` is the time it implies."""

    form: str
    say: str = ""
    rule: str = ""
    count: int = 0
    base: int = 0
    clock: str = ""
    shy: bool = False
    """Counts only with a word such as "on" before it or a time beside it."""


@dataclass(frozen=True, slots=True)
class Clock:
    """A way to name a time of day; `at` where the form itself does not say it."""

    form: str
    at: str = ""
    shy: bool = False
    """Counts only beside a day."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """A way to say how often. `rule` is RFC 5545's, with the form's words in braces."""

    form: str
    rule: str
    shy: bool = False
    """Counts only as the last words: "report weekly" repeats, "weekly report" is a report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """One language. `names` hold words that look like dates and are none: Black Friday.
    `prefixes` says what a word before a date makes of it: `on`, `before` (the day
    ends as it begins), `start`, or `end`, which counts right after a start only."""

    code: str
    date_order: str
    weekdays: Words
    months: Words
    numbers: Mapping[str, int]
    ordinals: Mapping[str, int]
    edges: Mapping[str, int]
    suffix: str
    units: Mapping[str, tuple[str, ...]]
    small_units: Mapping[str, tuple[str, ...]]
    parts: Mapping[str, str]
    halves: Mapping[str, int]
    afternoon: int
    shy_words: frozenset[str]
    names: tuple[str, ...]
    conjunction: str
    every: str
    days: tuple[Day, ...]
    clocks: tuple[Clock, ...]
    soon: tuple[str, ...]
    durations: tuple[str, ...]
    prefixes: Mapping[str, str]
    repeats: tuple[Repeat, ...]
    after_done: str
    until: str
    starting: str
    times: str
