"""Clocks that stand still for a while: when a promise is due, whatever pauses lie in between.

Pure arithmetic on instants, business hours and pauses.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from upnext.sla.hours import Hours, add, elapsed

MOST: Final = 500


class Pause(NamedTuple):
    """`until` None: it goes on. Only the last one of several can."""

    since: datetime
    until: datetime | None = None


Pauses = Sequence[Pause]
"""In order, and none begins before the last one has ended."""


def running(start: datetime, pauses: Pauses) -> Iterator[tuple[datetime, datetime | None]]:
    """The stretches from `start` on in which the clock runs; the last has no end, or it stands."""
    at = start
    for since, until in pauses:
        if since > at:
            yield at, since
        if until is None:
            return
        at = max(at, until)
    yield at, None


def deadline(hours: Hours, start: datetime, amount: timedelta, pauses: Pauses) -> datetime:
    """When `amount` of open time has run. Of a clock that stands: if it went on at once."""
    at, left = start, amount
    for since, until in running(start, pauses):
        if until is None:
            return add(hours, since, left)
        ran = elapsed(hours, since, until)
        if ran >= left:
            return add(hours, since, left)
        at, left = until, left - ran
    return add(hours, at, left)


def used(hours: Hours, start: datetime, until: datetime, pauses: Pauses) -> timedelta:
    """How much open time has run from `start` to `until`."""
    return sum(
        (
            elapsed(hours, since, until if end is None else min(end, until))
            for since, end in running(start, pauses)
        ),
        timedelta(0),
    )


def is_open(pauses: Pauses) -> bool:
    return bool(pauses) and pauses[-1].until is None


def toggled(pauses: Pauses, now: datetime, *, paused: bool) -> Pauses:
    """With the clock standing or running from `now` on."""
    if paused is is_open(pauses):
        return pauses
    if paused:
        return _fewer((*pauses, Pause(now)))
    *before, last = pauses
    return (*before, Pause(last.since, now)) if now > last.since else tuple(before)


def _fewer(pauses: Pauses) -> Pauses:
    """Joins the two oldest of very many, to the benefit of whoever made the promise."""
    if len(pauses) <= MOST:
        return pauses
    first, second, *others = pauses
    return (Pause(first.since, second.until), *others)
