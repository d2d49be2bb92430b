from typing import Annotated, NamedTuple
from uuid import UUID

import orjson
from fastapi import Depends, Query, Response

from upnext.core.auth import Actor, Credential
from upnext.core.http import (
    CurrentRuntime,
    IfMatch,
    ReadRoute,
    Session,
    WriteRoute,
    etag,
)
from upnext.core.routing import Router
from upnext.identity.http import Allows, SecretRoute
from upnext.webhooks import policy, replaying, service
from upnext.webhooks.offering import offered
from upnext.webhooks.schemas import (
    AttemptRead,
    DeliveryDetail,
    DeliveryList,
    DeliveryPage,
    DeliveryRead,
    EventType,
    EventTypes,
    ReplaySince,
    ReplayStarted,
    WebhookCreate,
    WebhookPage,
    WebhookPatch,
    WebhookRead,
    WebhookSecret,
)
from upnext.webhooks.service import Made, Means
from upnext.workspaces.actors import actor_for
from upnext.workspaces.http import requires

reads = Router(prefix="/webhooks", tags=["webhooks"], route_class=ReadRoute)
writes = Router(prefix="/webhooks", tags=["webhooks"], route_class=WriteRoute)
secret_writes = Router(prefix="/webhooks", tags=["webhooks"], route_class=SecretRoute)
routers = (reads, writes, secret_writes)

Reader = Annotated[Actor, requires(policy.WEBHOOKS_READ)]
Writer = Annotated[Actor, requires(policy.WEBHOOKS_WRITE)]


class Making(NamedTuple):
    """A person, and what an endpoint is made with."""

    actor: Actor
    means: Means


async def _maker(
    credential: Annotated[Credential, Depends(Allows(policy.WEBHOOKS_WRITE, person=True))],
    runtime: CurrentRuntime,
) -> Making:
    means = Means(runtime.keys, runtime.outbound, runtime.parts["filter_fields"])
    return Making(await actor_for(runtime.db.lane, credential), means)


Maker = Annotated[Making, Depends(_maker)]


@reads.get("")
async def list_webhooks(
    session: Session,
    actor: Reader,
    workspace_id: UUID | None = None,
    project_id: UUID | None = None,
) -> WebhookPage:
    """Those that one looks after, without their secrets: fifty per workspace at most, so that one
    page holds them."""
    found = await service.find(session, actor, workspace_id, project_id)
    return WebhookPage(items=[WebhookRead.model_validate(each) for each in found])


@reads.get("/event-types")
async def list_event_types(actor: Reader) -> EventTypes:
    """What a webhook can ask for."""
    del actor
    items = [EventType(type=name, description=text) for name, text in offered().items()]
    return EventTypes(items=items)


@secret_writes.post("", status_code=201)
async def create_webhook(
    response: Response,
    session: Session,
    maker: Maker,
    data: WebhookCreate,
) -> WebhookSecret:
    """Make an endpoint. Its secret is in this reply and nowhere else."""
    made = await service.create(session, maker.actor, data, maker.means)
    response.headers["Location"] = f"/api/v1/webhooks/{made.webhook.id}"
    return _told(response, made)


@reads.get("/{webhook_id:uuid}")
async def get_webhook(
    webhook_id: UUID, session: Session, actor: Reader, response: Response
) -> WebhookRead:
    found = await service.get(session, actor, webhook_id)
    response.headers["ETag"] = etag(found.version)
    return WebhookRead.model_validate(found)


@writes.patch("/{webhook_id:uuid}")
async def update_webhook(
    webhook_id: UUID,
    data: WebhookPatch,
    session: Session,
    maker: Maker,
    expected: IfMatch,
    response: Response,
) -> WebhookRead:
    """Change an endpoint, switch it off, or on again. It has your rights from then on."""
    found = await service.update(
        session, maker.actor, webhook_id, data, maker.means, expected=expected
    )
    response.headers["ETag"] = etag(found.version)
    return WebhookRead.model_validate(found)


@writes.delete("/{webhook_id:uuid}", status_code=204)
async def delete_webhook(
    webhook_id: UUID, session: Session, actor: Writer, expected: IfMatch
) -> None:
    """Delete an endpoint, with the log of its deliveries."""
    await service.delete(session, actor, webhook_id, expected=expected)


@secret_writes.post("/{webhook_id:uuid}/rotate")
async def rotate_webhook(
    webhook_id: UUID,
    session: Session,
    maker: Maker,
    expected: IfMatch,
    response: Response,
) -> WebhookSecret:
    """Give it a new secret. For 24 hours requests carry the signatures of both."""
    made = await service.rotate(
        session, maker.actor, webhook_id, maker.means.keys, expected=expected
    )
    return _told(response, made)


@writes.post("/{webhook_id:uuid}/test", status_code=202)
async def test_webhook(webhook_id: UUID, session: Session, actor: Writer) -> DeliveryRead:
    """Send a `webhook.test` event. What comes of it is in the log of deliveries."""
    return DeliveryRead.model_validate(await replaying.test(session, actor, webhook_id))


@writes.post("/{webhook_id:uuid}/replay", status_code=202)
async def replay_webhook(
    webhook_id: UUID, data: ReplaySince, session: Session, actor: Writer
) -> ReplayStarted:
    """Send what happened since a time, also what happened while it was switched off."""
    await replaying.replay_since(session, actor, webhook_id, data)
    return ReplayStarted(webhook_id=webhook_id, since=data.since, failed_only=data.failed_only)


@reads.get("/{webhook_id:uuid}/deliveries")
async def list_deliveries(
    webhook_id: UUID,
    session: Session,
    actor: Reader,
    runtime: CurrentRuntime,
    asked: Annotated[DeliveryList, Query()],
) -> DeliveryPage:
    """What was sent or is to be, the newest first."""
    found, more = await replaying.deliveries(session, actor, webhook_id, asked, runtime.keys)
    return DeliveryPage(
        items=[DeliveryRead.model_validate(each) for each in found], next_cursor=more
    )


@reads.get("/{webhook_id:uuid}/deliveries/{delivery_id:uuid}")
async def get_delivery(
    webhook_id: UUID, delivery_id: UUID, session: Session, actor: Reader
) -> DeliveryDetail:
    """With what was sent, and each attempt with its answer."""
    delivery, attempts = await replaying.detail(session, actor, webhook_id, delivery_id)
    return DeliveryDetail(
        **DeliveryRead.model_validate(delivery).model_dump(),
        request_body=orjson.loads(delivery.body),
        log=[AttemptRead.model_validate(each) for each in attempts],
    )


@writes.post("/{webhook_id:uuid}/deliveries/{delivery_id:uuid}/replay", status_code=202)
async def replay_delivery(
    webhook_id: UUID, delivery_id: UUID, session: Session, actor: Writer
) -> DeliveryRead:
    """Send one event once more, under the same id."""
    found = await replaying.replay(session, actor, webhook_id, delivery_id)
    return DeliveryRead.model_validate(found)


def _told(response: Response, made: Made) -> WebhookSecret:
    response.headers["ETag"] = etag(made.webhook.version)
    shown = WebhookRead.model_validate(made.webhook).model_dump()
    return WebhookSecret(**shown, secret=made.secret)
