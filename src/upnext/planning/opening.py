"""What is known of a person before their tasks are ranked: their clock, and how many there are.

It decides how their tasks are read, so it is asked for first. A process that knows it from the last
time reads the tasks by that at once, and is told along with them whether it still is so.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any, Final, NamedTuple
from uuid import UUID

from upnext.core.lanes.named import maker
from upnext.planning import freshness, queries
from upnext.planning.asking import Lanes, ask_about
from upnext.planning.clocks import WorkClock, clock_of
from upnext.planning.engine import Lead, to_micros
from upnext.planning.known import queries as known
from upnext.planning.known.memory import Made, Memory, Person, Read
from upnext.planning.outlook import Outlook
from upnext.planning.queries import CLOCK, FACTS, SHORT_LIST

MARGIN: Final = 7
"""How much deeper than what is shown each listing is read first."""
_NAMES: Final = tuple(each.key for each in FACTS)
_NOTHING: Final = (None,) * (len(_NAMES) + 1)
_facts = attrgetter(*_NAMES)
# Rows as the statements of `queries` have them.
_offered = maker((*_NAMES, "offered"))
_picked = maker((*_NAMES, "deleted_at", "listing", "task_id", "sort_key", "offered"))


class Opening(NamedTuple):
    clock: WorkClock
    lead: Lead | None
    """What a plan begins with, if it was made of `inputs`."""
    inputs: bytes | None
    short: bool
    """Whether there are few enough tasks to read them all."""
    stuck: int
    """How many of the offered tasks cannot be done now."""
    rows: Sequence[Any] | None
    """If they were read along: all tasks of a short list, of others the first picks."""
    made: Made
    """What was made of these rows before."""
    tasks: Mapping[UUID, Any]
    """All that is shown of some of them, by id (Any: a row's columns have no static types)."""


async def begin(lanes: Lanes, outlook: Outlook) -> Opening:
    user_id: UUID = outlook.params["user"]
    person = lanes.memory.person(user_id) if lanes.memory is not None else None
    if lanes.memory is not None and person is not None:
        found = await _along(lanes, lanes.memory, outlook, person)
        if found is not None:
            return found
    (row,) = await queries.situation(outlook.shape).rows(lanes.quick, outlook.params)
    person = Person(row, clock_of(row[: len(CLOCK)]))
    if lanes.memory is not None and row.state is not None:
        lanes.memory.meet(user_id, person)
    lead = _lead(outlook, person)
    return Opening(person.clock, lead, row.inputs, person.short, row.stuck, None, Made(), {})


async def _along(lanes: Lanes, memory: Memory, outlook: Outlook, person: Person) -> Opening | None:
    """The first tasks of somebody who is known; None if they are not as they were."""
    statement, params = known.all_of(outlook.shape), outlook.params
    if not person.short:
        statement = known.picks(outlook.shape)
        depth = first_depth(outlook, person.clock)
        params = picking(params, person.clock, outlook.request.now, depth)
    found = await lanes.ordered.fetch(statement, params)
    read = memory.read(params["user"])
    if read is not None and read.again(person, statement, found):
        tasks = await _in_full(lanes, memory, read.states)
        return None if tasks is None else _opening(outlook, read, tasks)
    picks = statement.named(found)
    if not picks or not person.holds(picks[0]):
        return None
    states = {pick.task_id: pick.task_state for pick in picks if pick.task_state is not None}
    tasks = await _in_full(lanes, memory, states)
    if tasks is None:
        return None
    if person.short:
        rows = [_offered((*_facts(tasks[pick.task_id]), pick.offered)) for pick in picks]
    else:
        rows = [_pick(pick, tasks.get(pick.task_id)) for pick in picks]
    read = Read(person, statement, found, picks[0].stuck, states, rows, Made(len(found)))
    memory.keep(params["user"], read)
    return _opening(outlook, read, tasks)


async def _in_full(
    lanes: Lanes, memory: Memory, states: Mapping[UUID, str]
) -> Mapping[UUID, Any] | None:
    """None if one of them is changed just now: by its id alone it would be read wherever it is."""
    tasks = memory.tasks(states.items())
    unknown = [task_id for task_id in states if task_id not in tasks]
    if unknown:
        read = await ask_about(lanes.ordered, known.tasks, "known", unknown, {})
        memory.learn(read)
        tasks |= {task.id: task for task in read if task.task_state == states[task.id]}
    return tasks if len(tasks) == len(states) else None


def _pick(pick: Any, task: Any) -> Any:  # rows of `known.queries`, and one of `queries.picks`
    facts = _NOTHING if task is None else (*_facts(task), task.deleted_at)
    return _picked((*facts, pick.listing, pick.task_id, pick.sort_key, pick.offered))


def _opening(outlook: Outlook, read: Read, tasks: Mapping[UUID, Any]) -> Opening:
    person = read.person
    lead, inputs = _lead(outlook, person), person.row.inputs
    return Opening(
        person.clock, lead, inputs, person.short, read.stuck, read.rows, read.made, tasks
    )


def _lead(outlook: Outlook, person: Person) -> Lead | None:
    return freshness.lead_of(person.row, outlook.request.now, plain=outlook.plain)


def first_depth(outlook: Outlook, clock: WorkClock) -> int:
    """As deep as listings are read first."""
    return (SHORT_LIST if clock.taste.applied else outlook.request.limit) + MARGIN


def picking(
    params: Mapping[str, Any], clock: WorkClock, now: datetime, depth: int
) -> dict[str, Any]:
    """What `queries.picks` is run with."""
    reading = clock.calendar.reading(to_micros(now))
    return {**params, "reading": reading, "gain": clock.rate * reading, "depth": depth}
