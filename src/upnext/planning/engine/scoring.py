"""The score of every task: a sum of named terms, computed for all tasks at once.

    S = ln(30 N / D) + bonuses

where N / D is the task's index after chain merge (`index`, `chain`). By definition a score is the
sum of its terms, added in the order of `Terms`, so the explanation cannot drift from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, reduce

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
class Scores:
    """Everything that ranking and explanation need to know of every task."""

    work: Work
    sitting: Floats
    """Minutes at hand that a task needs."""
    mean_minutes: float
    rate: float
    terms: Terms
    bonuses: tuple[str, ...]
    """The names of the terms that do not belong to the index, without what was learned."""
    score: Floats
    chains: Chains


def score_tasks(
    columns: Columns, request: Request, calendar: WorkCalendar, parameters: Parameters
) -> Scores:
    """Score all tasks, also those that cannot be done now: they have a place in the order too."""
    work = measure(columns, to_micros(request.now), calendar, parameters)
    ours = columns.offered & (columns.status != Status.CLOSED)
    mean = mean_minutes(work.minutes[ours], parameters)
    rate = 1 / (parameters.look_ahead * mean)
    own = own_terms(work, rate, parameters)
    ln_own = total(own) - np.log(REFERENCE_MINUTES)
    chains = merge_chains(ln_own, work.minutes, columns.precedence)
    bonuses = _bonuses(columns, request, parameters)
    terms = {**own, "unblocks": _unblocks(ln_own, chains), **bonuses}
    if parameters.taste:
        terms["learned"] = taste_term(terms, parameters.taste)
    return Scores(
        work=work,
        sitting=sitting_minutes(columns.estimate, work.minutes, columns.min_block, parameters),
        mean_minutes=mean,
        rate=rate,
        terms=terms,
        bonuses=tuple(bonuses),
        score=total(terms),
        chains=chains,
    )


def measure(columns: Columns, now: int, calendar: WorkCalendar, parameters: Parameters) -> Work:
    """Read the work clock. No deadline: the one expected by the priority's SLA from creation."""
    virtual = columns.due == NEVER
    sla = np.array(parameters.sla_minutes, dtype=np.float64)[columns.priority - 1]
    clock = calendar.tau(np.where(virtual, columns.created, columns.due), now)
    return Work(
        priority=columns.priority,
        goal_weight=columns.goal_weight,
        minutes=remaining_minutes(columns.estimate, columns.spent, parameters),
        deadline=np.where(virtual, clock + sla, clock),
        virtual=virtual,
    )


def own_terms(work: Work, rate: float, parameters: Parameters) -> Terms:
    """The terms of ln(30 I): what the task is worth by itself."""
    lowest, highest = parameters.goal_bounds
    goal = np.minimum(np.maximum(work.goal_weight, lowest), highest)
    return {
        "priority": _ln_weights(parameters.weights)[work.priority - 1],
        "goal": np.log(goal),
        "no_deadline": np.where(work.virtual, np.log(parameters.virtual_factor), 0.0),
        "duration": np.log(REFERENCE_MINUTES) - np.log(work.minutes),
        "slack": 0.0 - slack_cost(work.slack, rate),
    }


@cache
def _ln_weights(weights: tuple[float, ...]) -> Floats:
    return np.log(np.array(weights, dtype=np.float64))


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
    """Log units: 0.25 for the task in hand means that another must be 28 % better to replace it."""
    started = np.where(columns.status == Status.STARTED, parameters.started_bonus, 0.0)
    bonuses = {"started": started}
    if request.energy is not None:
        sign = np.where(columns.energy == request.energy, 1.0, -1.0)
        known = columns.energy > 0
        bonuses["energy"] = np.where(known, sign * parameters.energy_bonus, 0.0)
    if request.contexts is not None:
        elsewhere = columns.contexts.elsewhere(request.contexts, len(columns))
        bonuses["context"] = np.where(elsewhere, -parameters.context_malus, 0.0)
    return bonuses
