"""What would have to change for a task to be first: one field of its own, all else as it is.

The person's mean duration is held: in storage it is a constant per person, and a change that only
worked by moving the mean would be no advice. A task that can be done now waits for nothing, so no
other task's chain holds it and every other score stands still.

Each answer was found by scoring the changed task, not by inverting the formula, and beats the
first task by more than rounding can explain.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from upnext.planning.engine.explanation import Case
from upnext.planning.engine.instants import MINUTE, from_micros, to_micros
from upnext.planning.engine.model import Change, ChangeCode, Priority, Status
from upnext.planning.engine.scoring import LN_REFERENCE
from upnext.planning.engine.single import (
    Follower,
    duration_term,
    joined,
    learned_term,
    ln_weights,
    remaining,
    sitting,
    slack_term,
)

MARGIN: Final = 1e-9
"""How much better than the first counts as better: more than the sums' rounding."""
LONGEST_TRIED: Final = 480
"""In minutes. That something would come first if it took a week instead of a quarter of an hour
may be true, but helps nobody."""
FURTHEST_DEADLINE: Final = 2**24
"""Work minutes; over a century of office hours."""
ROUNDING: Final = 1_000
"""Microseconds by which a whole minute may be missed in floating point."""


def would_win_if(rows: Sequence[int], first: int, case: Case) -> list[tuple[Change, ...]]:
    """For each of `rows` every single change that puts it before `first`, in the order in which a
    person might try them."""
    to_beat = float(case.scores.score[first])
    instant = _instant(case)
    found = []
    for row in rows:
        rival = _rival(row, to_beat, case)
        changes = (_started(rival), _priority(rival), _estimate(rival), _deadline(rival, instant))
        found.append(tuple(change for change in changes if change is not None))
    return found


class Instant(NamedTuple):
    """Of the question, by the work clock."""

    micros: int
    reading: float
    minute: float
    """Work minutes from then to the last whole minute of the clock; not above 0."""


@dataclass(frozen=True, slots=True, eq=False)
class Rival:
    """A task that would like to be first, and what of it stays whatever is tried."""

    case: Case
    row: int
    rate: float
    ln_weights: Sequence[float]
    ln_virtual: float
    priority: int
    minutes: float
    deadline: float
    virtual: bool
    goal: float
    following: Sequence[Follower]
    kept: Mapping[str, float]
    """The bonuses it has anyway,"""
    bonus: float
    """and their sum."""
    to_beat: float

    def wins(
        self,
        *,
        priority: int | None = None,
        minutes: float | None = None,
        deadline: float | None = None,
        virtual: bool | None = None,
    ) -> bool:
        """Scores the variant: index after chain merge, plus the bonuses."""
        level = self.priority if priority is None else priority
        left = self.minutes if minutes is None else minutes
        slack = (self.deadline if deadline is None else deadline) - left
        unset = self.virtual if virtual is None else virtual
        worth, unset_term = self.ln_weights[level - 1], self.ln_virtual if unset else 0.0
        duration, urgency = duration_term(left), slack_term(slack, self.rate)
        own = worth + self.goal + unset_term + duration + urgency - LN_REFERENCE
        better = joined(own, left, self.following) + LN_REFERENCE + self.bonus - self.to_beat
        taste = self.case.parameters.taste
        if taste:
            terms = {"priority": worth, "goal": self.goal, "no_deadline": unset_term}
            terms |= {"duration": duration, "slack": urgency, **self.kept}
            better += learned_term(terms, taste)
        return better > MARGIN


