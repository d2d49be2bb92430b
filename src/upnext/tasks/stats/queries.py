"""What statistics ask the database: one statement for all figures, and one for their version."""

from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Select,
    String,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy import cast as cast_sql
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from upnext.core.changes import ChangeHead, ChangeRow
from upnext.core.lanes import Prepared
from upnext.core.lanes.many import bound
from upnext.core.types import NEVER, Id
from upnext.identity.models import User
from upnext.tasks.models import CLOSED, TaskTag
from upnext.tasks.queries import TASK, has_assignee
from upnext.workspaces.models import Project, Workspace

STATE, CATEGORY, TAG, CREATED, COMPLETED, LEAD, CYCLE = range(1, 8)
"""What a row is about: see `figures`."""

MOST_NAMES = 100
LONGEST = 100
SECOND = 1_000_000
DAY = 86_400


class Seconds(FunctionElement[int]):
    """Whole seconds since 1970 of an instant."""

    inherit_cache = True
    type = BigInteger()
    name = "seconds_since_1970"


@compiles(Seconds)
def _postgresql(element: Seconds, compiler: SQLCompiler, **options: Any) -> str:  # SQLAlchemy's own
    instant = compiler.process(element.clauses, **options)
    return f"CAST(FLOOR(EXTRACT(EPOCH FROM {instant})) AS BIGINT)"


@compiles(Seconds, "sqlite")
def _sqlite(element: Seconds, compiler: SQLCompiler, **options: Any) -> str:  # as above
    return f"CAST(strftime('%s', {compiler.process(element.clauses, **options)}) AS INTEGER)"


@compiles(Seconds, "mysql", "mariadb")
def _mysql(element: Seconds, compiler: SQLCompiler, **options: Any) -> str:  # as above
    instant = compiler.process(element.clauses, **options)
    return f"TIMESTAMPDIFF(SECOND, '1970-01-01 00:00:00', {instant})"


class Shape(NamedTuple):
    """What is asked for, apart from the values: those are bound by name."""

    workspaces: int
    hidden: int
    project: bool
    assignee: bool
    begins: bool
    ends: bool
    shifts: int
    """How often clocks are put forward or back in the throughput's range."""


@lru_cache(maxsize=200)
def figures(shape: Shape) -> Prepared:
    """Rows of (what it is about, name, and six numbers).

    STATE: status, priority, tasks, overdue, blocked, the next deadline. CATEGORY and TAG: tasks of
    that name. CREATED and COMPLETED: day since 1970 in the reader's zone, tasks. LEAD and CYCLE:
    place in the order of their times, seconds, tasks, seconds of all.
    """
    tasks = _tasks(shape)
    made = _in_range(shape, tasks.c.created_at, "since", "until")
    done = and_(
        tasks.c.completed_key != NEVER,
        *_in_range(shape, tasks.c.completed_key, "since_key", "until_key"),
    )
    completed = _whole(tasks.c.completed_key)
    lead = completed - tasks.c.made
    cycle = completed - Seconds(tasks.c.started_at)
    parts = [
        _states(tasks, made),
        _names(tasks, made),
        _tags(shape, tasks, made),
        _days(shape, CREATED, tasks.c.made, [*made, _charted(tasks.c.made)]),
        _days(shape, COMPLETED, completed, [done, _charted(completed)]),
        _times(LEAD, lead, done),
        _times(CYCLE, cycle, and_(done, tasks.c.started_at.is_not(None))),
    ]
    return Prepared(union_all(*parts))


def _tasks(shape: Shape) -> CTE:
    """All that count, read once, with what the figures need of them."""
    workspaces = bound("workspace", shape.workspaces, Id)
    where: list[ColumnElement[bool]] = [TASK.c.workspace_id.in_(workspaces)]
    where.append(TASK.c.deleted_at.is_(None))
    if shape.hidden:
        where.append(TASK.c.project_id.not_in(bound("hidden", shape.hidden, Id)))
    if shape.project:
        where.append(TASK.c.project_id == bindparam("project", type_=Id))
    if shape.assignee:
        where.append(has_assignee(bindparam("assignee", type_=Id)))
    names = ("id", "status", "priority", "category", "category_key", "due_key", "completed_key")
    columns = [TASK.c[name] for name in (*names, "created_at", "started_at", "blocker_count")]
    return select(*columns, Seconds(TASK.c.created_at).label("made")).where(*where).cte("counted")


def _in_range(
    shape: Shape, column: ColumnElement[Any], since: str, until: str
) -> list[ColumnElement[bool]]:
    kind = column.type
    found = [column >= bindparam(since, type_=kind)] if shape.begins else []
    return [*found, column < bindparam(until, type_=kind)] if shape.ends else found


