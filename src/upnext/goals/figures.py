"""From what is counted of a goal's tasks to how far it is, and when it will be met."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from upnext.goals.forecast import Forecast, Outlook, Unknown, forecast, known_weeks, outlook
from upnext.goals.models import Goal, GoalStatus


@dataclass(frozen=True, slots=True)
class Figures:
    """`forecast` says why when it says nothing else."""

    task_count: int
    done_count: int
    total_minutes: int
    done_minutes: int
    forecast: Forecast | Unknown
    outlook: Outlook | None

    @property
    def ratio(self) -> float | None:
        return self.done_minutes / self.total_minutes if self.total_minutes else None


def figures_of(goal: Goal, row: Any, now: datetime) -> Figures:
    """`row` is one of `queries.figures`, or None for a goal without tasks. Days are those of UTC.

    MySQL's sums are decimals.
    """
    _, *numbers = row or (None, 0, 0, 0, 0)
    tasks, done, total, done_minutes, *weeks = (int(number) for number in numbers)
    found = _forecast(goal, total - done_minutes, weeks, now) if tasks else Unknown.NO_TASKS
    if goal.status != GoalStatus.OPEN:
        found = Unknown.CLOSED
    judged = outlook(goal.target_date, now.date(), found)
    return Figures(tasks, done, total, done_minutes, found, judged)


def _forecast(goal: Goal, left: int, weeks: list[int], now: datetime) -> Forecast | Unknown:
    return forecast(left, known_weeks(weeks, goal.created_at, now), now, goal.target_date)
