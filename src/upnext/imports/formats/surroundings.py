"""What stands around the tasks of our own export, read from it."""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from upnext.core.text import clean
from upnext.imports.formats.besides import (
    Besides,
    Board,
    Card,
    KeptFilter,
    Lane,
    OpenHours,
    Promise,
    Saying,
    Sitting,
    Spent,
    Talk,
)
from upnext.imports.formats.items import LeftOut, storable
from upnext.imports.formats.jsontext import Entry, dict_of, dicts_of, number_of, text_of

T = TypeVar("T", bound=Hashable)
_OF_COLUMNS = ("name", "status", "wip_limit", "wip_hard")
_OF_PROMISES = (
    *("priority", "first_response_minutes", "resolution_minutes", "starts_from"),
    *("business_hours", "pause_statuses", "enabled"),
)
_OF_CALENDARS = ("time_zone", "hours", "holidays")
MOST_SAID = 2_000
"""About one task: they come in at once."""
_LONGEST_NOTE = 200
_FARTHEST = 2**62
"""What positions stay below, so that there is room on both sides."""


class Boards:
    """The boards of a file, and which card lies where on them."""

    def __init__(self, document: Entry, projects: Mapping[str, Entry]) -> None:
        self.all: list[Board] = []
        self._lanes: dict[str, tuple[Board, Lane]] = {}
        self._projects: set[str] = set()
        found = [each for each in dicts_of(document, "boards")
                 if _name(projects, each) and text_of(each, "name")]  # fmt: skip
        names = [(_name(projects, each), text_of(each, "name").casefold()) for each in found]
        for each, (key, nth) in zip(found, counted(names), strict=True):
            self._take(each, key[0], nth)

    def _take(self, said: Entry, project: str, nth: int) -> None:
        columns = dicts_of(said, "columns")
        board = Board(
            project=project,
            name=text_of(said, "name"),
            nth=nth,
            default=said.get("default") is True,
            columns=tuple(_picked(each, _OF_COLUMNS) for each in columns),
        )
        self.all.append(board)
        self._projects.add(text_of(said, "project_id"))
        names = [(text_of(each, "name").casefold(), text_of(each, "status")) for each in columns]
        for each, (key, place) in zip(columns, counted(names), strict=True):
            lane = Lane(text_of(each, "name"), key[1], place)
            self._lanes[text_of(each, "id")] = (board, lane)

    def card(self, task: Entry) -> Card | None:
        """None: nothing is said of its place."""
        if text_of(task, "project_id") not in self._projects:
            return None
        found = self._lanes.get(text_of(task, "column_id"))
        if found is None:
            return Card()
        board, lane = found
        if lane.status != text_of(task, "status"):
            # A task has its column's status, so this file is wrong somewhere: the status counts.
            return None
        position = number_of(task, "position")
        kept = position if position is not None and abs(position) < _FARTHEST else None
        return Card(board=board.name, nth=board.nth, lane=lane, position=kept)


def counted(keys: Iterable[T]) -> Iterator[tuple[T, int]]:
    """Each with how often the same came before."""
    seen: Counter[T] = Counter()
    for key in keys:
        yield key, seen[key]
        seen[key] += 1


def besides(document: Entry, projects: Mapping[str, Entry]) -> Iterator[Besides]:
    """Calendars first: promises count their hours."""
    for workspace in dicts_of(document, "workspaces"):
        if calendar := dict_of(workspace, "calendar"):
            yield OpenHours(_picked(calendar, _OF_CALENDARS))
    for promise in dicts_of(document, "sla_policies"):
        if project := _name(projects, promise):
            yield Promise(project, _picked(promise, _OF_PROMISES))
    for each in dicts_of(document, "saved_filters"):
        fields = _picked(each, ("name", "query", "shared"))
        yield KeptFilter(fields=fields, everywhere=not text_of(each, "workspace_id"))


def talk(task: Entry, line: int, people: Mapping[str, str]) -> Iterator[Talk | LeftOut]:
    """What is said about a task, the oldest first."""
    entries = dicts_of(task, "comments")
    if gone := sum(bool(each.get("deleted_at")) for each in entries):
        yield LeftOut("deleted comments", gone)
    entries = [each for each in entries if not each.get("deleted_at")]
    said = [found for each in entries if (found := _saying(each, people))]
    if len(said) < len(entries):
        yield LeftOut("comments without a time or a text", len(entries) - len(said))
    said.sort(key=lambda one: one.at)
    if more := len(said[MOST_SAID:]):
        yield LeftOut("comments", more)
        del said[MOST_SAID:]
    if said and text_of(task, "id"):
        yield Talk(text_of(task, "id"), line, tuple(said))


def _saying(said: Entry, people: Mapping[str, str]) -> Saying | None:
    at = exact(text_of(said, "created_at"))
    body = clean(storable(said["body"])) if isinstance(said.get("body"), str) else ""
    if at is None or not body:
        return None
    own = text_of(said, "id")
    author = people.get(text_of(said, "author_id"))
    return Saying(
        ref=own,
        thread=text_of(said, "thread_id") or own,
        reply_to=text_of(said, "parent_id") or None,
        author=author,
        name=text_of(said, "author") or author or "",
        body=body,
        at=at,
        edited=exact(text_of(said, "edited_at")),
    )


def spent(task: Entry, line: int, people: Mapping[str, str]) -> Iterator[Spent | LeftOut]:
    """The time that was spent on a task, the earliest first."""
    entries = dicts_of(task, "time_entries")
    found = [one for each in entries if (one := _sitting(each, people))]
    if len(found) < len(entries):
        yield LeftOut("time entries without begin and end", len(entries) - len(found))
    found.sort(key=lambda one: one.start)
    if more := len(found[MOST_SAID:]):
        yield LeftOut("time entries", more)
        del found[MOST_SAID:]
    if found and text_of(task, "id"):
        yield Spent(text_of(task, "id"), line, tuple(found))


def _sitting(entry: Entry, people: Mapping[str, str]) -> Sitting | None:
    start, end = (exact(text_of(entry, name)) for name in ("started_at", "ended_at"))
    if start is None or end is None:
        return None
    note = " ".join(clean(storable(text_of(entry, "note"))).split())
    return Sitting(
        who=people.get(text_of(entry, "user_id")),
        start=start,
        end=end,
        note=note[:_LONGEST_NOTE].rstrip(),
    )


def exact(text: str) -> datetime | None:
    """To the microsecond, as we write times."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _name(projects: Mapping[str, Entry], of: Entry) -> str:
    """The name of its project; empty where that lies in the trash, or is none of the file's."""
    project = projects.get(text_of(of, "project_id"), {})
    return "" if project.get("deleted_at") else text_of(project, "name")


def _picked(entry: Entry, names: Iterable[str]) -> dict[str, Any]:
    return {name: entry[name] for name in names if name in entry}
