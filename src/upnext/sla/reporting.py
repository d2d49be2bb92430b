"""How well a project keeps its promises."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor
from upnext.core.load import load_for
from upnext.sla import policy, queries
from upnext.sla.models import Target
from upnext.sla.schemas import Kept, SlaReport
from upnext.workspaces.models import Project


async def report(session: AsyncSession, actor: Actor, project_id: UUID, now: datetime) -> SlaReport:
    """Of all its tasks that are not in the trash, closed ones included."""
    await load_for(session, actor, policy.READ, Project, project_id)
    found = dict.fromkeys(Target, Kept())
    for row in (await session.execute(queries.report(project_id, now))).mappings():
        counts = {name: int(value) for name, value in row.items() if name != "target"}
        found[row["target"]] = Kept(**counts, met_share=_share(counts["met"], counts["breached"]))
    return SlaReport(
        project_id=project_id,
        first_response=found[Target.FIRST_RESPONSE],
        resolution=found[Target.RESOLUTION],
        computed_at=now,
    )


def _share(met: int, breached: int) -> float | None:
    decided = met + breached
    return round(met / decided, 4) if decided else None
