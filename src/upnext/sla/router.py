from typing import Annotated
from uuid import UUID

from fastapi import Response

from upnext.core.auth import Actor
from upnext.core.http import IfMatch, Now, ReadRoute, Session, WriteRoute, etag
from upnext.core.routing import Router
from upnext.sla import calendars, policies, policy, reporting
from upnext.sla.schemas import (
    CalendarPut,
    CalendarRead,
    PolicyCreate,
    PolicyPage,
    PolicyPatch,
    PolicyRead,
    SlaReport,
)
from upnext.workspaces.http import requires

reads = Router(tags=["sla"], route_class=ReadRoute)
writes = Router(tags=["sla"], route_class=WriteRoute)
routers = (reads, writes)

Reader = Annotated[Actor, requires(policy.SLA_READ)]
Writer = Annotated[Actor, requires(policy.SLA_WRITE)]


@reads.get("/projects/{project_id:uuid}/sla-policies")
async def list_policies(project_id: UUID, session: Session, actor: Reader) -> PolicyPage:
    """One for each priority at most, and one for all others: never more than a page."""
    found = await policies.find(session, actor, project_id)
    return PolicyPage(items=[PolicyRead.model_validate(each) for each in found])


@writes.post("/projects/{project_id:uuid}/sla-policies", status_code=201)
async def create_policy(
    project_id: UUID, data: PolicyCreate, session: Session, actor: Writer, response: Response
) -> PolicyRead:
    """Promise something about the project's tasks, those that are there and open included."""
    made = await policies.create(session, actor, project_id, data)
    response.headers["Location"] = f"/api/v1/sla-policies/{made.id}"
    response.headers["ETag"] = etag(made.version)
    return PolicyRead.model_validate(made)


@reads.get("/sla-policies/{policy_id:uuid}")
async def get_policy(
    policy_id: UUID, session: Session, actor: Reader, response: Response
) -> PolicyRead:
    found = await policies.get(session, actor, policy_id)
    response.headers["ETag"] = etag(found.version)
    return PolicyRead.model_validate(found)


@writes.patch("/sla-policies/{policy_id:uuid}")
async def update_policy(
    policy_id: UUID,
    data: PolicyPatch,
    session: Session,
    actor: Writer,
    expected: IfMatch,
    response: Response,
) -> PolicyRead:
    """Change a policy. Open tasks follow in the background; a breach is never taken back."""
    found = await policies.update(session, actor, policy_id, data, expected=expected)
    response.headers["ETag"] = etag(found.version)
    return PolicyRead.model_validate(found)


@writes.delete("/sla-policies/{policy_id:uuid}", status_code=204)
async def delete_policy(
    policy_id: UUID, session: Session, actor: Writer, expected: IfMatch
) -> None:
    await policies.delete(session, actor, policy_id, expected=expected)


@reads.get("/workspaces/{workspace_id:uuid}/calendar")
async def get_calendar(
    workspace_id: UUID, session: Session, actor: Reader, response: Response
) -> CalendarRead:
    """When the workspace is open: for policies that count business hours."""
    found = await calendars.get(session, actor, workspace_id)
    response.headers["ETag"] = etag(found.version)
    return found


@writes.put("/workspaces/{workspace_id:uuid}/calendar")
async def put_calendar(
    workspace_id: UUID,
    data: CalendarPut,
    session: Session,
    actor: Writer,
    expected: IfMatch,
    response: Response,
) -> CalendarRead:
    """Replace the calendar; what is left out gets its default."""
    kept = await calendars.put(session, actor, workspace_id, data, expected=expected)
    response.headers["ETag"] = etag(kept.version)
    return kept


@reads.get("/projects/{project_id:uuid}/sla")
async def project_report(project_id: UUID, session: Session, actor: Reader, now: Now) -> SlaReport:
    """How well the project keeps its promises."""
    return await reporting.report(session, actor, project_id, now)
