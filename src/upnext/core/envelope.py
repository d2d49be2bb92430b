"""A sealed change as it leaves the house: to webhooks, streams and sockets, all in one shape.

It holds what the change log holds, and that holds no secret: nothing has to be looked up, so an
event that is sent again years later is the same to the byte.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, Protocol, TypedDict
from uuid import UUID

SECRET = "***"  # noqa: S105  (what stands in place of one)
# Names of fields whose values go nowhere, should one ever be recorded.
_SECRET_NAMES = ("secret", "password", "token", "private_key")


class Sealed(Protocol):
    """A row of the change log, as an object or as plain columns, that has its `seq`."""

    @property
    def id(self) -> UUID: ...
    @property
    def seq(self) -> int | None: ...
    @property
    def type(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def workspace_id(self) -> UUID: ...
    @property
    def resource(self) -> str: ...
    @property
    def resource_id(self) -> UUID: ...
    @property
    def resource_version(self) -> int: ...
    @property
    def actor(self) -> str: ...
    @property
    def diff(self) -> Mapping[str, Sequence[Any]]: ...


class Resource(TypedDict):
    type: str
    id: str
    version: int


class ActorOfEvent(TypedDict):
    """`type` is `user`, `token` (an API token of theirs), `link`, `system` or another principal;
    `id` is the person's, or the share link's."""

    type: str
    id: str | None


class Envelope(TypedDict):
    """`seq` counts up in its workspace without a gap. `data` are the values from then on of what
    changed, `previous` those before; `previous` is None if there was nothing before."""

    id: str
    seq: int
    type: str
    occurred_at: str
    workspace_id: str
    project_id: str | None
    resource: Resource
    actor: ActorOfEvent
    data: dict[str, Any]
    previous: dict[str, Any] | None


Hide = Mapping[str, tuple[bool, bool]]
"""Field > whether its value before, and that after, is not for who reads."""


def envelope(row: Sealed, project_id: UUID | None, hide: Hide | None = None) -> Envelope:
    """Raises ValueError for a change that is not sealed: it has no place in the stream yet."""
    if row.seq is None:
        raise ValueError("only a sealed change has a place in the stream")
    return {
        "id": str(row.id),
        "seq": row.seq,
        "type": row.type,
        "occurred_at": row.at.isoformat().replace("+00:00", "Z"),
        "workspace_id": str(row.workspace_id),
        "project_id": None if project_id is None else str(project_id),
        "resource": {
            "type": row.resource,
            "id": str(row.resource_id),
            "version": row.resource_version,
        },
        "actor": _actor(row.actor),
        "data": _side(row.diff, 1, hide or {}),
        "previous": _previous(row, hide or {}),
    }


def _actor(label: str) -> ActorOfEvent:
    kind, _, who = label.partition(":")
    return {"type": kind, "id": who or None}


def _previous(row: Sealed, hide: Hide) -> dict[str, Any] | None:
    if all(sides[0] is None for sides in row.diff.values()):
        return None
    return _side(row.diff, 0, hide)


def _side(
    diff: Mapping[str, Sequence[Any]], side: Literal[0, 1], hide: Hide
) -> dict[str, Any]:  # JSON
    found = {}
    for name, sides in diff.items():
        hidden = name in hide and hide[name][side]
        found[name] = None if hidden else _masked(name, sides[side])
    return found


def _masked(name: str, value: Any) -> Any:  # JSON
    if value is None or isinstance(value, bool):
        return value
    return SECRET if any(word in name for word in _SECRET_NAMES) else value
