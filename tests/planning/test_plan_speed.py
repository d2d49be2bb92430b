"""A week of 300 open tasks, in CPU time."""

import logging
import sys
import time
from zoneinfo import ZoneInfo

from tests.planning.asking import NOW
from tests.planning.given import given, many
from upnext.planning.plans.judging import Window, broken, load, unplaced
from upnext.planning.plans.making import make

log = logging.getLogger(__name__)
SLOWDOWN = 1 if sys.gettrace() is None else 10
"""A tracer, as coverage is, makes every line of Python several times slower."""
PLAN_MS = 250 * SLOWDOWN


def test_a_week_of_three_hundred_tasks_is_planned_within_the_budget() -> None:
    asked, window = given(many(300)), Window(NOW.date(), 7, ZoneInfo("UTC"))
    times = []
    for _ in range(3):
        start = time.process_time_ns()
        plan = make(asked, NOW)
        assert broken(plan, window)
        assert unplaced(plan, window)
        assert load(plan, window)
        times.append((time.process_time_ns() - start) / 1e6)
    log.info("a week of 300 open tasks: %.0f ms", min(times))
    assert min(times) <= PLAN_MS
