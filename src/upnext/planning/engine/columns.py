"""Candidates turned on their side: one array per field, so that 10,000 are scored at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice, repeat
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
import numpy.typing as npt

from upnext.planning.engine.instants import NEVER, to_micros
from upnext.planning.engine.model import Candidate, Status
from upnext.planning.engine.precedence import Edge, Precedence, build_precedence

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


class Row(NamedTuple):
    """A candidate in plain numbers, in the order a query should select them. No field is None.

    Instants are microseconds since 1970 UTC, `NEVER` for none; other numbers are 0 for none.
    """

    id: UUID
    title: str
    priority: int
    status: int
    estimate: float
    spent: float
    due: int
    created: int
    start: int
    energy: int
    min_block: int
    goal_weight: float
    goal_title: str
    contexts: Iterable[str]
    offered: bool
    assumed: bool = False
    """Whether nobody gave the estimate, but others of its kind."""


@dataclass(frozen=True, slots=True, eq=False)
class Contexts:
    """The @tags of all tasks as (row, number of the tag) pairs: most tasks have none."""

    names: Sequence[str]
    rows: Integers
    numbers: Integers

    @classmethod
    def of(cls, contexts: Sequence[Iterable[str]]) -> "Contexts":
        pairs = [(row, tag) for row, tags in enumerate(contexts) if tags for tag in tags]
        names = sorted({tag for _, tag in pairs})
        number = {name: place for place, name in enumerate(names)}
        rows = _integers([row for row, _ in pairs])
        return cls(names, rows, _integers([number[tag] for _, tag in pairs]))

    def elsewhere(self, here: frozenset[str], size: int) -> Flags:
        """Which of `size` rows have contexts, but none of these."""
        tagged, fitting = np.zeros(size, dtype=np.bool_), np.zeros(size, dtype=np.bool_)
        is_here = np.array([name in here for name in self.names], dtype=np.bool_)
        tagged[self.rows] = True
        fitting[self.rows[is_here[self.numbers]]] = True
        return tagged & ~fitting

    def of_row(self, row: int) -> list[str]:
        return sorted(self.names[number] for number in self.numbers[self.rows == row])


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """All candidates and their dependencies. Depends on no clock: keep it while nothing changes."""

    ids: Sequence[UUID]
    titles: Sequence[str]
    goal_titles: Sequence[str]
    priority: Integers
    status: Integers
    estimate: Floats
    spent: Floats
    due: Integers
    created: Integers
    start: Integers
    energy: Integers
    min_block: Floats
    goal_weight: Floats
    contexts: Contexts
    offered: Flags
    assumed: Flags
    precedence: Precedence

    def __len__(self) -> int:
        return len(self.ids)


def columns_of_rows(rows: Sequence[tuple[Any, ...]], edges: Iterable[Edge]) -> Columns:
    """From tuples in the order of `Row`, such as a query's (Any: `Row` gives their types)."""
    by_field = zip(*rows, strict=True) if rows else repeat((), len(Row._fields))
    (ids, titles, priority, status, estimate, spent, due, created, start) = islice(by_field, 9)
    (energy, min_block, goal_weight, goal_titles, contexts, offered, assumed) = by_field
    statuses = _integers(status)
    closed = (statuses == Status.CLOSED).tolist()
    return Columns(
        ids=ids,
        titles=titles,
        goal_titles=goal_titles,
        priority=_integers(priority),
        status=statuses,
        estimate=_floats(estimate),
        spent=_floats(spent),
        due=_integers(due),
        created=_integers(created),
        start=_integers(start),
        energy=_integers(energy),
        min_block=_floats(min_block),
        goal_weight=_floats(goal_weight),
        contexts=Contexts.of(contexts),
        offered=np.array(offered, dtype=np.bool_),
        assumed=np.array(assumed, dtype=np.bool_),
        precedence=build_precedence(ids, closed, edges),
    )


def columns_of(candidates: Sequence[Candidate]) -> Columns:
    """From candidates, whose `blocked_by` are the edges."""
    edges = [(before, task.id) for task in candidates for before in task.blocked_by]
    return columns_of_rows([_row(task) for task in candidates], edges)


def _row(task: Candidate) -> Row:
    return Row(
        id=task.id,
        title=task.title,
        priority=task.priority,
        status=task.status,
        estimate=task.estimate or 0,
        spent=task.spent,
        due=_micros(task.due_at),
        created=to_micros(task.created_at),
        start=_micros(task.start_at),
        energy=task.energy or 0,
        min_block=task.min_block or 0,
        goal_weight=task.goal_weight,
        goal_title=task.goal_title or "",
        contexts=task.contexts,
        offered=task.offered,
    )


def _micros(instant: datetime | None) -> int:
    return NEVER if instant is None else to_micros(instant)


def _integers(values: Sequence[int]) -> Integers:
    return np.array(values, dtype=np.int64)


def _floats(values: Sequence[float]) -> Floats:
    return np.array(values, dtype=np.float64)
