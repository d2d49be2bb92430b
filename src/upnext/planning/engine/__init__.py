"""The recommender: the one order of work, and its reasons, as pure arithmetic.

Knows the standard library and numpy; asks no clock, reads nothing, keeps nothing. The same
candidates at the same instant give the same answer. `docs/next-action.md` tells the whole story.

    columns = columns_of(candidates)
    calendar = build_calendar(zone, week, around=now)
    answer = rank(columns, Request(now=now, minutes=30), calendar)
"""

from upnext.planning.engine.calendar import (
    AROUND_THE_CLOCK,
    OFFICE_HOURS,
    Standing,
    WeekHours,
    WorkCalendar,
    build_calendar,
)
from upnext.planning.engine.columns import Columns, Row, columns_of, columns_of_rows
from upnext.planning.engine.index import IndexKeys
from upnext.planning.engine.instants import NEVER, from_micros, to_micros
from upnext.planning.engine.model import (
    Candidate,
    Change,
    ChangeCode,
    Energy,
    Ineligible,
    Obstacle,
    Parameters,
    Priority,
    Ranked,
    Ranking,
    Request,
    Status,
    Term,
)
from upnext.planning.engine.ranking import rank
from upnext.planning.engine.scoring import measure, work_keys
from upnext.planning.engine.stored import StoredKeys, stored_keys

__all__ = [
    "AROUND_THE_CLOCK",
    "NEVER",
    "OFFICE_HOURS",
    "Candidate",
    "Change",
    "ChangeCode",
    "Columns",
    "Energy",
    "IndexKeys",
    "Ineligible",
    "Obstacle",
    "Parameters",
    "Priority",
    "Ranked",
    "Ranking",
    "Request",
    "Row",
    "Standing",
    "Status",
    "StoredKeys",
    "Term",
    "WeekHours",
    "WorkCalendar",
    "build_calendar",
    "columns_of",
    "columns_of_rows",
    "from_micros",
    "measure",
    "rank",
    "stored_keys",
    "to_micros",
    "work_keys",
]
