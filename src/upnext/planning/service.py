"""What to do next, and why: the one entry for every interface."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor
from upnext.core.errors import Forbidden, NotFound
from upnext.core.keys import KeyRing
from upnext.core.lanes.many import numbered
from upnext.core.load import load_for, permit
from upnext.core.types import micros
from upnext.planning import queries
from upnext.planning.answering import MOST_INELIGIBLE, Answer, Page, body_of, shown_ids
from upnext.planning.asking import Lanes, ask_about
from upnext.planning.engine import Energy, Instead, Request
from upnext.planning.history import tickets
from upnext.planning.keys import ENERGIES
from upnext.planning.outlook import Outlook
from upnext.planning.queries import Shape
from upnext.planning.reasons import Reader
from upnext.planning.schemas import Question
from upnext.planning.selection import Selection, select_best
from upnext.planning.upkeep import on_task_changed, on_task_created, on_user_updated
from upnext.workspaces.models import Project
from upnext.workspaces.policy import READ_PROJECT, READ_WORKSPACE

__all__ = [
    "check_project",
    "next_action",
    "on_task_changed",
    "on_task_created",
    "on_user_updated",
    "ticket",
]


async def next_action(lanes: Lanes, actor: Actor, question: Question, now: datetime) -> Answer:
    """The best of the open tasks that are the actor's to do, and the runners-up.

    These are the tasks assigned to the actor in any workspace they are in, and those of their
    personal workspace which are nobody's. What lies in hidden or archived projects, or in the
    trash, is not among them. A project that is asked for is one that the actor may see.

    Raises Forbidden for who is nobody, NotFound for a workspace or task that is not theirs.
    """
    if actor.user_id is None:
        raise Forbidden("Only a person has a next action. Ask with a user's credential.")
    if question.workspace_id is not None:
        permit(actor, READ_WORKSPACE, question.workspace_id)
    outlook = outlook_of(actor, question, now)
    selection = await select_best(lanes, outlook)
    if question.task_id is not None and selection.ranking.contested is None:
        raise NotFound("There is no such open task among those that are yours to do here.")
    ineligible = bool(question.include)
    page = await _page(lanes, actor, selection, question, now)
    body = body_of(selection, page, limit=question.limit, ineligible=ineligible)
    shown = selection.ranking.ordered[: question.limit]
    return Answer(body, actor.user_id, tickets.options_of(shown), now)


def ticket(keys: KeyRing, answer: Answer) -> str:
    """What feedback on the answer has to bring along."""
    return tickets.write(keys, answer.user_id, answer.at, answer.shown)


async def check_project(session: AsyncSession, actor: Actor, project_id: UUID) -> None:
    """Raises NotFound for one that the actor may not see."""
    await load_for(session, actor, READ_PROJECT, Project, project_id)


def outlook_of(actor: Actor, question: Question, now: datetime) -> Outlook:
    asked = question.workspace_id
    workspaces = tuple(actor.workspaces) if asked is None else (asked,)
    params: dict[str, Any] = {  # bound by name into whichever statements have them
        **numbered("workspace", workspaces),
        **numbered("hidden", actor.hidden),
        "user": actor.user_id,
        "now": micros(now),
        "project": question.project_id,
        "minutes": question.minutes,
        "energy": ENERGIES[question.energy] if question.energy else 0,
    }
    shape = Shape(
        workspaces=len(workspaces),
        hidden=len(actor.hidden),
        project=question.project_id is not None,
        minutes=question.minutes is not None,
        energy=question.energy is not None,
        contexts=bool(question.context),
        ineligible=bool(question.include),
    )
    return Outlook(shape, params, workspaces, question.project_id, _request(question, now))


def _request(question: Question, now: datetime) -> Request:
    return Request(
        now=now,
        minutes=question.minutes,
        contexts=frozenset(question.context) if question.context else None,
        energy=Energy[question.energy.upper()] if question.energy else None,
        contest=question.task_id,
        limit=max(question.limit, MOST_INELIGIBLE) if question.include else question.limit,
        runners_up=question.limit - 1,
    )


async def _page(
    lanes: Lanes, actor: Actor, selection: Selection, question: Question, now: datetime
) -> Page:
    ids = shown_ids(selection, limit=question.limit, ineligible=bool(question.include))
    known = selection.tasks
    rows = {each: known[each] for each in ids if each in known and known[each].goal_id is None}
    others = [each for each in ids if each not in rows]
    found = await ask_about(lanes.ordered, queries.shown, "shown", others, {})
    rows |= {row.id: row for row in found}
    reader = Reader(selection.clock.zone, now)
    return Page(rows, actor.hidden, reader, _instead(selection))


def _instead(selection: Selection) -> Mapping[UUID, Instead]:
    """Only where the answer begins as the plan does."""
    lead, first = selection.lead, selection.ranking.ordered[:1]
    return lead.instead if lead is not None and [one.id for one in first] == [lead.id] else {}
