"""What a language has to bring."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from upnext.tasks.recurrence.rules import Freq


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """`phrases` has the same keys in every language; braces name what is put in."""

    every: Mapping[Freq, tuple[str, str]]
    """Each one, and every {n} of them."""
    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    conjunction: str
    nth: Callable[[int], str]
    """`2nd`, and counted from the end `last`: as it stands before a weekday."""
    phrases: Mapping[str, str]
