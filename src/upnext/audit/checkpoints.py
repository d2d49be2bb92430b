"""The signature of a checkpoint: only who has the instance's key can say where a chain begins."""

import hmac
from datetime import datetime
from typing import Protocol
from uuid import UUID

import orjson

from upnext.core.keys import KeyRing
from upnext.core.types import micros

PURPOSE = "checkpoint"


class Stored(Protocol):
    """What is signed, and the signature: a mapped object or a row."""

    @property
    def workspace_id(self) -> UUID: ...
    @property
    def seq(self) -> int: ...
    @property
    def hash(self) -> bytes: ...
    @property
    def count(self) -> int: ...
    @property
    def at(self) -> datetime: ...
    @property
    def signature(self) -> bytes: ...


def message(workspace_id: UUID, seq: int, digest: bytes, count: int, at: datetime) -> bytes:
    return orjson.dumps([str(workspace_id), seq, digest.hex(), count, micros(at)])


def sign(keys: KeyRing, said: bytes) -> bytes:
    return keys.derive(PURPOSE, said)


def is_ours(keys: KeyRing, found: Stored) -> bool:
    """Whether a key of the ring, also one of the previous, signed exactly this."""
    said = message(found.workspace_id, found.seq, bytes(found.hash), int(found.count), found.at)
    signature = bytes(found.signature)
    return any(hmac.compare_digest(signature, own) for own in keys.derive_each(PURPOSE, said))
