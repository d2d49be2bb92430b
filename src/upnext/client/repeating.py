"""How people say on the command line that a task repeats."""

import re
from collections.abc import Mapping
from typing import Final

from upnext.client.errors import Usage

REACHES: Final[Mapping[str, str]] = {word: word for word in ("this", "following", "all")}

_WORDS: Final = {
    "hourly": "FREQ=HOURLY",
    "daily": "FREQ=DAILY",
    "weekdays": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    "weekly": "FREQ=WEEKLY",
    "monthly": "FREQ=MONTHLY",
    "yearly": "FREQ=YEARLY",
}
_EVERY: Final = re.compile(r"\+?(\d{1,4})\s*([hdwmy])", re.ASCII)
_UNITS: Final = {"h": "HOURLY", "d": "DAILY", "w": "WEEKLY", "m": "MONTHLY", "y": "YEARLY"}


def recurrence(text: str | None, *, after_done: bool) -> object:
    """What the API takes for `--repeat` and `--after-done`; None if nothing was said."""
    if text is None:
        if after_done:
            raise Usage("--after-done needs --repeat.", hint="Such as: --repeat 3d --after-done")
        return None
    rule = _rule(text.strip())
    return {"rrule": rule, "basis": "completion"} if after_done else rule


def _rule(text: str) -> str:
    """A short form in full; anything else is for the server to read."""
    word = text.lower()
    if match := _EVERY.fullmatch(word):
        number, unit = match.groups()
        return f"FREQ={_UNITS[unit]};INTERVAL={int(number)}"
    return _WORDS.get(word, text)
