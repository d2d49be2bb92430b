"""Tells whether two instances have the same keys, and nothing about the keys."""

from upnext.core.keys import KeyRing

_PURPOSE, _MESSAGE = "backups.mark", b"the keys of this instance"


def mark_of(keys: KeyRing) -> str:
    return keys.derive(_PURPOSE, _MESSAGE)[:8].hex()


def has_keys_of(keys: KeyRing, mark: str) -> bool:
    """Also when they are among the previous ones."""
    return any(each[:8].hex() == mark for each in keys.derive_each(_PURPOSE, _MESSAGE))
