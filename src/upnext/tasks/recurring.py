"""What is said of recurrence on the wire, and the pattern that it stands for."""

import re
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from upnext.identity import names
from upnext.tasks.quickadd import read_repeat
from upnext.tasks.recurrence.reading import LONGEST, check_pace, parse
from upnext.tasks.recurrence.repeats import Pattern
from upnext.tasks.recurrence.rules import Basis, RuleError
from upnext.tasks.words import Moment, read_instant

MOST_EXDATES: Final = 500
UTC_ZONE: Final = "UTC"
LANGUAGES: Final = ("en", "de")


class Reach(StrEnum):
    """Which occurrences of a series a change is meant for."""

    THIS = "this"
    FOLLOWING = "following"
    ALL = "all"


def _rule(value: str) -> str:
    """The rule in its one spelling."""
    try:
        rule = parse(value)
        check_pace(rule)
    except RuleError as error:
        raise PydanticCustomError("rrule", str(error)) from None
    return str(rule)


def _zone(value: str) -> str:
    try:
        return names.zone(value)
    except ValueError as error:
        raise PydanticCustomError("time_zone", str(error)) from None


def said(words: str) -> dict[str, str] | None:
    """The rule and the basis that words such as "every 2nd tuesday" stand for, if they do."""
    if ended := _UNTIL.fullmatch(words):
        told = said(ended[1])
        # An end by date and one by number do not go together.
        if told is None or "COUNT=" in told["rrule"]:
            return None
        return {**told, "rrule": f"{told['rrule']};UNTIL={ended[2].replace('-', '')}"}
    for language in () if "=" in words else LANGUAGES:
        if read := read_repeat(words, language):
            return dict(zip(("rrule", "basis"), read, strict=True))
    return None


_UNTIL = re.compile(
    r"(.{1,200}?),? +(?:until|till|bis) +(\d{4}-\d\d-\d\d)", re.ASCII | re.IGNORECASE
)
"""An end that means the same whoever says it, and whenever; others take quick add."""


def _whole(value: Any) -> Any:  # anything may come in
    """A rule alone is short for the object around it, and so are its words."""
    return said(value) or {"rrule": value} if isinstance(value, str) else value


class Recurrence(BaseModel):
    """When a task comes again. A rule alone, as a string, is enough, and so are words."""

    model_config = ConfigDict(extra="forbid")

    rrule: Annotated[
        str,
        Field(max_length=LONGEST, examples=["FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"]),
        AfterValidator(_rule),
    ]
    basis: Annotated[
        Basis, Field(description="Whether it counts from the due date or from the completion.")
    ] = Basis.DUE
    exdates: Annotated[
        list[Moment],
        Field(max_length=MOST_EXDATES, description="Occurrences that are left out."),
        AfterValidator(lambda moments: sorted(set(moments))),
    ] = []
    timezone: Annotated[
        str | None,
        Field(max_length=64, description="Whose wall time it follows; none: your own."),
        AfterValidator(lambda value: value and _zone(value)),
    ] = None


Repeated = Annotated[Recurrence, BeforeValidator(_whole)]

Stored = Mapping[str, Any]
"""A Recurrence as it lies in the task's row, always with its time zone."""


def stored(recurrence: Recurrence) -> dict[str, Any]:
    return {
        "rrule": recurrence.rrule,
        "basis": str(recurrence.basis),
        "exdates": [spelled(moment) for moment in recurrence.exdates],
        "timezone": recurrence.timezone or UTC_ZONE,
    }


def spelled(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def pattern_of(recurrence: Stored) -> Pattern:
    return Pattern(
        rule=_parsed(recurrence["rrule"]),
        basis=Basis(recurrence["basis"]),
        zone=ZoneInfo(recurrence["timezone"]),
        exdates=frozenset(map(read_instant, recurrence["exdates"])),
    )


_parsed = lru_cache(maxsize=1_000)(parse)
