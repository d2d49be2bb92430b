"""What is wrong with a filter, where, and what was probably meant."""

from collections.abc import Iterable
from difflib import get_close_matches

from upnext.core.errors import Invalid

LONGEST_PIECE = 40


class FilterError(Exception):
    """`position` and `length` count characters of the filter's text from 0."""

    def __init__(
        self, message: str, position: int, length: int = 0, suggestion: str | None = None
    ) -> None:
        hint = f" Did you mean `{suggestion}`?" if suggestion else ""
        super().__init__(message + hint)
        self.message = message + hint
        self.position = position
        self.length = length
        self.suggestion = suggestion


def closest(word: str, known: Iterable[str]) -> str | None:
    found = get_close_matches(word.lower()[:LONGEST_PIECE], list(known), n=1, cutoff=0.6)
    return found[0] if found else None


def piece(text: str) -> str:
    """A part of a filter, fit to be quoted in a sentence."""
    short = text if len(text) <= LONGEST_PIECE else text[: LONGEST_PIECE - 1] + "…"
    return f"`{' '.join(short.split())}`"


def refusal(error: FilterError, text: str, pointer: str) -> Invalid:
    """The same for a client. `pointer` names the filter in the request."""
    before = text[: error.position]
    return Invalid(
        error.message,
        code="bad_filter",
        errors=[{"pointer": pointer, "detail": error.message}],
        filter=text,
        position=error.position,
        length=error.length,
        line=before.count("\n") + 1,
        column=error.position - (before.rfind("\n") + 1) + 1,
        suggestion=error.suggestion,
    )
