"""What time tracking adds to the filter language: `actual > 2h`."""

from typing import Final

from upnext.tasks.filtering import Field, Fields, Kind
from upnext.tasks.filtering.comparing import minutes
from upnext.tasks.models import Task

FIELDS: Final[Fields] = {
    "actual": Field(
        name="actual",
        aliases=("actual_minutes", "tracked"),
        kind=Kind.MINUTES,
        compare=minutes(Task.actual_minutes),
        missing=lambda: Task.actual_minutes == 0,
    )
}
