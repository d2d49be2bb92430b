"""What text may come in, and how it is compared without regard to case."""

import unicodedata
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

# C0 but newline and tab, DEL, C1, and the marks that reorder what a reader sees.
_FORBIDDEN = dict.fromkeys(
    [*range(0x09), 0x0B, 0x0C, 0x0D, *range(0x0E, 0x20), *range(0x7F, 0xA0),
     *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
)  # fmt: skip


def clean(value: str) -> str:
    """NFC without control characters but newline and tab, trimmed."""
    return unicodedata.normalize("NFC", value).translate(_FORBIDDEN).strip()


def fold(value: str) -> str:
    """The form in which text is compared and searched: no case, no accents."""
    decomposed = unicodedata.normalize("NFKD", value.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


def like(value: str) -> str:
    r"""A LIKE pattern that finds folded text containing `value`; to be used with ESCAPE '\'."""
    folded = fold(value)
    for character in ("\\", "%", "_"):
        folded = folded.replace(character, "\\" + character)
    return f"%{folded}%"


def _text(value: Any) -> Any:  # anything may come in
    if isinstance(value, str):
        if "\0" in value:
            raise PydanticCustomError("nul", "must not contain a NUL character")
        return clean(value)
    return value


def _one_line(value: str) -> str:
    return " ".join(value.split())


# For the API's description: what is refused, and what must be left once the rest is stripped.
_NO_NUL = Field(json_schema_extra={"pattern": r"^[^\u0000]*$"})
_VISIBLE = r"[^\s\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]"
_SOMETHING = Field(json_schema_extra={"pattern": rf"^[^\u0000]*{_VISIBLE}[^\u0000]*$"})

Line = Annotated[str, BeforeValidator(_text), AfterValidator(_one_line), _NO_NUL]
"""One line of text."""

Title = Annotated[Line, StringConstraints(min_length=1, max_length=200), _SOMETHING]
Prose = Annotated[str, BeforeValidator(_text), StringConstraints(max_length=10_000), _NO_NUL]
"""Markdown with newlines."""

ShortName = Annotated[Line, StringConstraints(min_length=1, max_length=100), _SOMETHING]
TagName = Annotated[Line, StringConstraints(min_length=1, max_length=50), _SOMETHING]
