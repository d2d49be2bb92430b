"""Who is to be classified, or has something to teach: found in what is sealed, by the sealer, so
that who writes a task pays nothing. One job takes what is sealed in a workspace within a second.
"""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.changes import unit_of
from upnext.core.jobs import OUTBOUND, Gathered, Spacing, gather
from upnext.tasks.deriving import NAMES, mode_of

DERIVE: Final = "classification.derive"
SPACING: Final = "classification.spacing"
"""The part that tells when: a `Spacing`."""
CHANGED: Final = frozenset({"task.updated", "task.completed", "task.reopened"})
TOLD: Final = NAMES | {"classification"}
TOGETHER: Final = Gathered(DERIVE, "task_ids", most=200, queue=OUTBOUND)
PEOPLE: Final = ("user:", "token:", "admin:")


async def on_sealed(session: AsyncSession, rows: Sequence[Any]) -> None:
    if mode_of(session) == "off":
        return
    found = list(dict.fromkeys(str(row.resource_id) for row in rows if _concerns(row)))
    if found:
        unit, workspace_id = unit_of(session), rows[0].workspace_id
        spacing: Spacing = unit.parts[SPACING]
        await gather(session, TOGETHER, workspace_id, found, spacing.moment(workspace_id, unit.now))


def _concerns(row: Any) -> bool:
    if row.type == "task.created":
        return True
    return row.type in CHANGED and row.actor.startswith(PEOPLE) and bool(TOLD & row.diff.keys())
