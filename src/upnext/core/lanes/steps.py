"""What a lane does of a transaction one after the other, where no statement does it all."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Delete, Dialect, Insert, Select, Update

from upnext.core.inserts import footing_of
from upnext.core.inserts.queries import Waiting, together
from upnext.core.lanes import Prepared

Deletes = Mapping[Delete, Mapping[str, Any]]  # of any column
"""Each with its values."""
Statement = Insert | Update | Delete | Select[Any]  # as above


class Step(NamedTuple):
    sql: str
    arguments: Sequence[Sequence[Any]]  # as above
    """As often as it is to be done."""


class Guard(NamedTuple):
    """What the others are done on the footing of."""

    step: Step
    changes: bool
    """Whether it holds if it changes a row; else, if it finds one."""


def steps_of(
    dialect: Dialect, rows: Sequence[Waiting], deletes: Deletes
) -> tuple[Guard | None, Sequence[Step]]:
    footing, guard = footing_of(rows), None
    if footing is not None:
        guard = Guard(_step(dialect, footing.asked, [footing.values]), footing.guessed)
        rows = [each._replace(footing=None) for each in rows]
    steps = [_step(dialect, *each) for each in together(dialect.name, rows)]
    return guard, [*steps, *(_step(dialect, each, [deletes[each]]) for each in deletes)]


def _step(dialect: Dialect, statement: Statement, values: Sequence[Mapping[str, Any]]) -> Step:
    prepared = _prepared(statement)
    bound = [prepared.for_driver(dialect, each) for each in values]
    return Step(bound[0][0], [arguments for _, arguments, _ in bound])


@lru_cache(maxsize=400)
def _prepared(statement: Statement) -> Prepared:
    return Prepared(statement)
