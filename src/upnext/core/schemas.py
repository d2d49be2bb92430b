"""What JSON Schema says otherwise than Python's types do."""

from typing import Any

from pydantic import BeforeValidator
from pydantic.config import JsonDict


def one_of(*names: str) -> JsonDict:
    """For `json_schema_extra`: exactly one of the fields has to be there."""
    return {"oneOf": [{"required": [name]} for name in names]}


def _whole(value: Any) -> Any:  # anything may come in
    return int(value) if isinstance(value, float) and value.is_integer() else value


WHOLE = BeforeValidator(_whole)
"""Before a strict integer: JSON has one kind of number, in which 30.0 is 30."""
