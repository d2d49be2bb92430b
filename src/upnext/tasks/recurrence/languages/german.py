"""German."""

from typing import Final

from upnext.tasks.recurrence.languages.tables import Language
from upnext.tasks.recurrence.rules import Freq

_FROM_THE_END: Final = {
    -1: "letzten",
    -2: "vorletzten",
    -3: "drittletzten",
    -4: "viertletzten",
    -5: "fünftletzten",
}


def nth(number: int) -> str:
    """In the dative and accusative, as it stands behind `am` and `jeden`."""
    if number > 0:
        return f"{number}."
    return _FROM_THE_END.get(number, f"{-number}.-letzten")


GERMAN: Final = Language(
    every={
        Freq.YEARLY: ("jedes Jahr", "alle {n} Jahre"),
        Freq.MONTHLY: ("jeden Monat", "alle {n} Monate"),
        Freq.WEEKLY: ("jede Woche", "alle {n} Wochen"),
        Freq.DAILY: ("jeden Tag", "alle {n} Tage"),
        Freq.HOURLY: ("jede Stunde", "alle {n} Stunden"),
        Freq.MINUTELY: ("jede Minute", "alle {n} Minuten"),
        Freq.SECONDLY: ("jede Sekunde", "alle {n} Sekunden"),
    },
    weekdays=(
        *("Montag", "Dienstag", "Mittwoch", "Donnerstag"),
        *("Freitag", "Samstag", "Sonntag"),
    ),
    months=(
        *("Januar", "Februar", "März", "April", "Mai", "Juni"),
        *("Juli", "August", "September", "Oktober", "November", "Dezember"),
    ),
    conjunction="und",
    nth=nth,
    phrases={
        "every_weekday": "jeden Werktag",
        "every_days": "jeden {days}",
        "nth_week_day": "alle {n} Wochen am {day}",
        "weekday": "Werktag",
        "on_weekday": "an Werktagen",
        "on_days": "am {days}",
        "on_each": "an jedem {days}",
        "every_last": "jeden letzten {day} im Monat",
        "on": "am {list}",
        "nth_day": "{nth} {day}",
        "month_day": "{nth}",
        "month_day_back": "{nth} Tag",
        "if_day": ", wenn es ein {days} ist",
        "year_day": "{n}. Tag des Jahres",
        "year_day_back": "{nth} Tag des Jahres",
        "of_year": "{days} des Jahres",
        "date": "am {day}. {month}",
        "in_months": "im {months}",
        "in_weeks": "in {weeks}",
        "week": "Woche {n}",
        "week_back": "der {nth} Woche des Jahres",
        "at": "um {times} Uhr",
        "hours": "um {hours} Uhr",
        "minute": "zur Minute {minutes}",
        "only": "(davon nur den {list})",
        "position": "{nth}",
        "after_done": ", nach Erledigung",
        "until": " bis {day:%d.%m.%Y}",
        "done_until": ", bis {day:%d.%m.%Y}",
        "times": ", {n}-mal",
        "once": ", einmal",
        "or": "oder",
    },
)
