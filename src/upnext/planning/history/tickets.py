"""What was proposed to whom and when, signed: feedback on it cannot be made up."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import orjson

from upnext.core.errors import Invalid, invalid_field
from upnext.core.keys import BadToken, KeyRing
from upnext.core.types import micros
from upnext.planning.engine import Ranked
from upnext.planning.engine.single import calm_term
from upnext.planning.learning.weights import Option, features_of

PURPOSE: Final = "ticket"
VERSION: Final = 2
"""Of what a ticket holds."""
LIFETIME: Final = timedelta(hours=24)


def options_of(shown: Sequence[Ranked]) -> tuple[Option, ...]:
    """Without what was learned: that is what is learned again."""
    return tuple(map(_option, shown))


def _option(ranked: Ranked) -> Option:
    terms = {term.term: term.value for term in ranked.terms}
    calm = calm_term(terms.get("slack", 0.0))
    score = ranked.score - terms.get("learned", 0.0)
    features = tuple(round(each, 4) for each in features_of(terms))
    return Option(ranked.id, round(score, 4), round(calm, 4), features)


def write(keys: KeyRing, user_id: UUID, at: datetime, shown: Sequence[Option]) -> str:
    payload = {
        "version": VERSION,
        "user": str(user_id),
        "at": micros(at),
        "shown": dumped(shown),
    }
    return keys.sign(PURPOSE, orjson.dumps(payload))


def read(keys: KeyRing, ticket: str, user_id: UUID, now: datetime) -> Sequence[Option]:
    """Raises Invalid for what is not ours, another's, or over."""
    bad = invalid_field("/ticket", "This is no ticket of yours. Ask what to do next.", "bad_ticket")
    try:
        payload: dict[str, Any] = orjson.loads(keys.unsign(PURPOSE, ticket))
    except BadToken:
        raise bad from None
    if payload.get("version") != VERSION or payload["user"] != str(user_id):
        raise bad
    if payload["at"] + LIFETIME // timedelta(microseconds=1) < micros(now):
        raise Invalid("This ticket is over. Ask what to do next once more.", code="ticket_expired")
    return loaded(payload["shown"])


def key_of(ticket: str) -> str:
    return hashlib.sha256(ticket.encode()).hexdigest()


def dumped(shown: Sequence[Option]) -> list[Any]:
    return [[str(one.id), one.score, one.calm, list(one.features)] for one in shown]


def loaded(shown: Sequence[Any]) -> list[Option]:
    return [
        Option(UUID(task_id), score, calm, tuple(features))
        for task_id, score, calm, features in shown
    ]
