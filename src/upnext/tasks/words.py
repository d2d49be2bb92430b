"""How instants, statuses, tags and the other words of a task are read from the wire."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError, PydanticKnownError

from upnext.core.schemas import WHOLE
from upnext.core.text import VISIBLE_BUT_AT, TagName, Text, Word, fold, holding
from upnext.tasks.models import OPEN, Energy, Priority, Status

MOST_TAGS = 50
MOST_ASSIGNEES = 50
MOST_CONTEXTS = 20
LONGEST_CONTEXT = 50
LONGEST_FILTER = 2_000

FOREIGN = {
    "pending": Status.TODO,
    "processing": Status.IN_PROGRESS,
    "completed": Status.DONE,
    "failed": Status.CANCELLED,
}
"""What other systems call our statuses."""

WANTED = {status.value: (status,) for status in Status} | {
    **{word: (status,) for word, status in FOREIGN.items()},
    "pending": (Status.BACKLOG, Status.TODO),
    "open": OPEN,
}
"""What each word means in a filter."""

_RFC3339 = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(\.\d+)?(?:([Zz])|([+-]\d\d:\d\d))", re.ASCII
)
_DAY = re.compile(r"(?:19[7-9]\d|[2-9]\d{3})-\d\d-\d\d", re.ASCII)
_WITH_MICROSECONDS = 7  # the point and six digits
_FIRST = datetime(1970, 1, 1, tzinfo=UTC)
_LAST = datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
# PostgreSQL's driver takes the very last one for "infinity"; programs send it for "never".
_LAST_HELD = datetime(9999, 12, 31, 23, 59, 59, 999_998, tzinfo=UTC)
_YEARS = r"^(19[7-9][0-9]|[2-9][0-9]{3})-"


def read_instant(value: Any) -> datetime:  # anything may come in
    match = _RFC3339.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise PydanticCustomError(
            "instant", "must be an RFC 3339 time with its zone, such as 2026-03-31T17:00:00Z"
        )
    day, time, fraction, zulu, offset = match.groups()
    fraction = (fraction or "")[:_WITH_MICROSECONDS]
    try:
        instant = datetime.fromisoformat(f"{day}T{time}{fraction}{'Z' if zulu else offset}")
    except ValueError:
        raise PydanticCustomError("instant", "is not a time that exists") from None
    if not _FIRST <= instant <= _LAST:
        raise PydanticCustomError("instant_range", "must lie in the years 1970 to 9999")
    return min(instant.astimezone(UTC), _LAST_HELD)


def _from_query(value: Any) -> Any:  # as above
    """A plus sign that nobody escaped arrives as a space."""
    if isinstance(value, str) and "T" in value.upper():
        return value.replace(" ", "+")
    return value


def _word(kind: type[StrEnum], more: Mapping[str, StrEnum] | None = None) -> Callable[[Any], Any]:
    """Reads a member's name in any case; what is none is left for pydantic to refuse."""
    known: dict[str, StrEnum] = {member.value: member for member in kind} | dict(more or {})

    def read(value: Any) -> Any:  # as above
        return known.get(value.strip().lower(), value) if isinstance(value, str) else value

    return read


def _wanted(value: str) -> str:
    word = value.strip().lower()
    if word not in WANTED:
        raise PydanticKnownError("literal_error", {"expected": ", ".join(WANTED)})
    return word


def _distinct(values: Iterable[str]) -> list[str]:
    """Without those that say the same as an earlier one."""
    return list({fold(value): value for value in reversed(list(values))}.values())[::-1]


def read_day(value: Any) -> date:  # anything may come in
    """No numbers, which are seconds to pydantic."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise PydanticCustomError("day", "must be a day of the years 1970 to 9999: YYYY-MM-DD")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise PydanticCustomError("day", "is not a day that exists") from None


def as_context(value: str) -> str:
    """`Home` and `@home` are one context."""
    name = value.lstrip("@ ").lower().replace(" ", "-")
    if not name:
        raise PydanticCustomError("context", "must name a context, such as @home")
    return f"@{name}"


def _short_context(value: str) -> str:
    if len(value) > LONGEST_CONTEXT + 1:
        raise PydanticCustomError(
            "context", "must have at most {most} characters", {"most": LONGEST_CONTEXT}
        )
    return value


def _some(values: list[str]) -> list[str]:
    return list(dict.fromkeys(values))


Moment = Annotated[
    datetime, BeforeValidator(read_instant), Field(json_schema_extra={"pattern": _YEARS})
]
QueryMoment = Annotated[
    datetime,
    BeforeValidator(read_instant),
    BeforeValidator(_from_query),
    Field(json_schema_extra={"pattern": _YEARS}),
]
StatusWord = Annotated[
    Status,
    BeforeValidator(_word(Status, FOREIGN)),
    Field(description="In any case; `pending, processing, completed, failed` are understood too."),
]
PriorityWord = Annotated[Priority, BeforeValidator(_word(Priority))]
EnergyWord = Annotated[Energy, BeforeValidator(_word(Energy))]
StatusFilter = Annotated[
    str,
    AfterValidator(_wanted),
    Field(
        description="A status, or `open` (neither done nor cancelled), or `pending`.",
        json_schema_extra={"enum": list(WANTED)},
    ),
]
Category = Word
Tags = Annotated[list[TagName], AfterValidator(_distinct), Field(max_length=MOST_TAGS)]
Context = Annotated[
    str,
    # With its mark it is one character longer, and is taken as it was told.
    Text(
        least=1,
        most=LONGEST_CONTEXT + 1,
        pattern=holding(VISIBLE_BUT_AT),
        told=LONGEST_CONTEXT,
    ),
    AfterValidator(as_context),
    AfterValidator(_short_context),
]
Day = Annotated[
    date,
    BeforeValidator(read_day),
    Field(json_schema_extra={"pattern": "^(19[7-9][0-9]|[2-9][0-9]{3})-[0-9]{2}-[0-9]{2}$"}),
]
Contexts = Annotated[list[Context], AfterValidator(_some), Field(max_length=MOST_CONTEXTS)]
Minutes = Annotated[int, Field(strict=True, ge=1, le=10_080, description="In minutes."), WHOLE]
