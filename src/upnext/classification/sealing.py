"""Who is to be classified, or has something to teach: found in what is sealed, by the sealer, so
that who writes a task pays nothing. One job takes all that was sealed together in a workspace.
"""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.jobs import OUTBOUND, enqueue
from upnext.tasks.deriving import NAMES, mode_of

DERIVE: Final = "classification.derive"
CHANGED: Final = frozenset({"task.updated", "task.completed", "task.reopened"})
TOLD: Final = NAMES | {"classification"}
AT_ONCE: Final = 100
PEOPLE: Final = ("user:", "token:", "admin:")


async def on_sealed(session: AsyncSession, rows: Sequence[Any]) -> None:
    if mode_of(session) == "off":
        return
    found = list(dict.fromkeys(row.resource_id for row in rows if _concerns(row)))
    for start in range(0, len(found), AT_ONCE):
        args = {"task_ids": [str(task_id) for task_id in found[start : start + AT_ONCE]]}
        await enqueue(session, DERIVE, args, workspace_id=rows[0].workspace_id, queue=OUTBOUND)


def _concerns(row: Any) -> bool:
    if row.type == "task.created":
        return True
    return row.type in CHANGED and row.actor.startswith(PEOPLE) and bool(TOLD & row.diff.keys())
