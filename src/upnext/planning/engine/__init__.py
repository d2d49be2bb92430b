"""The recommender: the one order of work, and its reasons, as pure arithmetic.

Knows the standard library and numpy; asks no clock, reads nothing, keeps nothing. The same
candidates at the same instant give the same answer. `docs/engine.md` tells the whole story.

    columns = columns_of(candidates)
    calendar = build_calendar(zone, week, around=now)
    answer = rank(basis_of(columns, calendar), Request(now=now, minutes=30))

And the plan: the order of many tasks that costs least lateness, laid into free time.

    problem = build_problem(minutes, weight, deadline, release, edges)
    sequence = plan_order(problem)
    layout = lay_out(sequence.order.tolist(), workload, calendar.free)
"""

from upnext.planning.engine.blocks import Block, BlockRules, Layout, Workload, lay_out
from upnext.planning.engine.calendar import (
    AROUND_THE_CLOCK,
    OFFICE_HOURS,
    Standing,
    WeekHours,
    WorkCalendar,
    build_calendar,
)
from upnext.planning.engine.columns import Columns, Row, columns_of, columns_of_rows
from upnext.planning.engine.imagining import drawn_minutes, imagined_ends
from upnext.planning.engine.index import IndexKeys
from upnext.planning.engine.instants import NEVER, from_micros, to_micros
from upnext.planning.engine.model import (
    Candidate,
    Change,
    ChangeCode,
    Contested,
    Energy,
    Ineligible,
    Instead,
    Lead,
    Obstacle,
    Parameters,
    Priority,
    Ranked,
    Ranking,
    Request,
    Status,
    Term,
)
from upnext.planning.engine.moves import front_costs
from upnext.planning.engine.planner import Effort, Sequence, plan_order
from upnext.planning.engine.problem import Problem, build_problem
from upnext.planning.engine.ranking import rank
from upnext.planning.engine.replanning import Replan, replan
from upnext.planning.engine.scoring import Basis, basis_of, work_keys
from upnext.planning.engine.spreading import quantile_ends
from upnext.planning.engine.stored import StoredKeys, stored_keys

__all__ = [
    "AROUND_THE_CLOCK",
    "NEVER",
    "OFFICE_HOURS",
    "Basis",
    "Block",
    "BlockRules",
    "Candidate",
    "Change",
    "ChangeCode",
    "Columns",
    "Contested",
    "Effort",
    "Energy",
    "IndexKeys",
    "Ineligible",
    "Instead",
    "Layout",
    "Lead",
    "Obstacle",
    "Parameters",
    "Priority",
    "Problem",
    "Ranked",
    "Ranking",
    "Replan",
    "Request",
    "Row",
    "Sequence",
    "Standing",
    "Status",
    "StoredKeys",
    "Term",
    "WeekHours",
    "WorkCalendar",
    "Workload",
    "basis_of",
    "build_calendar",
    "build_problem",
    "columns_of",
    "columns_of_rows",
    "drawn_minutes",
    "from_micros",
    "front_costs",
    "imagined_ends",
    "lay_out",
    "plan_order",
    "quantile_ends",
    "rank",
    "replan",
    "stored_keys",
    "to_micros",
    "work_keys",
]
