"""The terms of one task's score, with the facts behind each number."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import NamedTuple

from upnext.planning.engine.calendar import WorkCalendar
from upnext.planning.engine.columns import Columns
from upnext.planning.engine.instants import from_micros, to_micros
from upnext.planning.engine.model import Energy, Parameters, Priority, Request, Term
from upnext.planning.engine.scoring import Scores
from upnext.planning.engine.taste import shares

ALWAYS_TOLD = frozenset({"priority", "duration", "slack"})
"""These terms say something even when they add nothing; the others are left out at 0."""


class Case(NamedTuple):
    """Everything there is to know about one question."""

    columns: Columns
    request: Request
    calendar: WorkCalendar
    parameters: Parameters
    scores: Scores
    planned: int | None = None
    """The row of the task that a plan puts first,"""
    rival: int | None = None
    """and of the one that would be first without it."""


Facts = dict[str, object]


def explain(row: int, case: Case) -> tuple[Term, ...]:
    """The terms in the order they are added: their sum is the score."""
    values = {name: float(column[row]) for name, column in case.scores.terms.items()}
    return tuple(
        Term(name, value, _FACTS[name](row, case))
        for name, value in values.items()
        if value or name in ALWAYS_TOLD or (name == "plan" and row == case.planned)
    )


def _priority(row: int, case: Case) -> Facts:
    level = int(case.columns.priority[row])
    return {"priority": Priority(level), "counts": case.parameters.weights[level - 1]}


def _goal(row: int, case: Case) -> Facts:
    lowest, highest = case.parameters.goal_bounds
    weight = min(highest, max(lowest, float(case.columns.goal_weight[row])))
    return {"goal": case.columns.goal_titles[row], "counts": weight}


def _no_deadline(row: int, case: Case) -> Facts:
    now = to_micros(case.request.now)
    expected = case.calendar.instant_after(float(case.scores.work.deadline[row]), now)
    return {"expected_by": from_micros(expected)}


def _duration(row: int, case: Case) -> Facts:
    return {
        "minutes": float(case.scores.work.minutes[row]),
        "assumed": bool(case.columns.assumed[row]) or not case.columns.estimate[row],
        "started": bool(case.columns.spent[row]),
    }


def _slack(row: int, case: Case) -> Facts:
    """All minutes are work minutes but `clock_minutes_late`: a deadline may pass in the night."""
    work = case.scores.work
    facts: Facts = {"expected": bool(work.virtual[row]), "spare": float(work.slack[row])}
    if work.virtual[row]:
        return facts | {"late": max(0.0, -float(work.deadline[row]))}
    due = from_micros(int(case.columns.due[row]))
    overdue = max(timedelta(), case.request.now - due)
    return facts | {
        "due_at": due,
        "late": max(0.0, -float(work.deadline[row])),
        "clock_minutes_late": overdue / timedelta(minutes=1),
    }


def _unblocks(row: int, case: Case) -> Facts:
    """The successor that counts most, and how many more were worth joining."""
    joined = case.scores.chains.joined[row]
    first = joined[0]
    virtual = bool(case.scores.work.virtual[first])
    return {
        "task_id": case.columns.ids[first],
        "title": case.columns.titles[first],
        "priority": Priority(int(case.columns.priority[first])),
        "due_at": None if virtual else from_micros(int(case.columns.due[first])),
        "more": len(joined) - 1,
    }


def _started(_row: int, _case: Case) -> Facts:
    return {}


def _energy(row: int, case: Case) -> Facts:
    return {"needs": Energy(int(case.columns.energy[row])), "have": case.request.energy}


def _context(row: int, case: Case) -> Facts:
    return {"contexts": tuple(case.columns.contexts.of_row(row))}


def _plan(_row: int, case: Case) -> Facts:
    rival, lead = case.rival, case.request.lead
    if rival is None or lead is None:
        return {"rival": None}
    instead = lead.instead.get(case.columns.ids[rival])
    return {"rival": case.columns.titles[rival], "instead": instead}


def _learned(row: int, case: Case) -> Facts:
    """What the person goes by more (or less) than others, and what does most for this task."""
    terms = {name: values[row] for name, values in case.scores.terms.items()}
    weights = case.parameters.taste
    found = {name: float(share) for name, share in shares(terms, weights)}
    first = max(found, key=lambda name: abs(found[name]))
    return {"feature": first, "more": weights[first] > 0}


_FACTS: Mapping[str, Callable[[int, Case], Facts]] = {
    "priority": _priority,
    "goal": _goal,
    "no_deadline": _no_deadline,
    "duration": _duration,
    "slack": _slack,
    "unblocks": _unblocks,
    "started": _started,
    "energy": _energy,
    "context": _context,
    "plan": _plan,
    "learned": _learned,
}
