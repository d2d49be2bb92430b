"""Days and times in a line: which words belong together, and which moment they mean."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from upnext.tasks.quickadd.calendar import day_of
from upnext.tasks.quickadd.languages.table import Clock, Day
from upnext.tasks.quickadd.model import Setting
from upnext.tasks.quickadd.vocabulary import Found, Vocabulary, apart, find

DAY_END = time(23, 59)
DAY_START = time(0, 0)
_PREFIX = 40
"""No word before a date is longer."""

_NOON = 12
_FIRST = datetime(1970, 1, 1, tzinfo=UTC)
_LAST = datetime(9999, 12, 31, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """Words that name a moment: a day, a time, both, or an exact instant. `role` is of
    `Language.prefixes`, or empty without a word before."""

    start: int
    end: int
    day: Found | None = None
    clock: Found | None = None
    exact: Found | None = None
    role: str = ""

    @property
    def timed(self) -> bool:
        return self.clock is not None or self.exact is not None or self.implied

    @property
    def implied(self) -> bool:
        """Whether the day's own words say when: tonight, this evening."""
        if self.day is None or not isinstance(self.day.row, Day):
            return False
        return bool(self.day.row.clock) or "part" in self.day.words


def phrases(text: str, words: Vocabulary) -> list[Phrase]:
    """In their order. Days and times side by side are one phrase."""
    rows = [*find(words.days, text), *find(words.clocks, text)]
    rows += find(((pattern, "exact") for pattern in words.soon), text)
    together: list[Phrase] = []
    for each in apart(rows):
        phrase = _phrase(each)
        if together and (joined := _joined(together[-1], phrase, text, words)):
            together[-1] = joined
        else:
            together.append(phrase)
    return list(_meant(together, text, words))


def _phrase(found: Found) -> Phrase:
    phrase = Phrase(start=found.start, end=found.end)
    if isinstance(found.row, Day):
        return replace(phrase, day=found)
    if isinstance(found.row, Clock):
        return replace(phrase, clock=found)
    return replace(phrase, exact=found)


def _joined(one: Phrase, two: Phrase, text: str, words: Vocabulary) -> Phrase | None:
    gap = text[one.end : two.start].strip(" \t,")
    if one.exact or two.exact or (gap and words.language.prefixes.get(gap) != "on"):
        return None
    if two.clock and not two.day and not one.timed:
        return replace(one, end=two.end, clock=two.clock)
    if one.clock and not one.day and not two.timed:
        return replace(one, end=two.end, day=two.day)
    return None


def _meant(found: list[Phrase], text: str, words: Vocabulary) -> Iterator[Phrase]:
    """With the word before them, and without words that only look like a day or a time."""
    begun = None
    for each in found:
        phrase = _with_word_before(each, text, words, begun)
        if not _shy(phrase, text, words):
            begun = phrase.end if phrase.role == "start" else None
            yield phrase


def _with_word_before(phrase: Phrase, text: str, words: Vocabulary, begun: int | None) -> Phrase:
    """`begun` is where a phrase that says when to start has just ended: "from friday to sunday"."""
    before = words.prefix.search(text, max(0, phrase.start - _PREFIX), phrase.start)
    if before is None:
        return phrase
    role = words.language.prefixes[" ".join(before[1].split())]
    if role == "end":
        if begun is None or text[begun : before.start(1)].strip():
            return phrase
        role = "on"
    return replace(phrase, start=before.start(1), role=role)


def _shy(phrase: Phrase, text: str, words: Vocabulary) -> bool:
    clock = phrase.clock is not None and _is_shy(phrase.clock)
    if phrase.day is None:
        return clock
    if phrase.role:
        return False
    weekday = phrase.day.words.get("weekday", "")
    bare = weekday in words.language.shy_words and (
        text[phrase.day.start : phrase.day.end].rstrip(".") == weekday
    )
    return (bare or _is_shy(phrase.day)) and (phrase.clock is None or clock)


