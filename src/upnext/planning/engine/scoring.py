"""The score of every task: a sum of named terms, computed for all tasks at once.

    S = ln(30 N / D) + bonuses

where N / D is the task's index after chain merge (`index`, `chain`). By definition a score is the
sum of its terms, added in the order of `Terms`, so the explanation cannot drift from it.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, reduce
from typing import Final

import numpy as np

from upnext.planning.engine.calendar import WorkCalendar
from upnext.planning.engine.chain import Chains, merge_chains
from upnext.planning.engine.columns import Columns, Flags, Floats, Integers
from upnext.planning.engine.index import (
    IndexKeys,
    index_keys,
    mean_minutes,
    remaining_minutes,
    sitting_minutes,
    slack_cost,
)
from upnext.planning.engine.instants import NEVER, to_micros
from upnext.planning.engine.model import Parameters, Request, Status
from upnext.planning.engine.taste import taste_term

REFERENCE_MINUTES = 30
"""A task of 30 minutes, weight 1 and no slack scores 0."""
LN_REFERENCE: Final = math.log(REFERENCE_MINUTES)
DEFAULTS: Final = Parameters()

Terms = Mapping[str, Floats]
"""Term name to its value for every task, in the order of explanation."""


@dataclass(frozen=True, slots=True, eq=False)
class Work:
    """The tasks in work minutes from now: what the index is made of."""

    priority: Integers
    goal_weight: Floats
    minutes: Floats
    """p: remaining minutes."""
    deadline: Floats
    """d: real or virtual."""
    virtual: Flags

    @property
    def slack(self) -> Floats:
        return self.deadline - self.minutes


@dataclass(frozen=True, slots=True, eq=False)
class Basis:
    """What of the scores no clock changes: keep it while the tasks stay as they are."""

    columns: Columns
    calendar: WorkCalendar
    parameters: Parameters
    reading: Floats
    """Of the work clock at each deadline, or at the creation of what has none,"""
    allowed: Floats
    """and the work minutes that it then has."""
    virtual: Flags
    minutes: Floats
    sitting: Floats
    mean_minutes: float
    rate: float
    still: Terms
    """The terms up to that of the slack,"""
    worth: Floats
    """and their sum."""
    started: Floats
    closed: Flags
    blocked: Flags

    def at(self, now: int) -> "Work":
        """Read the work clock."""
        return Work(
            priority=self.columns.priority,
            goal_weight=self.columns.goal_weight,
            minutes=self.minutes,
            deadline=self.reading - self.calendar.reading(now) + self.allowed,
            virtual=self.virtual,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """Everything that ranking and explanation need to know of every task."""

    basis: Basis
    work: Work
    terms: Terms
    bonuses: tuple[str, ...]
    """The names of the terms that do not belong to the index, without what was learned."""
    score: Floats
    chains: Chains


def basis_of(columns: Columns, calendar: WorkCalendar, parameters: Parameters = DEFAULTS) -> Basis:
    """No deadline: the one expected by the priority's SLA from creation."""
    virtual = columns.due == NEVER
    minutes = remaining_minutes(columns.estimate, columns.spent, parameters)
    closed = columns.status == Status.CLOSED
    mean = mean_minutes(minutes[columns.offered & ~closed], parameters)
    still = _still_terms(columns.priority, columns.goal_weight, virtual, minutes, parameters)
    blocked = np.zeros(len(columns), dtype=np.bool_)
    blocked[[*columns.precedence.predecessors, *columns.precedence.outsiders]] = True
    return Basis(
        columns=columns,
        calendar=calendar,
        parameters=parameters,
        reading=calendar.read(np.where(virtual, columns.created, columns.due)),
        allowed=np.where(virtual, _sla(parameters.sla_minutes)[columns.priority - 1], 0.0),
        virtual=virtual,
        minutes=minutes,
        sitting=sitting_minutes(columns.estimate, minutes, columns.min_block, parameters),
        mean_minutes=mean,
        rate=1 / (parameters.look_ahead * mean),
        still=still,
        worth=total(still),
        started=np.where(columns.status == Status.STARTED, parameters.started_bonus, 0.0),
        closed=closed,
        blocked=blocked,
    )


def score_tasks(basis: Basis, request: Request) -> Scores:
    """Score all tasks, also those that cannot be done now: they have a place in the order too."""
    parameters, work = basis.parameters, basis.at(to_micros(request.now))
    slack = 0.0 - slack_cost(work.slack, basis.rate)
    ln_own = basis.worth + slack - LN_REFERENCE
    chains = merge_chains(ln_own, basis.minutes, basis.columns.precedence)
    bonuses = {"started": basis.started, **_bonuses(basis.columns, request, parameters)}
    terms = {**basis.still, "slack": slack, "unblocks": _unblocks(ln_own, chains), **bonuses}
    if parameters.taste:
        terms["learned"] = taste_term(terms, parameters.taste)
    return Scores(basis, work, terms, tuple(bonuses), total(terms), chains)


def own_terms(work: Work, rate: float, parameters: Parameters) -> Terms:
    """The terms of ln(30 I): what the task is worth by itself."""
    still = _still_terms(work.priority, work.goal_weight, work.virtual, work.minutes, parameters)
    return {**still, "slack": 0.0 - slack_cost(work.slack, rate)}


def _still_terms(
    priority: Integers,
    goal_weight: Floats,
    virtual: Flags,
    minutes: Floats,
    parameters: Parameters,
) -> Terms:
    lowest, highest = parameters.goal_bounds
    goal = np.minimum(np.maximum(goal_weight, lowest), highest)
    return {
        "priority": _ln_weights(parameters.weights)[priority - 1],
        "goal": np.log(goal),
        "no_deadline": np.where(virtual, np.log(parameters.virtual_factor), 0.0),
        "duration": LN_REFERENCE - np.log(minutes),
    }


@cache
def _ln_weights(weights: tuple[float, ...]) -> Floats:
    return np.log(np.array(weights, dtype=np.float64))


@cache
def _sla(minutes: tuple[int, ...]) -> Floats:
    return np.array(minutes, dtype=np.float64)


def total(terms: Terms) -> Floats:
    """Left to right, as anyone adding up an explanation would."""
    return np.asarray(reduce(np.add, terms.values()))


def work_keys(work: Work, rate: float, parameters: Parameters) -> IndexKeys:
    """The index keys to store; t then counts from the instant that `work` was measured at."""
    terms = own_terms(work, rate, parameters)
    ln_weight = terms["priority"] + terms["goal"] + terms["no_deadline"]
    return index_keys(ln_weight, work.minutes, work.deadline, rate)


def _unblocks(ln_own: Floats, chains: Chains) -> Floats:
    """What the chain merge adds to each task's own index."""
    gains = np.zeros(len(ln_own))
    for row in chains.joined:
        gains[row] = max(0.0, chains.ln_index[row] - ln_own[row])
    return gains


def _bonuses(columns: Columns, request: Request, parameters: Parameters) -> Terms:
    """What the question adds. Log units, as is the bonus of the task in hand: with 0.25 another
    must be 28 % better to replace it."""
    bonuses = {}
    if request.energy is not None:
        sign = np.where(columns.energy == request.energy, 1.0, -1.0)
        known = columns.energy > 0
        bonuses["energy"] = np.where(known, sign * parameters.energy_bonus, 0.0)
    if request.contexts is not None:
        elsewhere = columns.contexts.elsewhere(request.contexts, len(columns))
        bonuses["context"] = np.where(elsewhere, -parameters.context_malus, 0.0)
    return bonuses
