"""Durations as people write them, to whole minutes and back."""

import re

LONGEST = 10_080
_ISO = re.compile(r"^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:\d+S)?)?$", re.IGNORECASE)
_WORDS = re.compile(
    r"^(?:(?P<hours>\d+(?:[.,]\d+)?)\s*h(?:ours?|rs?)?)?"
    r"\s*(?:(?P<minutes>\d+)\s*(?:m(?:in(?:ute)?s?)?)?)?$",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"^(\d{1,3}):([0-5]\d)$")


def parse(text: str) -> int:
    """Minutes in `30m`, `2h`, `1h30`, `1.5h`, `90`, `1:30` or `PT1H30M`; else ValueError."""
    minutes = _minutes(text.strip())
    if minutes is None:
        raise ValueError(f"“{text}” is not a duration; write 30m, 2h, 1h30 or minutes")
    if not 1 <= minutes <= LONGEST:
        raise ValueError(f"“{text}” is out of range; from 1 minute to {LONGEST // 60} hours")
    return minutes


def _minutes(text: str) -> int | None:
    if clock := _CLOCK.match(text):
        return int(clock[1]) * 60 + int(clock[2])
    if (iso := _ISO.match(text)) and any(iso.groups()):
        days, hours, minutes = (int(part or 0) for part in iso.groups())
        return days * 1440 + hours * 60 + minutes
    if not text or not (words := _WORDS.match(text)):
        return None
    hours_text = (words["hours"] or "0").replace(",", ".")
    return round(float(hours_text) * 60) + int(words["minutes"] or 0)


def show(minutes: int | None) -> str:
    """`45 min`, `2 h`, `1 h 20`; nothing for none."""
    if minutes is None:
        return ""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest:02d}" if rest else f"{hours} h"
