"""Changes a row and says what changed."""

from datetime import datetime
from typing import Any

from upnext.core.changes import Diff
from upnext.core.db import Base


def amend(row: Base, **new: Any) -> Diff:
    """Sets the columns that differ. Empty when none does."""
    diff: dict[str, tuple[Any, Any]] = {}
    for name, value in new.items():
        before = getattr(row, name)
        if before != value:
            setattr(row, name, value)
            diff[name] = (as_json(before), as_json(value))
    return diff


def as_json(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return value if value is None or isinstance(value, bool | int) else str(value)


def switched(since: datetime | None, on: bool | None, now: datetime) -> datetime | None:
    """The moment since which a switch is on; `on` None leaves it as it is."""
    if on is None:
        return since
    return (since or now) if on else None
