"""Pure: from a change to what is told of it, as codes and values. Words are `wording`'s business.

What is not in `FIELDS` is nobody's concern: columns that follow from others, and inner workings.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, NamedTuple
from uuid import UUID

from upnext.activity.naming import Names


class Kind(Enum):
    """What the values of a field are."""

    TEXT = auto()
    WORD = auto()
    INSTANT = auto()
    MINUTES = auto()
    FLAG = auto()
    LIST = auto()
    PEOPLE = auto()
    TASK = auto()
    PROJECT = auto()
    GOAL = auto()
    BOARD = auto()
    COLUMN = auto()
    LONG = auto()
    """Told without its values."""


FIELDS: Mapping[str, Kind] = {
    "title": Kind.TEXT,
    "name": Kind.TEXT,
    "key": Kind.TEXT,
    "project_id": Kind.PROJECT,
    "parent_id": Kind.TASK,
    "blocked_by": Kind.TASK,
    "blocked": Kind.FLAG,
    "status": Kind.WORD,
    "priority": Kind.WORD,
    "energy": Kind.WORD,
    "category": Kind.TEXT,
    "due_at": Kind.INSTANT,
    "start_at": Kind.INSTANT,
    "estimated_duration": Kind.MINUTES,
    "actual_minutes": Kind.MINUTES,
    "assignee_ids": Kind.PEOPLE,
    "tags": Kind.LIST,
    "context": Kind.LIST,
    "description": Kind.LONG,
    "recurrence": Kind.LONG,
    "external_id": Kind.TEXT,
    "private": Kind.FLAG,
    "archived": Kind.FLAG,
    "goal_id": Kind.GOAL,
    "board_id": Kind.BOARD,
    "column_id": Kind.COLUMN,
    "body": Kind.LONG,
    "filename": Kind.TEXT,
    "role": Kind.WORD,
    "sla_due_at": Kind.INSTANT,
}
"""In the order in which they are told."""

# Facts that a type says already.
_SAID = {"task.completed": {"status"}, "task.reopened": {"status"}}
# Kept as a moment or a number, told as a switch.
_SWITCHES = {"archived_at": "archived", "blocker_count": "blocked"}
# A comment or a file names its task, a membership its project: that is where it is told.
_PLACES = ("comment.", "file.", "project_member.", "board.", "goal.")
_THINGS = {Kind.TASK, Kind.PROJECT, Kind.GOAL, Kind.BOARD, Kind.COLUMN}
_EMPTY: tuple[Any, ...] = (None, "", [])


class Phrase(NamedTuple):
    """One thing that was done. `code` is set, changed, cleared, touched, added or removed."""

    code: str
    field: str
    before: Any = None
    after: Any = None


@dataclass(frozen=True, slots=True)
class Told:
    """A field that changed. The values are those of the API, without what is hidden."""

    field: str
    before: Any
    after: Any
    phrases: Sequence[Phrase]


def tell(
    kind: str, diff: Mapping[str, Sequence[Any]], names: Names, *, silenced: bool = False
) -> list[Told]:
    """`kind` is the change's type. What was said is left out if it is `silenced`."""
    shown = _shown(kind, diff)
    found = []
    for field in FIELDS:
        if field in shown:
            before, after = (
                _masked(field, side, place, shown, names) for place, side in enumerate(shown[field])
            )
            # In another project it has another key, which goes without saying.
            follows = field == "key" and "project_id" in shown
            if silenced and field == "body":
                before = after = HIDDEN
            # A board has a name as a task has its title, and not as the project that is told of.
            called = "title" if field == "name" and kind.startswith("board.") else field
            said = [] if follows else list(_phrases(called, before, after))
            found.append(Told(field, _seen(before), _seen(after), said))
    return found


class _Hidden:
    """Stands for a value that is there, but not for who asks."""


HIDDEN = _Hidden()


def _seen(value: Any) -> Any:  # JSON
    return None if value is HIDDEN else value


def _shown(kind: str, diff: Mapping[str, Sequence[Any]]) -> dict[str, Sequence[Any]]:
    found: dict[str, Sequence[Any]] = {}
    for name, sides in diff.items():
        if name in _SWITCHES:
            found[_SWITCHES[name]] = [bool(side) for side in sides]
        elif name == "due_at" and kind.startswith("sla."):
            found["sla_due_at"] = sides
        elif name in FIELDS and not (name == "project_id" and kind.startswith(_PLACES)):
            found[name] = sides
    if "blocked_by" in found or (found.get("blocked") in ([True, True], [False, False])):
        found.pop("blocked", None)
    for name in _SAID.get(kind, ()):
        found.pop(name, None)
    return found


def _masked(
    field: str, value: Any, place: int, shown: Mapping[str, Sequence[Any]], names: Names
) -> Any:  # JSON, or HIDDEN
    kind = FIELDS[field]
    if value is not None and kind in _THINGS:
        return HIDDEN if UUID(value) in names.hidden else value
    # The key of a task begins with that of the project it was in then.
    if field == "key" and "project_id" in shown and value is not None:
        project_id = shown["project_id"][place]
        return value if project_id and UUID(project_id) in names.projects else HIDDEN
    return value


def _phrases(field: str, before: Any, after: Any) -> Iterator[Phrase]:
    kind = FIELDS[field]
    if kind in {Kind.LIST, Kind.PEOPLE}:
        yield from _members(field, before or [], after or [])
    elif kind is Kind.LONG:
        yield Phrase("touched", field)
    elif kind is Kind.FLAG:
        yield Phrase("set" if after else "cleared", field)
    elif before in _EMPTY:
        yield Phrase("set", field, before, after)
    elif after in _EMPTY:
        yield Phrase("cleared", field, before, after)
    else:
        yield Phrase("changed", field, before, after)


def _members(field: str, before: list[Any], after: list[Any]) -> Iterator[Phrase]:
    if added := [each for each in after if each not in before]:
        yield Phrase("added", field, None, added)
    if removed := [each for each in before if each not in after]:
        yield Phrase("removed", field, removed, None)
    if not added and not removed:
        yield Phrase("touched", field)


# The ids that changes speak of


class Mentioned(NamedTuple):
    people: set[UUID]
    tasks: set[UUID]
    projects: set[UUID]
    others: set[UUID]


def mentioned(diffs: Sequence[Mapping[str, Sequence[Any]]]) -> Mentioned:
    found = Mentioned(set(), set(), set(), set())
    into = {Kind.PEOPLE: found.people, Kind.TASK: found.tasks, Kind.PROJECT: found.projects}
    into |= dict.fromkeys((Kind.GOAL, Kind.BOARD, Kind.COLUMN), found.others)
    for diff in diffs:
        for name, sides in diff.items():
            ids = into.get(FIELDS[name]) if name in FIELDS else None
            if ids is not None:
                for side in sides:
                    several = side if isinstance(side, list) else [side]
                    ids.update(UUID(each) for each in several if each is not None)
    return found
