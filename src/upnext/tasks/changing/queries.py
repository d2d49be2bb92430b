"""The statements of a task that is changed at once."""

from collections.abc import Sequence
from functools import lru_cache

from sqlalchemy import Integer, String, bindparam, select, update

from upnext.core.inserts.queries import Guess, guess
from upnext.core.lanes.named import Named
from upnext.core.lanes.queries import RowState
from upnext.core.types import Id
from upnext.tasks.queries import SHUT, TASK

_TEXTS = frozenset({"title", "title_key", "description", "search_text"})
_STATE = RowState(*(column for column in TASK.c if column.key not in _TEXTS))
"""Nobody changes a text alone: with it goes the version."""
NAMES = tuple(column.key for column in TASK.c)
AS_IT_IS = Named(
    select(*TASK.c, _STATE.label("state"), *SHUT).where(TASK.c.id == bindparam("task_id", type_=Id))
)
"""One task, unlocked: its columns, what tells whether anybody wrote to it since, and `SHUT`."""


@lru_cache(maxsize=200)
def written(names: Sequence[str]) -> Guess:
    """Sets those columns by the parameters of `values`, unless anybody wrote to the task since."""
    columns = {name: bindparam(f"held_{name}", type_=TASK.c[name].type) for name in names}
    return guess(
        update(TASK)
        .values(columns)
        .where(
            TASK.c.id == bindparam("held_id", type_=Id),
            TASK.c.version == bindparam("held_was", type_=Integer),
            bindparam("held_state", type_=String) == _STATE,
        )
    )