def _whole(micros: ColumnElement[int]) -> ColumnElement[int]:
    return cast_sql(micros // literal_column(str(SECOND), BigInteger), BigInteger)


def _row(kind: int, *numbers: Any, name: Any = None) -> list[Any]:  # columns
    """In the one form of them all."""
    filled = [*numbers, *[null()] * (6 - len(numbers))]
    columns = [cast_sql(each, BigInteger).label(f"n{at}") for at, each in enumerate(filled)]
    told = cast_sql(null() if name is None else name, String(LONGEST)).label("name")
    return [literal_column(str(kind), BigInteger).label("kind"), told, *columns]


def _states(tasks: CTE, made: list[ColumnElement[bool]]) -> Select[Any]:
    opened = tasks.c.status.not_in(CLOSED)
    now = bindparam("now", type_=BigInteger)
    late = and_(opened, tasks.c.due_key < now)
    coming = case((and_(opened, tasks.c.due_key >= now, tasks.c.due_key != NEVER), tasks.c.due_key))
    waits = and_(opened, tasks.c.blocker_count > 0)
    numbers = (
        tasks.c.status,
        tasks.c.priority,
        func.count(),
        func.sum(case((late, 1), else_=0)),
        func.sum(case((waits, 1), else_=0)),
        func.min(coming),
    )
    found = select(*_row(STATE, *numbers)).select_from(tasks).where(*made)
    return found.group_by(tasks.c.status, tasks.c.priority)


def _names(tasks: CTE, made: list[ColumnElement[bool]]) -> Select[Any]:
    key = tasks.c.category_key
    some = (
        select(func.min(tasks.c.category).label("name"), func.count().label("count"))
        .where(*made)
        .group_by(key)
        .order_by(func.count().desc(), key)
        .limit(MOST_NAMES)
        .subquery("categories")
    )
    return select(*_row(CATEGORY, some.c.count, name=some.c.name))


def _tags(shape: Shape, tasks: CTE, made: list[ColumnElement[bool]]) -> Select[Any]:
    """By their workspaces, or those of the whole instance would be looked at."""
    key = TaskTag.tag_key
    workspaces = bound("workspace", shape.workspaces, Id)
    some = (
        select(func.min(TaskTag.tag).label("name"), func.count().label("count"))
        .join(tasks, tasks.c.id == TaskTag.task_id)
        .where(TaskTag.workspace_id.in_(workspaces), *made)
        .group_by(key)
        .order_by(func.count().desc(), key)
        .limit(MOST_NAMES)
        .subquery("tags")
    )
    return select(*_row(TAG, some.c.count, name=some.c.name))


def _charted(seconds: ColumnElement[int]) -> ColumnElement[bool]:
    """Within what the throughput shows."""
    return and_(
        seconds >= bindparam("chart_from", type_=BigInteger),
        seconds < bindparam("chart_to", type_=BigInteger),
    )


def _days(
    shape: Shape, kind: int, seconds: ColumnElement[int], where: list[ColumnElement[bool]]
) -> Select[Any]:
    """By days of the reader's zone: its distance from UTC changes at known moments."""
    distance: Any = bindparam("distance_0", type_=BigInteger)
    if shape.shifts:
        before = [bindparam(f"shift_{at}", type_=BigInteger) for at in range(shape.shifts)]
        steps = [
            (seconds < shift, bindparam(f"distance_{at}", type_=BigInteger))
            for at, shift in enumerate(before)
        ]
        last = bindparam(f"distance_{shape.shifts}", type_=BigInteger)
        distance = case(*steps, else_=last)
    day = ((seconds + distance) // literal_column(str(DAY), BigInteger)).label("day")
    days = select(day).where(*where).subquery(f"days_{kind}")
    return select(*_row(kind, days.c.day, func.count())).group_by(days.c.day)


def _times(kind: int, seconds: ColumnElement[int], where: ColumnElement[bool]) -> Select[Any]:
    """The time in the middle and the one that 85 % are not above, with the sum of all.

    What was imported may be older than its own beginning: that took no time.
    """
    took = case((seconds < 0, 0), else_=seconds).label("took")
    times = select(took).where(where).subquery(f"times_{kind}")
    place = func.row_number().over(order_by=times.c.took).label("place")
    count = func.count().over().label("count")
    total = func.sum(times.c.took).over().label("total")
    ordered = select(times.c.took, place, count, total).subquery(f"ordered_{kind}")
    places = [_share(ordered.c.count, percent) for percent in (50, 85)]
    wanted = or_(*(ordered.c.place == place for place in places))
    numbers = (ordered.c.place, ordered.c.took, ordered.c.count, ordered.c.total)
    return select(*_row(kind, *numbers)).where(wanted)


def _share(count: ColumnElement[int], percent: int) -> ColumnElement[int]:
    """The place of the first that at least so many percent are not above."""
    hundred = literal_column("100", BigInteger)
    part = count * literal_column(str(percent), BigInteger)
    return (part + literal_column("99", BigInteger)) // hundred


# The version


def _version() -> Select[Any]:
    """(workspace, how many changes it has seen, the reader's time zone), all of one moment."""
    unsealed = (
        select(func.count())
        .where(ChangeRow.seq.is_(None), ChangeRow.workspace_id == Workspace.id)
        .correlate(Workspace)
        .scalar_subquery()
    )
    zone = select(User.time_zone).where(User.id == bindparam("user", type_=Id)).scalar_subquery()
    return select(Workspace.id, func.coalesce(ChangeHead.seq, 0) + unsealed, zone).outerjoin(
        ChangeHead, ChangeHead.workspace_id == Workspace.id
    )


@lru_cache(maxsize=100)
def versions(workspaces: int) -> Prepared:
    return Prepared(_version().where(Workspace.id.in_(bound("workspace", workspaces, Id))))


def _of_project() -> Prepared:
    """None if there is no such project outside the trash."""
    place = select(Project.workspace_id).where(
        Project.id == bindparam("project", type_=Id), Project.deleted_at.is_(None)
    )
    return Prepared(_version().where(Workspace.id == place.scalar_subquery()))


VERSION_OF_PROJECT = _of_project()
