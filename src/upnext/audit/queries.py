"""Every statement on the change log as a whole."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Delete,
    Insert,
    Select,
    Table,
    delete,
    select,
    union,
)

from upnext.audit.models import ChangeCheckpoint
from upnext.core.changes import ChangeHead, ChangeRow
from upnext.core.inserts.queries import upsert
from upnext.core.paging import Order, SortField
from upnext.workspaces.models import Workspace

AnySelect = Select[*tuple[Any, ...]]

CHANGE = cast(Table, ChangeRow.__table__)
HEAD = cast(Table, ChangeHead.__table__)
CHECKPOINT = cast(Table, ChangeCheckpoint.__table__)
NEWEST = Order((("seq", SortField(CHANGE.c.seq), True),))
LOWEST = -(2**63)


# Chains


def chains() -> CompoundSelect[UUID]:
    """All of which anything is left."""
    places = (select(table.c.workspace_id) for table in (HEAD, CHECKPOINT, CHANGE))
    return union(*places)


def names(workspace_ids: Sequence[UUID]) -> Select[UUID, str]:
    return select(Workspace.id, Workspace.name).where(Workspace.id.in_(workspace_ids))


def head(workspace_id: UUID) -> AnySelect:
    return select(HEAD).where(HEAD.c.workspace_id == workspace_id)


def heads(after: UUID | None, limit: int) -> AnySelect:
    found = select(HEAD).order_by(HEAD.c.workspace_id).limit(limit)
    return found if after is None else found.where(HEAD.c.workspace_id > after)


def checkpoint(workspace_id: UUID) -> AnySelect:
    return select(CHECKPOINT).where(CHECKPOINT.c.workspace_id == workspace_id)


def seqs(workspace_id: UUID, after: int, limit: int) -> AnySelect:
    """From an index alone."""
    return (
        select(CHANGE.c.seq)
        .where(CHANGE.c.workspace_id == workspace_id, CHANGE.c.seq > after)
        .order_by(CHANGE.c.seq)
        .limit(limit)
    )


def sealed(workspace_id: UUID, after: int, until: int) -> AnySelect:
    """Whole rows in the order of the chain, to `until` itself."""
    return (
        select(CHANGE)
        .where(CHANGE.c.workspace_id == workspace_id, CHANGE.c.seq > after, CHANGE.c.seq <= until)
        .order_by(CHANGE.c.seq)
    )


def unsealed_since(workspace_id: UUID, before: datetime, limit: int) -> AnySelect:
    return (
        select(CHANGE.c.id, CHANGE.c.at)
        .where(CHANGE.c.workspace_id == workspace_id, CHANGE.c.seq.is_(None), CHANGE.c.at < before)
        .order_by(CHANGE.c.id)
        .limit(limit)
    )


# Forgetting


def lock_head(workspace_id: UUID) -> AnySelect:
    """Two that purge the same chain come one after the other. The sealer passes it by meanwhile."""
    return head(workspace_id).with_for_update()


def purge(workspace_id: UUID, after: int, until: int) -> Delete:
    return delete(CHANGE).where(
        CHANGE.c.workspace_id == workspace_id, CHANGE.c.seq > after, CHANGE.c.seq <= until
    )


def keep_checkpoint(dialect: str, row: dict[str, Any]) -> Insert:
    return upsert(dialect, CHECKPOINT, [row], keys=["workspace_id"])


# Reading


def by(actor: str) -> ColumnElement[bool]:
    """A user, whichever of their credentials it was; or a word."""
    column = CHANGE.c.actor
    return column == actor if actor.isalpha() else column.endswith(f":{actor.lower()}")


def of_type(wanted: str) -> ColumnElement[bool]:
    return (CHANGE.c.type if "." in wanted else CHANGE.c.resource) == wanted


def page(
    workspace_id: UUID, conditions: Sequence[ColumnElement[bool]], before: int | None, limit: int
) -> AnySelect:
    """The newest first; of `before` only what is older."""
    found = select(CHANGE).where(
        CHANGE.c.workspace_id == workspace_id, CHANGE.c.seq.is_not(None), *conditions
    )
    if before is not None:
        found = found.where(CHANGE.c.seq < before)
    return found.order_by(CHANGE.c.seq.desc()).limit(limit)
