"""What the goals of tasks ask of the database."""

from typing import cast
from uuid import UUID

from sqlalchemy import Table, Update, update

from upnext.tasks.models import Task

TASK = cast(Table, Task.__table__)


def set_weight(goal_id: UUID, weight: float) -> Update:
    """Leaves the version alone: nobody is shown this number."""
    return (
        update(TASK)
        .where(TASK.c.goal_id == goal_id, TASK.c.goal_weight != weight)
        .values(goal_weight=weight)
    )
