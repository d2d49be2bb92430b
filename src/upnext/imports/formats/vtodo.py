"""iCalendar's VTODOs, each read on its own, so that a broken one costs no other."""

import io
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING, Any

from upnext.imports.formats import moments, spans, vrepeats
from upnext.imports.formats.encodings import decoded, remark_on
from upnext.imports.formats.items import (
    FormatError,
    Item,
    LeftOut,
    Outcome,
    Outcomes,
    RowError,
    Source,
    Wishes,
    storable,
    worded,
)
from upnext.imports.formats.priorities import priority

if TYPE_CHECKING:
    from icalendar import Component

_STATUSES = {
    "NEEDS-ACTION": "todo",
    "IN-PROCESS": "in_progress",
    "COMPLETED": "done",
    "CANCELLED": "cancelled",
}
_BEGIN, _END = (
    re.compile(r"^BEGIN:([\w-]+)$", re.IGNORECASE),
    re.compile(r"^END:([\w-]+)$", re.IGNORECASE),
)
_NAME = re.compile(r"^(?:X-WR-CALNAME|NAME)(?:;[^:]*)?:(.+)$", re.IGNORECASE)
_OTHERS = {"VEVENT": "events", "VJOURNAL": "journal entries", "VFREEBUSY": "free-busy times"}
_BESIDE = {"ATTACH": "attachments", "COMMENT": "comments", "GEO": "positions", "URL": "links"}
_LONGEST_PLACE = 49
_DEEPEST = 5
_LARGEST = 200_000
_BLOCKING = frozenset({"DEPENDS-ON", "FINISHTOSTART"})


def read(data: bytes, wishes: Wishes) -> Outcomes:
    # A library that only few runs need, and that costs a start of the server a tenth of a second.
    from icalendar import Todo  # noqa: PLC0415  (see above)

    text, encoding = decoded(data)
    yield Source("iCalendar")
    yield from remark_on(encoding)
    name: str | None = None
    for line, kind, block in _blocks(text):
        if kind == "NAME":
            name = name or storable(block).strip() or None
        elif kind in _OTHERS:
            yield LeftOut(_OTHERS[kind])
        elif kind == "VTODO" and not block:
            yield RowError(line, f"is larger than {_LARGEST:,} characters")
        elif kind == "VTODO":
            yield from _todo(Todo, block, line, name, wishes.zone)


def _blocks(text: str) -> Iterator[tuple[int, str, str]]:
    """Line, kind and text of each component in a calendar, and the calendar's name as NAME."""
    component = _Component()
    for number, raw in enumerate(io.StringIO(text, newline=None), 1):
        line = raw.rstrip()
        if component.is_open or (_BEGIN.match(line) and line[6:].upper() != "VCALENDAR"):
            if component.add(line, number):
                text = "" if component.is_too_large else component.text
                yield component.line, component.kind, text
        elif named := _NAME.match(line):
            yield number, "NAME", named[1]
    if component.is_open:
        raise FormatError(
            f"The {component.kind} that begins on line {component.line} does not end."
        )


class _Component:
    """The lines from a BEGIN to its END, with what is nested between."""

    def __init__(self) -> None:
        self.line, self.kind = 0, ""
        self._depth = self._size = 0
        self._lines: list[str] = []
        self._in_attachment = False

    @property
    def is_open(self) -> bool:
        return self._depth > 0

    @property
    def text(self) -> str:
        return "\r\n".join(self._lines) + "\r\n"

    def add(self, line: str, number: int) -> bool:
        """Whether that was the end."""
        if begun := _BEGIN.match(line):
            if not self._depth:
                self.line, self.kind = number, begun[1].upper()
                self._lines, self._size = [], 0
            self._depth += 1
            if self._depth > _DEEPEST:
                raise FormatError(f"Line {number} is nested too deeply.")
        self._keep(line)
        if _END.match(line):
            self._depth -= 1
        return not self._depth

    @property
    def is_too_large(self) -> bool:
        return self._size > _LARGEST

    def _keep(self, line: str) -> None:
        """But the contents of attachments, which are counted only."""
        if line[:1] in {" ", "\t"}:
            line = "" if self._in_attachment else line
        else:
            self._in_attachment = line[:6].upper() == "ATTACH"
            line = "ATTACH:left-out" if self._in_attachment else line
        self._size += len(line)
        if line and not self.is_too_large:
            self._lines.append(line)


def _todo(
    reader: "type[Component]", block: str, line: int, project: str | None, zone: tzinfo
) -> Outcomes:
    try:
        todo = reader.from_ical(block)
        if todo.get("RECURRENCE-ID"):
            yield LeftOut("changed occurrences of repeating tasks", tasks=True)
            return
        yield _item(todo, line, project, zone)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError) as error:
        # A stranger's component may break the library in each of these ways.
        yield RowError(line, f"cannot be read: {error}")
        return
    yield from _beside(todo)


