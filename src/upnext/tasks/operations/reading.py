"""From JSON, as the change log has a column's value, back to the value."""

from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

from upnext.tasks.models import Energy, Priority, Status
from upnext.tasks.words import read_instant

_READERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    **dict.fromkeys(("due_at", "start_at", "completed_at", "started_at"), read_instant),
    **dict.fromkeys(("project_id", "parent_id", "series_id"), UUID),
    **dict.fromkeys(("goal_id", "board_id", "column_id"), UUID),
    "status": Status,
    "priority": Priority,
    "energy": Energy,
}


def read_column(name: str, value: Any) -> Any:  # any column's value
    read = _READERS.get(name)
    return value if read is None or value is None else read(value)
