"""What SLAs add to the filter language."""

from typing import Final

from upnext.core.types import NEVER, micros
from upnext.tasks.filtering import Fields, comparing
from upnext.tasks.filtering.kinds import Field, Kind
from upnext.tasks.models import Task

FIELDS: Final[Fields] = {
    "sla_breached": Field(
        name="sla_breached",
        kind=Kind.FLAG,
        compare=comparing.flag(lambda on, _: Task.sla_breached.is_(on)),
    ),
    "sla_due": Field(
        name="sla_due",
        aliases=("sla_due_at",),
        kind=Kind.DATE,
        compare=comparing.date(Task.sla_due_key, micros, NEVER),
        missing=lambda: Task.sla_due_key == NEVER,
    ),
}
