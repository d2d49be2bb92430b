"""Which tasks to load, so that the best of these are the best of all.

A person with few open tasks has them all loaded. Of more, the first of each listing of stored
keys are loaded (`queries.listings`), with every open task that a loaded one waits for. That is
enough once the last task to be shown scores more than anything unread can:

- A task's own index is `min(a, b + rate * t)`. Late tasks are read by falling `a`, the others by
  falling `b`, so what a listing leaves unread has at most the index of the last one read.
- Chain merge takes means of indices, so a task's merged index is at most the largest own index
  among itself and what waits for it. If that largest belongs to a task which was read, then the
  task was loaded with it; if not, the listing of waiting tasks bounds it.
- Bonuses differ by class of task, and each class has listings of its own.

Where that does not hold yet, the listings are read again, deeper, to their ends if need be.
"""

import heapq
import math
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any, Final
from uuid import UUID

from upnext.planning import freshness, queries
from upnext.planning.asking import Lanes, ask_about
from upnext.planning.clocks import WorkClock
from upnext.planning.engine import (
    Contested,
    Lead,
    Ranked,
    Ranking,
    WorkCalendar,
    basis_of,
    columns_of_rows,
    rank,
    to_micros,
)
from upnext.planning.engine.scoring import LN_REFERENCE
from upnext.planning.keys import edges_of, id_of, row_of
from upnext.planning.known.memory import Made
from upnext.planning.opening import Opening, begin, first_depth, picking
from upnext.planning.outlook import Outlook
from upnext.planning.queries import Content, Listing
from upnext.tasks.models import CLOSED

DEEPER: Final = 8
"""How much deeper each time that was not enough."""
ALL: Final = 2**31 - 1
ROUNDING: Final = 1e-9

Loaded = dict[UUID, Any]
"""Rows of `queries.FACTS` with `offered`, by id (Any: a row's columns have no static types)."""


@dataclass(frozen=True, slots=True)
class Selection:
    ranking: Ranking
    ineligible_count: int
    clock: WorkClock
    lead: Lead | None = None
    """Of a plan that is fresh."""
    tasks: Mapping[UUID, Any] = field(default_factory=dict)
    """All that is shown of some tasks, but for their goals' titles (Any: rows, as above)."""


@dataclass(frozen=True, slots=True)
class Bound:
    """What is unread in a listing scores no more; at that score, its id is larger."""

    score: float
    task_id: UUID


async def select_best(lanes: Lanes, outlook: Outlook) -> Selection:
    """The ranking of the best, exactly as if all of the person's tasks had been scored."""
    opening = await begin(lanes, outlook)
    clock = opening.clock
    if opening.short:
        return await _among_all(lanes, outlook, opening)
    if opening.lead is not None:
        seen = await freshness.of_workspaces(lanes.quick, outlook.workspaces, clock)
        if seen == opening.inputs:
            outlook = outlook.led(opening.lead)
    ranking = await _among_first(lanes, outlook, opening)
    if outlook.request.contest is not None:
        ranking = replace(ranking, contested=await _contested(lanes, outlook, clock))
    stuck = opening.stuck + len(_put_off(outlook, clock))
    return Selection(ranking, stuck, clock, outlook.request.lead, opening.tasks)


async def _among_all(lanes: Lanes, outlook: Outlook, opening: Opening) -> Selection:
    rows, clock = opening.rows, opening.clock
    if rows is None:
        rows = await queries.all_of(outlook.shape).rows(lanes.ordered, outlook.params)
    if opening.lead is not None and freshness.of_tasks(rows, clock) == opening.inputs:
        outlook = outlook.led(opening.lead)
    tasks: Loaded = {row.id: row for row in rows}
    tasks |= await before(lanes, outlook, tasks)
    calendar = clock.calendar_at(outlook.request.now)
    ranking = _rank(tasks, outlook, clock, calendar, made=opening.made)
    stuck = ranking.ineligible_count
    return Selection(ranking, stuck, clock, outlook.request.lead, opening.tasks)


