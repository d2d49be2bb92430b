"""Rules in words. Every line was read by a person."""

from zoneinfo import ZoneInfo

import pytest

from upnext.tasks.recurrence.describing import describe
from upnext.tasks.recurrence.languages import LANGUAGES
from upnext.tasks.recurrence.reading import parse
from upnext.tasks.recurrence.rules import RuleError

TOLD = [
    ("FREQ=DAILY", "due", "every day", "jeden Tag"),
    ("FREQ=DAILY;INTERVAL=2", "due", "every 2 days", "alle 2 Tage"),
    (
        "FREQ=DAILY;INTERVAL=3",
        "completion",
        "every 3 days after done",
        "alle 3 Tage, nach Erledigung",
    ),
    ("FREQ=DAILY;COUNT=5", "due", "every day, 5 times", "jeden Tag, 5-mal"),
    ("FREQ=DAILY;COUNT=1", "due", "every day, once", "jeden Tag, einmal"),
    ("FREQ=DAILY;UNTIL=20261231", "due", "every day until 2026-12-31", "jeden Tag bis 31.12.2026"),
    (
        "FREQ=DAILY;UNTIL=20261231T225959Z",
        "completion",
        "every day after done until 2026-12-31",
        "jeden Tag, nach Erledigung, bis 31.12.2026",
    ),
    ("FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", "due", "every weekday", "jeden Werktag"),
    ("FREQ=DAILY;BYDAY=SA,SU", "due", "every Saturday and Sunday", "jeden Samstag und Sonntag"),
    ("FREQ=DAILY;BYHOUR=9;BYMINUTE=0", "due", "every day at 09:00", "jeden Tag um 09:00 Uhr"),
    (
        "FREQ=DAILY;BYHOUR=9,17;BYMINUTE=30",
        "due",
        "every day at 09:30 and 17:30",
        "jeden Tag um 09:30 und 17:30 Uhr",
    ),
    ("FREQ=DAILY;BYHOUR=9,17", "due", "every day at 9 and 17 o'clock", "jeden Tag um 9 und 17 Uhr"),
    (
        "FREQ=DAILY;BYMONTH=6,7,8",
        "due",
        "every day in June, July and August",
        "jeden Tag im Juni, Juli und August",
    ),
    ("FREQ=DAILY;INTERVAL=2;BYMONTH=1", "due", "every 2 days in January", "alle 2 Tage im Januar"),
    (
        "FREQ=DAILY;BYMONTHDAY=1,15",
        "due",
        "every month on the 1st and the 15th",
        "jeden Monat am 1. und 15.",
    ),
    (
        "FREQ=DAILY;BYMONTHDAY=13;BYDAY=FR",
        "due",
        "every month on the 13th if it is a Friday",
        "jeden Monat am 13., wenn es ein Freitag ist",
    ),
    (
        "FREQ=DAILY;INTERVAL=2;BYDAY=MO",
        "due",
        "every 2 days if it is a Monday",
        "alle 2 Tage, wenn es ein Montag ist",
    ),
    ("FREQ=WEEKLY", "due", "every week", "jede Woche"),
    ("FREQ=WEEKLY", "completion", "every week after done", "jede Woche, nach Erledigung"),
    ("FREQ=WEEKLY;INTERVAL=2", "due", "every 2 weeks", "alle 2 Wochen"),
    ("FREQ=WEEKLY;BYDAY=MO", "due", "every Monday", "jeden Montag"),
    (
        "FREQ=WEEKLY;BYDAY=MO,TH;UNTIL=20261231",
        "due",
        "every Monday and Thursday until 2026-12-31",
        "jeden Montag und Donnerstag bis 31.12.2026",
    ),
    (
        "FREQ=WEEKLY;BYDAY=MO,WE,FR",
        "due",
        "every Monday, Wednesday and Friday",
        "jeden Montag, Mittwoch und Freitag",
    ),
    ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "due", "every weekday", "jeden Werktag"),
    ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU", "due", "every day", "jeden Tag"),
    ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "due", "every 2nd Tuesday", "alle 2 Wochen am Dienstag"),
    (
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU",
        "completion",
        "every 2nd Tuesday after done",
        "alle 2 Wochen am Dienstag, nach Erledigung",
    ),
    (
        "FREQ=WEEKLY;INTERVAL=3;BYDAY=MO,TH",
        "due",
        "every 3 weeks on Monday and Thursday",
        "alle 3 Wochen am Montag und Donnerstag",
    ),
    (
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TU,WE,TH,FR",
        "due",
        "every 2 weeks on weekdays",
        "alle 2 Wochen an Werktagen",
    ),
    (
        "FREQ=WEEKLY;BYDAY=FR;BYMONTH=12",
        "due",
        "every Friday in December",
        "jeden Freitag im Dezember",
    ),
    (
        "FREQ=WEEKLY;BYDAY=FR;BYHOUR=16;BYMINUTE=15",
        "due",
        "every Friday at 16:15",
        "jeden Freitag um 16:15 Uhr",
    ),
    (
        "FREQ=WEEKLY;BYDAY=MO,FR;BYSETPOS=1",
        "due",
        "every Monday and Friday (of these only the 1st)",
        "jeden Montag und Freitag (davon nur den 1.)",
    ),
    ("FREQ=MONTHLY", "due", "every month", "jeden Monat"),
    ("FREQ=MONTHLY", "completion", "every month after done", "jeden Monat, nach Erledigung"),
    ("FREQ=MONTHLY;INTERVAL=3", "due", "every 3 months", "alle 3 Monate"),
    ("FREQ=MONTHLY;INTERVAL=6;COUNT=4", "due", "every 6 months, 4 times", "alle 6 Monate, 4-mal"),
    ("FREQ=MONTHLY;BYMONTHDAY=15", "due", "every month on the 15th", "jeden Monat am 15."),
    (
        "FREQ=MONTHLY;BYMONTHDAY=1,15",
        "due",
        "every month on the 1st and the 15th",
        "jeden Monat am 1. und 15.",
    ),
    (
        "FREQ=MONTHLY;BYMONTHDAY=-1",
        "due",
        "every month on the last day",
        "jeden Monat am letzten Tag",
    ),
    (
        "FREQ=MONTHLY;BYMONTHDAY=-2",
        "due",
        "every month on the 2nd to last day",
        "jeden Monat am vorletzten Tag",
    ),
    (
        "FREQ=MONTHLY;BYMONTHDAY=1,-1",
        "due",
        "every month on the 1st and the last day",
        "jeden Monat am 1. und letzten Tag",
    ),
    (
        "FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=31",
        "due",
        "every 2 months on the 31st",
        "alle 2 Monate am 31.",
    ),
    (
        "FREQ=MONTHLY;BYDAY=2TU",
        "due",
        "every month on the 2nd Tuesday",
        "jeden Monat am 2. Dienstag",
    ),
    ("FREQ=MONTHLY;BYDAY=-1FR", "due", "every last Friday", "jeden letzten Freitag im Monat"),
    (
        "FREQ=MONTHLY;INTERVAL=2;BYDAY=-1FR",
        "due",
        "every 2 months on the last Friday",
        "alle 2 Monate am letzten Freitag",
    ),
    (
        "FREQ=MONTHLY;BYDAY=1MO,3MO",
        "due",
        "every month on the 1st Monday and the 3rd Monday",
        "jeden Monat am 1. Montag und 3. Montag",
    ),
    ("FREQ=MONTHLY;BYDAY=MO", "due", "every Monday", "jeden Montag"),
    (
        "FREQ=MONTHLY;INTERVAL=2;BYDAY=MO",
        "due",
        "every 2 months on every Monday",
        "alle 2 Monate an jedem Montag",
    ),
    (
        "FREQ=MONTHLY;BYDAY=MO,2TU",
        "due",
        "every month on every Monday and on the 2nd Tuesday",
        "jeden Monat an jedem Montag und am 2. Dienstag",
    ),
    (
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
        "due",
        "every month on the last weekday",
        "jeden Monat am letzten Werktag",
    ),
    (
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1",
        "due",
        "every month on the 1st weekday",
        "jeden Monat am 1. Werktag",
    ),
    (
        "FREQ=MONTHLY;BYDAY=FR;BYSETPOS=2",
        "due",
        "every month on the 2nd Friday",
        "jeden Monat am 2. Freitag",
    ),
    (
        "FREQ=MONTHLY;BYDAY=SA,SU;BYSETPOS=1,-1",
        "due",
        "every month on every Saturday and Sunday (of these only the 1st and the last)",
        "jeden Monat an jedem Samstag und Sonntag (davon nur den 1. und letzten)",
    ),
    (
        "FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR",
        "due",
        "every month on the 13th if it is a Friday",
        "jeden Monat am 13., wenn es ein Freitag ist",
    ),
    (
        "FREQ=MONTHLY;BYMONTHDAY=1;BYMONTH=1,4,7,10",
        "due",
        "every month on the 1st in January, April, July and October",
        "jeden Monat am 1. im Januar, April, Juli und Oktober",
    ),
    (
        "FREQ=MONTHLY;BYMONTHDAY=13,14,15;BYSETPOS=1",
        "due",
        "every month on the 13th, the 14th and the 15th (of these only the 1st)",
        "jeden Monat am 13., 14. und 15. (davon nur den 1.)",
    ),
    ("FREQ=YEARLY", "due", "every year", "jedes Jahr"),
    ("FREQ=YEARLY;INTERVAL=2", "due", "every 2 years", "alle 2 Jahre"),
    (
        "FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=5",
        "due",
        "every year on 5 January",
        "jedes Jahr am 5. Januar",
    ),
    (
        "FREQ=YEARLY;BYMONTH=1,7;BYMONTHDAY=5",
        "due",
        "every year on the 5th in January and July",
        "jedes Jahr am 5. im Januar und Juli",
    ),
    ("FREQ=YEARLY;BYMONTH=3", "due", "every year in March", "jedes Jahr im März"),
    (
        "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH",
        "due",
        "every year on the 4th Thursday in November",
        "jedes Jahr am 4. Donnerstag im November",
    ),
    (
        "FREQ=YEARLY;BYDAY=20MO",
        "due",
        "every year on the 20th Monday of the year",
        "jedes Jahr am 20. Montag des Jahres",
    ),
    (
        "FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3",
        "due",
        "every year on the last Sunday in March",
        "jedes Jahr am letzten Sonntag im März",
    ),
    ("FREQ=YEARLY;BYDAY=MO", "due", "every Monday", "jeden Montag"),
    (
        "FREQ=YEARLY;BYYEARDAY=100",
        "due",
        "every year on day 100 of the year",
        "jedes Jahr am 100. Tag des Jahres",
    ),
    (
        "FREQ=YEARLY;BYYEARDAY=1,-1",
        "due",
        "every year on day 1 of the year and the last day of the year",
        "jedes Jahr am 1. Tag des Jahres und letzten Tag des Jahres",
    ),
    (
        "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO",
        "due",
        "every year on Monday in week 20",
        "jedes Jahr am Montag in Woche 20",
    ),
    (
        "FREQ=YEARLY;BYWEEKNO=-1",
        "due",
        "every year in the last week of the year",
        "jedes Jahr in der letzten Woche des Jahres",
    ),
    (
        "FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=2,3,4;BYDAY=TU",
        "due",
        "every year on the 2nd, the 3rd and the 4th in November if it is a Tuesday",
        "jedes Jahr am 2., 3. und 4. im November, wenn es ein Dienstag ist",
    ),
    (
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
        "due",
        "every year on 29 February",
        "jedes Jahr am 29. Februar",
    ),
    (
        "FREQ=YEARLY;BYMONTHDAY=-1",
        "due",
        "every month on the last day",
        "jeden Monat am letzten Tag",
    ),
    (
        "FREQ=YEARLY;BYMONTH=10;BYDAY=SU;BYSETPOS=-1",
        "due",
        "every year on the last Sunday in October",
        "jedes Jahr am letzten Sonntag im Oktober",
    ),
    ("FREQ=HOURLY", "due", "every hour", "jede Stunde"),
    ("FREQ=HOURLY;INTERVAL=3", "due", "every 3 hours", "alle 3 Stunden"),
    (
        "FREQ=HOURLY;INTERVAL=2;BYDAY=MO,TU,WE,TH,FR",
        "due",
        "every 2 hours on weekdays",
        "alle 2 Stunden an Werktagen",
    ),
    (
        "FREQ=HOURLY;BYHOUR=9,10,11",
        "due",
        "every day at 9, 10 and 11 o'clock",
        "jeden Tag um 9, 10 und 11 Uhr",
    ),
    ("FREQ=HOURLY;BYMINUTE=30", "due", "every hour at minute 30", "jede Stunde zur Minute 30"),
    ("FREQ=MINUTELY;INTERVAL=15", "due", "every 15 minutes", "alle 15 Minuten"),
    ("FREQ=SECONDLY", "due", "every second", "jede Sekunde"),
    (
        "FREQ=DAILY;INTERVAL=3;COUNT=10",
        "completion",
        "every 3 days after done, 10 times",
        "alle 3 Tage, nach Erledigung, 10-mal",
    ),
]


@pytest.mark.parametrize(("rrule", "basis", "english", "german"), TOLD)
def test_in_words(rrule: str, basis: str, english: str, german: str) -> None:
    assert describe(rrule, basis, "en") == english
    assert describe(rrule, basis, "de") == german
    # However it was spelled, it is said in the same way.
    assert describe(str(parse(rrule.lower())), basis) == english


def test_the_last_day_is_that_of_the_zone() -> None:
    rrule = "FREQ=DAILY;UNTIL=20270101T045959Z"
    assert describe(rrule, zone=ZoneInfo("America/New_York")) == "every day until 2026-12-31"
    assert describe(rrule) == "every day until 2027-01-01"


def test_every_language_has_the_same_tables() -> None:
    keys = {name: language.phrases.keys() for name, language in LANGUAGES.items()}
    assert len(keys) == 2
    assert len({frozenset(each) for each in keys.values()}) == 1
    assert {len(language.weekdays) for language in LANGUAGES.values()} == {7}
    assert {len(language.months) for language in LANGUAGES.values()} == {12}


def test_what_is_no_rule_is_not_described() -> None:
    with pytest.raises(RuleError):
        describe("FREQ=NEVER")
