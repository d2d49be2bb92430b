"""The use cases of endpoints."""

from datetime import timedelta
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import RANK, Actor
from upnext.core.changes import Change, Diff, record, unit_of
from upnext.core.errors import Conflict, NotFound, invalid_field
from upnext.core.keys import KeyRing
from upnext.core.load import Action, check_version, load_for, permit
from upnext.core.outbound import Outbound, OutboundRefused
from upnext.core.outbound.signing import SigningKey
from upnext.tasks.filtering import Fields
from upnext.tasks.filtering.asking import asked
from upnext.webhooks import policy, queries
from upnext.webhooks.events import (
    WebhookCreated,
    WebhookDeleted,
    WebhookRotated,
    WebhookUpdated,
)
from upnext.webhooks.models import Disabled, Webhook
from upnext.webhooks.schemas import WebhookCreate, WebhookPatch
from upnext.webhooks.sending import PURPOSE
from upnext.webhooks.stopping import look_out, switch_off
from upnext.workspaces.models import Project

MOST = 50
BOTH_FOR = timedelta(hours=24)


class Means(NamedTuple):
    """What judging and storing an endpoint takes from the process."""

    keys: KeyRing
    outbound: Outbound
    fields: Fields


class Made(NamedTuple):
    webhook: Webhook
    secret: str


async def find(
    session: AsyncSession,
    actor: Actor,
    workspace_id: UUID | None = None,
    project_id: UUID | None = None,
) -> list[Webhook]:
    """Those that the actor looks after. Who names a place has to look after those there."""
    if project_id is not None:
        project = await load_for(
            session, actor, policy.READ, Project, project_id, parent=workspace_id
        )
        workspace_id = project.workspace_id
    elif workspace_id is not None:
        permit(actor, policy.READ, workspace_id)
    places = [workspace_id] if workspace_id else list(actor.workspaces)
    found = await session.scalars(queries.in_workspaces(places))
    return [
        each
        for each in found
        if _looks_after(actor, each) and project_id in {None, each.project_id}
    ]


def _looks_after(actor: Actor, webhook: Webhook) -> bool:
    role = actor.role_in(*webhook.place)
    return role is not None and RANK[role] >= RANK[policy.READ.least]


async def get(
    session: AsyncSession, actor: Actor, webhook_id: UUID, action: Action = policy.READ
) -> Webhook:
    found = await load_for(session, actor, action, Webhook, webhook_id)
    if found.project_id and await session.scalar(queries.project_trashed(found.project_id)):
        raise NotFound("Its project is in the trash. Restore the project first.")
    return found


async def create(session: AsyncSession, actor: Actor, data: WebhookCreate, means: Means) -> Made:
    """The only time that the secret is known."""
    workspace_id = await _place(session, actor, data)
    await _judge(session, actor, data.model_dump(), means)
    if await session.scalar(queries.lock_workspace(workspace_id)) is not None:
        raise Conflict("This workspace is archived. Take it out of the archive first.")
    if (await session.scalar(queries.count(workspace_id)) or 0) >= MOST:
        raise Conflict(
            f"This workspace has {MOST} webhooks, which is the most. Delete one first.",
            code="too_many_webhooks",
        )
    key, now = SigningKey.new(), unit_of(session).now
    values = data.model_dump(exclude={"workspace_id", "enabled"})
    webhook = Webhook(
        workspace_id=workspace_id,
        owner_id=actor.user_id,
        keys="",
        public_key=key.public,
        disabled=None if data.enabled else Disabled.BY_HAND,
        disabled_at=None if data.enabled else now,
        created_at=now,
        updated_at=now,
        **values,
    )
    session.add(webhook)
    # Its id is there now, which the encryption is bound to.
    await session.flush()
    await _keep(session, webhook, key, means.keys)
    diff = {name: (None, value) for name, value in _told(values | {"enabled": data.enabled})}
    await _record(session, actor, WebhookCreated, webhook, diff)
    await look_out(session, workspace_id)
    return Made(webhook, key.shown)


async def _place(session: AsyncSession, actor: Actor, data: WebhookCreate) -> UUID:
    if data.project_id is not None:
        project = await load_for(
            session, actor, policy.CREATE, Project, data.project_id, parent=data.workspace_id
        )
        return project.workspace_id
    personal = queries.personal_workspace(actor.user_id)
    workspace_id = data.workspace_id or await session.scalar(personal)
    if workspace_id is None:
        raise NotFound("You have no personal workspace. Say which one with workspace_id.")
    permit(actor, policy.CREATE, workspace_id)
    return workspace_id


