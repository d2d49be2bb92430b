"""The keys that a rule's calls are signed with: made with its first action that calls."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog

from upnext.automation.models import Rule
from upnext.core.keys import BadCiphertext, KeyRing
from upnext.core.outbound.signing import SigningKey

log = structlog.get_logger("upnext.automation")

PURPOSE = "rule"
BOTH_FOR = timedelta(hours=24)


def calls(actions: Iterable[Mapping[str, Any]]) -> bool:
    return any(each["type"] == "webhook" for each in actions)


def ensure_keys(ring: KeyRing, rule: Rule) -> None:
    """For a rule that has its id, which the encryption is bound to."""
    if rule.keys is None and calls(rule.actions):
        _keep(ring, rule, SigningKey.new())


def new_keys(ring: KeyRing, rule: Rule, now: datetime) -> SigningKey:
    """For a day both sign, so that a receiver can change over when it likes."""
    key = SigningKey.new()
    rule.previous_keys = rule.keys
    rule.previous_until = now + BOTH_FOR if rule.keys else None
    _keep(ring, rule, key)
    return key


def _keep(ring: KeyRing, rule: Rule, key: SigningKey) -> None:
    rule.keys = ring.encrypt(PURPOSE, key.dump(), bound_to=rule.id.bytes)
    rule.public_key = key.public


def keys_of(ring: KeyRing, rule: Rule, now: datetime) -> list[SigningKey]:
    """The current one first, then the one before as long as both count and it can be read: who
    rotates because it cannot be is to be helped by that.

    Raises BadCiphertext for the current one.
    """
    found = [_load(ring, rule, rule.keys)] if rule.keys else []
    if rule.previous_keys is not None and (rule.previous_until or now) > now:
        try:
            found.append(_load(ring, rule, rule.previous_keys))
        except BadCiphertext:
            log.warning("previous_key_unreadable", rule_id=str(rule.id))
    return found


def _load(ring: KeyRing, rule: Rule, stored: str) -> SigningKey:
    return SigningKey.load(ring.decrypt(PURPOSE, stored, bound_to=rule.id.bytes))
