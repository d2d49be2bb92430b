"""What would come of doing another task first. Pure arithmetic."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

import numpy as np

from upnext.planning.engine import Instead, Problem, front_costs
from upnext.planning.engine.columns import Integers
from upnext.planning.plans.setting import Setting

MOST_TOLD: Final = 20
EVEN: Final = 0.5
"""A cost below this is told as none: half a minute late of the least weight."""


def alternatives(
    setting: Setting, problem: Problem, order: Integers, most: int
) -> Mapping[UUID, Instead]:
    """For the tasks that follow the first one of the order and could be begun at once.

    `order` is of the problem's rows, which are the setting's `todo`.
    """
    if len(order) < 2:  # noqa: PLR2004  (there is nothing else to do)
        return {}
    costs = front_costs(problem, order)
    ends = np.empty(len(order))
    ends[order] = problem.ends(order)
    ids, found = setting.ids, {}
    for row in order[1 : most + 1].tolist():
        # What starts later cannot be done first, whatever it would cost.
        if np.isfinite(costs[row]) and not problem.release[row]:
            task_id = ids[int(setting.todo[row])]
            found[task_id] = _instead(setting, problem, order, row, float(costs[row]), ends)
    return found


def _instead(
    setting: Setting,
    problem: Problem,
    order: Integers,
    row: int,
    cost: float,
    ends: np.typing.NDArray[np.float64],
) -> Instead:
    """The task that suffers most is the one whose lateness costs most more."""
    if cost < EVEN:
        return Instead(max(0.0, cost))
    changed = np.concatenate(([row], order[order != row]))
    later = np.empty(len(order))
    later[changed] = problem.ends(changed)
    late = np.maximum(0, later - problem.deadline)
    more = problem.weight * (late - np.maximum(0, ends - problem.deadline))
    hurt = int(more.argmax())
    title: str = setting.tasks[int(setting.todo[hurt])].title
    return Instead(cost, title, float(late[hurt]))
