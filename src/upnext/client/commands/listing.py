"""Looking at tasks: a filtered list, and one of them in full."""

import re
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
# A filter that speaks of a task's state itself is not narrowed to what is open.
_QUOTED = re.compile(r"""(["']).*?\1""")
_STATES = re.compile(
    r"""(?:^|(?<=[\s(!&|]))(?:status|completed|completed_at|done|open)(?=$|[\s)!&|=<>])""",
    re.IGNORECASE,
)

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
    goal: Annotated[
        str | None, typer.Option("--goal", metavar="TITLE", help="What serves this goal.")
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
    breached: Annotated[
        bool, typer.Option("--breached", help="Only those whose SLA was not kept.")
    ] = False
    due_before: Annotated[
        str | None, typer.Option(metavar="WHEN", help="2026-12-04, tomorrow, fri, +3d …")
    ] = None
    due_after: Annotated[str | None, typer.Option(metavar="WHEN")] = None
    text: Annotated[
        str | None, typer.Option("--text", metavar="WORDS", help="In title or description.")
    ] = None


@dataclass(frozen=True)
class _Asked:
    """A filter in words, the id of a saved one, and the text of both."""

    text: str | None
    saved_id: str | None
    everything: str


@dataclass(frozen=True, kw_only=True)
class Extent:
    """In which order, and how many."""

    sort: Annotated[
        str,
        typer.Option(metavar="FIELDS", help="Such as -priority,due_at; a minus turns it round."),
    ] = "due_at,-priority"
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="At most this many.")] = 50
    everything: Annotated[bool, typer.Option("--all", help="All of them.")] = False


Words = Annotated[
    list[str] | None,
    typer.Argument(metavar="FILTER...", help='Such as "overdue or p1 and @home"; docs/filters.md.'),
]


def list_tasks(
    filters: Filters,
    extent: Extent,
    scope: Scoped,
    words: Words = None,
    saved: Annotated[
        str | None, typer.Option("--saved", metavar="NAME", help="A saved filter.")
    ] = None,
) -> None:
    """List tasks; those that are open, by deadline, unless you say otherwise.

    A FILTER joins conditions by and, or, not and brackets: priority >= high, due < now+7d,
    tag in (a, b), title like rent, no due; and the words today, overdue, p1 to p4, @tag, #project,
    blocked, mine, open, done. Put it in quotes, so that the shell leaves it alone.
    """
    with opened(as_json=scope.as_json, server=scope.server) as session:
        asked = _in_words(session, words, saved, scope.workspace)
        query = _query(session, filters, scope.workspace, asked) | {"sort": extent.sort}
        page = _read(session, query, None if extent.everything else extent.limit)
        session.terminal.data(page)
        if session.terminal.as_json:
            return
        if not page["items"]:
            nothing = 'Nothing here. Add something: upnext add "Pay rent" --due fri'
            session.terminal.hint("Nothing matches this filter." if asked.everything else nothing)
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


def _in_words(
    session: Session, words: list[str] | None, saved: str | None, workspace: str | None
) -> _Asked:
    text = " ".join(words) if words else None
    if saved is None:
        return _Asked(text, None, text or "")
    found = lookup.saved_filter(session.api, saved, workspace)
    return _Asked(text, found["id"], f"{text or ''} {found['query']}")


def _query(session: Session, filters: Filters, workspace: str | None, asked: _Asked) -> Query:
    told = _STATES.search(_QUOTED.sub(" ", asked.everything))
    statuses = filters.status or ["any" if told else "open"]
    query: Query = {
        "filter": asked.text,
        "saved_filter": asked.saved_id,
        "status": None if _ANY & {one.lower() for one in statuses} else statuses,
        "priority": choice(filters.priority, fields.PRIORITIES, "priority"),
        "category": filters.category,
        "tag": filters.tag.removeprefix("#") if filters.tag else None,
        "overdue": filters.overdue or None,
        "blocked": filters.blocked,
        "sla_breached": filters.breached or None,
        "due_before": fields.moment(session, filters.due_before, "--due-before"),
        "due_after": fields.moment(session, filters.due_after, "--due-after"),
        "text": filters.text,
    }
    if filters.project:
        query["project_id"] = lookup.project(session.api, filters.project, workspace)["id"]
    if filters.goal:
        query["goal_id"] = lookup.goal(session.api, filters.goal, workspace)["id"]
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
