"""The link in a mail by which one gets no more of its kind, without signing in (RFC 8058)."""

from typing import Final
from uuid import UUID

import orjson

from upnext.core.config import Settings
from upnext.core.keys import BadToken, KeyRing
from upnext.core.mail import base_url

PURPOSE: Final = "unsubscribe"
# Logs mask what begins so.
PREFIX: Final = "upn_unsubscribe_"


def address(settings: Settings, keys: KeyRing, user_id: UUID, event: str) -> str:
    """The same for all mails of a kind: there is nothing to keep, and it never grows old."""
    payload = orjson.dumps([str(user_id), event])
    return f"{base_url(settings)}/unsubscribe/{PREFIX}{keys.sign(PURPOSE, payload)}"


def read(keys: KeyRing, token: str) -> tuple[UUID, str] | None:
    if not token.startswith(PREFIX):
        return None
    try:
        user_id, event = orjson.loads(keys.unsign(PURPOSE, token.removeprefix(PREFIX)))
    except BadToken:
        return None
    return UUID(user_id), event
