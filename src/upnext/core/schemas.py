"""What JSON Schema says otherwise than Python's types do."""

from typing import Any

from pydantic import BaseModel, BeforeValidator, Field, field_validator
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

_GIVEN: JsonDict = {"not": {"type": "null"}}


class NoNulls(BaseModel):
    """What may be left out, but not be null."""

    @field_validator("*", mode="before")
    @classmethod
    def _not_null(cls, value: object) -> object:
        if value is None:
            raise PydanticCustomError("null", "must not be null; leave it out instead")
        return value


def absent() -> Any:  # fits every field
    """The default of what may be left out: None, which is never accepted from outside."""
    return Field(default_factory=lambda: None)


def one_of(*names: str) -> JsonDict:
    """For `json_schema_extra`: exactly one of the fields has to be there."""
    return {"oneOf": [{"required": [name]} for name in names]}


def exactly_one(*names: str) -> JsonDict:
    """The same of fields that may be null, which is as if they were left out."""
    return {"oneOf": [{"required": [name], "properties": {name: _GIVEN}} for name in names]}


def at_most_one(*names: str) -> JsonDict:
    """Of two fields that may be null."""
    both: JsonDict = {"required": list(names), "properties": dict.fromkeys(names, _GIVEN)}
    return {"not": both}


def _whole(value: Any) -> Any:  # anything may come in
    return int(value) if isinstance(value, float) and value.is_integer() else value


WHOLE = BeforeValidator(_whole)
"""Before a strict integer: JSON has one kind of number, in which 30.0 is 30."""
