"""The lines of iCalendar (RFC 5545): escaping, folding, values.

Written here because a calendar of 100,000 tasks takes the `icalendar` library 25 seconds of one
core; the tests let that library read what is written.
"""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime

LONGEST = 75
"""Bytes of a line, without its end."""

END = "\r\n"
# What no text may hold: control characters but the tab.
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def text(value: str) -> str:
    """As a value of type TEXT."""
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    value = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return _FORBIDDEN.sub("", value.replace("\n", "\\n"))


def texts(values: Iterable[str]) -> str:
    """Several of them in one value."""
    return ",".join(map(text, values))


def instant(value: datetime) -> str:
    """In UTC, to the second."""
    return value.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def day(value: date) -> str:
    return value.strftime("%Y%m%d")


def line(name: str, value: str) -> str:
    """A property, folded: no line is longer than 75 bytes, and none is cut inside a character."""
    whole = f"{name}:{value}"
    if len(whole) <= LONGEST and whole.isascii():
        return whole + END
    return _folded(whole.encode()) + END


def _folded(whole: bytes) -> str:
    parts = []
    start, room = 0, LONGEST
    while len(whole) - start > room:
        end = start + room
        while whole[end] & 0xC0 == 0x80:  # noqa: PLR2004  (a byte that continues a character)
            end -= 1
        parts.append(whole[start:end])
        # The space that marks a continued line counts.
        start, room = end, LONGEST - 1
    parts.append(whole[start:])
    return (END.encode() + b" ").join(parts).decode()


def component(name: str, lines: Iterable[str]) -> str:
    return f"BEGIN:{name}{END}{''.join(lines)}END:{name}{END}"


def head(name: str, *more: str) -> str:
    """How a calendar begins; `name` is what programs show."""
    shown = (line("NAME", text(name)), line("X-WR-CALNAME", text(name))) if name else ()
    lines = (line("VERSION", "2.0"), line("PRODID", "-//Upnext//Upnext//EN"), *shown, *more)
    return f"BEGIN:VCALENDAR{END}{''.join(lines)}"


FOOT = f"END:VCALENDAR{END}"
