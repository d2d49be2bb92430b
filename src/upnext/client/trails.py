"""What the server tells of the past: activities and the audit trail."""

from typing import TypedDict


class Happening(TypedDict):
    """An entry of an activity."""

    at: str
    type: str
    text: str


class AuditActor(TypedDict):
    kind: str
    name: str | None


class AuditResource(TypedDict):
    type: str
    name: str | None


class AuditChange(TypedDict):
    field: str


class AuditEntry(TypedDict):
    seq: int
    at: str
    type: str
    actor: AuditActor
    resource: AuditResource
    changes: list[AuditChange]
    ip: str | None
