"""The one order of work, and the answer to "what next?"."""

import heapq

import numpy as np

from upnext.planning.engine.calendar import WorkCalendar
from upnext.planning.engine.columns import Columns, Flags, Floats
from upnext.planning.engine.counterfactual import would_win_if
from upnext.planning.engine.eligibility import ineligible, obstacles
from upnext.planning.engine.explanation import Case, explain
from upnext.planning.engine.instants import to_micros
from upnext.planning.engine.model import Parameters, Ranked, Ranking, Request
from upnext.planning.engine.scoring import score_tasks

DEFAULTS = Parameters()


def rank(
    columns: Columns,
    request: Request,
    calendar: WorkCalendar,
    parameters: Parameters = DEFAULTS,
) -> Ranking:
    """Best task first, with reasons. The same input gives the same answer, in any order of rows.

    Only the tasks that are shown are explained, so that 10,000 candidates cost a few numpy passes.
    """
    scores = score_tasks(columns, request, calendar, parameters)
    case = Case(columns, request, calendar, parameters, scores)
    found = obstacles(columns, scores, request)
    stopped = np.logical_or.reduce(list(found.values()))
    eligible, others = columns.offered & ~stopped, columns.offered & stopped
    best = best_rows(scores.score, eligible, columns, request.limit)
    rest = best_rows(scores.score, others, columns, request.limit)
    return Ranking(
        ordered=tuple(_ranked(place, best, case) for place in range(len(best))),
        eligible_count=int(eligible.sum()),
        ineligible=tuple(ineligible(row, found, columns, scores, request) for row in rest),
        ineligible_count=int(others.sum()),
        ignored_edges=columns.precedence.ignored,
        mean_minutes=scores.mean_minutes,
        standing=calendar.standing(to_micros(request.now)),
    )


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


def _ranked(place: int, best: list[int], case: Case) -> Ranked:
    row, first = best[place], best[0]
    contested = 0 < place <= case.request.runners_up
    return Ranked(
        id=case.columns.ids[row],
        score=float(case.scores.score[row]),
        terms=explain(row, case),
        would_win_if=would_win_if(row, first, case) if contested else (),
    )
