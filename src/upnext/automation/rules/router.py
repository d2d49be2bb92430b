from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from upnext.automation import policy
from upnext.automation.rules import service, trying
from upnext.automation.rules.schemas import (
    RuleCreate,
    RuleList,
    RulePage,
    RulePatch,
    RuleRead,
    RuleRunPage,
    RuleRunRead,
    RuleTrial,
    RuleTry,
)
from upnext.automation.serving import CurrentMeans
from upnext.core.auth import Actor
from upnext.core.http import CurrentRuntime, IfMatch, ReadRoute, Session, WriteRoute, etag
from upnext.workspaces.http import requires

reads = APIRouter(prefix="/rules", tags=["automation"], route_class=ReadRoute)
writes = APIRouter(prefix="/rules", tags=["automation"], route_class=WriteRoute)
routers = (reads, writes)

Reader = Annotated[Actor, requires(policy.AUTOMATION_READ)]
Writer = Annotated[Actor, requires(policy.AUTOMATION_WRITE)]
ONE = "/{rule_id:uuid}"


class RunList(RuleList):
    workspace_id: None = None


@reads.get("")
async def list_rules(
    session: Session, actor: Reader, runtime: CurrentRuntime, wanted: Annotated[RuleList, Query()]
) -> RulePage:
    """In the order in which they act."""
    found, more = await service.find(session, actor, runtime.keys, wanted)
    return RulePage(items=[RuleRead.model_validate(each) for each in found], next_cursor=more)


@writes.post("", status_code=201)
async def create_rule(
    data: RuleCreate, means: CurrentMeans, actor: Writer, response: Response
) -> RuleRead:
    """When something happens to a task that the filter finds, then do these things. It acts in
    your name."""
    fields = means.registries["fields"]
    made = await service.create(means.session, actor, data, fields=fields)
    response.headers["Location"] = f"/api/v1/rules/{made.id}"
    response.headers["ETag"] = etag(made.version)
    return RuleRead.model_validate(made)


@reads.get(ONE)
async def get_rule(rule_id: UUID, session: Session, actor: Reader, response: Response) -> RuleRead:
    found = await service.get(session, actor, rule_id)
    response.headers["ETag"] = etag(found.version)
    return RuleRead.model_validate(found)


@writes.patch(ONE)
async def update_rule(
    rule_id: UUID,
    data: RulePatch,
    means: CurrentMeans,
    actor: Writer,
    expected: IfMatch,
    response: Response,
) -> RuleRead:
    """What is left out stays as it is. It acts in your name from now on."""
    fields = means.registries["fields"]
    found = await service.update(
        means.session, actor, rule_id, data, expected=expected, fields=fields
    )
    response.headers["ETag"] = etag(found.version)
    return RuleRead.model_validate(found)


@writes.delete(ONE, status_code=204)
async def delete_rule(rule_id: UUID, session: Session, actor: Writer, expected: IfMatch) -> None:
    """With the log of what it did; that itself stays done."""
    await service.delete(session, actor, rule_id, expected=expected)


@writes.post(f"{ONE}/dry-run")
async def try_rule(rule_id: UUID, data: RuleTry, means: CurrentMeans, actor: Writer) -> RuleTrial:
    """What it would do to the tasks of the latest changes, as they are now. Nothing is done."""
    told = await trying.dry_run(
        means.session, actor, rule_id, data.last, fields=means.registries["fields"]
    )
    return RuleTrial.model_validate(told)


@reads.get(f"{ONE}/runs")
async def list_rule_runs(
    rule_id: UUID,
    session: Session,
    actor: Reader,
    runtime: CurrentRuntime,
    wanted: Annotated[RunList, Query()],
) -> RuleRunPage:
    """What it did, the newest first; kept for 90 days."""
    found, more = await service.runs(session, actor, runtime.keys, rule_id, wanted)
    return RuleRunPage(items=[RuleRunRead.model_validate(each) for each in found], next_cursor=more)