async def _contested(lanes: Lanes, outlook: Outlook, clock: WorkClock) -> Contested | None:
    """Of a long list all is read: what waits for a task, and lends it its weight, may lie
    anywhere in it."""
    rows = await queries.all_of(outlook.shape).rows(lanes.ordered, outlook.params)
    tasks: Loaded = {row.id: row for row in rows}
    tasks |= await before(lanes, outlook, tasks)
    asked = replace(outlook, request=replace(outlook.request, limit=1, runners_up=0))
    chosen = None
    wanted = outlook.request.contest
    if clock.taste.applied and wanted is not None:
        widely = replace(outlook.request, limit=queries.SHORT_LIST, runners_up=0, contest=None)
        plain = replace(clock, taste=replace(clock.taste, weights={}))
        first = _rank(tasks, replace(outlook, request=widely), plain, clock.calendar)
        chosen = {one.id for one in first.ordered} | {wanted}
    return _rank(tasks, asked, clock, clock.calendar, chosen=chosen).contested


async def _leading(lanes: Lanes, outlook: Outlook) -> Loaded:
    """What the plan begins with, however far down it stands."""
    if outlook.request.lead is None:
        return {}
    params = outlook.params | {"lead": outlook.request.lead.id}
    rows = await queries.lead(outlook.shape).rows(lanes.quick, params)
    return {row.id: row for row in rows}


async def _among_first(lanes: Lanes, outlook: Outlook, opening: Opening) -> Ranking:
    """What was learned of a person chooses among as many as a short list has: the keys in the
    database know nothing of it."""
    clock = opening.clock
    if not clock.taste.applied:
        ranking, _ = await _read_first(lanes, outlook, opening)
        return ranking
    widely = replace(outlook.request, limit=queries.SHORT_LIST, runners_up=0)
    plain = opening._replace(clock=replace(clock, taste=replace(clock.taste, weights={})))
    first, tasks = await _read_first(lanes, replace(outlook, request=widely), plain)
    chosen = {task.id for task in first.ordered} | {task.id for task in first.ineligible}
    return _rank(tasks, outlook, clock, clock.calendar, chosen=chosen)


async def _read_first(lanes: Lanes, outlook: Outlook, opening: Opening) -> tuple[Ranking, Loaded]:
    planned = await _leading(lanes, outlook)
    clock, rows, depth = opening.clock, opening.rows, first_depth(outlook, opening.clock)
    put_off = frozenset(_put_off(outlook, clock))
    listings = queries.listings(outlook.shape)
    calendar, made = clock.calendar, opening.made
    gain = clock.rate * calendar.reading(to_micros(outlook.request.now))
    while True:
        if rows is None:
            params = picking(outlook.params, clock, outlook.request.now, depth)
            rows = await queries.picks(outlook.shape).rows(lanes.ordered, params)
        picks = Picks(outlook, listings, rows, depth, gain, put_off)
        opened = picks.tasks()
        tasks = planned | opened
        tasks |= await before(lanes, outlook, tasks, picks.lending(opened))
        ranking = _rank(tasks, outlook, clock, calendar, made=made)
        if _certain(ranking.ordered, outlook.request.limit, picks.bounds()):
            return ranking, tasks
        depth = depth * DEEPER if depth < queries.SHORT_LIST * DEEPER else ALL
        rows = None


