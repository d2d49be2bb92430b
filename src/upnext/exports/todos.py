"""Tasks as VTODO, and their deadlines as VEVENT for programs that know no tasks."""

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from upnext.exports import icalendar, repeating
from upnext.exports.extent import AnyRow, Batch, Extent
from upnext.exports.icalendar import day, instant, line, text, texts
from upnext.tasks.models import Priority, Status

PRIORITIES = {
    Priority.URGENT: "1",
    Priority.HIGH: "3",
    Priority.MEDIUM: "5",
    Priority.LOW: "9",
}
STATUSES = {
    Status.BACKLOG: "NEEDS-ACTION",
    Status.TODO: "NEEDS-ACTION",
    Status.IN_PROGRESS: "IN-PROCESS",
    Status.IN_REVIEW: "IN-PROCESS",
    Status.DONE: "COMPLETED",
    Status.CANCELLED: "CANCELLED",
}
# What is begun is not measured, so nothing is said of how far it is.
PERCENT = {Status.BACKLOG: "0", Status.TODO: "0", Status.DONE: "100"}
ORDINARY = "general"
# From here on a deadline means the whole day: that is how a day alone is understood.
DAY_END = time(23, 59)


class Todos:
    def __init__(self, extent: Extent, _: datetime) -> None:
        self._name = extent.name or "Upnext"
        self._zones: set[str] = set()

    def head(self) -> bytes:
        return icalendar.head(self._name).encode()

    def part(self, batch: Batch) -> bytes:
        zones = [name for name in repeating.zones_of(batch.tasks) if name not in self._zones]
        self._zones.update(zones)
        return "".join(
            [
                *map(repeating.time_zone, zones),
                *(
                    todo(task, [blocker for blocker, _ in batch.blockers.get(task.id, ())])
                    for task in batch.tasks
                ),
            ]
        ).encode()

    def foot(self) -> bytes:
        return icalendar.FOOT.encode()


def todo(task: AnyRow, blockers: Sequence[UUID | str]) -> str:
    """`task` has the columns of `tasks.wire`. The same row gives the same text."""
    return icalendar.component("VTODO", _todo_lines(task, blockers))


def _todo_lines(task: AnyRow, blockers: Sequence[UUID | str]) -> Iterator[str]:
    yield from _about(task, str(task.id))
    yield line("STATUS", STATUSES[task.status])
    yield line("PRIORITY", PRIORITIES[task.priority])
    if task.status in PERCENT:
        yield line("PERCENT-COMPLETE", PERCENT[task.status])
    yield from _times(task)
    if task.completed_at is not None:
        yield line("COMPLETED", instant(task.completed_at))
    if task.parent_id is not None:
        yield line("RELATED-TO;RELTYPE=PARENT", str(task.parent_id))
    for blocker in blockers:
        yield line("RELATED-TO;RELTYPE=DEPENDS-ON", str(blocker))


def _about(task: AnyRow, uid: str) -> Iterator[str]:
    """What a task and the event of its deadline have in common."""
    yield line("UID", uid)
    yield line("DTSTAMP", instant(task.updated_at))
    yield line("CREATED", instant(task.created_at))
    yield line("LAST-MODIFIED", instant(task.updated_at))
    yield line("SEQUENCE", str(task.version))
    yield line("SUMMARY", text(task.title))
    if task.description:
        yield line("DESCRIPTION", text(task.description))
    words = [*task.tags, *task.context]
    if task.category != ORDINARY:
        words.append(task.category)
    if words:
        yield line("CATEGORIES", texts(words))
    yield line("X-UPNEXT-KEY", text(task.key))


def _times(task: AnyRow) -> Iterator[str]:
    due, start = task.due_at, task.start_at
    if repeating.repeats(task):
        yield from repeating.lines(task)
        return
    # The standard wants the one strictly before the other, also in whole seconds.
    if start is not None and (due is None or instant(start) < instant(due)):
        yield line("DTSTART", instant(start))
    if due is not None:
        yield line("DUE", instant(due))


def deadline(task: AnyRow, zone: ZoneInfo) -> str:
    """The event of a task's deadline; of a whole day where it means the end of one."""
    return icalendar.component("VEVENT", _event_lines(task, zone))


def _event_lines(task: AnyRow, zone: ZoneInfo) -> Iterator[str]:
    yield from _about(task, f"due-{task.id}")
    local = task.due_at.astimezone(zone)
    if local.time() >= DAY_END:
        yield line("DTSTART;VALUE=DATE", day(local.date()))
        yield line("DTEND;VALUE=DATE", day(local.date() + timedelta(days=1)))
    else:
        yield line("DTSTART", instant(task.due_at))
    # It does not take up time that somebody else could book.
    yield line("TRANSP", "TRANSPARENT")
    yield line("STATUS", "CANCELLED" if task.status == Status.CANCELLED else "CONFIRMED")
