"""Pure: dates relative to the moment at which a template is used, such as `+3d` or `next fri`.

The words are those of quick add; what begins with a sign is short for them.
"""

import re
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from upnext.tasks.quickadd import understand

LONGEST: Final = 60
EXAMPLES: Final = "+3d, +2w 10:00, next fri, tomorrow 9am or 2026-12-01"
_SHORT: Final = re.compile(r"\+\s*(\d{1,4})\s*([a-z]+)\b", re.ASCII)
_UNITS: Final = {
    **dict.fromkeys(("min", "mins", "minute", "minutes"), "minutes"),
    **dict.fromkeys(("h", "hour", "hours"), "hours"),
    **dict.fromkeys(("d", "day", "days"), "days"),
    **dict.fromkeys(("w", "week", "weeks"), "weeks"),
    **dict.fromkeys(("mo", "month", "months"), "months"),
    **dict.fromkeys(("y", "year", "years"), "years"),
}
_TITLE: Final = "Zzz"
"""Means nothing in any language; what is left beside it was not understood."""


def moment(text: str, now: datetime, zone: ZoneInfo, language: str = "en") -> datetime | None:
    """In UTC; a day alone is its last minute. None: this is no date."""
    words = text.strip().lower()
    short = _SHORT.match(words)
    if short:
        unit = _UNITS.get(short[2])
        if unit is None:
            return None
        # In English whatever the reader's language: signs and units are nobody's words.
        ahead = f"in {short[1]} {unit}" if int(short[1]) else "today"
        language, words = "en", f"{ahead}{words[short.end() :]}"
    read = understand(f"{_TITLE} {words}", now=now, zone=zone, language=language)
    if read.title != _TITLE or read.fields.keys() - {"due_at"}:
        return None
    found: datetime | None = read.fields.get("due_at")
    return found
