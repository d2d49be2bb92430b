"""Every statement on endpoints, deliveries and attempts."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Delete,
    Insert,
    Select,
    Table,
    Update,
    and_,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.orm import aliased

from upnext.core.changes import ChangeRow
from upnext.core.paging import Order, identities
from upnext.identity.models import User
from upnext.tasks.models import Task
from upnext.webhooks.models import Delivery, DeliveryAttempt, DeliveryState, Webhook
from upnext.workspaces.models import Project, Workspace
from upnext.workspaces.queries import STANDING

DELIVERY = cast(Table, Delivery.__table__)
WEBHOOK = cast(Table, Webhook.__table__)
NEWEST = Order((("id", identities(DELIVERY.c.id), True),))
PENDING = DeliveryState.PENDING

# Endpoints


def in_workspaces(workspaces: Collection[UUID]) -> Select[Webhook]:
    return (
        select(Webhook)
        .outerjoin(Project, Project.id == Webhook.project_id)
        .where(Webhook.workspace_id.in_(workspaces), Project.deleted_at.is_(None))
        .order_by(Webhook.id)
    )


def one(webhook_id: UUID) -> Select[Webhook]:
    return select(Webhook).where(Webhook.id == webhook_id)


def held(webhook_id: UUID) -> Select[Webhook]:
    """Locked, and as it is now. The sealer may add deliveries meanwhile: it holds what we need."""
    locked = one(webhook_id).with_for_update(key_share=True)
    return locked.execution_options(populate_existing=True)


def project_trashed(project_id: UUID) -> Select[bool]:
    return select(Project.deleted_at.is_not(None)).where(Project.id == project_id)


def wide_awake(webhook_id: UUID) -> Update:
    """Somebody has seen to it: it need not rest any longer."""
    return update(WEBHOOK).where(WEBHOOK.c.id == webhook_id).values(rests_until=None)


def count(workspace_id: UUID) -> Select[int]:
    return select(func.count()).where(Webhook.workspace_id == workspace_id)


def active(workspace_id: UUID) -> Select[Webhook]:
    return (
        select(Webhook)
        .where(Webhook.workspace_id == workspace_id, Webhook.disabled.is_(None))
        .order_by(Webhook.id)
    )


def any_active(workspace_id: UUID) -> Select[bool]:
    return select(exists().where(Webhook.workspace_id == workspace_id, Webhook.disabled.is_(None)))


def personal_workspace(user_id: UUID | None) -> Select[UUID]:
    return select(Workspace.id).where(Workspace.personal_of == user_id)


def lock_workspace(workspace_id: UUID) -> Select[datetime | None]:
    """Since when it is archived. Who makes an endpoint waits here."""
    return (
        select(Workspace.archived_at)
        .where(Workspace.id == workspace_id)
        .with_for_update(key_share=True)
    )


def standing() -> Select[Any]:
    """Of `user_id`; as the resolver of actors asks for it."""
    return cast("Select[Any]", STANDING.statement)


def is_active(user_id: UUID) -> Select[UUID]:
    """Empty for an account that is disabled or gone."""
    return select(User.id).where(User.id == user_id, User.disabled_at.is_(None))


def worked(webhook_id: UUID, now: datetime) -> Update:
    """Leaves the version alone, as all that follows does."""
    return (
        update(WEBHOOK)
        .where(WEBHOOK.c.id == webhook_id)
        .values(failures=0, failing_since=None, rests_until=None, delivered_at=now)
    )


def failed(webhook_id: UUID, now: datetime, rests_until: datetime | None) -> Update:
    return (
        update(WEBHOOK)
        .where(WEBHOOK.c.id == webhook_id)
        .values(
            failures=WEBHOOK.c.failures + 1,
            failing_since=func.coalesce(WEBHOOK.c.failing_since, now),
            rests_until=rests_until,
        )
    )


# Deciding what to send


def matching(tasks: Collection[UUID], condition: ColumnElement[bool]) -> Select[UUID]:
    """Those of `tasks` that a filter finds."""
    return select(Task.id).where(Task.id.in_(tasks), condition)


def add_deliveries() -> Insert:
    return insert(DELIVERY)


def known(webhook_id: UUID, events: Collection[UUID]) -> Select[UUID]:
    return select(Delivery.event_id).where(
        Delivery.webhook_id == webhook_id, Delivery.event_id.in_(events)
    )


def sealed_since(
    workspace_id: UUID, since: datetime, after: int, until: int, limit: int
) -> Select[ChangeRow]:
    """In the order of the chain, behind `after`."""
    return (
        select(ChangeRow)
        .where(
            ChangeRow.workspace_id == workspace_id,
            ChangeRow.seq > after,
            ChangeRow.seq <= until,
            ChangeRow.at >= since,
        )
        .order_by(ChangeRow.seq)
        .limit(limit)
    )


def last_seq(workspace_id: UUID) -> Select[int | None]:
    return select(func.max(ChangeRow.seq)).where(ChangeRow.workspace_id == workspace_id)


# Sending


def _behind() -> ColumnElement[bool]:
    """Whether something that happened to the same thing before is still to be sent."""
    earlier = aliased(Delivery)
    return exists().where(
        earlier.webhook_id == Delivery.webhook_id,
        earlier.resource_id == Delivery.resource_id,
        earlier.state == PENDING,
        or_(
            earlier.seq < Delivery.seq,
            and_(earlier.seq == Delivery.seq, earlier.id < Delivery.id),
        ),
    )


def due(webhook_id: UUID, now: datetime, limit: int) -> Select[Delivery]:
    """What can be sent now, the oldest first, and of one thing no more than one."""
    return (
        select(Delivery)
        .where(
            Delivery.webhook_id == webhook_id,
            Delivery.state == PENDING,
            Delivery.next_at <= now,
            ~_behind(),
        )
        .order_by(Delivery.seq, Delivery.id)
        .limit(limit)
    )


def next_at(webhook_id: UUID) -> Select[datetime | None]:
    """When there is something to send again."""
    return select(func.min(Delivery.next_at)).where(
        Delivery.webhook_id == webhook_id, Delivery.state == PENDING, ~_behind()
    )


def waiting(now: datetime, limit: int) -> Select[UUID, UUID]:
    """Endpoints that have something to send, with their workspaces."""
    return (
        select(Webhook.id, Webhook.workspace_id)
        .where(
            Webhook.disabled.is_(None),
            or_(Webhook.rests_until.is_(None), Webhook.rests_until <= now),
            exists().where(
                Delivery.webhook_id == Webhook.id,
                Delivery.state == PENDING,
                Delivery.next_at <= now,
            ),
        )
        .limit(limit)
    )


def request_behind(event_id: UUID) -> Select[str | None, str | None]:
    return select(ChangeRow.request_id, ChangeRow.trace_id).where(ChangeRow.id == event_id)


def settle(delivery_id: UUID, attempts: int, values: dict[str, Any]) -> Update:
    """Matches nothing once somebody else has counted an attempt."""
    return (
        update(DELIVERY)
        .where(
            DELIVERY.c.id == delivery_id,
            DELIVERY.c.state == PENDING,
            DELIVERY.c.attempts == attempts,
        )
        .values(**values)
    )


def give_up_all(webhook_id: UUID, now: datetime) -> Update:
    """Of an endpoint that is switched off: a replay brings it back."""
    return (
        update(DELIVERY)
        .where(DELIVERY.c.webhook_id == webhook_id, DELIVERY.c.state == PENDING)
        .values(state=DeliveryState.FAILED, last_error="disabled", next_at=None, finished_at=now)
    )


# Reading and replaying


def deliveries(
    webhook_id: UUID,
    narrowed: Sequence[ColumnElement[bool]],
    behind: Sequence[Any] | None,
    limit: int,
) -> Select[Delivery]:
    """The newest first, and one more than `limit` if there is one."""
    found = select(Delivery).where(Delivery.webhook_id == webhook_id, *narrowed)
    if behind is not None:
        found = found.where(NEWEST.behind(behind))
    return found.order_by(*NEWEST.clauses()).limit(limit + 1)


def readable(hidden: Collection[UUID], *, admin: bool) -> list[ColumnElement[bool]]:
    """A delivery holds what happened in a project, so it is for who sees the project."""
    found: list[ColumnElement[bool]] = []
    if hidden:
        seen = Delivery.project_id.not_in(hidden)
        found.append(or_(Delivery.project_id.is_(None), seen))
    if not admin:
        found.append(Delivery.restricted.is_(False))
    return found


def in_state(state: DeliveryState) -> ColumnElement[bool]:
    return Delivery.state == state


def of_type(name: str) -> ColumnElement[bool]:
    return Delivery.type == name


def delivery(
    webhook_id: UUID, delivery_id: UUID, narrowed: Sequence[ColumnElement[bool]]
) -> Select[Delivery]:
    return select(Delivery).where(
        and_(Delivery.webhook_id == webhook_id, Delivery.id == delivery_id, *narrowed)
    )


def attempts(delivery_id: UUID, limit: int) -> Select[DeliveryAttempt]:
    """The newest first."""
    return (
        select(DeliveryAttempt)
        .where(DeliveryAttempt.delivery_id == delivery_id)
        .order_by(DeliveryAttempt.id.desc())
        .limit(limit)
    )


def again(webhook_id: UUID, events: Collection[UUID], now: datetime, *, failed: bool) -> Update:
    """Those of `events` that are over are to be sent once more; with `failed` only those that
    never arrived."""
    over = [DeliveryState.FAILED, DeliveryState.SKIPPED]
    if not failed:
        over.append(DeliveryState.DELIVERED)
    return (
        update(DELIVERY)
        .where(
            DELIVERY.c.webhook_id == webhook_id,
            DELIVERY.c.event_id.in_(events),
            DELIVERY.c.state.in_(over),
        )
        .values(state=PENDING, attempts=0, next_at=now, finished_at=None)
    )


# Retention


def old_deliveries(before: datetime, limit: int) -> Select[UUID]:
    """What is still to be sent is not old."""
    return (
        select(Delivery.id)
        .where(Delivery.created_at < before, Delivery.state != PENDING)
        .order_by(Delivery.created_at)
        .limit(limit)
    )


def forget(deliveries_: Collection[UUID]) -> Delete:
    """Their attempts go with them."""
    return delete(DELIVERY).where(DELIVERY.c.id.in_(deliveries_))
