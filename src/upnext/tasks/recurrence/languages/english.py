"""English."""

from typing import Final

from upnext.tasks.recurrence.languages.tables import Language
from upnext.tasks.recurrence.rules import Freq

_TEENS: Final = range(11, 14)
_SUFFIXES: Final = {1: "st", 2: "nd", 3: "rd"}


def nth(number: int) -> str:
    if number == -1:
        return "last"
    place = abs(number)
    suffix = "th" if place % 100 in _TEENS else _SUFFIXES.get(place % 10, "th")
    return f"{place}{suffix}{' to last' if number < 0 else ''}"


ENGLISH: Final = Language(
    every={
        Freq.YEARLY: ("every year", "every {n} years"),
        Freq.MONTHLY: ("every month", "every {n} months"),
        Freq.WEEKLY: ("every week", "every {n} weeks"),
        Freq.DAILY: ("every day", "every {n} days"),
        Freq.HOURLY: ("every hour", "every {n} hours"),
        Freq.MINUTELY: ("every minute", "every {n} minutes"),
        Freq.SECONDLY: ("every second", "every {n} seconds"),
    },
    weekdays=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    months=(
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
    conjunction="and",
    nth=nth,
    phrases={
        "every_weekday": "every weekday",
        "every_days": "every {days}",
        "nth_week_day": "every {nth} {day}",
        "weekday": "weekday",
        "on_weekday": "on weekdays",
        "on_days": "on {days}",
        "on_each": "on every {days}",
        "every_last": "every last {day}",
        "on": "on {list}",
        "nth_day": "the {nth} {day}",
        "month_day": "the {nth}",
        "month_day_back": "the {nth} day",
        "if_day": "if it is a {days}",
        "year_day": "day {n} of the year",
        "year_day_back": "the {nth} day of the year",
        "of_year": "{days} of the year",
        "date": "on {day} {month}",
        "in_months": "in {months}",
        "in_weeks": "in {weeks}",
        "week": "week {n}",
        "week_back": "the {nth} week of the year",
        "at": "at {times}",
        "hours": "at {hours} o'clock",
        "minute": "at minute {minutes}",
        "only": "(of these only {list})",
        "position": "the {nth}",
        "after_done": " after done",
        "until": " until {day:%Y-%m-%d}",
        "done_until": " until {day:%Y-%m-%d}",
        "times": ", {n} times",
        "once": ", once",
        "or": "or",
    },
)
