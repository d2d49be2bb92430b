"""Lists in prepared statements: one parameter for each value, `name_0` and on."""

from collections.abc import Iterable, Sequence
from itertools import repeat
from typing import Any, TypeVar

from sqlalchemy import bindparam

T = TypeVar("T")


def bound(name: str, count: int, kind: Any = None) -> list[Any]:  # parameters stand for values
    return [bindparam(f"{name}_{place}", type_=kind) for place in range(count)]


def numbered(name: str, values: Iterable[Any]) -> dict[str, Any]:  # of any column
    """What those parameters stand for."""
    return {f"{name}_{place}": value for place, value in enumerate(values)}


def padded(values: Sequence[T]) -> list[T]:
    """The last is repeated up to a power of two, so that few statements do for any number."""
    if not values:
        return []
    count = 1 << (len(values) - 1).bit_length()
    return [*values, *repeat(values[-1], count - len(values))]
