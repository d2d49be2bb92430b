"""What would have to change for a task to be first: one field of its own, all else as it is.

The person's mean duration is held: in storage it is a constant per person, and a change that only
worked by moving the mean would be no advice. A task that can be done now waits for nothing, so no
other task's chain holds it and every other score stands still.

Each answer was found by scoring the changed task, not by inverting the formula, and beats the
first task by more than rounding can explain.
"""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np

from upnext.planning.engine.chain import joined_index
from upnext.planning.engine.columns import Flags, Floats
from upnext.planning.engine.explanation import Case
from upnext.planning.engine.index import remaining_minutes, sitting_minutes
from upnext.planning.engine.instants import MINUTE, from_micros, to_micros
from upnext.planning.engine.model import Change, ChangeCode, Priority, Status
from upnext.planning.engine.scoring import REFERENCE_MINUTES, Work, own_terms, total
from upnext.planning.engine.taste import taste_term

MARGIN: Final = 1e-9
"""How much better than the first counts as better: more than the sums' rounding."""
LONGEST_ESTIMATE: Final = 10_080
"""The longest estimate a task may have, in minutes."""
FURTHEST_DEADLINE: Final = 2**24
"""Work minutes; over a century of office hours."""
ROUNDING: Final = 1_000
"""Microseconds by which a whole minute may be missed in floating point."""
BRANCHES: Final = 256
REAL: Final = np.zeros(1, dtype=np.bool_)
"""Of deadlines that somebody set."""
LN_REFERENCE: Final = math.log(REFERENCE_MINUTES)


def would_win_if(row: int, first: int, case: Case) -> tuple[Change, ...]:
    """Every single change that puts `row` before `first`, in the order a person might try them."""
    tried = (solve(row, first, case) for solve in (_started, _priority, _estimate, _deadline))
    return tuple(change for change in tried if change is not None)


def _started(row: int, first: int, case: Case) -> Change | None:
    if case.columns.status[row] == Status.STARTED:
        return None
    bonus = case.parameters.started_bonus
    gain = case.scores.score[row] + bonus - case.scores.score[first]
    if taste := case.parameters.taste:
        terms = {name: values[row] for name, values in case.scores.terms.items()}
        learned = float(taste_term({**terms, "started": bonus}, taste)[0])
        gain += learned - terms["learned"]
    return Change(ChangeCode.STARTED, {}) if gain > MARGIN else None


def _priority(row: int, first: int, case: Case) -> Change | None:
    """The lowest higher priority. It also brings a virtual deadline nearer."""
    level = int(case.columns.priority[row])
    higher = np.arange(level + 1, max(Priority) + 1)
    sla = np.array(case.parameters.sla_minutes)
    work = _facts(row, case)
    nearer = np.where(work.virtual, sla[higher - 1] - sla[level - 1], 0)
    variants = replace(work, priority=higher, deadline=work.deadline + nearer)
    winning = higher[_wins(variants, row, first, case)]
    if not len(winning):
        return None
    return Change(ChangeCode.PRIORITY, {"priority": Priority(int(winning[0]))})


def _estimate(row: int, first: int, case: Case) -> Change | None:
    """The nearest shorter estimate that wins, else the nearest longer one.

    Longer can win too: under a fixed deadline the longer task has less slack. As a function of p
    the index is quasi-convex up to p = d (weight discounted convexly, over minutes) and falls
    after it. So shorter estimates win up to some length, and longer ones from some length to d.
    """
    given = 0 if case.columns.assumed[row] else case.columns.estimate[row]
    current = int(given or case.parameters.default_estimate)
    spent = float(case.columns.spent[row])
    until_due = (float(case.scores.work.deadline[row]) + spent) / case.parameters.correction
    longest = min(LONGEST_ESTIMATE, math.floor(until_due))

    def wins(estimates: Floats) -> Flags:
        minutes, fits = _with_estimates(estimates, row, case)
        return fits & _wins(replace(_facts(row, case), minutes=minutes), row, first, case)

    shorter = _last_true(lambda more: wins(1 + more), current - 2)
    longer = _last_true(lambda less: wins(longest - less), longest - current - 1)
    found = 1 + shorter if shorter is not None else None
    if found is None and longer is not None:
        found = longest - longer
    # What was learned can bend the curve, so the answer itself is tried once more.
    if found is None or not wins(np.array([found], dtype=np.float64)).all():
        return None
    return Change(ChangeCode.ESTIMATE, {"minutes": found})


def _with_estimates(estimates: Floats, row: int, case: Case) -> tuple[Floats, Flags]:
    """The remaining minutes under each estimate, and whether that fits the minutes at hand."""
    columns, at_hand = case.columns, case.request.minutes
    minutes = remaining_minutes(estimates, columns.spent[row], case.parameters)
    needs = sitting_minutes(estimates, minutes, columns.min_block[row], case.parameters)
    return minutes, needs <= (np.inf if at_hand is None else at_hand)


def _deadline(row: int, first: int, case: Case) -> Change | None:
    """The latest deadline that wins, to the minute: any earlier one wins too."""

    def wins(deadlines: Floats) -> Flags:
        work = replace(_facts(row, case), deadline=deadlines, virtual=REAL)
        return _wins(work, row, first, case)

    now = to_micros(case.request.now)
    # Count from the last whole minute of the clock, so that the answer is one too.
    minute = float(case.calendar.tau(now // MINUTE * MINUTE, now))
    latest = _last_true(lambda whole: wins(minute + whole), FURTHEST_DEADLINE)
    if latest is None:
        return None
    due = (case.calendar.instant_after(minute + latest, now) + ROUNDING) // MINUTE * MINUTE
    if not wins(case.calendar.tau([due], now)).all():
        return None
    return Change(ChangeCode.DUE, {"due_at": from_micros(due)})


def _last_true(holds: Callable[[Floats], Flags], end: int) -> int | None:
    """The last whole number in 0..end for which a condition holds that once false stays false.

    Narrowed 256-fold per step, since numpy judges 256 numbers as fast as two.
    """
    last, unknown = -1, end + 1  # it lies in last..last + unknown
    while unknown > 0:
        step = math.ceil(unknown / BRANCHES)
        points = np.minimum(last + step * np.arange(1, BRANCHES + 1), end)
        held = int(np.count_nonzero(holds(points.astype(np.float64))))
        last = int(points[held - 1]) if held else last
        unknown = step - 1
    return None if last < 0 else last


def _facts(row: int, case: Case) -> Work:
    """The task's own facts; any of them can be replaced by as many variants as one likes."""
    work, one = case.scores.work, slice(row, row + 1)
    return Work(
        priority=work.priority[one],
        goal_weight=work.goal_weight[one],
        minutes=work.minutes[one],
        deadline=work.deadline[one],
        virtual=work.virtual[one],
    )


def _wins(variants: Work, row: int, first: int, case: Case) -> Flags:
    """Score variants of one task: index after chain merge, plus the bonuses it has anyway."""
    scores = case.scores
    following = scores.chains.after(row, case.columns.precedence)
    own = own_terms(variants, scores.rate, case.parameters)
    ln_own = total(own) - LN_REFERENCE
    merged = joined_index(ln_own, variants.minutes, following)
    kept = {name: float(scores.terms[name][row]) for name in scores.bonuses}
    better = merged + LN_REFERENCE + sum(kept.values()) - scores.score[first]
    if case.parameters.taste:
        better = better + taste_term({**own, **kept}, case.parameters.taste)
    return np.asarray(better > MARGIN)
