"""What is taken out of a text before it leaves the machine."""

import re
from typing import Final

LONGEST: Final = 1_500
RULES: Final = (
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "[e-mail]"),
    (re.compile(r"(https?://[^\s?#]+)[?#]\S*", re.IGNORECASE), r"\1"),
    (re.compile(r"(?<![\w.])\+?\(?\d(?:[\s().\-/]{0,3}\d){6,}(?!\w)"), "[number]"),
)


def redacted(text: str) -> str:
    """Without e-mail addresses, phone numbers, the queries of URLs, and long digits."""
    for pattern, instead in RULES:
        text = pattern.sub(instead, text)
    return text[:LONGEST]
