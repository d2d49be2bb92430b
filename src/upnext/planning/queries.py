"""Every statement of planning.

The reading ones are built once per shape of question and run with parameters: composing them
anew would cost more than running them.
"""

from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache
from itertools import product
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    CTE,
    ColumnElement,
    Double,
    Select,
    Subquery,
    and_,
    bindparam,
    cast,
    func,
    literal,
    literal_column,
    not_,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import aliased
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from upnext.core.lanes.many import bound
from upnext.core.lanes.named import Named
from upnext.core.lanes.queries import RowState
from upnext.core.types import NEVER, Id
from upnext.goals.models import Goal
from upnext.identity.models import User
from upnext.planning.clocks import PARAMETERS
from upnext.planning.models import DayPlan, PlanningProfile, RankKey
from upnext.tasks.models import OPEN, Task, TaskDependency
from upnext.tasks.wire import COLUMNS
from upnext.workspaces.models import Project, Workspace

SHORT_LIST: Final = 200
"""Up to so many open tasks are all loaded and scored; beyond it the stored keys choose."""
FACTS: Final = (
    Task.id, Task.workspace_id, Task.project_id, Task.title, Task.priority, Task.status,
    Task.estimated_duration, Task.due_key, Task.start_key, Task.created_at, Task.energy,
    Task.context, Task.blocked_by, Task.goal_weight, Task.category, Task.actual_minutes,
)  # fmt: skip
"""The columns of `keys.TaskFacts`."""
CLOCK: Final = (
    User.time_zone,
    User.working_hours,
    PlanningProfile.origin,
    PlanningProfile.mean_minutes,
    PlanningProfile.busy,
    PlanningProfile.learned,
    PlanningProfile.taste,
)
"""What `clocks.clock_of` takes, in its order."""


# Bounded: there is a shape for each number of workspaces and of hidden projects that people have.
remembered = lru_cache(maxsize=200)


@dataclass(frozen=True, slots=True)
class Shape:
    """Which conditions a question has, and of how many; what they compare with are parameters:
    `workspace_0` and on, `hidden_0` and on, and others by their names."""

    workspaces: int = 1
    hidden: int = 0
    project: bool = False
    minutes: bool = False
    energy: bool = False
    contexts: bool = False
    ineligible: bool = False


@remembered
def _put_aside(shape: Shape) -> CTE:
    """Once per statement, however often it is asked for: planning it costs more than reading it."""
    return (
        select(Project.id)
        .join(Workspace, Workspace.id == Project.workspace_id)
        .where(
            Project.workspace_id.in_(bound("workspace", shape.workspaces, Id)),
            or_(
                Project.archived_at.is_not(None),
                Project.deleted_at.is_not(None),
                Workspace.archived_at.is_not(None),
                Workspace.deleted_at.is_not(None),
            ),
        )
        .cte("put_aside")
    )


def _visible(
    shape: Shape, table: Any = RankKey, workspace_id: Any = RankKey.workspace_id
) -> ColumnElement[bool]:  # RankKey or Task, and what stands for its workspace
    """In the asked workspaces, in no hidden project, and in none that is put aside."""
    conditions = [
        workspace_id.in_(bound("workspace", shape.workspaces, Id)),
        table.project_id.not_in(select(_put_aside(shape).c.id)),
    ]
    if shape.hidden:
        conditions.append(table.project_id.not_in(bound("hidden", shape.hidden, Id)))
    return and_(*conditions)


def _offered(shape: Shape) -> ColumnElement[bool]:
    wanted = RankKey.project_id == bindparam("project") if shape.project else true()
    return and_(RankKey.user_id == bindparam("user"), RankKey.offered, wanted, _visible(shape))


def _possible(shape: Shape, ready_at: Any = RankKey.ready_at) -> ColumnElement[bool]:
    short = RankKey.sitting <= bindparam("minutes") if shape.minutes else true()
    return and_(ready_at <= bindparam("now"), short)


def _keys() -> ColumnElement[int]:
    some = select(literal(1)).where(RankKey.user_id == bindparam("user")).limit(SHORT_LIST + 1)
    counted = select(func.count()).select_from(some.subquery())
    return counted.scalar_subquery().label("keys")


def _stuck(shape: Shape) -> ColumnElement[int]:
    stuck = select(func.count()).select_from(RankKey)
    return stuck.where(_offered(shape), not_(_possible(shape))).scalar_subquery().label("stuck")


def _state() -> ColumnElement[str]:
    kept, planned = RowState(PlanningProfile.user_id), RowState(DayPlan.user_id)
    return RowState(User.id) + " " + func.coalesce(kept, "-") + " " + func.coalesce(planned, "-")


