"""The first tasks of somebody who is known: which they are, and their states. What is not known of
them is read by itself. Only for databases that tell states (`core.lanes.queries.RowState`)."""

from typing import Final

from sqlalchemy import null, select

from upnext.core.lanes.many import bound
from upnext.core.lanes.named import Named
from upnext.core.lanes.queries import RowState
from upnext.core.types import Id
from upnext.planning.models import RankKey
from upnext.planning.queries import FACTS, Shape, beside, of_all, picked, remembered
from upnext.tasks.models import Task
from upnext.tasks.wire import COLUMNS

_UNSHOWN: Final = tuple(each for each in FACTS if each.key not in {one.key for one in COLUMNS})
_STATE = RowState(Task.id).label("task_state")


@remembered
def all_of(shape: Shape) -> Named:
    """As `planning.queries.all_of`, with what is asked `beside`."""
    named = (RankKey.task_id, RankKey.offered, _STATE)
    return Named(of_all(shape, select(*named, *beside(shape, short=True))))


@remembered
def picks(shape: Shape) -> Named:
    """As `planning.queries.picks`, with what is asked `beside`. Of what waits there is no state."""
    pick = picked(shape)
    named = (pick.c.listing, pick.c.task_id, pick.c.sort_key, pick.c.offered, _STATE)
    found = select(*named, *beside(shape, short=False))
    return Named(found.outerjoin_from(pick, Task, Task.id == pick.c.read))


@remembered
def tasks(count: int) -> Named:
    """The tasks `known_0` and on: their states, and all that is shown and asked of them but for
    their goals' titles, which are rows of their own."""
    found = select(_STATE, *COLUMNS, *_UNSHOWN, null().label("goal_title"))
    return Named(found.where(Task.id.in_(bound("known", count, Id))))
