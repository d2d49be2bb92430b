"""What would have to change for a task to be first: one field of its own, all else as it is.

The person's mean duration is held: in storage it is a constant per person, and a change that only
worked by moving the mean would be no advice. A task that can be done now waits for nothing, so no
other task's chain holds it and every other score stands still.

Each answer was found by scoring the changed task, not by inverting the formula, and beats the
first task by more than rounding can explain. All runners-up are tried at once: arrays have a row
for each of them, and a column for each variant of it.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from upnext.planning.engine.chain import Followers, joined_index
from upnext.planning.engine.columns import Flags, Floats, Integers
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
WINDOW: Final = np.arange(BRANCHES)
LEVELS: Final = np.array([sorted(Priority)])
REAL: Final = np.zeros((1, 1), dtype=np.bool_)
"""Of deadlines that somebody set."""
LN_REFERENCE: Final = math.log(REFERENCE_MINUTES)


def would_win_if(rows: Sequence[int], first: int, case: Case) -> list[tuple[Change, ...]]:
    """For each of `rows` every single change that puts it before `first`, in the order in which a
    person might try them."""
    if not rows:
        return []
    field = _field(rows, first, case)
    tried = [solve(field) for solve in (_started, _priority, _estimate, _deadline)]
    return [
        tuple(change for change in changes if change is not None)
        for changes in zip(*tried, strict=True)
    ]


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """Some tasks that would like to be first, and what of them stays whatever is tried."""

    case: Case
    rows: Integers
    work: Work
    """Their own facts, a column each: any can be replaced by as many variants as one likes."""
    following: Sequence[Followers]
    kept: dict[str, Floats]
    """The bonuses they have anyway."""
    to_beat: float

    def column(self, values: np.ndarray[Any, Any]) -> Any:  # of the same numbers
        return values[self.rows][:, None]

    def wins(self, variants: Work) -> Flags:
        """Score variants: index after chain merge, plus the bonuses."""
        scores, parameters = self.case.scores, self.case.parameters
        own = own_terms(variants, scores.rate, parameters)
        merged = joined_index(total(own) - LN_REFERENCE, variants.minutes, self.following)
        better = merged + LN_REFERENCE + sum(self.kept.values()) - self.to_beat
        if parameters.taste:
            better = better + taste_term({**own, **self.kept}, parameters.taste)
        return np.asarray(better > MARGIN)


Found = list[Change | None]
"""A change for each task, if there is one."""


def _field(rows: Sequence[int], first: int, case: Case) -> Field:
    scores, places = case.scores, np.asarray(rows)
    work = scores.work
    return Field(
        case=case,
        rows=places,
        work=Work(
            priority=work.priority[places][:, None],
            goal_weight=work.goal_weight[places][:, None],
            minutes=work.minutes[places][:, None],
            deadline=work.deadline[places][:, None],
            virtual=work.virtual[places][:, None],
        ),
        following=scores.chains.after(rows, case.columns.precedence),
        kept={name: scores.terms[name][places][:, None] for name in scores.bonuses},
        to_beat=float(scores.score[first]),
    )


def _started(field: Field) -> Found:
    case, scores = field.case, field.case.scores
    bonus = case.parameters.started_bonus
    gain = scores.score[field.rows] + bonus - field.to_beat
    if taste := case.parameters.taste:
        terms = {name: values[field.rows] for name, values in scores.terms.items()}
        gain = gain + taste_term({**terms, "started": bonus}, taste) - terms["learned"]
    winning = (case.columns.status[field.rows] != Status.STARTED) & (gain > MARGIN)
    return [Change(ChangeCode.STARTED, {}) if wins else None for wins in winning.tolist()]


def _priority(field: Field) -> Found:
    """The lowest higher priority. It also brings a virtual deadline nearer."""
    sla = np.array(field.case.parameters.sla_minutes)
    work, level = field.work, field.column(field.case.columns.priority)
    nearer = np.where(work.virtual, sla[LEVELS - 1] - sla[level - 1], 0)
    variants = replace(work, priority=LEVELS, deadline=work.deadline + nearer)
    winning = field.wins(variants) & (level < LEVELS)
    lowest = LEVELS[0][winning.argmax(axis=1)].tolist()
    return [
        Change(ChangeCode.PRIORITY, {"priority": Priority(priority)}) if wins else None
        for priority, wins in zip(lowest, winning.any(axis=1).tolist(), strict=True)
    ]


def _estimate(field: Field) -> Found:
    """The nearest shorter estimate that wins, else the nearest longer one.

    Longer can win too: under a fixed deadline the longer task has less slack. As a function of p
    the index is quasi-convex up to p = d (weight discounted convexly, over minutes) and falls
    after it. So shorter estimates win up to some length, and longer ones from some length to d.
    """
    columns, parameters = field.case.columns, field.case.parameters
    given = np.where(field.column(columns.assumed), 0, field.column(columns.estimate))
    current = np.trunc(np.where(given, given, parameters.default_estimate))
    until_due = (field.work.deadline + field.column(columns.spent)) / parameters.correction
    longest = np.minimum(LONGEST_ESTIMATE, np.floor(until_due))

    def wins(estimates: Floats) -> Flags:
        minutes, fits = _with_estimates(estimates, field)
        return fits & field.wins(replace(field.work, minutes=minutes))

    def both(steps: Floats) -> Flags:
        more, less = np.split(steps, 2)
        held = wins(np.concatenate((1 + more, longest - less), axis=1))
        return np.concatenate(np.split(held, 2, axis=1))

    # Two searches in one, which costs hardly more. Near 0 lie most answers: few tasks take longer
    # than four hours, and where not even the longest wins, no longer one does.
    ends = np.concatenate((current - 2, longest - current - 1))
    shorter, longer = np.split(_last_true(both, ends, np.zeros(ends.shape)), 2)
    found = np.where(shorter >= 0, 1 + shorter, longest - longer)
    # What was learned can bend the curve, so the answer itself is tried once more.
    there = ((shorter >= 0) | (longer >= 0)) & wins(np.maximum(found, 1))
    return [
        Change(ChangeCode.ESTIMATE, {"minutes": int(minutes)}) if wins else None
        for minutes, wins in zip(found[:, 0].tolist(), there[:, 0].tolist(), strict=True)
    ]


def _with_estimates(estimates: Floats, field: Field) -> tuple[Floats, Flags]:
    """The remaining minutes under each estimate, and whether that fits the minutes at hand."""
    columns, at_hand = field.case.columns, field.case.request.minutes
    parameters = field.case.parameters
    minutes = remaining_minutes(estimates, field.column(columns.spent), parameters)
    needs = sitting_minutes(estimates, minutes, field.column(columns.min_block), parameters)
    return minutes, needs <= (np.inf if at_hand is None else at_hand)


def _deadline(field: Field) -> Found:
    """The latest deadline that wins, to the minute: any earlier one wins too."""
    calendar, now = field.case.calendar, to_micros(field.case.request.now)

    def wins(deadlines: Floats) -> Flags:
        return field.wins(replace(field.work, deadline=deadlines, virtual=REAL))

    # Count from the last whole minute of the clock, so that the answer is one too.
    minute = float(calendar.tau(now // MINUTE * MINUTE, now))
    end = np.full((len(field.rows), 1), FURTHEST_DEADLINE, dtype=np.float64)
    latest = _last_true(lambda whole: wins(minute + whole), end, _nearly(field) - minute)
    dues = [
        (calendar.instant_after(minute + whole, now) + ROUNDING) // MINUTE * MINUTE
        for whole in np.maximum(latest, 0)[:, 0].tolist()
    ]
    there = (latest >= 0) & wins(calendar.tau(dues, now)[:, None])
    return [
        Change(ChangeCode.DUE, {"due_at": from_micros(due)}) if wins else None
        for due, wins in zip(dues, there[:, 0].tolist(), strict=True)
    ]


def _nearly(field: Field) -> Floats:
    """The slack that a task can have, were it not for what follows it and what was learned."""
    scores, work = field.case.scores, field.work
    gain = sum(field.column(scores.terms[name]) for name in ("priority", "goal", "duration"))
    surplus = gain + sum(field.kept.values()) - field.to_beat
    return np.asarray(work.minutes + np.maximum(0.0, surplus) / scores.rate)


def _last_true(holds: Callable[[Floats], Flags], end: Floats, near: Floats | None = None) -> Floats:
    """In each row the last whole number in 0..end for which a condition holds that once false stays
    false; -1 where there is none. `end`, `near` and the answer are columns.

    Narrowed 256-fold per step, since numpy judges 256 numbers as fast as two. The first step looks
    around `near`, if that is given.
    """
    last, unknown = np.full(end.shape, -1.0), end + 1  # it lies in last..last + unknown
    if near is not None:
        first = np.minimum(np.maximum(np.floor(near) - BRANCHES // 2, 0), np.maximum(end, 0))
        held = _held(holds, np.maximum(np.minimum(first + WINDOW, end), 0)) * (end >= 0)
        last = np.where(held > 0, np.minimum(first + held - 1, end), last)
        unknown = np.where(held == 0, first, np.where(held == BRANCHES, end - last, 0))
    while (unknown > 0).any():
        step = np.ceil(unknown / BRANCHES)
        # Where nothing is unknown any more whatever is judged does not count.
        held = _held(holds, np.maximum(np.minimum(last + step * (WINDOW + 1), end), 0))
        best = np.minimum(last + step * held, end)
        last = np.where((unknown > 0) & (held > 0), best, last)
        unknown = np.where(unknown > 0, step - 1, 0)
    return last


def _held(holds: Callable[[Floats], Flags], points: Floats) -> Integers:
    return np.asarray(np.count_nonzero(holds(points), axis=1))[:, None]