def _of_the_person(found: Select[Any]) -> Select[Any]:
    return (
        found.select_from(User)
        .outerjoin(PlanningProfile, PlanningProfile.user_id == User.id)
        .outerjoin(DayPlan, DayPlan.user_id == User.id)
        .where(User.id == bindparam("user"))
    )


@remembered
def situation(shape: Shape) -> Named:
    """One row: the person's clock, what was planned for them, the `state` of these, how many keys
    there are (at most one more than a short list), and how many of the offered tasks cannot be done
    now. Another state means that the clock or the plan may be another one; None, that there is no
    telling."""
    planned = (DayPlan.inputs, DayPlan.valid_until, DayPlan.first_task_id, DayPlan.instead)
    state = _state().label("state")
    return Named(_of_the_person(select(*CLOCK, *planned, state, _keys(), _stuck(shape))))


def beside(shape: Shape, *, short: bool) -> list[ColumnElement[Any]]:
    """What of a situation is asked along with tasks, by who knows the rest of it from before. That
    a list is short no longer has to be known; one that has become short may be read as before."""
    state = _of_the_person(select(_state())).scalar_subquery()
    found = [state.label("state"), _stuck(shape)]
    return [*found, _keys()] if short else found


@remembered
def all_of(shape: Shape) -> Named:
    """All tasks with a key of the person's, whatever they are filtered by: for a short list."""
    return Named(of_all(shape, select(*FACTS, RankKey.offered)))


def of_all(shape: Shape, found: Select[Any]) -> Select[Any]:
    """Of those tasks, and their keys."""
    return (
        found.select_from(Task)
        .join(RankKey, RankKey.task_id == Task.id)
        .where(RankKey.user_id == bindparam("user"), _visible(shape), is_open())
    )


@remembered
def lead(shape: Shape) -> Named:
    """The one task of the person's whose id is `lead`."""
    return Named(of_all(shape, select(*FACTS, RankKey.offered)).where(Task.id == bindparam("lead")))


def is_open() -> ColumnElement[bool]:
    return and_(Task.deleted_at.is_(None), Task.status.in_(OPEN))


class Content(Enum):
    """What a listing is of."""

    POSSIBLE = auto()
    """Tasks that can be done now."""
    WAITING = auto()
    """Tasks that wait for others, to which they lend their weight."""
    STUCK = auto()
    """Tasks that cannot be done now: read to be shown, the order does not depend on them."""


@dataclass(frozen=True, slots=True, eq=False)
class Listing:
    """Keys in falling order, of which a question reads the first few.

    What it leaves unread scores at most `lift` more than the last key read.
    """

    statement: Select[UUID, bool, float]
    content: Content
    late: bool
    lift: float


@remembered
def listings(shape: Shape) -> tuple[Listing, ...]:
    """Enough to contain the best, if read far enough: see `selection`.

    A class of tasks whose bonuses differ has listings of its own. Each comes twice, since tasks
    that should have been begun are in the order of `a` and all others in that of `b`.
    """
    # The sum keeps planners from the index on `ready_at`, which says nothing of the order.
    possible = and_(_offered(shape), _possible(shape, RankKey.ready_at + 0))
    energies: list[tuple[ColumnElement[bool], float]] = [(true(), 0.0)]
    if shape.energy:
        fits = RankKey.energy == bindparam("energy")
        energies = [(fits, PARAMETERS.energy_bonus), (not_(fits), 0.0)]
    places: list[ColumnElement[bool]] = [true()]
    if shape.contexts:
        places = [not_(RankKey.tagged), RankKey.tagged.is_(True)]
    wanted = [
        (and_(possible, fit, place), lift, Content.POSSIBLE)
        for (fit, lift), place in product(energies, places)
    ]
    waiting = and_(
        RankKey.user_id == bindparam("user"),
        # A number, not a parameter: few wait, and a planner that is told so finds them by that.
        RankKey.ready_at == literal_column(str(NEVER)),
        _visible(shape),
    )
    highest = PARAMETERS.started_bonus + PARAMETERS.energy_bonus
    wanted.append((waiting, highest, Content.WAITING))
    if shape.ineligible:
        wanted.append((and_(_offered(shape), not_(_possible(shape))), 0.0, Content.STUCK))
    return tuple(
        Listing(_first(condition, late=late), content, late, lift)
        for condition, lift, content in wanted
        for late in (True, False)
    )


def _first(condition: ColumnElement[bool], *, late: bool) -> Select[UUID, bool, float]:
    begun = Unsought(RankKey.latest_start) <= bindparam("reading")
    key = RankKey.a if late else RankKey.b
    among = [begun] if late else [not_(begun), RankKey.b <= _highest()]
    return (
        select(RankKey.task_id, RankKey.offered, key.label("sort_key"))
        .where(condition, *among)
        .order_by(key.desc(), RankKey.task_id)
        .limit(bindparam("depth"))
    )