async def _judge(session: AsyncSession, actor: Actor, values: dict[str, Any], means: Means) -> None:
    """A mistake is told now, and not by deliveries that fail."""
    if "url" in values:
        try:
            means.outbound.inspect(values["url"])
        except OutboundRefused as refused:
            raise invalid_field("/url", refused.detail, refused.code) from None
    if values.get("filter") is not None:
        now = unit_of(session).now
        await asked(session, actor, values["filter"], now, pointer="/filter", fields=means.fields)


async def _keep(session: AsyncSession, webhook: Webhook, key: SigningKey, keys: KeyRing) -> None:
    webhook.keys = keys.encrypt(PURPOSE, key.dump(), bound_to=webhook.id.bytes)
    webhook.public_key = key.public
    await session.flush()


async def update(
    session: AsyncSession,
    actor: Actor,
    webhook_id: UUID,
    data: WebhookPatch,
    means: Means,
    *,
    expected: int | None = None,
) -> Webhook:
    """From now on it has the rights of `actor`: or it would carry what its owner sees to a place
    that somebody else chose."""
    webhook = await _hold(session, actor, policy.UPDATE, webhook_id, expected)
    given = data.model_dump(exclude_unset=True)
    await _judge(session, actor, given, means)
    before = {name: getattr(webhook, name) for name in given}
    changed = {name: value for name, value in given.items() if before[name] != value}
    if not changed:
        return webhook
    enabled = changed.pop("enabled", None)
    for name, value in changed.items():
        setattr(webhook, name, value)
    webhook.owner_id, webhook.updated_at = actor.user_id, unit_of(session).now
    await _switch(session, webhook, enabled)
    after = changed if enabled is None else {**changed, "enabled": enabled}
    old = dict(_told({name: before[name] for name in after}))
    diff = {name: (old[name], value) for name, value in _told(after)}
    await _record(session, actor, WebhookUpdated, webhook, diff)
    if enabled:
        await look_out(session, webhook.workspace_id)
    return webhook


async def _switch(session: AsyncSession, webhook: Webhook, enabled: bool | None) -> None:
    if enabled is False:
        await switch_off(session, webhook, Disabled.BY_HAND)
        return
    if enabled:
        webhook.disabled = webhook.disabled_at = webhook.failing_since = None
        webhook.rests_until, webhook.failures = None, 0
    await session.flush()


async def rotate(
    session: AsyncSession,
    actor: Actor,
    webhook_id: UUID,
    keys: KeyRing,
    *,
    expected: int | None = None,
) -> Made:
    """A new secret. For a day both sign, so that a receiver can change over when it likes."""
    webhook = await _hold(session, actor, policy.UPDATE, webhook_id, expected)
    key, now = SigningKey.new(), unit_of(session).now
    webhook.previous_keys, webhook.previous_until = webhook.keys, now + BOTH_FOR
    webhook.updated_at = now
    before = webhook.public_key
    await _keep(session, webhook, key, keys)
    diff = {"public_key": (before, key.public)}
    await _record(session, actor, WebhookRotated, webhook, diff)
    return Made(webhook, key.shown)


async def delete(
    session: AsyncSession, actor: Actor, webhook_id: UUID, *, expected: int | None = None
) -> None:
    """With the log of its deliveries."""
    webhook = await _hold(session, actor, policy.DELETE, webhook_id, expected)
    told = {"name": webhook.name, "url": webhook.url, "project_id": webhook.project_id}
    await session.delete(webhook)
    await session.flush()
    diff = {name: (value, None) for name, value in _told(told)}
    await _record(session, actor, WebhookDeleted, webhook, diff, version=webhook.version + 1)
    await look_out(session, webhook.workspace_id)


async def _hold(
    session: AsyncSession, actor: Actor, action: Action, webhook_id: UUID, expected: int | None
) -> Webhook:
    """Locked and as it is now, if `actor` may do `action` to it."""
    await session.scalar(queries.held(webhook_id))
    webhook = await get(session, actor, webhook_id, action)
    check_version(webhook.version, expected)
    return webhook


def _told(values: dict[str, Any]) -> list[tuple[str, Any]]:
    """As the change log has it: of a URL no more than where it leads."""
    told = dict(values)
    if "url" in told:
        parts = urlsplit(told.pop("url"))
        told["host"] = f"{parts.scheme}://{parts.netloc}"
    if told.get("project_id") is not None:
        told["project_id"] = str(told["project_id"])
    return list(told.items())


async def _record(
    session: AsyncSession,
    actor: Actor,
    kind: type[Change],
    webhook: Webhook,
    diff: Diff,
    *,
    version: int | None = None,
) -> None:
    change = kind(
        workspace_id=webhook.workspace_id,
        resource_id=webhook.id,
        version=version or webhook.version,
        diff=diff,
    )
    await record(session, actor, change)