def _instant(case: Case) -> Instant:
    now, calendar = to_micros(case.request.now), case.calendar
    reading = calendar.reading(now)
    return Instant(now, reading, calendar.reading(now // MINUTE * MINUTE) - reading)


def _rival(row: int, to_beat: float, case: Case) -> Rival:
    scores, parameters = case.scores, case.parameters
    work = scores.work
    kept = {name: float(scores.terms[name][row]) for name in scores.bonuses}
    return Rival(
        case=case,
        row=row,
        rate=scores.basis.rate,
        ln_weights=ln_weights(parameters.weights),
        ln_virtual=math.log(parameters.virtual_factor),
        priority=int(work.priority[row]),
        minutes=float(work.minutes[row]),
        deadline=float(work.deadline[row]),
        virtual=bool(work.virtual[row]),
        goal=float(scores.terms["goal"][row]),
        following=scores.chains.after(row, case.columns.precedence),
        kept=kept,
        bonus=sum(kept.values()),
        to_beat=to_beat,
    )


def _started(rival: Rival) -> Change | None:
    case, row = rival.case, rival.row
    bonus, taste = case.parameters.started_bonus, case.parameters.taste
    gain = float(case.scores.score[row]) + bonus - rival.to_beat
    if taste:
        terms = {name: float(values[row]) for name, values in case.scores.terms.items()}
        gain += learned_term({**terms, "started": bonus}, taste) - terms["learned"]
    if case.columns.status[row] == Status.STARTED or gain <= MARGIN:
        return None
    return Change(ChangeCode.STARTED, {})


def _priority(rival: Rival) -> Change | None:
    """The lowest higher priority. It also brings a virtual deadline nearer."""
    sla = rival.case.parameters.sla_minutes
    for level in range(rival.priority + 1, max(Priority) + 1):
        nearer = sla[level - 1] - sla[rival.priority - 1] if rival.virtual else 0
        if rival.wins(priority=level, deadline=rival.deadline + nearer):
            return Change(ChangeCode.PRIORITY, {"priority": Priority(level)})
    return None


def _estimate(rival: Rival) -> Change | None:
    """The nearest shorter estimate that wins, else the nearest longer one of up to a day's work.

    Longer can win too: under a fixed deadline the longer task has less slack. As a function of p
    the index is quasi-convex up to p = d (weight discounted convexly, over minutes) and falls
    after it. So shorter estimates win up to some length, and longer ones from some length to d.
    """
    case, row = rival.case, rival.row
    columns, parameters = case.columns, case.parameters
    spent, min_block = float(columns.spent[row]), float(columns.min_block[row])
    given = 0.0 if columns.assumed[row] else float(columns.estimate[row])
    current = int(given or parameters.default_estimate)
    until_due = (rival.deadline + spent) / parameters.correction
    longest = math.floor(min(LONGEST_TRIED, until_due))
    at_hand = math.inf if case.request.minutes is None else case.request.minutes

    def wins(estimate: int) -> bool:
        minutes = remaining(estimate, spent, parameters)
        fits = sitting(estimate, minutes, min_block, parameters) <= at_hand
        return fits and rival.wins(minutes=minutes)

    # Few tasks take longer than some hours, and where not even the longest wins, no longer does.
    shorter = _last_true(lambda more: wins(1 + more), current - 2)
    longer = _last_true(lambda less: wins(longest - less), longest - current - 1)
    found = 1 + shorter if shorter >= 0 else longest - longer
    # What was learned can bend the curve, so the answer itself is tried once more.
    if max(shorter, longer) < 0 or not wins(found):
        return None
    return Change(ChangeCode.ESTIMATE, {"minutes": found})


def _deadline(rival: Rival, instant: Instant) -> Change | None:
    """The latest deadline that wins, to the minute: any earlier one wins too."""
    calendar = rival.case.calendar
    # Counted from the last whole minute of the clock, so that the answer is one too.
    minute = instant.minute

    def wins(deadline: float) -> bool:
        return rival.wins(deadline=deadline, virtual=False)

    near = int(_nearly(rival) - minute)
    latest = _last_true(lambda whole: wins(minute + whole), FURTHEST_DEADLINE, near)
    if latest < 0:
        return None
    due = (calendar.instant_after(minute + latest, instant.micros) + ROUNDING) // MINUTE * MINUTE
    if not wins(calendar.reading(due) - instant.reading):
        return None
    return Change(ChangeCode.DUE, {"due_at": from_micros(due)})


def _nearly(rival: Rival) -> float:
    """The slack that a task can have, were it not for what follows it and what was learned."""
    terms = rival.case.scores.terms
    gain = sum(float(terms[name][rival.row]) for name in ("priority", "goal", "duration"))
    surplus = gain + rival.bonus - rival.to_beat
    return rival.minutes + max(0.0, surplus) / rival.rate


def _last_true(holds: Callable[[int], bool], end: int, near: int = 0) -> int:
    """The last whole number in 0..end for which a condition holds that once false stays false; -1
    where there is none. Looks around `near` first, in steps that double, then halves what is left.
    """
    below, above = -1, end + 1  # it holds at one, not at the other
    place, step = min(max(near, 0), end), 1
    while below + 1 < above:
        if holds(place):
            below, place = place, place + step
        else:
            above, place = place, place - step
        step *= 2
        if not below < place < above:
            place = (below + above) // 2
    return below
