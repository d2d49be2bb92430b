"""The signs before names and priorities, by the program that people know them from."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

URGENT, HIGH, MEDIUM, LOW = "urgent", "high", "medium", "low"
_LETTERS = {"p1": URGENT, "p2": HIGH, "p3": MEDIUM, "p4": LOW}


@dataclass(frozen=True, slots=True)
class Mode:
    """`signs` maps a sign to what it begins; `priorities` whole words to levels."""

    signs: Mapping[str, str]
    priorities: Mapping[str, str]


MODES: Mapping[str, Mode] = MappingProxyType(
    {
        # More marks, more urgent; after a single one the number counts as after p.
        "upnext": Mode(
            {"#": "project", "@": "tag", "+": "person"},
            {
                **_LETTERS,
                **{"!": LOW, "!!": MEDIUM, "!!!": HIGH, "!!!!": URGENT},
                **{"!1": URGENT, "!2": HIGH, "!3": MEDIUM, "!4": LOW},
            },
        ),
        "todoist": Mode(
            {"#": "project", "@": "tag", "+": "person"},
            {**_LETTERS, "!!1": URGENT, "!!2": HIGH, "!!3": MEDIUM, "!!4": LOW},
        ),
        # There 1 is the least, and 5 is called "do now".
        "vikunja": Mode(
            {"+": "project", "*": "tag", "@": "person"},
            {"!1": LOW, "!2": MEDIUM, "!3": HIGH, "!4": URGENT, "!5": URGENT},
        ),
    }
)
