"""Which of a schedule's times fire now, and which comes next: pure arithmetic for those that come
at a distance, and what is asked about those with a timing of their own."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from upnext.core.changes import Question
from upnext.core.jobs.models import Misfire, Schedule

MOST_CAUGHT_UP = 10
# A time this long ago is missed; anything younger is the ordinary delay of a tick.
GRACE = timedelta(seconds=60)


class Firing(NamedTuple):
    times: tuple[datetime, ...]
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class Times(Question[Firing]):
    """Of a schedule with a `timing`, whose next time has come."""

    schedule: Schedule
    now: datetime


@dataclass(frozen=True, slots=True)
class Fired(Question[None]):
    """Told, not asked, within the transaction that made the job of one time: once for each."""

    schedule_id: UUID
    at: datetime
    job_id: UUID


def firing(due: datetime, every: timedelta | None, misfire: Misfire, now: datetime) -> Firing:
    """For a schedule whose next time `due` has come. Without `every` it fires once in its life.

    fire_once: one time, the latest, stands for all that passed. skip: only the latest, and only
    if it is not missed. catch_up: all that passed, but the latest ten at most.
    """
    passed = (now - due) // every if every else 0
    latest = due + every * passed if every else due
    next_at = latest + every if every else None
    if misfire is Misfire.SKIP and now - latest > GRACE:
        return Firing((), next_at)
    if misfire is not Misfire.CATCH_UP or every is None:
        return Firing((latest,), next_at)
    first = max(0, passed + 1 - MOST_CAUGHT_UP)
    return Firing(tuple(due + every * n for n in range(first, passed + 1)), next_at)
