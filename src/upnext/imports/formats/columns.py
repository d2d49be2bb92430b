"""Which column of a stranger's CSV is which field of a task."""

import re
from collections.abc import Mapping, Sequence

from upnext.imports.formats.items import FormatError

IGNORE = "ignore"
_MOST_NAMED = 50
_LONGEST = 200
SEVERAL = frozenset({"description", "tags", "context"})
"""Fields that more than one column may fill."""

# In each list the surest name comes first: it wins where a file has several of them.
NAMES: dict[str, tuple[str, ...]] = {
    "title": (
        *("title", "tasktitle", "taskname", "content", "summary", "subject", "task", "todo"),
        *("name", "cardname", "item", "what", "action", "text"),
    ),
    "description": (
        *("description", "notes", "note", "details", "detail", "body", "comment", "comments"),
        *("carddescription", "memo"),
    ),
    "due": (
        *("due", "duedate", "dueat", "dueon", "duetime", "deadline", "dateend", "enddate"),
        *("date", "by", "finishby", "target", "targetdate"),
    ),
    "start": (
        *("start", "startat", "startdate", "starton", "scheduled", "scheduleddate", "deferdate"),
        *("deferuntil", "hideuntil", "wait", "notbefore", "begin"),
    ),
    "priority": ("priority", "prio", "importance", "urgency", "severity"),
    "status": ("status", "state", "stage", "column", "columnname"),
    "completed": (
        *("completed", "done", "complete", "finished", "iscompleted", "isdone", "checked"),
        *("completedat", "completeddate", "completiondate", "completedon", "percentcomplete"),
    ),
    "project": (
        *("project", "projectname", "list", "listname", "folder", "board", "boardname", "area"),
        *("projectkey",),
    ),
    "tags": ("tags", "tag", "labels", "label", "keywords", "categories"),
    "context": ("context", "contexts", "where", "location"),
    "energy": ("energy", "effortlevel"),
    "duration": (
        *(
            "duration",
            "estimatedduration",
            "estimate",
            "estimated",
            "estimatedtime",
            "timeestimate",
        ),
        *("estimatedminutes", "minutes", "originalestimate", "length", "effort", "hours"),
    ),
    "category": ("category", "kind"),
    "id": (
        "id",
        "uuid",
        "uid",
        "key",
        "externalid",
        "issuekey",
        "taskid",
        "cardid",
        "guid",
        "issueid",
    ),
    "after": (
        "blockedby",
        "dependson",
        "depends",
        "dependencies",
        "predecessors",
        "after",
        "waitsfor",
    ),
}
_UNITS = (
    (60.0, re.compile(r"\b(hours?|hrs?|h)\b")),
    (1 / 60, re.compile(r"\b(seconds?|secs?|s)\b|^original estimate$")),
    (480.0, re.compile(r"\b(days?|d)\b")),
)


def normalised(header: str) -> str:
    """A header without case, spaces, punctuation or what stands in brackets."""
    # A header of a stranger: cut, since the brackets of a long one take the square of its length.
    bare = re.sub(r"\([^)]*\)|\[[^\]]*\]", "", header[:_LONGEST])
    return re.sub(r"[\W_]+", "", bare.casefold())


def recognised(headers: Sequence[str]) -> bool:
    """Whether a first row looks like a header: it names the task's words or two other fields."""
    found = detected(headers)
    return "title" in found.values() or len(found) > 1


def detected(headers: Sequence[str]) -> dict[int, str]:
    """The field of each column that has one, by the names that programs give to columns."""
    names = [normalised(header) for header in headers]
    found: dict[int, str] = {}
    for field, known in NAMES.items():
        ranked = sorted((known.index(name), at) for at, name in enumerate(names) if name in known)
        for _, at in ranked if field in SEVERAL else ranked[:1]:
            found.setdefault(at, field)
    if "title" not in found.values():
        # Taskwarrior and others call the words of a task its description.
        for at, field in found.items():
            if field == "description":
                found[at] = "title"
                break
    return found


def mapped(headers: Sequence[str], wishes: Mapping[str, str]) -> dict[int, str]:
    """The detected fields, changed by the wishes of the person: header (or number) to field.

    Written the other way round, field to header, it is understood where that is plain.
    """
    turned = dict(_turned(headers, *wish) for wish in wishes.items())
    asked = {_position(headers, column): _field(field) for column, field in turned.items()}
    single = {field for field in asked.values() if field not in SEVERAL}
    found = {at: field for at, field in detected(headers).items() if field not in single}
    found = {at: field for at, field in (found | asked).items() if field != IGNORE}
    for field in single:
        if list(found.values()).count(field) > 1:
            raise _wrong(f"Two columns cannot both be {field}.")
    if "title" not in found.values():
        columns = ", ".join(headers[:_MOST_NAMED])
        raise _wrong(
            "No column holds the words of the tasks. Say which one is the title. "
            f"The columns: {columns}"
        )
    return found


def _turned(headers: Sequence[str], left: str, right: str) -> tuple[str, str]:
    """Column and field of a wish."""
    fields = {*NAMES, IGNORE}
    names = {normalised(header) for header in headers}
    swapped = left.strip().casefold() in fields and right.strip().casefold() not in fields
    return (right, left) if swapped and normalised(right) in names else (left, right)


def _wrong(detail: str) -> FormatError:
    return FormatError(detail, code="bad_mapping", pointer="/mapping")


def _position(headers: Sequence[str], column: str) -> int:
    wanted = normalised(column)
    for at, header in enumerate(headers):
        if column == header or (wanted and wanted == normalised(header)):
            return at
    if column.isdecimal() and 1 <= int(column) <= len(headers):
        return int(column) - 1
    columns = ", ".join(headers[:_MOST_NAMED])
    raise _wrong(f"There is no column “{column}”. The columns: {columns}")


def _field(name: str) -> str:
    wanted = name.strip().casefold()
    if wanted in {*NAMES, IGNORE}:
        return wanted
    fields = ", ".join([*NAMES, IGNORE])
    raise _wrong(f"“{name}” is not a field. The fields: {fields}")


def minutes_per_unit(header: str) -> float:
    """What a bare number in a column of durations counts: minutes, unless its header says else."""
    words = re.sub(r"[\W_]+", " ", header.casefold()).strip()
    return next((factor for factor, unit in _UNITS if unit.search(words)), 1.0)
