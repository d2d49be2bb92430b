"""What goes into the engine and what comes out. Values only.

Reasons are a code with parameters; `upnext.planning.reasons` makes the sentences.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from upnext.planning.engine.calendar import Standing

Params = Mapping[str, Any]
"""Any: each code has parameters of its own; `upnext.planning.reasons` is their only reader."""


class Priority(IntEnum):
    """The rank of the wire's `priority`."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3
    URGENT = 4


class Energy(IntEnum):
    """What a task demands, or a person has."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3


class Status(IntEnum):
    """As much of a task's status as the order depends on."""

    OPEN = 0
    STARTED = 1
    CLOSED = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A task as the engine sees it. Instants are aware."""

    id: UUID
    created_at: datetime
    title: str = ""
    priority: Priority = Priority.MEDIUM
    goal_weight: float = 1.0
    goal_title: str | None = None
    estimate: int | None = None
    """Minutes for the whole task."""
    spent: float = 0
    """Minutes already worked on it."""
    due_at: datetime | None = None
    start_at: datetime | None = None
    """Not to be started (or seen, if snoozed) before."""
    status: Status = Status.OPEN
    energy: Energy | None = None
    contexts: frozenset[str] = frozenset()
    """The task's @tags, spelled as in the request."""
    min_block: int | None = None
    """The smallest useful sitting in minutes; None if the task cannot be split."""
    blocked_by: tuple[UUID, ...] = ()
    """Open tasks that must be done first, whether or not they are candidates themselves."""
    offered: bool = True
    """False for a task that only lends its weight to its predecessors, such as a colleague's."""


@dataclass(frozen=True, slots=True)
class Instead:
    """What it would cost to do a task first, and not what the plan begins with."""

    cost: float
    """Weighted minutes late."""
    hurt: str | None = None
    """The title of the task that suffers most,"""
    late: float = 0.0
    """and how many work minutes later than it is it would be late."""


@dataclass(frozen=True, slots=True)
class Lead:
    """The task that a plan, made of the same facts, begins with."""

    id: UUID
    instead: Mapping[UUID, Instead]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One question: what now? None leaves a condition out."""

    now: datetime
    minutes: int | None = None
    """Time at hand: what needs more is not offered."""
    contexts: frozenset[str] | None = None
    energy: Energy | None = None
    limit: int = 20
    """How many tasks to explain, from the top, and how many ineligible ones."""
    runners_up: int = 4
    """How many tasks after the first get their `would_win_if`."""
    lead: Lead | None = None
    """If it can be done now it comes first, by a term of its own."""
    contest: UUID | None = None
    """A task of which to tell what would make it first, wherever it stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """The choices in the score. `look_ahead` is measured; the others are product choices."""

    weights: tuple[float, float, float, float] = (1, 2, 4, 8)
    """What low, medium, high and urgent count."""
    sla_minutes: tuple[int, int, int, int] = (9_600, 4_800, 2_400, 480)
    """Work minutes from creation to the virtual deadline of a task without one, by priority."""
    virtual_factor: float = 0.5
    """How much of its weight a virtual deadline carries."""
    goal_bounds: tuple[float, float] = (0.5, 2.0)
    look_ahead: float = 2.0
    """k of the ATC rule: slack is judged in units of k mean durations."""
    mean_bounds: tuple[float, float] = (15, 120)
    mean_minutes: float | None = None
    """The person's mean remaining minutes if kept from before; None: the mean of these tasks."""
    default_estimate: float = 30
    correction: float = 1.0
    """What the person's tasks really take, as a multiple of their estimates."""
    least_minutes: float = 5
    """No remainder is taken for less: a task that overran still needs a moment."""
    started_bonus: float = 0.25
    energy_bonus: float = 0.15
    context_malus: float = 0.5
    taste: Mapping[str, float] = field(default_factory=dict)
    """The person's own weights: see `taste`. Empty: nothing is added."""


class Term(NamedTuple):
    """One summand of a score: the terms of a task sum to its score."""

    term: str
    value: float
    params: Params


class ChangeCode(StrEnum):
    """The single-field changes that a counterfactual may name."""

    DUE = "due_at"
    PRIORITY = "priority"
    ESTIMATE = "estimated_duration"
    STARTED = "started"


class Change(NamedTuple):
    """A change of this one field, everything else as it is, puts the task first."""

    code: ChangeCode
    params: Params


class Ranked(NamedTuple):
    """A task that can be done now."""

    id: UUID
    score: float
    terms: tuple[Term, ...]
    would_win_if: tuple[Change, ...] = ()


class Obstacle(StrEnum):
    """Why a task cannot be done now; the first that applies is the one reported."""

    CLOSED = "closed"
    BLOCKED = "blocked"
    NOT_STARTED = "not_started"
    TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True)
class Ineligible:
    """A task that cannot be done now."""

    id: UUID
    code: Obstacle
    params: Params


@dataclass(frozen=True, slots=True)
class Contested:
    """Where one task stands among those that can be done now, or why it is not among them."""

    place: int | None
    """1 is the first."""
    ranked: Ranked | None
    obstacle: Ineligible | None


@dataclass(frozen=True, slots=True)
class Ranking:
    """The answer: the best tasks first, and what was left out."""

    ordered: tuple[Ranked, ...]
    """At most `limit`; ties go to the smaller id, so the order is total."""
    eligible_count: int
    ineligible: tuple[Ineligible, ...]
    """At most `limit`, best score first."""
    ineligible_count: int
    ignored_edges: tuple[tuple[UUID, UUID], ...]
    """Dependencies (predecessor, successor) left out because they close a cycle."""
    mean_minutes: float
    """The mean duration by which slack was judged."""
    standing: Standing
    """Outside working hours the answer stands all the same; this says so."""
    contested: "Contested | None" = None
    """The task that the request asks about, if it is among those on offer."""
