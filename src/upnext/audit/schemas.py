"""The audit trail on the wire."""

from datetime import datetime
from ipaddress import IPv4Address, IPv6Address
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from upnext.core.auth import INSTANCE
from upnext.core.text import Text
from upnext.tasks.words import QueryMoment

ACTOR = r"^(system|anonymous|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})$"
TYPE = r"^[a-z_]+(\.[a-z_]+)?$"


class AuditFilters(BaseModel):
    """Conditions that all have to hold."""

    model_config = ConfigDict(extra="forbid")

    workspace_id: Annotated[
        UUID, Field(description="Else the instance's own trail, for its administrators.")
    ] = INSTANCE
    actor: Annotated[
        str | None,
        Field(pattern=ACTOR, description="The id of a user, or `system`, or `anonymous`."),
    ] = None
    type: Annotated[
        Annotated[str, Field(max_length=60, pattern=TYPE)] | None,
        Field(description="Such as `task.completed`, or `task` for all of them."),
    ] = None
    resource: Annotated[str, Field(max_length=40, pattern=r"^[a-z_]+$")] | None = None
    resource_id: UUID | None = None
    since: Annotated[
        QueryMoment | None, Field(alias="from", description="At that time or later.")
    ] = None
    until: Annotated[QueryMoment | None, Field(alias="to", description="Before that time.")] = None
    ip: Annotated[IPv4Address | IPv6Address | None, Field(description="The whole address.")] = None
    request_id: Annotated[str, Text(most=64)] | None = None


class AuditAsked(AuditFilters):
    limit: Annotated[int, Field(ge=1, le=100)] = 50
    cursor: Annotated[str | None, Field(max_length=2_000)] = None


class AuditActor(BaseModel):
    """`kind` is `user`, `token`, `feed`, `system`, `anonymous` or another principal."""

    kind: str
    id: UUID | None
    name: Annotated[str | None, Field(description="None: the account is gone.")]


class AuditResource(BaseModel):
    type: str
    id: UUID
    version: int
    name: Annotated[str | None, Field(description="As it is called now; None: it is gone.")]


class AuditChange(BaseModel):
    field: str
    before: Any
    after: Any


class AuditEntry(BaseModel):
    id: UUID
    seq: int
    hash: Annotated[str, Field(description="Of the chain up to here.")]
    at: datetime
    type: str
    actor: AuditActor
    resource: AuditResource
    changes: list[AuditChange]
    credential_id: Annotated[UUID | None, Field(description="The session's or the API token's.")]
    ip: str | None
    user_agent: str | None
    request_id: str | None
    trace_id: str | None


class AuditPage(BaseModel):
    items: list[AuditEntry]
    next_cursor: str | None
