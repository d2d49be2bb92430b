"""Lists in prepared statements: one parameter for each value, `name_0` and on."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import bindparam


def bound(name: str, count: int, kind: Any = None) -> list[Any]:  # parameters stand for values
    return [bindparam(f"{name}_{place}", type_=kind) for place in range(count)]


def numbered(name: str, values: Iterable[Any]) -> dict[str, Any]:  # of any column
    """What those parameters stand for."""
    return {f"{name}_{place}": value for place, value in enumerate(values)}
