"""The field `goal` of the filter language."""

from typing import Final

from upnext.goals import queries
from upnext.tasks.filtering import Field, Fields, Kind, Scope
from upnext.tasks.filtering.comparing import as_id, word
from upnext.tasks.filtering.kinds import Condition
from upnext.tasks.filtering.tree import Op, Value
from upnext.tasks.models import Task


def _goal(_: Op, value: Value, scope: Scope) -> Condition:
    """By id or by title, in any case; a title may be that of several."""
    name = word(value)
    found = as_id(name)
    return queries.serves_goal(found) if found else queries.serves_called(scope.actor, name)


FIELDS: Final[Fields] = {
    "goal": Field(
        name="goal",
        aliases=("goal_id",),
        kind=Kind.NAMES,
        compare=_goal,
        missing=lambda: Task.goal_id.is_(None),
    )
}
