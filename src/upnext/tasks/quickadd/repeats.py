"""How often: "every 2nd tuesday until june" as a rule of RFC 5545, and when it is due first."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from upnext.tasks.quickadd.calendar import day_of
from upnext.tasks.quickadd.languages.table import Repeat
from upnext.tasks.quickadd.model import Setting, lowered
from upnext.tasks.quickadd.modes import MODES
from upnext.tasks.quickadd.moments import DAY_END, instant, time_of
from upnext.tasks.quickadd.vocabulary import (
    BYDAY,
    FREQUENCIES,
    Found,
    Vocabulary,
    apart,
    find,
    match_at,
    vocabulary,
)
from upnext.tasks.recurrence.reading import parse
from upnext.tasks.recurrence.rules import Freq
from upnext.tasks.recurrence.walls import next_occurrence

_GAP = re.compile(r"[\s,]+")
_FIFTH = 5
_MOST_TIMES = 999


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurring:
    """`rule` without its end. `first_day` is where it was said to start."""

    start: int
    end: int
    rule: str
    basis: str
    clock: time | None = None
    first_day: date | None = None
    last_day: date | None = None
    times: int | None = None

    def last(self, zone: ZoneInfo) -> datetime | None:
        """When it may come for the last time."""
        return instant(self.last_day, DAY_END, zone) if self.last_day else None

    def rrule(self, zone: ZoneInfo) -> str:
        if self.times:
            return f"{self.rule};COUNT={self.times}"
        last = self.last(zone)
        return f"{self.rule};UNTIL={last:%Y%m%dT%H%M%SZ}" if last else self.rule


def read_repeat(
    text: str, language: str = "en", *, now: datetime | None = None, zone: ZoneInfo | None = None
) -> tuple[str, str] | None:
    """(rule, `due` or `completion`), if all of `text` says how often. Without `now` there are no
    words such as "until friday"."""
    words, place = vocabulary(language), zone or ZoneInfo("UTC")
    setting = Setting(
        now=now or datetime(1970, 1, 1, tzinfo=UTC),
        zone=place,
        local=(now or datetime(1970, 1, 1, tzinfo=UTC)).astimezone(place).replace(tzinfo=None),
        language=words.language,
        mode=MODES["upnext"],
    )
    text = lowered(text).strip()
    found = match_at(words.repeats, text, 0)
    repeat = _extended(found, text, setting, words) if found else None
    if repeat is None or repeat.end != len(text) or (repeat.last_day and now is None):
        return None
    return repeat.rrule(place), repeat.basis


def find_repeat(text: str, setting: Setting, words: Vocabulary) -> Recurring | None:
    """The last one in the line."""
    for found in reversed(apart(find(words.repeats, text))):
        repeat = _extended(found, text, setting, words)
        if repeat is None:
            continue
        last_words = not text[repeat.end :].strip("\0 \t.,;!?")
        if last_words or not (isinstance(found.row, Repeat) and found.row.shy):
            return repeat
    return None


def impossible(text: str, words: Vocabulary) -> list[Found]:
    """Words of a repeat that would never come, such as every 30 February."""
    return [found for found in apart(find(words.repeats, text)) if _rule(found, words) is None]


def _extended(found: Found, text: str, setting: Setting, words: Vocabulary) -> Recurring | None:
    """With the words that follow: a time, an end, a beginning, what it counts from."""
    rule = _rule(found, words)
    if rule is None:
        return None
    basis = "completion" if "!" in found.words.get("every", "") else "due"
    part = found.words.get("part")
    clock = time.fromisoformat(words.language.parts[part]) if part else None
    repeat = Recurring(start=found.start, end=found.end, rule=rule, basis=basis, clock=clock)
    while longer := (
        _after_done(repeat, text, words)
        or _times(repeat, text, words)
        or _until(repeat, text, setting, words)
        or _starting(repeat, text, setting, words)
        or _timed(repeat, text, words)
    ):
        repeat = longer
    return repeat


def _rule(found: Found, words: Vocabulary) -> str | None:
    row, given = found.row, found.words
    if not isinstance(row, Repeat):
        return None
    parts = {name: str(words.number(given[name])) for name in _NUMBERS if name in given}
    parts["place"] = parts.get("nth") or parts.get("edge") or ""
    if "unit" in given:
        parts["unit"] = FREQUENCIES[words.units[given["unit"]]]
    if "month" in given:
        parts["month"] = str(words.months[given["month"]])
    for name in ("weekday", "weekdays"):
        if name in given:
            parts[name] = _weekdays(given[name], words)
    if "days" in given:
        parts["days"] = _ascending(re.findall(r"[0-9]+", given["days"]))
    return _checked(row.rule.format_map(parts))


_NUMBERS = ("n", "nth", "edge", "day")


def _weekdays(text: str, words: Vocabulary) -> str:
    places = {words.weekdays[word] for word in re.findall(r"\w+", text) if word in words.weekdays}
    return ",".join(BYDAY[place] for place in sorted(places))


def _ascending(numbers: list[str]) -> str:
    return ",".join(map(str, sorted({int(number) for number in numbers})))


def _checked(rule: str) -> str | None:
    """In its shortest form. None: it would never come, or says nothing."""
    interval = 1
    parts: dict[str, str] = {}
    for part in rule.split(";"):
        name, _, value = part.partition("=")
        if name == "INTERVAL":
            interval *= int(value)
        else:
            parts[name] = value
    place = re.match(r"-?[0-9]+", parts.get("BYDAY", ""))
    if interval < 1 or (place and int(place[0]) > _FIFTH):
        return None
    if "BYMONTH" in parts and not _exists(int(parts["BYMONTH"]), int(parts["BYMONTHDAY"])):
        return None
    told = [f"FREQ={parts.pop('FREQ')}"]
    if interval > 1:
        told.append(f"INTERVAL={interval}")
    return ";".join([*told, *(f"{name}={value}" for name, value in parts.items())])


def _exists(month: int, day: int) -> bool:
    """In a leap year at least."""
    try:
        date(2000, month, day)
    except ValueError:
        return False
    return True


# What may follow, each with the white space before it


def _after_done(repeat: Recurring, text: str, words: Vocabulary) -> Recurring | None:
    match = words.after_done.match(text, repeat.end)
    return replace(repeat, end=match.end(), basis="completion") if match else None


def _times(repeat: Recurring, text: str, words: Vocabulary) -> Recurring | None:
    match = words.times.match(text, repeat.end)
    if match is None or repeat.times or repeat.last_day:
        return None
    times = words.number(match["n"])
    return replace(repeat, end=match.end(), times=times) if 0 < times <= _MOST_TIMES else None


def _until(repeat: Recurring, text: str, setting: Setting, words: Vocabulary) -> Recurring | None:
    """A month by itself means its first day."""
    match = words.until.match(text, repeat.end)
    if match is None or repeat.times or repeat.last_day:
        return None
    day, end = _day_at(text, match.end(), setting, words)
    month = words.month.match(text, match.end())
    if day is None and month:
        number, end = words.months[month["month"]], month.end()
        today = setting.local.date()
        year = int(month["year"] or today.year + (number <= today.month))
        day = date(year, number, 1)
    return replace(repeat, end=end, last_day=day) if day else None


def _starting(
    repeat: Recurring, text: str, setting: Setting, words: Vocabulary
) -> Recurring | None:
    match = words.starting.match(text, repeat.end)
    if match is None or repeat.first_day:
        return None
    day, end = _day_at(text, match.end(), setting, words)
    return replace(repeat, end=end, first_day=day) if day else None


def _day_at(text: str, place: int, setting: Setting, words: Vocabulary) -> tuple[date | None, int]:
    found = match_at(words.days, text, place)
    return (day_of(found, setting.local.date(), words), found.end) if found else (None, place)


def _timed(repeat: Recurring, text: str, words: Vocabulary) -> Recurring | None:
    gap = _GAP.match(text, repeat.end)
    if gap is None or repeat.clock:
        return None
    found = match_at(words.clocks, text, gap.end())
    at = time_of(found, words) if found else None
    return replace(repeat, end=found.end, clock=at) if found and at is not None else None


def first_due(repeat: Recurring, clock: time | None, setting: Setting) -> datetime | None:
    """The first time that it comes, from today or from where it was said to start."""
    rule = parse(repeat.rule)
    if rule.freq == Freq.HOURLY and repeat.first_day is None:
        return setting.now + timedelta(hours=rule.interval)
    at = repeat.clock or clock or DAY_END
    today = setting.local.date()
    day = _first_day(repeat.rule, repeat.first_day or today)
    moment = instant(day, at, setting.zone) if day else None
    if moment and moment <= setting.now and repeat.first_day is None:
        day = _first_day(repeat.rule, today + timedelta(days=1))
        moment = instant(day, at, setting.zone) if day else None
    return moment


def _first_day(rule: str, day: date) -> date | None:
    """The interval counts from the first one on, so it does not matter here."""
    parts = [part for part in rule.split(";") if not part.startswith("INTERVAL=")]
    if len(parts) == 1:
        return day
    start = datetime.combine(day, time(0))
    found = next_occurrence(parse(";".join(parts)), start)
    return found.date() if found else None
