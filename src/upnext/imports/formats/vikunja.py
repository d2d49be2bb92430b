"""Vikunja's export of a user: a zip with data.json, or that file alone."""

import io
import json
import zipfile
from datetime import UTC, datetime
from functools import partial
from typing import Any

from upnext.imports.formats import moments
from upnext.imports.formats.encodings import decoded
from upnext.imports.formats.htmltext import plain
from upnext.imports.formats.items import (
    NESTED,
    FormatError,
    Item,
    LeftOut,
    Outcomes,
    Repeat,
    RowError,
    Source,
    Wishes,
    worded,
)
from upnext.imports.formats.jsontext import (
    Entry,
    Scanner,
    dict_of,
    dicts_of,
    list_of,
    number_of,
    text_of,
)
from upnext.imports.formats.priorities import priority

ZIP = b"PK\x03\x04"
DATA = "data.json"
FILTERS = "filters.json"
LARGEST_UNPACKED = 50_000_000
_MOST_FILES = 10_000
_NEVER = "0001-"
_MONTHLY, _FROM_DONE = 1, 2
_DAY, _HOUR = 86_400, 3_600
_BLOCKERS = ("blocked", "follows")


def read(data: bytes, _: Wishes) -> Outcomes:
    yield Source("Vikunja export")
    text, filters = _unpacked(data) if data.startswith(ZIP) else (decoded(data)[0], 0)
    if filters:
        yield LeftOut("saved filters", filters)
    scanner = Scanner(text)
    project = partial(scanner.members, readers={"tasks": scanner.entries})
    document, _end = scanner.entries(scanner.skip(0), project)
    if not isinstance(document, list):
        raise FormatError("This is no export of Vikunja.")
    for line, each in document:
        yield from _project(each, line)


def _unpacked(data: bytes) -> tuple[str, int]:
    """The text of data.json, and how many saved filters lie beside it."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            if len(names) > _MOST_FILES or DATA not in names:
                raise FormatError(f"The zip is no export of Vikunja: it holds no {DATA}.")
            text, _ = decoded(_member(archive, DATA))
            return text, _filters(archive) if FILTERS in names else 0
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise FormatError(f"The zip is damaged or encrypted: {error}.") from error


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    """Reads no more than the limit, whatever the archive says of its sizes."""
    with archive.open(name) as file:
        found = file.read(LARGEST_UNPACKED + 1)
    if len(found) > LARGEST_UNPACKED:
        size = LARGEST_UNPACKED // 1_000_000
        raise FormatError(f"{name} in the zip is larger than {size} MB.", code="too_large")
    return found


def _filters(archive: zipfile.ZipFile) -> int:
    try:
        found = json.loads(_member(archive, FILTERS))
    except (ValueError, RecursionError):
        return 0
    return len(found) if isinstance(found, list) else 0


def _project(project: Any, line: int) -> Outcomes:  # JSON of a stranger
    if not isinstance(project, dict):
        yield RowError(line, "is not a project")
        return
    name = text_of(project, "title") or None
    tasks = list_of(project, "tasks")
    if project.get("is_archived"):
        if tasks:
            yield LeftOut("tasks of archived projects", len(tasks), tasks=True)
        return
    buckets = {number_of(each, "id"): text_of(each, "title")
               for each in dicts_of(project, "buckets")}  # fmt: skip
    if number_of(project, "parent_project_id"):
        yield LeftOut(NESTED)
    for placed, task in tasks:
        yield from _task(task, placed, name, buckets)


def _task(task: Any, line: int, project: str | None, buckets: dict[int | None, str]) -> Outcomes:
    if not isinstance(task, dict):
        yield RowError(line, "is not a task")
        return
    try:
        yield _item(task, line, project, buckets)
    except ValueError as error:
        yield RowError(line, f"task {text_of(task, 'id') or '?'}: {error}")
        return
    for name in ("comments", "attachments", "reminders"):
        if count := len(list_of(task, name)):
            yield LeftOut(name, count)


def _item(task: Entry, line: int, project: str | None, buckets: dict[int | None, str]) -> Item:
    title, description = worded(text_of(task, "title"), plain(text_of(task, "description")))
    if not title:
        raise ValueError("has no title")
    done = task.get("done") is True
    share = task.get("percent_done")
    begun = isinstance(share, int | float) and share > 0
    open_status = "in_progress" if begun else "todo"
    due, end = _moment(task, "due_date"), _moment(task, "end_date")
    people = (text_of(each, "email", "username") for each in dicts_of(task, "assignees"))
    return Item(
        line=line,
        external_id=text_of(task, "id") or None,
        title=title,
        description=description,
        status="done" if done else open_status,
        priority=priority("vikunja", text_of(task, "priority")),
        category=buckets.get(number_of(task, "bucket_id")) or None,
        tags=tuple(dict.fromkeys(filter(None, (text_of(each, "title")
                                               for each in dicts_of(task, "labels"))))),
        project=project,
        due=due or end,
        start=_moment(task, "start_date"),
        created=_moment(task, "created"),
        completed=_moment(task, "done_at"),
        parent=next(iter(_related(task, "parenttask")), None),
        after=tuple(each for kind in _BLOCKERS for each in _related(task, kind)),
        assignees=tuple(person for person in people if person),
        recurrence=_repeat(task),
    )  # fmt: skip


def _related(task: Entry, kind: str) -> list[str]:
    related = dicts_of(dict_of(task, "related_tasks"), kind)
    return [identity for each in related if (identity := text_of(each, "id"))]


def _moment(task: Entry, name: str) -> datetime | None:
    text = text_of(task, name)
    return None if not text or text.startswith(_NEVER) else moments.moment(text, UTC)


def _repeat(task: Entry) -> Repeat | None:
    """Seconds as days or hours; a mode of its own repeats by the month."""
    seconds, mode = number_of(task, "repeat_after") or 0, number_of(task, "repeat_mode")
    basis = "completion" if mode == _FROM_DONE else "due"
    if mode == _MONTHLY:
        return Repeat(text="every month", rrule="FREQ=MONTHLY")
    if seconds <= 0:
        return None
    if seconds % _DAY == 0:
        days = seconds // _DAY
        return _every(f"{days} days", f"FREQ=DAILY;INTERVAL={days}", basis)
    if seconds % _HOUR == 0:
        hours = seconds // _HOUR
        return _every(f"{hours} hours", f"FREQ=HOURLY;INTERVAL={hours}", basis)
    return _every(f"{seconds} seconds", None, basis)


def _every(span: str, rrule: str | None, basis: str) -> Repeat:
    return Repeat(text=f"every {span}", rrule=rrule, basis=basis)
