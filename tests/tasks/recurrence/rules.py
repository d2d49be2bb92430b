"""Random rules, as text that python-dateutil reads in the same way."""

from collections.abc import Callable
from random import Random

from upnext.tasks.recurrence.rules import DAYS

FREQS = ["YEARLY", "MONTHLY", "WEEKLY", "DAILY", "YEARLY", "MONTHLY", "WEEKLY", "HOURLY"]
OFTEN = ["MINUTELY", "SECONDLY"]


def random_rule(random: Random, freqs: list[str]) -> str:
    """Every part but COUNT and UNTIL; what the RFC forbids together stays apart."""
    freq = random.choice(freqs)
    parts = {"FREQ": freq}
    for name, (likely, make) in _parts(random, freq).items():
        if random.random() < likely:
            parts[name] = make()
    if "BYDAY" not in parts and random.random() < 0.4:
        parts["BYDAY"] = _days(random, freq, parts)
    if len(parts.keys() - {"FREQ", "INTERVAL"}) and random.random() < 0.25:
        parts["BYSETPOS"] = _numbers(random, 1, 6, mirrored=True)
    # Without it python-dateutil takes the first day of the week from the process.
    parts["WKST"] = random.choice(DAYS)
    return ";".join(f"{name}={value}" for name, value in parts.items())


def _parts(random: Random, freq: str) -> dict[str, tuple[float, Callable[[], str]]]:
    """Each part with how likely it is for this frequency."""
    interval = [1, 2, 3, 4, 5, 7, 12, 13, 40]
    # Of the last weeks of a year that lie in the next one python-dateutil forgets some.
    weeks = 0.25 if freq == "YEARLY" else 0
    year_days = 0.2 if freq in {"YEARLY", "HOURLY", *OFTEN} else 0
    return {
        "INTERVAL": (0.6, lambda: str(random.choice(interval))),
        "BYMONTH": (0.3, lambda: _numbers(random, 1, 12)),
        "BYWEEKNO": (weeks, lambda: _numbers(random, 1, 45, mirrored=True)),
        "BYYEARDAY": (year_days, lambda: _numbers(random, 1, 366, mirrored=True)),
        "BYMONTHDAY": (0.3 if freq != "WEEKLY" else 0, lambda: _month_days(random)),
        "BYHOUR": (0.2, lambda: _numbers(random, 0, 23)),
        "BYMINUTE": (0.15, lambda: _numbers(random, 0, 59)),
        "BYSECOND": (0.1, lambda: _numbers(random, 0, 59)),
    }


def _month_days(random: Random) -> str:
    return _numbers(random, 1, 31, mirrored=True)


def _numbers(random: Random, least: int, most: int, *, mirrored: bool = False) -> str:
    found = {random.randint(least, most) for _ in range(random.randint(1, 3))}
    signs = [1, 1, -1] if mirrored else [1]
    return ",".join(str(random.choice(signs) * number) for number in sorted(found))


def _days(random: Random, freq: str, parts: dict[str, str]) -> str:
    if freq not in {"MONTHLY", "YEARLY"} or "BYWEEKNO" in parts or random.random() < 0.4:
        return ",".join(random.sample(DAYS, random.randint(1, 4)))
    most = 5 if freq == "MONTHLY" or "BYMONTH" in parts else 53
    nth = [random.choice([1, -1]) * random.randint(1, most) for _ in range(random.randint(1, 3))]
    return ",".join(f"{number}{random.choice(DAYS)}" for number in nth)
