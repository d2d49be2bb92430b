"""Durations as other programs write them, to whole minutes."""

import re

LONGEST = 10_080
_LONGEST_TEXT = 40
_WEEK, _DAY = 10_080, 1_440
_ISO = re.compile(r"^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:\d+S)?)?$", re.IGNORECASE)
_WORDS = re.compile(
    r"^(?:(?P<hours>\d+(?:[.,]\d+)?)\s*h(?:ours?|rs?)?)?"
    r"\s*(?:(?P<minutes>\d+)\s*(?:m(?:in(?:ute)?s?)?)?)?$",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"^(\d{1,3}):([0-5]\d)$")


def minutes(text: str) -> int:
    """Minutes in `30m`, `2h`, `1h30`, `1.5h`, `90`, `1:30` or `PT1H30M`; else ValueError."""
    found = _minutes(text.strip()) if len(text) <= _LONGEST_TEXT else None
    if found is None:
        raise ValueError(
            f"“{text[:_LONGEST_TEXT]}” is not a duration; write 30m, 2h, 1h30 or minutes"
        )
    if not 1 <= found <= LONGEST:
        raise ValueError(f"“{text}” is out of range; from 1 minute to {LONGEST // 60} hours")
    return found


def possible(found: int | None) -> int | None:
    """An estimate that a task can have."""
    return found if found is not None and 1 <= found <= LONGEST else None


def _minutes(text: str) -> int | None:
    if clock := _CLOCK.match(text):
        return int(clock[1]) * 60 + int(clock[2])
    if (iso := _ISO.match(text)) and any(iso.groups()):
        weeks, days, hours, rest = (int(part or 0) for part in iso.groups())
        return weeks * _WEEK + days * _DAY + hours * 60 + rest
    if not text or not (words := _WORDS.match(text)):
        return None
    hours_text = (words["hours"] or "0").replace(",", ".")
    return round(float(hours_text) * 60) + int(words["minutes"] or 0)
