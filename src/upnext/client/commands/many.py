"""Changing many tasks at once, and taking it back."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, cast

import typer

from upnext.client import fields, lookup, repeating, when
from upnext.client.edits import EditReply, EditResult, Operation, UndoReply
from upnext.client.errors import NotFound, Usage
from upnext.client.fields import Body
from upnext.client.grids import Column, grid
from upnext.client.options import Scoped, choice
from upnext.client.printable import line
from upnext.client.session import Session, opened

_LONGEST = 60
_LISTS = {
    "tags": ("tags", "add_tags", "remove_tags"),
    "tag": ("tags", "add_tags", "remove_tags"),
    "assignees": ("assignee_ids", "add_assignees", "remove_assignees"),
    "assignee": ("assignee_ids", "add_assignees", "remove_assignees"),
}
_MARKS = {"changed": "", "unchanged": "as it was", "refused": "refused"}

Words = Annotated[
    list[str],
    typer.Argument(metavar="FILTER...", help='Such as "overdue and #home"; docs/filters.md.'),
]
Sets = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="FIELD=VALUE",
        help="priority=high, due=fri, due= (none), tags+=late, tags-=later …; repeatable.",
    ),
]


@dataclass(frozen=True, kw_only=True)
class How:
    """What is done, and how carefully."""

    delete: Annotated[
        bool, typer.Option("--delete", help="To the trash, with all below, instead of --set.")
    ] = False
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Change nothing; show what would change.")
    ] = False
    atomic: Annotated[
        bool, typer.Option("--atomic", help="All or nothing: one refusal refuses them all.")
    ] = False


def bulk(words: Words, how: How, scope: Scoped, sets: Sets = None) -> None:
    """Change all tasks that a filter finds, up to 1,000 at once.

    The fields are those of `upnext edit`: title, description, status, priority, due, start,
    duration, category, tags, context, energy, project, parent, repeat, assignees (me, or ids).
    """
    with opened(as_json=scope.as_json, server=scope.server) as session:
        body: Body = {"filter": " ".join(words), "updates": _updates(session, how, sets, scope)}
        if scope.workspace:
            body["workspace_id"] = lookup.workspace(session.api, scope.workspace)["id"]
        body |= {"dry_run": how.dry_run, "atomic": how.atomic}
        reply = cast("EditReply", session.api.patch("tasks/bulk", body))
        session.terminal.data(reply)
        if not session.terminal.as_json:
            _tell(session, reply)


def undo(
    scope: Scoped,
    operation: Annotated[
        str | None, typer.Argument(metavar="[OPERATION]", help="Its id; else your last one.")
    ] = None,
) -> None:
    """Take back a change of many tasks; what was changed since stays."""
    with opened(as_json=scope.as_json, server=scope.server) as session:
        which = operation or _last(session)
        reply = cast("UndoReply", session.api.post(f"operations/{which}/undo"))
        session.terminal.data(reply)
        if not session.terminal.as_json:
            _tell_undone(session, reply)


# What to change


def _updates(session: Session, how: How, sets: list[str] | None, scope: Scoped) -> Body:
    if how.delete == bool(sets):
        hint = "For example: upnext bulk overdue --set priority=high"
        raise Usage("Say what to change by --set, or --delete.", hint=hint)
    if how.delete:
        return {"deleted": True}
    updates: Body = {}
    for text in sets or ():
        _set(session, updates, text, scope.workspace)
    return updates


def _set(session: Session, updates: Body, text: str, workspace: str | None) -> None:
    name, sign, value = text.partition("=")
    if not sign:
        raise Usage(f"“{text}” is not FIELD=VALUE, such as priority=high.")
    way = name[-1:] if name[-1:] in {"+", "-"} else ""
    field = name.removesuffix(way).strip().lower().replace("-", "_")
    if field in _LISTS:
        _set_list(session, updates, _LISTS[field], way, value)
        return
    if way or field not in _READERS:
        raise Usage(f"“{name}” cannot be set.", hint=f"Fields: {', '.join(sorted(_READERS))}.")
    key, read = _READERS[field]
    updates[key] = read(session, value.strip(), workspace)


def _set_list(
    session: Session, updates: Body, keys: tuple[str, str, str], way: str, value: str
) -> None:
    words = [word.strip().removeprefix("#") for word in value.split(",") if word.strip()]
    if keys[0] == "assignee_ids":
        words = [session.me["id"] if word == "me" else word for word in words]
    key = keys[("", "+", "-").index(way)]
    updates[key] = [*cast("list[str]", updates.get(key, [])), *words]


Reader = Callable[[Session, str, str | None], object]


def _plain(_: Session, value: str, __: str | None) -> object:
    return value


def _priority(_: Session, value: str, __: str | None) -> object:
    return choice(value, fields.PRIORITIES, "priority")


def _energy(_: Session, value: str, __: str | None) -> object:
    return choice(value, fields.ENERGIES, "energy") if value else None


def _due(session: Session, value: str, _: str | None) -> object:
    return fields.moment(session, value or None, "due")


def _start(session: Session, value: str, _: str | None) -> object:
    return fields.moment(session, value or None, "start", clock=when.DAY_START)


def _duration(_: Session, value: str, __: str | None) -> object:
    return fields.minutes(value or None, "duration")


def _context(_: Session, value: str, __: str | None) -> object:
    return fields.contexts([word.strip() for word in value.split(",") if word.strip()]) or []


def _repeat(_: Session, value: str, __: str | None) -> object:
    return repeating.recurrence(value or None, after_done=False)


def _project(session: Session, value: str, workspace: str | None) -> object:
    return lookup.project(session.api, value, workspace)["id"]


def _parent(session: Session, value: str, workspace: str | None) -> object:
    return lookup.task(session.api, value, workspace)["id"] if value else None


_READERS: dict[str, tuple[str, Reader]] = {
    "title": ("title", _plain),
    "description": ("description", _plain),
    "status": ("status", _plain),
    "category": ("category", _plain),
    "priority": ("priority", _priority),
    "energy": ("energy", _energy),
    "due": ("due_at", _due),
    "due_at": ("due_at", _due),
    "start": ("start_at", _start),
    "start_at": ("start_at", _start),
    "duration": ("estimated_duration", _duration),
    "estimated_duration": ("estimated_duration", _duration),
    "context": ("context", _context),
    "repeat": ("recurrence", _repeat),
    "recurrence": ("recurrence", _repeat),
    "project": ("project_id", _project),
    "parent": ("parent_id", _parent),
}


# What came of it


def _tell(session: Session, reply: EditReply) -> None:
    terminal = session.terminal
    if not reply["results"]:
        terminal.hint("Nothing matches this filter.")
        return
    shown = [each for each in reply["results"] if reply["dry_run"] or each["outcome"] == "refused"]
    if shown:
        columns = [Column(header="Key", style="cyan"), Column(header="What", long=True)]
        rows = [[each["key"] or each["id"], line(_what(each))] for each in shown]
        terminal.show(grid(terminal, columns, rows))
    said = "Would change" if reply["dry_run"] else "Changed"
    parts = [f"{said} {_tasks(reply['changed'])}"]
    parts += [f"{reply['unchanged']} as they were"] if reply["unchanged"] else []
    parts += [f"{reply['refused']} refused"] if reply["refused"] else []
    terminal.show("; ".join(parts))
    if reply["operation"]:
        terminal.hint(f"Take it back: upnext undo {reply['operation']}")


def _tasks(count: int) -> str:
    return f"{count:,} task" if count == 1 else f"{count:,} tasks"


def _what(result: EditResult) -> str:
    if error := result.get("error"):
        return f"refused: {error['detail']}"
    changes = [
        f"{name}: {_short(change['before'])} > {_short(change['after'])}"
        for name, change in (result.get("changes") or {}).items()
    ]
    return "; ".join(changes) or _MARKS["unchanged"]


def _short(value: object) -> str:
    if value is None or value in ("", []):
        return "none"
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _last(session: Session) -> str:
    for row in session.api.items("operations"):
        found = cast("Operation", row)
        if found["undone_by"] is None and found["kind"] != "undo":
            return found["id"]
    raise NotFound("There is nothing to undo.", hint="Only changes of many tasks can be undone.")


def _tell_undone(session: Session, reply: UndoReply) -> None:
    terminal = session.terminal
    left = [each for each in reply["results"] if each["not_restored"]]
    if left:
        columns = [Column(header="Key", style="cyan"), Column(header="Not restored", long=True)]
        rows = [
            [each["key"] or each["id"], line(" ".join(n["detail"] for n in each["not_restored"]))]
            for each in left
        ]
        terminal.show(grid(terminal, columns, rows))
    parts = [f"Restored {_tasks(reply['restored'])}"]
    parts += [f"{reply['partly']} partly"] if reply["partly"] else []
    parts += [f"{reply['kept']} not at all"] if reply["kept"] else []
    terminal.show("; ".join(parts))
    terminal.hint(f"Do it again: upnext undo {reply['operation']}")
