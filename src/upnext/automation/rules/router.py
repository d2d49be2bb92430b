from typing import Annotated, NamedTuple
from uuid import UUID

from fastapi import Depends, Query, Response

from upnext.automation import policy
from upnext.automation.models import Rule
from upnext.automation.rules import service, trying
from upnext.automation.rules.schemas import (
    RuleCreate,
    RuleList,
    RulePage,
    RulePatch,
    RuleRead,
    RuleRunPage,
    RuleRunRead,
    RuleSecret,
    RuleTrial,
    RuleTry,
    shown,
)
from upnext.automation.serving import CurrentMeans
from upnext.core.auth import RANK, Actor, Credential
from upnext.core.http import CurrentRuntime, IfMatch, ReadRoute, Session, WriteRoute, etag
from upnext.core.keys import KeyRing
from upnext.core.routing import Router
from upnext.identity.http import Allows, SecretRoute
from upnext.workspaces.actors import actor_for
from upnext.workspaces.http import requires

reads = Router(prefix="/rules", tags=["automation"], route_class=ReadRoute)
writes = Router(prefix="/rules", tags=["automation"], route_class=WriteRoute)
secret_writes = Router(prefix="/rules", tags=["automation"], route_class=SecretRoute)
routers = (reads, writes, secret_writes)

Reader = Annotated[Actor, requires(policy.AUTOMATION_READ)]
Writer = Annotated[Actor, requires(policy.AUTOMATION_WRITE)]
ONE = "/{rule_id:uuid}"


class Making(NamedTuple):
    """A person, and what a rule is made with."""

    actor: Actor
    means: service.Means


async def _making(actor: Writer, runtime: CurrentRuntime) -> Making:
    means = service.Means(runtime.keys, runtime.outbound, runtime.parts["filter_fields"])
    return Making(actor, means)


class Signing(NamedTuple):
    """A person who signed in, and the keys of the process."""

    actor: Actor
    keys: KeyRing


async def _signing(
    credential: Annotated[Credential, Depends(Allows(policy.AUTOMATION_WRITE, person=True))],
    runtime: CurrentRuntime,
) -> Signing:
    return Signing(await actor_for(runtime.db.lane, credential), runtime.keys)


Maker = Annotated[Making, Depends(_making)]


class RunList(RuleList):
    workspace_id: None = None


@reads.get("")
async def list_rules(
    session: Session, actor: Reader, runtime: CurrentRuntime, wanted: Annotated[RuleList, Query()]
) -> RulePage:
    """In the order in which they act."""
    found, more = await service.find(session, actor, runtime.keys, wanted)
    return RulePage(items=[_read(actor, each) for each in found], next_cursor=more)


def _read(actor: Actor, rule: Rule) -> RuleRead:
    """An address is for those who may change it."""
    told = RuleRead.model_validate(rule)
    role = actor.role_in(*rule.place)
    if role is None or RANK[role] < RANK[policy.UPDATE_RULE.least]:
        told.actions = shown(told.actions)
    return told


@writes.post("", status_code=201)
async def create_rule(
    data: RuleCreate, session: Session, maker: Maker, response: Response
) -> RuleRead:
    """When something happens to a task that the filter finds, then do these things. It acts in
    your name."""
    made = await service.create(session, maker.actor, data, maker.means)
    response.headers["Location"] = f"/api/v1/rules/{made.id}"
    response.headers["ETag"] = etag(made.version)
    return RuleRead.model_validate(made)


@reads.get(ONE)
async def get_rule(rule_id: UUID, session: Session, actor: Reader, response: Response) -> RuleRead:
    found = await service.get(session, actor, rule_id)
    response.headers["ETag"] = etag(found.version)
    return _read(actor, found)


@writes.patch(ONE)
async def update_rule(
    rule_id: UUID,
    data: RulePatch,
    session: Session,
    maker: Maker,
    expected: IfMatch,
    response: Response,
) -> RuleRead:
    """What is left out stays as it is. It acts in your name from now on."""
    found = await service.update(
        session, maker.actor, rule_id, data, maker.means, expected=expected
    )
    response.headers["ETag"] = etag(found.version)
    return RuleRead.model_validate(found)


@writes.delete(ONE, status_code=204)
async def delete_rule(rule_id: UUID, session: Session, actor: Writer, expected: IfMatch) -> None:
    """With the log of what it did; that itself stays done."""
    await service.delete(session, actor, rule_id, expected=expected)


@secret_writes.post(f"{ONE}/rotate")
async def rotate_rule(
    rule_id: UUID,
    session: Session,
    signing: Annotated[Signing, Depends(_signing)],
    expected: IfMatch,
    response: Response,
) -> RuleSecret:
    """Give its calls a new secret. For 24 hours they carry the signatures of both."""
    made = await service.rotate(session, signing.actor, rule_id, signing.keys, expected=expected)
    response.headers["ETag"] = etag(made.rule.version)
    shown_rule = RuleRead.model_validate(made.rule).model_dump()
    return RuleSecret(**shown_rule, secret=made.secret)


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
