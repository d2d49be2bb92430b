"""A rule in words. What is said is decided here, how it is said stands in the language's tables."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, tzinfo
from itertools import product

from upnext.tasks.recurrence.languages import LANGUAGES
from upnext.tasks.recurrence.languages.tables import Language
from upnext.tasks.recurrence.reading import parse
from upnext.tasks.recurrence.rules import Basis, Day, Freq, Rule

WORKDAYS = tuple(Day(weekday) for weekday in range(5))
WEEK = 7


def describe(
    rrule: str, basis: str = Basis.DUE, language: str = "en", *, zone: tzinfo = UTC
) -> str:
    """Such as `every 2nd Tuesday`; the day of an UNTIL in UTC is told as it is in `zone`.

    Raises RuleError, and KeyError for an unknown language.
    """
    rule = parse(rrule)
    if isinstance(rule.until, datetime) and rule.until.tzinfo is not None:
        rule = replace(rule, until=rule.until.astimezone(zone).date())
    return Teller(LANGUAGES[language]).tell(rule, Basis(basis))


class Teller:
    """Says rules in one language."""

    def __init__(self, language: Language) -> None:
        self._language = language

    def tell(self, rule: Rule, basis: Basis) -> str:
        rule = _simplest(rule)
        parts = [*self._days(rule), self._clock(rule), self._positions(rule)]
        text = " ".join(part for part in parts if part).replace(" ,", ",")
        done = basis == Basis.COMPLETION
        return text + (self._say("after_done") if done else "") + self._end(rule, done=done)

    def _say(self, phrase: str, **values: object) -> str:
        return self._language.phrases[phrase].format(**values)

    def _every(self, rule: Rule) -> str:
        one, many = self._language.every[rule.freq]
        return one if rule.interval == 1 else many.format(n=rule.interval)

    def _list(self, words: Iterable[str], conjunction: str = "") -> str:
        *first, last = words
        if not first:
            return last
        return f"{', '.join(first)} {conjunction or self._language.conjunction} {last}"

    # How often

    def _days(self, rule: Rule) -> list[str]:
        if rule.freq == Freq.YEARLY:
            return self._yearly(rule)
        if rule.freq == Freq.MONTHLY:
            return self._monthly(rule)
        return self._weekly(rule) if rule.freq == Freq.WEEKLY else self._often(rule)

    def _yearly(self, rule: Rule) -> list[str]:
        every = self._every(rule)
        if len(rule.months) == len(rule.month_days) == 1 and rule.month_days[0] > 0:
            month = self._language.months[rule.months[0] - 1]
            told = self._say("date", day=rule.month_days[0], month=month)
            return [every, told, self._if_days(rule)]
        return [
            *(every, self._month_days(rule), self._in_year(rule), self._year_days(rule)),
            *(self._weeks(rule), self._months(rule), self._if_days(rule)),
        ]

    def _monthly(self, rule: Rule) -> list[str]:
        lasting = not rule.months and not rule.month_days and rule.interval == 1
        if lasting and len(rule.days) == 1 and rule.days[0].nth == -1:
            day = self._language.weekdays[rule.days[0].weekday]
            return [self._say("every_last", day=day)]
        days = "" if rule.month_days else self._on_days(rule)
        month_days, months = self._month_days(rule), self._months(rule)
        return [self._every(rule), month_days, days, months, self._if_days(rule)]

    def _weekly(self, rule: Rule) -> list[str]:
        months = self._months(rule)
        if not rule.days:
            return [self._every(rule), months]
        if rule.interval == 1:
            return [self._every_days(rule), months]
        if len(rule.days) == 1:
            day = self._language.weekdays[rule.days[0].weekday]
            nth = self._language.nth(rule.interval)
            return [self._say("nth_week_day", n=rule.interval, nth=nth, day=day), months]
        days = (
            self._say("on_weekday")
            if rule.days == WORKDAYS
            else self._say("on_days", days=self._names(rule.days))
        )
        return [self._every(rule), days, months]

    def _often(self, rule: Rule) -> list[str]:
        if rule.days and rule.freq == Freq.DAILY and rule.interval == 1:
            return [self._every_days(rule), self._months(rule)]
        told = [self._month_days(rule), self._year_days(rule), self._months(rule)]
        days = self._if_days(rule, always=True)
        if rule.days == WORKDAYS and not rule.month_days:
            days = self._say("on_weekday")
        return [self._every(rule), *told, days]

    def _every_days(self, rule: Rule) -> str:
        if rule.days == WORKDAYS:
            return self._say("every_weekday")
        if len(rule.days) == WEEK:
            return self._language.every[Freq.DAILY][0]
        return self._say("every_days", days=self._names(rule.days))

    # On which days

    def _names(self, days: Iterable[Day], conjunction: str = "") -> str:
        return self._list((self._language.weekdays[day.weekday] for day in days), conjunction)

    def _on_days(self, rule: Rule) -> str:
        if not rule.days:
            return ""
        plain = [day for day in rule.days if day.nth is None]
        if self._told_with_days(rule):
            workday = rule.days == WORKDAYS
            day = self._language.phrases["weekday"] if workday else self._names(plain)
            return self._of_positions(rule, day)
        if rule.days == WORKDAYS:
            return self._say("on_weekday")
        phrase = "on_days" if rule.weeks else "on_each"
        told = [self._say(phrase, days=self._names(plain))] if plain else []
        return self._list([*told, *self._nth_days(rule)])

    def _nth_days(self, rule: Rule) -> list[str]:
        nth = [(self._language.nth(day.nth), day.weekday) for day in rule.days if day.nth]
        words = [self._say("nth_day", nth=n, day=self._language.weekdays[day]) for n, day in nth]
        return [self._say("on", list=self._list(words))] if words else []

    def _of_positions(self, rule: Rule, day: str) -> str:
        nth = (self._language.nth(place) for place in rule.positions)
        return self._say("on", list=self._list(self._say("nth_day", nth=n, day=day) for n in nth))

    def _if_days(self, rule: Rule, *, always: bool = False) -> str:
        """Which weekday it has to be, of a rule that says the day in other words as well."""
        if not rule.days or not (rule.month_days or always):
            return ""
        names = self._names(rule.days, self._language.phrases["or"])
        return self._say("if_day", days=names)

    def _month_days(self, rule: Rule) -> str:
        if not rule.month_days:
            return ""
        days = ((day, self._language.nth(day)) for day in rule.month_days)
        words = (self._say("month_day" if n > 0 else "month_day_back", nth=nth) for n, nth in days)
        return self._say("on", list=self._list(words))

    def _in_year(self, rule: Rule) -> str:
        if not rule.days or rule.month_days:
            return ""
        told = self._on_days(rule)
        counted = not rule.months and any(day.nth for day in rule.days)
        return self._say("of_year", days=told) if counted else told

    def _year_days(self, rule: Rule) -> str:
        words = [
            self._say(
                "year_day" if day > 0 else "year_day_back", n=day, nth=self._language.nth(day)
            )
            for day in rule.year_days
        ]
        return self._say("on", list=self._list(words)) if words else ""

    def _weeks(self, rule: Rule) -> str:
        words = [
            self._say("week" if week > 0 else "week_back", n=week, nth=self._language.nth(week))
            for week in rule.weeks
        ]
        return self._say("in_weeks", weeks=self._list(words)) if words else ""

    def _months(self, rule: Rule) -> str:
        names = [self._language.months[month - 1] for month in rule.months]
        return self._say("in_months", months=self._list(names)) if names else ""

    # At what time, which of them, and until when

    def _clock(self, rule: Rule) -> str:
        if not rule.hours:
            minutes = [f"{minute:02}" for minute in rule.minutes]
            return self._say("minute", minutes=self._list(minutes)) if minutes else ""
        if not rule.minutes and rule.freq < Freq.HOURLY:
            # The minute is that of the due date, which is not known here.
            return self._say("hours", hours=self._list(map(str, rule.hours)))
        times = [f"{h:02}:{m:02}" for h, m in product(rule.hours, rule.minutes or (0,))]
        return self._say("at", times=self._list(times))

    def _positions(self, rule: Rule) -> str:
        if not rule.positions or self._told_with_days(rule):
            return ""
        nth = (self._language.nth(place) for place in rule.positions)
        words = self._list(self._say("position", nth=n) for n in nth)
        return self._say("only", list=words)

    def _told_with_days(self, rule: Rule) -> bool:
        """Whether its BYSETPOS is part of a phrase such as `the last weekday`."""
        one_month = rule.freq == Freq.MONTHLY or (
            rule.freq == Freq.YEARLY and len(rule.months) == 1 and not rule.weeks
        )
        plain = len(rule.days) == 1 and rule.days[0].nth is None
        alone = not (rule.month_days or rule.year_days or rule.hours or rule.minutes)
        return bool(rule.positions) and one_month and alone and (plain or rule.days == WORKDAYS)

    def _end(self, rule: Rule, *, done: bool) -> str:
        if rule.until is not None:
            day = date(rule.until.year, rule.until.month, rule.until.day)
            return self._say("done_until" if done else "until", day=day)
        if rule.count is None:
            return ""
        return self._say("once") if rule.count == 1 else self._say("times", n=rule.count)


def _simplest(rule: Rule) -> Rule:
    """The same dates by the frequency in which people would say them."""
    if rule.positions or rule.weeks or rule.year_days:
        return rule
    if rule.freq == Freq.HOURLY and rule.interval == 1 and rule.hours:
        rule = replace(rule, freq=Freq.DAILY)
    if rule.freq in {Freq.YEARLY, Freq.DAILY} and rule.month_days and rule.interval == 1:
        yearly = rule.freq == Freq.YEARLY and rule.months
        return rule if yearly else replace(rule, freq=Freq.MONTHLY)
    if rule.freq == Freq.YEARLY and rule.month_days and not rule.months:
        return replace(rule, months=tuple(range(1, 13)))
    plain = rule.days and all(day.nth is None for day in rule.days) and not rule.month_days
    if plain and rule.freq in {Freq.YEARLY, Freq.MONTHLY} and rule.interval == 1:
        return replace(rule, freq=Freq.WEEKLY)
    return rule
