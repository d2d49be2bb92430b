"""GitHub's issues as JSON: the list of its REST API, or `gh issue list --json …`."""

import re
from datetime import UTC, datetime
from typing import Any

from upnext.imports.formats import jsontext, moments
from upnext.imports.formats.encodings import decoded
from upnext.imports.formats.items import Item, LeftOut, Outcomes, RowError, Source, Wishes, worded
from upnext.imports.formats.jsontext import Entry, dict_of, dicts_of, list_of, number_of, text_of
from upnext.imports.formats.priorities import PRIORITIES

_REPOSITORY = re.compile(r"^https?://[^/]+/(?:repos/)?([\w.-]+/[\w.-]+)/issues/\d+")
_LABEL = re.compile(r"^(?:priority|prio|severity)?[\s:/_-]*([a-z0-9]+)$")


def read(data: bytes, _: Wishes) -> Outcomes:
    text, _encoding = decoded(data)
    yield Source("GitHub issues")
    for line, entry in jsontext.stream(text):
        yield from _issue(entry, line)


def _issue(entry: Any, line: int) -> Outcomes:  # JSON of a stranger
    if not isinstance(entry, dict):
        broken = isinstance(entry, jsontext.Broken)
        yield RowError(line, str(entry) if broken else "is not an issue")
        return
    if entry.get("pull_request"):
        yield LeftOut("pull requests", tasks=True)
        return
    try:
        yield _item(entry, line)
    except ValueError as error:
        yield RowError(line, f"issue {text_of(entry, 'number') or '?'}: {error}")
        return
    comments = len(list_of(entry, "comments")) or number_of(entry, "comments")
    if comments:
        yield LeftOut("comments", comments)


def _item(entry: Entry, line: int) -> Item:
    number = number_of(entry, "number")
    if number is None:
        raise ValueError("has no number")
    title, description = worded(text_of(entry, "title"), text_of(entry, "body"))
    if not title:
        raise ValueError("has no title")
    repository = _repository(entry)
    labels = list(dict.fromkeys(filter(None, map(_label, list_of(entry, "labels")))))
    milestone = dict_of(entry, "milestone")
    return Item(
        line=line,
        external_id=f"{repository or ''}#{number}",
        title=title,
        description=description,
        status=_status(entry),
        priority=_priority(labels),
        category=text_of(dict_of(entry, "type"), "name") or None,
        tags=tuple(labels),
        project=repository.partition("/")[2] if repository else None,
        due=_moment(milestone, "due_on", "dueOn"),
        created=_moment(entry, "created_at", "createdAt"),
        completed=_moment(entry, "closed_at", "closedAt"),
        assignees=tuple(filter(None, (text_of(p, "login") for p in dicts_of(entry, "assignees")))),
    )


def _repository(entry: Entry) -> str | None:
    """`owner/name`, as the issue's addresses say it."""
    for name in ("html_url", "url"):
        if found := _REPOSITORY.match(text_of(entry, name)):
            return found[1]
    return None


def _label(label: Any) -> str:  # an object, or only a name
    return text_of(label, "name") if isinstance(label, dict) else text_of({"name": label}, "name")


def _status(entry: Entry) -> str:
    if text_of(entry, "state").casefold() != "closed":
        return "todo"
    reason = text_of(entry, "state_reason", "stateReason").casefold()
    return "cancelled" if reason in {"not_planned", "duplicate"} else "done"


def _priority(labels: list[str]) -> str | None:
    """By the first label that names one; it stays a tag as well."""
    known = PRIORITIES["github"]
    for label in labels:
        found = _LABEL.match(label.casefold())
        if found and found[1] in known:
            return known[found[1]]
    return None


def _moment(entry: Entry, *names: str) -> datetime | None:
    text = text_of(entry, *names)
    return moments.moment(text, UTC) if text else None
