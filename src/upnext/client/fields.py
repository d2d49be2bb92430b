"""The fields of a task as options, and as the body that the API takes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time
from typing import Annotated

import typer

from upnext.client import durations, lookup, repeating, when
from upnext.client.errors import Usage
from upnext.client.options import choice
from upnext.client.session import Session

LEVELS = ("low", "medium", "high", "urgent")
PRIORITIES = {
    **{name: name for name in LEVELS},
    **{"l": "low", "m": "medium", "h": "high", "u": "urgent"},
    **{"p1": "urgent", "p2": "high", "p3": "medium", "p4": "low"},
}
ENERGIES = {name: PRIORITIES[name] for name in ("low", "medium", "high", "l", "m", "h")}
STATUSES = ("backlog", "todo", "in_progress", "in_review", "done", "cancelled")

Body = dict[str, object]


def one_of(*words: str) -> Callable[[str], list[str]]:
    """Shell completion over fixed words."""

    def complete(incomplete: str) -> list[str]:
        return [word for word in words if word.startswith(incomplete)]

    return complete


@dataclass(frozen=True, kw_only=True)
class Plan:
    """When, how urgent, how long and how often."""

    due: Annotated[
        str | None,
        typer.Option(metavar="WHEN", help="Deadline: 2026-12-04, tomorrow, fri, 'fri 17:00', +3d."),
    ] = None
    start: Annotated[
        str | None, typer.Option(metavar="WHEN", help="Not before this moment; forms as for --due.")
    ] = None
    priority: Annotated[
        str | None,
        typer.Option(
            "--priority",
            "-p",
            metavar="LEVEL",
            help="low, medium, high or urgent (or p4 to p1).",
            autocompletion=one_of(*LEVELS),
        ),
    ] = None
    duration: Annotated[
        str | None,
        typer.Option("--duration", "-d", metavar="TIME", help="How long it takes: 30m, 2h, 1h30."),
    ] = None
    repeat: Annotated[
        str | None,
        typer.Option(
            metavar="RULE", help="daily, weekdays, weekly, monthly, yearly, 3d, 2w, 6m or an RRULE."
        ),
    ] = None
    after_done: Annotated[
        bool, typer.Option("--after-done", help="Repeat from when it is done, not when it is due.")
    ] = False


@dataclass(frozen=True, kw_only=True)
class About:
    """What it is and where it belongs."""

    description: Annotated[str | None, typer.Option(help="More words; Markdown.")] = None
    project: Annotated[
        str | None, typer.Option("--project", "-P", metavar="NAME", help="Name, key or id.")
    ] = None
    category: Annotated[str | None, typer.Option(metavar="WORD")] = None
    tag: Annotated[
        list[str] | None, typer.Option("--tag", "-t", metavar="TAG", help="Repeat for several.")
    ] = None
    context: Annotated[
        list[str] | None,
        typer.Option("--context", "-c", metavar="@WHERE", help="Where it can be done; repeatable."),
    ] = None
    energy: Annotated[
        str | None,
        typer.Option(
            "--energy",
            "-e",
            metavar="LEVEL",
            help="What it asks for: low, medium, high.",
            autocompletion=one_of("low", "medium", "high"),
        ),
    ] = None
    parent: Annotated[
        str | None, typer.Option(metavar="KEY", help="The task that this is a part of.")
    ] = None
    goal: Annotated[
        str | None, typer.Option(metavar="TITLE", help="The goal that it serves, or its id.")
    ] = None
    status: Annotated[
        str | None,
        typer.Option(
            "--status",
            "-s",
            metavar="WORD",
            help="backlog, todo, in_progress, …",
            autocompletion=one_of(*STATUSES),
        ),
    ] = None


def body(session: Session, plan: Plan, about: About, workspace: str | None) -> Body:
    """What the options say, in the API's words; only what was given."""
    made: Body = {
        "due_at": moment(session, plan.due, "--due"),
        "start_at": moment(session, plan.start, "--start", clock=when.DAY_START),
        "priority": choice(plan.priority, PRIORITIES, "priority"),
        "estimated_duration": minutes(plan.duration, "--duration"),
        "description": about.description,
        "category": about.category,
        "tags": [one.removeprefix("#") for one in about.tag] if about.tag else None,
        "context": contexts(about.context),
        "energy": choice(about.energy, ENERGIES, "energy"),
        "status": about.status,
        "recurrence": repeating.recurrence(plan.repeat, after_done=plan.after_done),
    }
    if about.project:
        made["project_id"] = lookup.project(session.api, about.project, workspace)["id"]
    if about.parent:
        made["parent_id"] = lookup.task(session.api, about.parent, workspace)["id"]
    if about.goal:
        made["goal_id"] = lookup.goal(session.api, about.goal, workspace)["id"]
    return {name: value for name, value in made.items() if value is not None}


def contexts(words: list[str] | None) -> list[str] | None:
    """Contexts as the API writes them, with their @."""
    return [f"@{word.lstrip('@')}" for word in words] if words else None


def moment(
    session: Session, text: str | None, option: str, *, clock: time = when.DAY_END
) -> str | None:
    """A moment a person typed, as the API reads it. A day alone means `clock` on that day."""
    if text is None:
        return None
    try:
        at: datetime = when.parse(
            text, now=session.moment.now, zone=session.moment.zone, clock=clock
        )
    except ValueError as error:
        raise Usage(f"{option}: {error}.") from error
    return when.wire(at)


def minutes(text: str | None, option: str) -> int | None:
    """A duration a person typed, in minutes."""
    if text is None:
        return None
    try:
        return durations.parse(text)
    except ValueError as error:
        raise Usage(f"{option}: {error}.") from error