def _is_shy(found: Found) -> bool:
    return isinstance(found.row, Day | Clock) and found.row.shy


def moment_of(
    phrase: Phrase, setting: Setting, words: Vocabulary, default: time
) -> datetime | None:
    """In UTC. None: there is no such moment."""
    if phrase.exact:
        return _exact(phrase.exact, setting, words)
    at = time_of(phrase.clock, words) if phrase.clock else None
    if phrase.clock and at is None:
        return None
    if phrase.day is None:
        return next_at(at or default, setting)
    day = day_of(phrase.day, setting.local.date(), words)
    if day is None:
        return None
    if at is None and phrase.role == "before":
        day -= timedelta(days=1)
    if at is None and phrase.implied:
        moment = instant(day, _implied(phrase.day, words), setting.zone)
        return moment if moment and moment > setting.now else instant(day, default, setting.zone)
    return instant(day, at or default, setting.zone)


def _implied(found: Found, words: Vocabulary) -> time:
    if "part" in found.words:
        return time.fromisoformat(words.language.parts[found.words["part"]])
    return time.fromisoformat(found.row.clock if isinstance(found.row, Day) else "00:00")


def next_at(at: time, setting: Setting) -> datetime | None:
    """The next time that the clock shows `at`."""
    day = setting.local.date()
    moment = instant(day, at, setting.zone)
    if moment is None or moment > setting.now:
        return moment
    return instant(day + timedelta(days=1), at, setting.zone)


def instant(day: date, at: time, zone: ZoneInfo) -> datetime | None:
    """A time that a clock change skips moves forward by what was skipped."""
    try:
        moment = datetime.combine(day, at, zone).astimezone(UTC)
    except OverflowError:
        return None
    return moment if _FIRST <= moment <= _LAST else None


def time_of(found: Found, words: Vocabulary) -> time | None:
    """None: there is no such time, such as 13 pm."""
    row, given = found.row, found.words
    if "part" in given:
        return time.fromisoformat(words.language.parts[given["part"]])
    if isinstance(row, Clock) and row.at:
        return time.fromisoformat(row.at)
    hour, minute = int(given["hour"]), int(given.get("minute", 0))
    if half := given.get("half"):
        return _of_half(hour, minute, words.language.halves[half])
    if "minute" not in given and 0 < hour <= words.language.afternoon:
        hour += _NOON
    return time(hour, minute)


def _of_half(hour: int, minute: int, begins: int) -> time | None:
    return time(hour % _NOON + begins, minute) if 1 <= hour <= _NOON else None


def _exact(found: Found, setting: Setting, words: Vocabulary) -> datetime | None:
    given: Mapping[str, str] = found.words
    try:
        if "exact" in given:
            moment = datetime.fromisoformat(given["exact"].upper())
            aware = moment if moment.tzinfo else moment.replace(tzinfo=setting.zone)
            moment = aware.astimezone(UTC)
        elif "thirty" in given:
            moment = setting.now + timedelta(minutes=30)
        else:
            amount = words.number(given["n"]) * words.small[given["small"]]
            moment = setting.now + timedelta(minutes=amount)
    except (ValueError, OverflowError):
        return None
    return moment if _FIRST <= moment <= _LAST else None


def whole_phrase(text: str, words: Vocabulary) -> Phrase | None:
    """The phrase that all of `text` is, but for white space."""
    found = phrases(text, words)
    if len(found) != 1:
        # Alone in its place, a word that is otherwise shy is a date.
        prefixed = next(word for word, role in words.language.prefixes.items() if role == "on")
        found = [
            replace(
                each, start=max(0, each.start - len(prefixed) - 1), end=each.end - len(prefixed) - 1
            )
            for each in phrases(f"{prefixed} {text}", words)
        ]
    if len(found) != 1:
        return None
    one = found[0]
    outside = text[: one.start] + text[one.end :]
    return one if not re.search(r"\S", outside) else None
