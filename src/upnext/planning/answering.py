"""From a ranking to what a person reads: tasks in full, numbers with sentences."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from upnext.planning.engine import (
    Change,
    ChangeCode,
    Contested,
    Ineligible,
    Instead,
    Ranked,
    Standing,
    Term,
)
from upnext.planning.learning.weights import Option
from upnext.planning.reasons import (
    Reader,
    change_text,
    instead_text,
    moment,
    obstacle_text,
    term_text,
)
from upnext.planning.selection import Selection
from upnext.tasks.wire import Wire, task_wire

MOST_INELIGIBLE: Final = 20
_PATCHES: Final[Mapping[ChangeCode, Callable[[Mapping[str, Any]], Wire]]] = {
    ChangeCode.STARTED: lambda _: {"status": "in_progress"},
    ChangeCode.PRIORITY: lambda params: {"priority": params["priority"].name.lower()},
    ChangeCode.ESTIMATE: lambda params: {"estimated_duration": params["minutes"]},
    ChangeCode.DUE: lambda params: {"due_at": params["due_at"]},
}


@dataclass(frozen=True, slots=True)
class Answer:
    """`body` is `schemas.NextAction` without its ticket; `shown` is what was proposed."""

    body: Wire
    user_id: UUID
    shown: tuple[Option, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Page:
    """What every part of an answer is written with. `rows`: the shown tasks by id (Any: rows of
    `tasks.wire.COLUMNS`)."""

    rows: Mapping[UUID, Any]
    hidden: Collection[UUID]
    reader: Reader
    instead: Mapping[UUID, Instead]
    """By a fresh plan: what would come of doing these first."""

    def task(self, task_id: UUID) -> Wire:
        return task_wire(self.rows[task_id], frozenset(self.hidden), self.reader.now)

    def proposal(self, ranked: Ranked) -> Wire:
        goal = self.rows[ranked.id].goal_title
        reasons = [self.reason(term, goal) for term in ranked.terms]
        return {"task": self.task(ranked.id), "score": ranked.score, "reasons": reasons}

    def reason(self, term: Term, goal: str | None) -> Wire:
        """`goal` is what the task serves; scoring needs no more of it than its weight."""
        if term.term == "goal":
            term = term._replace(params={**term.params, "goal": goal})
        return {"term": term.term, "value": term.value, "text": term_text(term, self.reader)}

    def runner_up(self, ranked: Ranked) -> Wire:
        changes = [self.change(change) for change in ranked.would_win_if]
        told = self.proposal(ranked) | {"would_win_if": changes}
        instead = self.instead.get(ranked.id)
        if instead is not None:
            text = instead_text(self.rows[ranked.id].title, instead)
            told["instead"] = {"cost": instead.cost, "text": text}
        return told

    def change(self, change: Change) -> Wire:
        return {
            "code": change.code,
            "text": change_text(change, self.reader),
            "change": _PATCHES[change.code](change.params),
        }

    def ineligible(self, task: Ineligible) -> Wire:
        text = obstacle_text(task, self.reader)
        return {"task": self.task(task.id), "code": task.code, "text": text}

    def asked(self, contested: Contested) -> Wire:
        """The shape is `schemas.AskedTask`."""
        if contested.obstacle is not None:
            stuck = self.ineligible(contested.obstacle)
            nothing: Wire = {"place": None, "score": None, "reasons": [], "would_win_if": []}
            return {"task": stuck["task"], **nothing, "obstacle": stuck["text"]}
        told = self.runner_up(contested.ranked) if contested.ranked is not None else {}
        return {**told, "place": contested.place, "obstacle": None}


def contested_id(selection: Selection) -> UUID | None:
    contested = selection.ranking.contested
    one = contested and (contested.ranked or contested.obstacle)
    return one.id if one else None


def shown_ids(selection: Selection, *, limit: int, ineligible: bool) -> list[UUID]:
    ranking = selection.ranking
    shown = [task.id for task in ranking.ordered[:limit]]
    asked = contested_id(selection)
    if asked is not None and asked not in shown:
        shown.append(asked)
    if ineligible:
        shown += [task.id for task in ranking.ineligible[:MOST_INELIGIBLE]]
    return shown


def body_of(selection: Selection, page: Page, *, limit: int, ineligible: bool) -> Wire:
    ranking, now = selection.ranking, page.reader.now
    first, rest = ranking.ordered[:1], ranking.ordered[1:limit]
    body: Wire = {
        "action": page.proposal(first[0]) if first else None,
        "runners_up": [page.runner_up(ranked) for ranked in rest],
        "ineligible_count": selection.ineligible_count,
        "note": _note(selection, page.reader),
        "working_time": _working_time(ranking.standing),
        "computed_at": now,
    }
    if ranking.contested is not None:
        body["asked"] = page.asked(ranking.contested)
    if ineligible:
        stuck = ranking.ineligible[:MOST_INELIGIBLE]
        body["ineligible"] = [page.ineligible(task) for task in stuck]
    return body


def _working_time(standing: Standing) -> Wire:
    return {
        "working": standing.working,
        "minutes_left": standing.minutes_left,
        "next_start": standing.next_start,
    }


def _note(selection: Selection, reader: Reader) -> str | None:
    standing, count = selection.ranking.standing, selection.ineligible_count
    if not selection.ranking.ordered:
        return _nothing(count)
    if standing.working:
        return None
    if standing.next_start is None:
        return "It is outside your working hours."
    return f"It is outside your working hours; they go on {moment(standing.next_start, reader)}."


def _nothing(count: int) -> str:
    if not count:
        return "There is no open task to choose from."
    tasks = "The one open task there is" if count == 1 else f"None of the {count} open tasks"
    cannot = "cannot" if count == 1 else "can"
    return f"{tasks} {cannot} be done now; include=ineligible says why."
