"""A text that must not be printed by accident, and the judgement of what is a good key."""

import hmac
import re

MINIMUM_BYTES = 32
HOW_TO_MAKE_ONE = 'python -c "import secrets; print(secrets.token_urlsafe(48))"'

MASK = "********"
LONGEST_PATTERN = 16
FEWEST_DIFFERENT = 8
SAMPLES = (
    "changeme",
    "changethis",
    "changeit",
    "replaceme",
    "replacethis",
    "yoursecret",
    "yourjwtsecret",
    "placeholder",
    "example",
)


class Secret:
    """Shows a mask wherever it is printed or formatted; `reveal()` is the only way to the text."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return f"Secret('{MASK}')"

    def __str__(self) -> str:
        return MASK

    def __format__(self, spec: str) -> str:
        return format(MASK, spec)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._text.encode(), other.reveal().encode())

    def __hash__(self) -> int:
        return hash(self._text)


def weakness(key: str) -> str:
    """Why `key` must not protect an instance, as the end of a sentence; empty if it may."""
    if len(key.encode()) < MINIMUM_BYTES:
        return f"has only {len(key.encode())} bytes, {MINIMUM_BYTES} are needed"
    if any(character.isspace() for character in key):
        return "has white space in it"
    if len(set(key)) < FEWEST_DIFFERENT or _repeats(key):
        return "repeats a short pattern"
    letters = re.sub(r"[^a-z0-9]", "", key.casefold())
    if any(sample in letters for sample in SAMPLES):
        return "is a sample from documentation, known to everybody"
    return ""


def _repeats(key: str) -> bool:
    longest = min(LONGEST_PATTERN, len(key) // 2)
    return any(key[size:] == key[:-size] for size in range(1, longest + 1))
