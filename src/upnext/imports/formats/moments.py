"""Dates in the spellings of other programs."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, tzinfo

from upnext.imports.formats.items import FormatError

DAY_END = time(23, 59)
DAY_START = time(0, 0)
_COMPACT = re.compile(r"^(\d{8})T(\d{6})Z$")
_NUMERIC = re.compile(r"^(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})(?=$|[ ,T])")
_YEAR_FIRST = re.compile(r"^(\d{4})([/.-])(\d{1,2})\2(\d{1,2})(?=$|[ T])")
_DAY_FIRST_WORDS = re.compile(
    r"^(?:[a-z]{3,9},? )?(\d{1,2})\.? ([a-z]{3,9})\.?,? (\d{4})", re.IGNORECASE
)
# Jira's own: 12/Mar/24 9:15 AM.
_SLASHED_WORDS = re.compile(r"^(\d{1,2})/([a-z]{3,9})/(\d{4}|\d{2})(?=$|[ ,])", re.IGNORECASE)
_MONTH_FIRST_WORDS = re.compile(
    r"^(?:[a-z]{3,9},? )?([a-z]{3,9})\.? (\d{1,2}),? (\d{4})", re.IGNORECASE
)
_CLOCK = re.compile(
    r"^[ ,T]*(?:at )?(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?"
    r"\s*(am|pm)?\s*(z|utc|[+-]\d{2}:?\d{2})?$",
    re.IGNORECASE,
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LAST_MONTH = 12
_TWO_DIGITS = 99
_MOST_QUOTED = 60


def is_month_first(values: Iterable[str], wish: str | None) -> bool:
    """Whether 12/04/2026 means 4 December, as the file's other dates or the person say."""
    if wish:
        return wish == "mdy"
    slashed = [match for value in values if (match := _NUMERIC.match(value.strip()))]
    open_to_doubt = [match for match in slashed if match[2] != "."]
    first = any(int(match[1]) > _LAST_MONTH for match in open_to_doubt)
    second = any(int(match[3]) > _LAST_MONTH for match in open_to_doubt)
    if first == second and any(match[1] != match[3] for match in open_to_doubt):
        example = open_to_doubt[0][0]
        raise FormatError(
            f"Dates such as {example} can be read in two ways. "
            "Say dates=dmy when the day comes first, dates=mdy when the month does.",
            code="ambiguous_dates",
            pointer="/dates",
        )
    return second


def read(text: str, zone: tzinfo, *, month_first: bool = False, clock: time = DAY_END) -> datetime:
    """The moment; a day alone, also one written with midnight, means `clock` on that day."""
    words = " ".join(text.split())
    if compact := _COMPACT.match(words):
        return datetime.strptime(compact[0], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    day, rest = _day(words, month_first=month_first)
    at, own_zone = _time(rest)
    if at is None or (at == time(0, 0) and own_zone is None):
        at = clock
    return datetime.combine(day, at, own_zone or zone).astimezone(UTC)


def moment(
    text: str, zone: tzinfo, *, month_first: bool = False, clock: time = DAY_END
) -> datetime:
    """The same, with a sentence for what is no date."""
    try:
        return read(text, zone, month_first=month_first, clock=clock)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"“{text[:_MOST_QUOTED]}” is not a date") from error


def _day(words: str, *, month_first: bool) -> tuple[date, str]:
    """The day that the words begin with, and what follows."""
    if match := _YEAR_FIRST.match(words):
        return date(int(match[1]), int(match[3]), int(match[4])), words[match.end() :]
    if match := _NUMERIC.match(words):
        one, two, year = int(match[1]), int(match[3]), int(match[4])
        swapped = month_first and match[2] != "."
        month, day = (one, two) if swapped else (two, one)
        return date(_year(year), month, day), words[match.end() :]
    return _day_in_words(words)


def _year(number: int) -> int:
    return number if number > _TWO_DIGITS else 2000 + number


def _day_in_words(words: str) -> tuple[date, str]:
    if match := _SLASHED_WORDS.match(words):
        return date(_year(int(match[3])), _month(match[2]), int(match[1])), words[match.end() :]
    if match := _DAY_FIRST_WORDS.match(words):
        return date(int(match[3]), _month(match[2]), int(match[1])), words[match.end() :]
    if match := _MONTH_FIRST_WORDS.match(words):
        return date(int(match[3]), _month(match[1]), int(match[2])), words[match.end() :]
    raise ValueError(words)


def _month(word: str) -> int:
    return _MONTHS.index(word[:3].lower()) + 1


def _time(words: str) -> tuple[time | None, tzinfo | None]:
    if not words:
        return None, None
    match = _CLOCK.match(words)
    if not match:
        raise ValueError(words)
    hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
    if half := (match[4] or "").lower():
        hour = hour % 12 + (12 if half == "pm" else 0)
    return time(hour, minute, second), _offset(match[5])


def _offset(text: str | None) -> tzinfo | None:
    if not text:
        return None
    if text.lower() in {"z", "utc"}:
        return UTC
    return datetime.strptime(text, "%z").tzinfo
