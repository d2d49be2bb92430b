"""What every reader of a file makes: one record per task, and what could not become one."""

import hashlib
from dataclasses import dataclass, field

from upnext.client import when
from upnext.client.printable import plural, storable

LONGEST_TITLE = 200
LONGEST_DESCRIPTION = 10_000
LONGEST_ID = 200


@dataclass(frozen=True, kw_only=True)
class Record:
    """A task of the file: the API's fields, and what has to be looked up before it can be sent."""

    line: int
    external_id: str
    fields: dict[str, object]
    project: str | None = None
    after: tuple[str, ...] = ()
    """External ids of the tasks that must be done first."""

    @property
    def title(self) -> str:
        """The words of the task."""
        return str(self.fields["title"])


@dataclass(frozen=True, kw_only=True)
class Refused:
    """A row that does not become a task, and why."""

    line: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of the file: its header, the field it becomes (none: left out), an example."""

    header: str
    field: str | None
    example: str


@dataclass(kw_only=True)
class Reading:
    """A file, read."""

    source: str
    """What kind of file it is, for a person."""
    records: list[Record] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    left_out: dict[str, int] = field(default_factory=dict)
    """Tasks that are left out on purpose, counted by reason."""
    columns: list[Column] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def leave_out(self, reason: str) -> None:
        """Counts a task that is left out on purpose."""
        self.left_out[reason] = self.left_out.get(reason, 0) + 1

    def settle(self) -> None:
        """Leaves out what cannot be kept once all records are known, and remarks how much it is."""
        late = [record for record in self.records if _starts_too_late(record)]
        for record in late:
            del record.fields["start_at"]
        if late:
            told = f"{plural(len(late), 'task')} would start after the deadline"
            self.remarks.append(f"{told}; the start is left out.")
        known = {record.external_id for record in self.records}
        missing = sum(one not in known for record in self.records for one in record.after)
        if missing:
            told = plural(missing, "dependency leads", "dependencies lead")
            self.remarks.append(f"{told} to tasks that are not imported.")


def _starts_too_late(record: Record) -> bool:
    due, start = record.fields.get("due_at"), record.fields.get("start_at")
    return isinstance(due, str) and isinstance(start, str) and when.read(start) > when.read(due)


def external_id(source: str, identity: str) -> str:
    """The id under which the server knows the task of a source; a long one is hashed."""
    whole = f"{source}:{identity}"
    return whole if len(whole) <= LONGEST_ID else f"{source}:{digest(identity)}"


def digest(text: str) -> str:
    """A short name for a text that is the same on every machine."""
    return hashlib.sha256(text.encode()).hexdigest()


def worded(title: str, description: str) -> tuple[str, str]:
    """A title and description that fit; a long title also goes whole into the description."""
    line = " ".join(storable(title).split())
    body = storable(description).strip()
    if len(line) > LONGEST_TITLE:
        body = f"{line}\n\n{body}".strip()
        line = _shortened(line, LONGEST_TITLE)
    return line, _shortened(body, LONGEST_DESCRIPTION)


def _shortened(text: str, longest: int) -> str:
    """The beginning of a text up to the last space that fits, with an ellipsis."""
    if len(text) <= longest:
        return text
    cut = text[: longest - 1]
    space = cut.rfind(" ")
    return f"{cut[:space] if space > longest * 3 // 4 else cut}…"