def _item(todo: "Component", line: int, project: str | None, zone: tzinfo) -> Item:
    title, description = worded(_text(todo, "SUMMARY"), _text(todo, "DESCRIPTION"))
    if not title:
        raise ValueError("it has no summary")
    status = _status(todo)
    place = _text(todo, "LOCATION")
    parents, blockers = _relations(todo)
    start, due = _moment(todo, "DTSTART", zone), _moment(todo, "DUE", zone)
    begins = start
    if (
        due is None
        and start is not None
        and isinstance(length := _value(todo, "DURATION"), timedelta)
    ):
        due = start + length
    if own := _text(todo, "X-UPNEXT-START"):
        start = None if own == "NONE" else _own_start(own)
    return Item(
        line=line,
        external_id=_text(todo, "UID") or None,
        title=title,
        description=description,
        status=status,
        priority=priority("icalendar", _text(todo, "PRIORITY")),
        tags=tuple(_categories(todo)),
        context=(f"@{place}",) if 0 < len(place) <= _LONGEST_PLACE else (),
        project=project,
        due=due,
        start=start,
        created=_moment(todo, "CREATED", zone),
        completed=_moment(todo, "COMPLETED", zone),
        estimate=_estimate(todo),
        parent=parents[0] if parents else None,
        after=tuple(blockers),
        assignees=tuple(_addresses(todo)),
        recurrence=vrepeats.read(todo, begins, due, zone),
    )


def _status(todo: "Component") -> str:
    """Some programs write only when it was completed, or how much of it is."""
    word = _text(todo, "STATUS").upper()
    if word and word not in _STATUSES:
        raise ValueError(f"“{word}” is no status of a task")
    done = _text(todo, "PERCENT-COMPLETE")
    if word in {"", "NEEDS-ACTION"} and done.isdecimal() and int(done):
        return "done" if int(done) >= 100 else "in_progress"  # noqa: PLR2004  (per cent)
    if not word and todo.get("COMPLETED"):
        return "done"
    return _STATUSES.get(word, "todo")


def _text(todo: "Component", name: str) -> str:
    value = todo.get(name)
    if isinstance(value, list):
        value = value[0] if value else None
    return "" if value is None else storable(str(value)).strip()


def _value(todo: "Component", name: str) -> Any:  # whatever Python type the property has
    found = todo.get(name)
    return getattr(found[0] if isinstance(found, list) else found, "dt", None)


def _moment(todo: "Component", name: str, zone: tzinfo) -> datetime | None:
    """A date alone is its end, or its start where it starts; a floating time is the person's."""
    value = _value(todo, name)
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(UTC)
    if isinstance(value, date):
        clock: time = moments.DAY_START if name == "DTSTART" else moments.DAY_END
        return datetime.combine(value, clock, zone).astimezone(UTC)
    if todo.get(name) is not None:
        raise ValueError(f"{name}: “{_text(todo, name)[:60]}” is not a date")
    return None


def _own_start(text: str) -> datetime:
    """In exports of ours, where DTSTART is what the rule counts from."""
    return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def _estimate(todo: "Component") -> int | None:
    text = _text(todo, "ESTIMATED-DURATION") or _text(todo, "X-ESTIMATED-DURATION")
    try:
        return spans.minutes(text) if text else None
    except ValueError:
        return None


def _all(todo: "Component", name: str) -> list[Any]:  # properties of any type
    found = todo.get(name)
    if found is None:
        return []
    return found if isinstance(found, list) else [found]


def _categories(todo: "Component") -> list[str]:
    words = [str(word) for each in _all(todo, "CATEGORIES") for word in getattr(each, "cats", [])]
    return list(dict.fromkeys(word for text in words if (word := storable(text).strip())))


def _relations(todo: "Component") -> tuple[list[str], list[str]]:
    """Whose part it is, and what it waits for (RFC 9253)."""
    parents, blockers = [], []
    for each in _all(todo, "RELATED-TO"):
        kind = str(each.params.get("RELTYPE", "PARENT")).upper()
        if kind == "PARENT":
            parents.append(str(each))
        elif kind in _BLOCKING:
            blockers.append(str(each))
    return parents, blockers


def _addresses(todo: "Component") -> list[str]:
    people = [str(each) for each in _all(todo, "ATTENDEE")]
    return [person[len("mailto:") :] for person in people if person.lower().startswith("mailto:")]


def _beside(todo: "Component") -> Iterator[Outcome]:
    counts = Counter({what: len(_all(todo, name)) for name, what in _BESIDE.items()})
    counts["alarms"] = sum(part.name == "VALARM" for part in todo.subcomponents)
    if len(_text(todo, "LOCATION")) > _LONGEST_PLACE:
        counts["long places"] += 1
    yield from (LeftOut(what, count) for what, count in counts.items() if count)