@dataclass(frozen=True)
class Picks:
    """What was read of the listings, `depth` rows of each (Any: rows of `queries.picks`).

    `gain` is what keys in the order of `b` have risen by since the clock began.
    """

    outlook: Outlook
    listings: Sequence[Listing]
    rows: Sequence[Any]
    depth: int
    gain: float
    put_off: frozenset[UUID] = frozenset()

    def tasks(self) -> Loaded:
        """Those that were read in full and are open."""
        return {
            row.id: row
            for row in self.rows
            if row.id is not None and row.deleted_at is None and row.status not in CLOSED
        }

    def lending(self, opened: Container[UUID]) -> list[UUID]:
        """Of what waits, all that may be worth more than the last task to be shown: others lend
        nothing to what would be shown. `opened` are those of `tasks`."""
        bar = self._bar(opened)
        return [
            row.task_id
            for listing, rows in self._read(Content.WAITING)
            for row in rows
            if self._own(listing, row) + listing.lift > bar
        ]

    def bounds(self) -> list[Bound]:
        """Of each listing that the order depends on and that was not read to its end."""
        return [
            self._bound(listing, rows)
            for listing, rows in self._read(Content.POSSIBLE, Content.WAITING)
            if len(rows) >= self.depth
        ]

    def _bar(self, opened: Container[UUID]) -> float:
        """What the last task to be shown scores at least; a merge can only add to it."""
        lowest = self.outlook.least_bonus
        scores = [
            self._own(listing, row) + lowest
            for listing, rows in self._read(Content.POSSIBLE)
            for row in rows
            if row.task_id in opened and row.task_id not in self.put_off
        ]
        best = heapq.nlargest(self.outlook.request.limit, scores)
        return best[-1] if len(best) == self.outlook.request.limit else -math.inf

    def _bound(self, listing: Listing, rows: Sequence[Any]) -> Bound:
        lowest = min(row.sort_key for row in rows)
        last = max((row for row in rows if row.sort_key == lowest), key=_number)
        return Bound(self._own(listing, last) + listing.lift, last.task_id)

    def _read(self, *contents: Content) -> Iterator[tuple[Listing, Sequence[Any]]]:
        """What was read of each listing of these."""
        for number, rows in self._by_listing.items():
            listing = self.listings[number]
            if listing.content in contents:
                yield listing, rows

    @cached_property
    def _by_listing(self) -> Mapping[int, Sequence[Any]]:  # as `rows`
        found: dict[int, list[Any]] = {}
        for row in self.rows:
            found.setdefault(row.listing, []).append(row)
        return found

    def _own(self, listing: Listing, row: Any) -> float:
        """The score of its own index, with the bonus for a started task."""
        gain = 0.0 if listing.late else self.gain
        return float(row.sort_key) + gain + LN_REFERENCE


def _number(row: Any) -> int:  # as `Picks.rows`
    return int(row.task_id.int)


def _put_off(outlook: Outlook, clock: WorkClock) -> dict[UUID, int]:
    """What was skipped a moment ago, and until when."""
    return clock.taste.put_off(to_micros(outlook.request.now))


async def before(
    lanes: Lanes, outlook: Outlook, tasks: Loaded, lending: Iterable[UUID] = ()
) -> Loaded:
    """What the loaded tasks wait for, unless it is loaded already; with what is `lending`, too."""
    waiting = [
        task.id
        for task in tasks.values()
        if any(id_of(before) not in tasks for before in task.blocked_by)
    ]
    statement = partial(queries.before, outlook.shape)
    ids = [*waiting, *lending]
    rows = await ask_about(lanes.ordered, statement, "waiting", ids, outlook.params)
    return {row.id: row for row in rows if row.id not in tasks}


def _rank(
    tasks: Loaded,
    outlook: Outlook,
    clock: WorkClock,
    calendar: WorkCalendar,
    *,
    chosen: Container[UUID] | None = None,
    made: Made | None = None,
) -> Ranking:
    """Offers all tasks, or the `chosen` ones; the others lend their weight. With `made`, which is
    not for chosen ones, it starts from what is there, if that was made of the same, and leaves
    there what it made."""
    wanted, aside = outlook.project_id, _put_off(outlook, clock)
    of = (list(tasks.values()), wanted, aside, clock, calendar)
    if made is not None and made.basis is not None and made.of == of:
        return rank(made.basis, outlook.request)
    rows = [
        row_of(
            task,
            clock.learned,
            offered=task.offered
            and wanted in {None, task.project_id}
            and (chosen is None or task.id in chosen),
            aside=aside.get(task.id, 0),
        )
        for task in tasks.values()
    ]
    columns = columns_of_rows(rows, edges_of(tasks.values()))
    basis = basis_of(columns, calendar, clock.parameters)
    if made is not None and len(tasks) <= made.room:
        made.of, made.basis = of, basis
    return rank(basis, outlook.request)


def _certain(ordered: Sequence[Ranked], limit: int, bounds: Sequence[Bound]) -> bool:
    """Whether nothing unread can come before the last task to be shown."""
    if len(ordered) < limit:
        return not bounds
    return all(_precedes(ordered[limit - 1], bound) for bound in bounds)


def _precedes(last: Ranked, bound: Bound) -> bool:
    lead = last.score - bound.score
    return lead > ROUNDING or (lead > -ROUNDING and last.id.int <= bound.task_id.int)
