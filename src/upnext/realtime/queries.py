"""Every statement of realtime."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Delete, Select, Table, delete, func, select

from upnext.core.changes import ChangeHead, ChangeRow
from upnext.realtime.models import SocketTicket

AnySelect = Select[*tuple[Any, ...]]

CHANGE = cast(Table, ChangeRow.__table__)
SHOWN = tuple(
    CHANGE.c[name]
    for name in (
        "id", "seq", "type", "at", "workspace_id", "resource", "resource_id", "resource_version",
        "actor", "diff",
    )
)  # fmt: skip


def sealed_after(workspace_id: UUID, after: int, limit: int) -> AnySelect:
    """In order, as far as an envelope shows them."""
    return (
        select(*SHOWN)
        .where(CHANGE.c.workspace_id == workspace_id, CHANGE.c.seq > after)
        .order_by(CHANGE.c.seq)
        .limit(limit)
    )


def head(workspace_id: UUID) -> Select[int]:
    return select(ChangeHead.seq).where(ChangeHead.workspace_id == workspace_id)


def heads(workspace_ids: Collection[UUID]) -> Select[UUID, int]:
    return select(ChangeHead.workspace_id, ChangeHead.seq).where(
        ChangeHead.workspace_id.in_(workspace_ids)
    )


def oldest(workspace_id: UUID) -> Select[int]:
    """From the index alone. NULL: nothing is kept."""
    return select(func.min(CHANGE.c.seq)).where(CHANGE.c.workspace_id == workspace_id)


# Tickets


def ticket(digest: bytes, now: datetime) -> Select[str, UUID]:
    return select(SocketTicket.kind, SocketTicket.credential_id).where(
        SocketTicket.hash == digest, SocketTicket.expires_at > now
    )


def use_ticket(digest: bytes) -> Delete:
    return delete(SocketTicket).where(SocketTicket.hash == digest)


def drop_stale(user_id: UUID, now: datetime) -> Delete:
    return delete(SocketTicket).where(
        SocketTicket.user_id == user_id, SocketTicket.expires_at <= now
    )
