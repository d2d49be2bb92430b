"""Which day words mean: the date library for names of days, and rules for what it does not know."""

import calendar
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from types import MappingProxyType

from upnext.tasks.quickadd.languages.table import Day
from upnext.tasks.quickadd.vocabulary import Found, Vocabulary

_FRIDAY, _SATURDAY, _WEEK, _YEAR = 4, 5, 7, 12
_FIRST, _LAST = date(1970, 1, 1), date(9999, 12, 30)

Words = Mapping[str, int]
"""The numbers in what was found: `month, year, day, d`."""


def day_of(found: Found, today: date, words: Vocabulary) -> date | None:
    """None: there is no such day, such as 30 February."""
    row = found.row
    if not isinstance(row, Day):
        return None
    try:
        day = _day(row, found, today, words)
    except (ValueError, OverflowError):
        return None
    return day if day is not None and _FIRST <= day <= _LAST else None


def _day(row: Day, found: Found, today: date, words: Vocabulary) -> date | None:
    if row.rule:
        return _RULES[row.rule](today, row.count, _numbers(found, words))
    asked = _said(row.say, found, words)
    base = today + timedelta(days=row.base)
    return _ask(asked, words.language.code, words.language.date_order, base)


def _said(say: str, found: Found, words: Vocabulary) -> str:
    """The phrase as the library knows it."""
    table, given = words.language, found.words
    known: dict[str, Callable[[str], str]] = {
        "weekday": lambda word: table.weekdays[words.weekdays[word]][0],
        "month": lambda word: table.months[words.months[word] - 1][0],
        "unit": lambda word: table.units[words.units[word]][0],
        "year": str,
        "mon": lambda word: str(int(word)),
    }
    parts = {"year": ""}
    for name, word in given.items():
        parts[name] = known[name](word) if name in known else str(words.number(word))
    if "a" in given:
        parts |= {"month_first": given["a"], "day_second": given["b"]}
        parts |= {"day_first": given["a"], "month_second": given["b"]}
    return say.format_map(parts).strip()


def _numbers(found: Found, words: Vocabulary) -> Words:
    given = found.words
    numbers = {name: words.number(given[name]) for name in ("d", "dayth") if name in given}
    if "month" in given:
        numbers["month"] = words.months[given["month"]]
    if "iso" in given:
        numbers |= zip(("year", "month", "day"), map(int, given["iso"].split("-")), strict=True)
    return numbers


@lru_cache(maxsize=4_096)
def _ask(phrase: str, language: str, order: str, today: date) -> date | None:
    """The date library's answer, always in the future where the phrase leaves the year open."""
    # Costs half as much as all other imports of a server; not needed before the first quick add.
    from dateparser.date import DateDataParser  # noqa: PLC0415 - see above

    parser = DateDataParser(
        languages=[language],
        settings={
            "RELATIVE_BASE": datetime.combine(today, time(0)),
            "PREFER_DATES_FROM": "future",
            "PARSERS": ["relative-time", "absolute-time"],
            "DATE_ORDER": order if not phrase[:1].isdigit() or "/" in phrase else "DMY",
        },
    )
    found = parser.get_date_data(phrase).date_obj
    return found.date() if found else None


def _monday(today: date, weeks: int) -> date:
    return today + timedelta(days=_WEEK * weeks - today.weekday())


def _week_end(today: date, weeks: int, _: Words) -> date:
    """Friday, or on a weekend its Sunday."""
    if weeks == 0 and today.weekday() > _FRIDAY:
        return _monday(today, 1) - timedelta(days=1)
    return _monday(today, weeks) + timedelta(days=_FRIDAY)


def _weekend(today: date, weeks: int, _: Words) -> date:
    """Saturday; on a Sunday this weekend is today."""
    return (
        max(today, _monday(today, 0) + timedelta(days=_SATURDAY))
        if weeks == 0
        else (_monday(today, weeks) + timedelta(days=_SATURDAY))
    )


def _first_of(today: date, months: int) -> date:
    ahead = today.year * _YEAR + today.month - 1 + months
    return date(ahead // _YEAR, ahead % _YEAR + 1, 1)


def _last_of(first: date) -> date:
    return first.replace(day=calendar.monthrange(first.year, first.month)[1])


def _month_end(today: date, months: int, _: Words) -> date:
    return _last_of(_first_of(today, months))


def _quarter(today: date, quarters: int, _: Words) -> date:
    return _first_of(today, 3 * quarters - (today.month - 1) % 3)


def _quarter_end(today: date, _: int, words: Words) -> date:
    return _quarter(today, 1, words) - timedelta(days=1)


def _named(today: date, day: int, words: Words) -> date:
    """That day of the named month, this year's or next year's."""
    found = date(today.year, words["month"], day)
    return found if found >= today else found.replace(year=today.year + 1)


def _named_end(today: date, _: int, words: Words) -> date:
    end = _last_of(date(today.year, words["month"], 1))
    return end if end >= today else _last_of(date(today.year + 1, words["month"], 1))


def _dayth(today: date, _: int, words: Words) -> date:
    """The next day of a month that has this number; today counts."""
    for ahead in range(3):
        first = _first_of(today, ahead)
        if words["dayth"] <= _last_of(first).day:
            found = first.replace(day=words["dayth"])
            if found >= today:
                return found
    raise ValueError


_RULES: Mapping[str, Callable[[date, int, Words], date]] = MappingProxyType(
    {
        "iso": lambda _, __, words: date(words["year"], words["month"], words["day"]),
        "ahead": lambda today, step, words: today + timedelta(days=step * words["d"]),
        "week": lambda today, weeks, _: _monday(today, weeks),
        "week_end": _week_end,
        "weekend": _weekend,
        "month": lambda today, months, _: _first_of(today, months),
        "month_end": _month_end,
        "named": _named,
        "named_end": _named_end,
        "quarter": _quarter,
        "quarter_end": _quarter_end,
        "year": lambda today, years, _: date(today.year + years, 1, 1),
        "year_end": lambda today, years, _: date(today.year + years, 12, 31),
        "dayth": _dayth,
    }
)
