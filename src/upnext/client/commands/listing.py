"""Looking at tasks: a filtered list, and one of them in full."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, cast

import typer

from upnext.client import cards, fields, lookup, tables
from upnext.client.options import Scoped, choice
from upnext.client.session import Session, opened
from upnext.client.shapes import Task, TaskPage

_ANY = frozenset({"any", "all"})
_PAGE = 100

Query = dict[str, str | int | bool | list[str] | None]


@dataclass(frozen=True, kw_only=True)
class Filters:
    """Which tasks."""

    status: Annotated[
        list[str] | None,
        typer.Option(
            "--status",
            "-s",
            metavar="WORD",
            help="open (default), any, todo, in_progress, done …; repeatable.",
            autocompletion=fields.one_of("open", "any", *fields.STATUSES),
        ),
    ] = None
    project: Annotated[
        str | None, typer.Option("--project", "-P", metavar="NAME", help="Name, key or id.")
    ] = None
    tag: Annotated[str | None, typer.Option("--tag", "-t", metavar="TAG")] = None
    category: Annotated[str | None, typer.Option(metavar="WORD")] = None
    priority: Annotated[
        str | None,
        typer.Option(
            "--priority", "-p", metavar="LEVEL", autocompletion=fields.one_of(*fields.LEVELS)
        ),
    ] = None
    overdue: Annotated[bool, typer.Option("--overdue", help="Only past their deadline.")] = False
    blocked: Annotated[
        bool | None,
        typer.Option("--blocked/--not-blocked", help="Only what waits for other tasks, or not."),
    ] = None
    due_before: Annotated[
        str | None, typer.Option(metavar="WHEN", help="2026-12-04, tomorrow, fri, +3d …")
    ] = None
    due_after: Annotated[str | None, typer.Option(metavar="WHEN")] = None
    text: Annotated[
        str | None, typer.Option("--text", metavar="WORDS", help="In title or description.")
    ] = None


@dataclass(frozen=True, kw_only=True)
class Extent:
    """In which order, and how many."""

    sort: Annotated[
        str,
        typer.Option(metavar="FIELDS", help="Such as -priority,due_at; a minus turns it round."),
    ] = "due_at,-priority"
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="At most this many.")] = 50
    everything: Annotated[bool, typer.Option("--all", help="All of them.")] = False


def list_tasks(filters: Filters, extent: Extent, scope: Scoped) -> None:
    """List tasks; without filters those that are open, by deadline."""
    with opened(as_json=scope.as_json, server=scope.server) as session:
        query = _query(session, filters, scope.workspace) | {"sort": extent.sort}
        page = _read(session, query, None if extent.everything else extent.limit)
        session.terminal.data(page)
        if session.terminal.as_json:
            return
        if not page["items"]:
            session.terminal.hint('Nothing here. Add something: upnext add "Pay rent" --due fri')
            return
        session.terminal.show(tables.tasks(session.terminal, page["items"], session.moment))
        _foot(session, page)


def show(
    key: Annotated[str, typer.Argument(metavar="KEY", help="A key such as HOME-12, or an id.")],
    scope: Scoped,
) -> None:
    """Show everything about one task."""
    with opened(as_json=scope.as_json, server=scope.server) as session:
        found = lookup.task(session.api, key, scope.workspace)
        task = cast("Task", session.api.get(f"tasks/{found['id']}"))
        session.terminal.data(task)
        if not session.terminal.as_json:
            project = session.api.get(f"projects/{task['project_id']}")
            around = cards.Around(
                project=str(project["name"]),
                links=lookup.dependencies(session.api, task),
                occurrences=lookup.occurrences(session.api, task),
            )
            session.terminal.show(*cards.card(task, around, session.moment))


def _query(session: Session, filters: Filters, workspace: str | None) -> Query:
    statuses = filters.status or ["open"]
    query: Query = {
        "status": None if _ANY & {one.lower() for one in statuses} else statuses,
        "priority": choice(filters.priority, fields.PRIORITIES, "priority"),
        "category": filters.category,
        "tag": filters.tag.removeprefix("#") if filters.tag else None,
        "overdue": filters.overdue or None,
        "blocked": filters.blocked,
        "due_before": fields.moment(session, filters.due_before, "--due-before"),
        "due_after": fields.moment(session, filters.due_after, "--due-after"),
        "text": filters.text,
    }
    if filters.project:
        query["project_id"] = lookup.project(session.api, filters.project, workspace)["id"]
    if workspace:
        query["workspace_id"] = lookup.workspace(session.api, workspace)["id"]
    return query


def _read(session: Session, query: Query, wanted: int | None) -> TaskPage:
    """The first tasks, or all, as one page; more than a server's page are fetched in turn."""
    size = _PAGE if wanted is None else min(wanted, _PAGE)
    pages = cast(
        "Iterator[TaskPage]", session.api.pages("tasks", query | {"limit": size, "total": True})
    )
    first = next(pages)
    while first["next_cursor"] and (wanted is None or len(first["items"]) < wanted):
        page = next(pages)
        first["items"] += page["items"]
        first["next_cursor"] = page["next_cursor"]
    if wanted is not None and len(first["items"]) > wanted:
        del first["items"][wanted:]
    return first


def _foot(session: Session, page: TaskPage) -> None:
    shown, total = len(page["items"]), page.get("total", len(page["items"]))
    if shown < total:
        session.terminal.hint(f"{shown} of {total} tasks. All of them: --all")
    else:
        session.terminal.hint(f"{total} task{'' if total == 1 else 's'}.")
