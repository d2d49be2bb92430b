"""The question the product is for: what should I do next, and why?"""

from dataclasses import dataclass
from typing import Annotated, cast

import typer

from upnext.client import choices, fields, lookup, proposals
from upnext.client.options import Scoped, choice
from upnext.client.session import opened
from upnext.client.shapes import NextAction


@dataclass(frozen=True, kw_only=True)
class Situation:
    """What is possible right now."""

    minutes: Annotated[
        str | None,
        typer.Option("--minutes", "-m", metavar="TIME", help="The time you have: 25, 30m, 1h30."),
    ] = None
    context: Annotated[
        list[str] | None,
        typer.Option("--context", "-c", metavar="@WHERE", help="Where you are; repeatable."),
    ] = None
    energy: Annotated[
        str | None,
        typer.Option(
            "--energy",
            "-e",
            metavar="LEVEL",
            help="How fit you are: low, medium, high.",
            autocompletion=fields.one_of("low", "medium", "high"),
        ),
    ] = None
    project: Annotated[
        str | None, typer.Option("--project", "-P", metavar="NAME", help="Only of this project.")
    ] = None


def next_action(
    situation: Situation,
    scope: Scoped,
    ineligible: Annotated[
        bool, typer.Option("--ineligible", help="Also what is not possible now, and why.")
    ] = False,
    why: Annotated[
        bool, typer.Option("--why", help="Also the reasons of what stands close behind.")
    ] = False,
    about: Annotated[
        str | None,
        typer.Option("--about", metavar="KEY", help="What would put this task first."),
    ] = None,
) -> None:
    """Say what to do next, and why."""
    with opened(as_json=scope.as_json, server=scope.server) as session:
        query: dict[str, str | int | list[str] | None] = {
            "minutes": fields.minutes(situation.minutes, "--minutes"),
            "context": fields.contexts(situation.context),
            "energy": choice(situation.energy, fields.ENERGIES, "energy"),
            "include": "ineligible" if ineligible else None,
        }
        if situation.project:
            found = lookup.project(session.api, situation.project, scope.workspace)
            query["project_id"] = found["id"]
        if about:
            query["task_id"] = lookup.task(session.api, about, scope.workspace)["id"]
        if scope.workspace:
            query["workspace_id"] = lookup.workspace(session.api, scope.workspace)["id"]
        answer = cast("NextAction", session.api.get("next-action", query))
        session.terminal.data(answer)
        proposals.keep(session, answer)
        if session.terminal.as_json:
            return
        session.terminal.show(*choices.answer(answer, session.moment, why=why))
        for hint in choices.hints(answer):
            session.terminal.hint(hint)
