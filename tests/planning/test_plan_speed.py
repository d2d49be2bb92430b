"""A week of 300 open tasks, in CPU time."""

import logging
import sys
from zoneinfo import ZoneInfo

from tests.kit.effort import TRACED, best_milliseconds, yardstick
from tests.planning.asking import NOW
from tests.planning.given import given, many
from upnext.planning.plans.judging import Window, broken, load, unplaced
from upnext.planning.plans.making import make

log = logging.getLogger(__name__)
PLAN = 25 * (1 if sys.gettrace() is None else TRACED)
"""Its budget in yardsticks: 250 ms on the machine where one takes 10 ms."""


def test_a_week_of_three_hundred_tasks_is_planned_within_the_budget() -> None:
    asked, window = given(many(300)), Window(NOW.date(), 7, ZoneInfo("UTC"))

    def planned() -> None:
        plan = make(asked, NOW)
        assert broken(plan, window)
        assert unplaced(plan, window)
        assert load(plan, window)

    stick, planning = best_milliseconds(yardstick, planned, times=5)
    log.info("a week of 300 open tasks: %.0f ms, yardstick %.2f ms", planning, stick)
    assert planning <= PLAN * stick
