"""What text may come in, and how it is compared without regard to case."""

import unicodedata
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, PydanticKnownError
from pydantic_core.core_schema import no_info_after_validator_function, str_schema

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
    if value.isascii():
        return value.lower()
    decomposed = unicodedata.normalize("NFKD", value.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


def like(value: str) -> str:
    r"""A LIKE pattern that finds folded text containing `value`; to be used with ESCAPE '\'."""
    folded = fold(value)
    for character in ("\\", "%", "_"):
        folded = folded.replace(character, "\\" + character)
    return f"%{folded}%"


# For the API's description: what `clean` leaves, and can be seen, and so is not stripped either.
_UNSEEN = r"\s\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069"
VISIBLE = f"[^{_UNSEEN}]"
VISIBLE_BUT_AT = f"[^@{_UNSEEN}]"


def holding(something: str) -> str:
    """A pattern for text without NUL in which the pattern `something` is found."""
    return rf"^[^\u0000]*{something}[^\u0000]*$"


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Annotates a `str` from outside: at most so long as it comes, and as it is kept, and at least
    so long as it is kept. `pattern` and `told` describe more that is checked elsewhere."""

    most: int | None = None
    least: int = 0
    lines: bool = False
    pattern: str | None = None
    told: int | None = None
    """The length that is described of what comes in, if it is another one."""

    def __get_pydantic_core_schema__(self, _: Any, __: GetCoreSchemaHandler) -> CoreSchema:
        return no_info_after_validator_function(self._kept, str_schema(max_length=self.most))

    def __get_pydantic_json_schema__(
        self, _: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        something = holding(VISIBLE) if self.least else r"^[^\u0000]*$"
        schema: JsonSchemaValue = {"type": "string", "pattern": self.pattern or something}
        if self.least:
            schema["minLength"] = self.least
        told = self.told if handler.mode == "validation" else None
        if (most := told or self.most) is not None:
            schema["maxLength"] = most
        return schema

    def _kept(self, value: str) -> str:
        if "\0" in value:
            raise PydanticCustomError("nul", "must not contain a NUL character")
        value = clean(value)
        if not self.lines:
            value = " ".join(value.split())
        if len(value) < self.least:
            raise PydanticKnownError("string_too_short", {"min_length": self.least})
        # Composing makes some texts longer.
        if self.most is not None and len(value) > self.most:
            raise PydanticKnownError("string_too_long", {"max_length": self.most})
        return value


Line = Annotated[str, Text()]
"""One line of text."""

Title = Annotated[str, Text(least=1, most=200)]
Prose = Annotated[str, Text(most=10_000, lines=True)]
"""Markdown with newlines."""

ShortName = Annotated[str, Text(least=1, most=100)]
Word = Annotated[str, Text(least=1, most=50)]
TagName = Word
