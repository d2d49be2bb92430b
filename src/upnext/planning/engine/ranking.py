"""The one order of work, and the answer to "what next?"."""

import heapq
from dataclasses import replace
from functools import reduce
from typing import Final

import numpy as np

from upnext.planning.engine.columns import Columns, Flags, Floats
from upnext.planning.engine.counterfactual import would_win_if
from upnext.planning.engine.eligibility import Obstacles, ineligible, obstacles
from upnext.planning.engine.explanation import Case, explain
from upnext.planning.engine.instants import to_micros
from upnext.planning.engine.model import Contested, Ranked, Ranking, Request
from upnext.planning.engine.scoring import Basis, Scores, score_tasks, total

LEAD: Final = 1e-6
"""By how much the first task of a plan is lifted above what would come first without it."""


def rank(basis: Basis, request: Request) -> Ranking:
    """Best task first, with reasons. The same input gives the same answer, in any order of rows.

    Only the tasks that are shown are explained, so that 10,000 candidates cost a few numpy passes.
    """
    columns, calendar, parameters = basis.columns, basis.calendar, basis.parameters
    scores = score_tasks(basis, request)
    found = obstacles(basis, request)
    stopped = reduce(np.logical_or, found.values())
    eligible, others = columns.offered & ~stopped, columns.offered & stopped
    scores, planned, rival = _led(scores, eligible, columns, request)
    case = Case(columns, request, calendar, parameters, scores, planned, rival)
    best = best_rows(scores.score, eligible, columns, request.limit)
    rest = best_rows(scores.score, others, columns, request.limit)
    return Ranking(
        ordered=_ranked(best, case),
        eligible_count=int(eligible.sum()),
        ineligible=tuple(ineligible(row, found, basis, request) for row in rest),
        ineligible_count=int(others.sum()),
        ignored_edges=columns.precedence.ignored,
        mean_minutes=basis.mean_minutes,
        standing=calendar.standing(to_micros(request.now)),
        contested=_contested(case, eligible, found, best),
    )


def _contested(case: Case, eligible: Flags, found: Obstacles, best: list[int]) -> Contested | None:
    columns, scores, request = case.columns, case.scores, case.request
    wanted = request.contest
    rows = (row for row, each in enumerate(columns.ids) if each == wanted)
    row = next(rows, None) if wanted is not None else None
    if row is None or not columns.offered[row]:
        return None
    if not eligible[row]:
        return Contested(None, None, ineligible(row, found, scores.basis, request))
    first = (best or best_rows(scores.score, eligible, columns, 1))[0]
    ahead = eligible & (scores.score > scores.score[row])
    level = np.flatnonzero(eligible & (scores.score == scores.score[row])).tolist()
    before = sum(columns.ids[each].int < columns.ids[row].int for each in level)
    ranked = Ranked(
        id=columns.ids[row],
        score=float(scores.score[row]),
        terms=explain(row, case),
        would_win_if=would_win_if([row], first, case)[0] if row != first else (),
    )
    return Contested(int(ahead.sum()) + before + 1, ranked, None)


def _led(
    scores: Scores, eligible: Flags, columns: Columns, request: Request
) -> tuple[Scores, int | None, int | None]:
    """With the plan's term, just enough for its first task to lead; that task's row, and the row
    of whichever would come first without the plan, if that is another one."""
    lead = None if request.lead is None else request.lead.id
    found = (row for row in np.flatnonzero(eligible).tolist() if columns.ids[row] == lead)
    planned = next(found, None) if lead is not None else None
    if planned is None:
        return scores, None, None
    (first,) = best_rows(scores.score, eligible, columns, 1)
    lift = np.zeros(len(columns))
    if first != planned:
        lift[planned] = scores.score[first] - scores.score[planned] + LEAD
    terms = {**scores.terms, "plan": lift}
    led = replace(scores, terms=terms, score=total(terms))
    return led, planned, None if first == planned else first


def best_rows(score: Floats, among: Flags, columns: Columns, limit: int) -> list[int]:
    """The `limit` best rows by falling score, ties by rising id, without sorting them all."""
    rows = np.flatnonzero(among)
    if len(rows) <= limit:
        return _sorted(rows.tolist(), score, columns)
    if limit <= 0:
        return []
    bar = -np.partition(-score[rows], limit - 1)[limit - 1]
    above = rows[score[rows] > bar].tolist()
    level = rows[score[rows] == bar].tolist()
    filled = heapq.nsmallest(limit - len(above), level, key=lambda row: columns.ids[row].int)
    return _sorted(above, score, columns) + filled


def _sorted(rows: list[int], score: Floats, columns: Columns) -> list[int]:
    return sorted(rows, key=lambda row: (-float(score[row]), columns.ids[row].int))


def _ranked(best: list[int], case: Case) -> tuple[Ranked, ...]:
    runners_up = best[1 : 1 + case.request.runners_up]
    contested = would_win_if(runners_up, best[0], case) if runners_up else []
    changes = dict(zip(runners_up, contested, strict=True))
    return tuple(
        Ranked(
            id=case.columns.ids[row],
            score=float(case.scores.score[row]),
            terms=explain(row, case),
            would_win_if=changes.get(row, ()),
        )
        for row in best
    )