def _highest() -> ColumnElement[float]:
    """No `b` of what need not be begun yet is above it: b = a - rate * latest_start. Most of what
    is late is, and would be gone through one by one before the first that is not; `gain` is rate
    times `reading`."""
    own = aliased(RankKey)
    mine = select(own.a).where(own.user_id == bindparam("user"))
    highest = mine.order_by(own.a.desc()).limit(1).scalar_subquery()
    return highest - bindparam("gain") + literal_column("0.001")


@remembered
def picks(shape: Shape) -> Named:
    """The first `depth` tasks of each listing, with the number of the listing they stand in.

    Of what waits only the keys (`id` and all other facts are None): most of it lends nothing.
    """
    pick = picked(shape)
    columns = (Task.deleted_at, pick.c.listing, pick.c.task_id, pick.c.sort_key, pick.c.offered)
    return Named(select(*FACTS, *columns).outerjoin_from(pick, Task, Task.id == pick.c.read))


def picked(shape: Shape) -> Subquery:
    """The keys that are picked. `read` is None of what waits."""
    parts = [_part(number, listing) for number, listing in enumerate(listings(shape))]
    return union_all(*parts).subquery("pick")


def _part(number: int, listing: Listing) -> Select[Any]:
    first = listing.statement.subquery(f"listing_{number}")
    waits = listing.content is Content.WAITING
    read = cast(null(), Id) if waits else first.c.task_id
    return select(literal_column(str(number)).label("listing"), first, read.label("read"))


class Unsought(FunctionElement[float]):
    """A column that is looked at in the order of an index, and not searched by.

    Where one person has most keys SQLite would go through one after the other of all values of the
    columns before it, and sort what it finds.
    """

    inherit_cache = True
    name = "unsought"
    type = Double()


@compiles(Unsought)
def _as_it_is(element: Unsought, compiler: SQLCompiler, **options: Any) -> str:  # SQLAlchemy's own
    return compiler.process(element.clauses.clauses[0], **options)


@compiles(Unsought, "sqlite")
def _with_a_sign(element: Unsought, compiler: SQLCompiler, **options: Any) -> str:  # as above
    return f"+{compiler.process(element.clauses.clauses[0], **options)}"


class OneOfFew(FunctionElement[bool]):
    """Whether a column is among the ids that a statement finds, which are few.

    PostgreSQL takes a chain for ten times as long as it is, and rather than find its tasks by their
    ids would read all of the workspace; of an array it takes ten for granted. It is not said to be
    a Boolean: where there is no such type SQLAlchemy would compare it with 1, and no index is used.
    """

    inherit_cache = True
    name = "one_of_few"


@compiles(OneOfFew)
def _in_list(element: OneOfFew, compiler: SQLCompiler, **options: Any) -> str:  # SQLAlchemy's own
    wanted, found = element.clauses
    return f"{compiler.process(wanted, **options)} IN {compiler.process(found, **options)}"


@compiles(OneOfFew, "postgresql")
def _in_array(element: OneOfFew, compiler: SQLCompiler, **options: Any) -> str:  # as above
    wanted, found = element.clauses
    array = f"ARRAY{compiler.process(found, **options)}"
    return f"{compiler.process(wanted, **options)} = ANY ({array})"


def _ids_before(count: int) -> Select[UUID]:
    """The tasks `waiting_0` and on, with what they wait for, however far back, open or not."""
    chain = select(Task.id).where(Task.id.in_(bound("waiting", count, Id)))
    found = chain.cte("chain", recursive=True)
    further = select(TaskDependency.blocked_by_id).join(found, TaskDependency.task_id == found.c.id)
    return select(found.union(further).c.id)


@remembered
def before(shape: Shape, count: int) -> Named:
    """Those that are open of the tasks `waiting_0` and on, and of what they wait for."""
    mine = and_(RankKey.task_id == Task.id, RankKey.user_id == bindparam("user"))
    offered = RankKey.offered.is_(True).label("offered")
    found = OneOfFew(Task.id, _ids_before(count).scalar_subquery())
    # Of no index, so that the tasks are found by their ids alone.
    place = func.coalesce(Task.workspace_id, Task.workspace_id)
    return Named(
        select(*FACTS, offered)
        .outerjoin(RankKey, mine)
        .where(found, _visible(shape, Task, place), is_open())
    )


@remembered
def shown(count: int) -> Named:
    """The tasks `shown_0` and on, with the titles of their goals: who sees a task sees what it
    serves."""
    found = select(*COLUMNS, Goal.title.label("goal_title"))
    mine = Task.id.in_(bound("shown", count, Id))
    return Named(found.outerjoin(Goal, Goal.id == Task.goal_id).where(mine))
