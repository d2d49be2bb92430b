"""What becomes of a promise: warned of, breached, met, paused. Pure: every function gives a copy.

What has been recorded stays: a clock is warned of once and breached once, and a later deadline
takes neither back.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from upnext.sla.hours import Hours
from upnext.sla.models import Target
from upnext.sla.pausing import Pauses, deadline, is_open, toggled

WARNING_PART: Final = (4, 5)
"""Of the time that is promised."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """`policy_id` None: no policy applies any more, and it stands still for good."""

    target: Target
    policy_id: UUID | None
    due_at: datetime
    warn_at: datetime
    pauses: Pauses = ()
    met_at: datetime | None = None
    warned_at: datetime | None = None
    breached_at: datetime | None = None

    @property
    def paused(self) -> bool:
        return self.met_at is None and is_open(self.pauses)

    @property
    def running(self) -> bool:
        return self.policy_id is not None and self.met_at is None and not is_open(self.pauses)


Clocks = Mapping[Target, Clock]


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """What a policy says of one task: so much time from `start` on, standing still or not."""

    policy_id: UUID
    hours: Hours
    start: datetime
    amount: timedelta
    paused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Of a task. `begun`: work on it has begun, so that a first response is not waited for."""

    closed: bool = False
    begun: bool = False
    responded: bool = False


def judged(clock: Clock, now: datetime) -> Clock:
    """With what time alone has done to it by `now`. Whoever was not warned in time is now."""
    if not clock.running:
        return clock
    warned_at = clock.warned_at or (now if now > clock.warn_at else None)
    breached_at = clock.breached_at or (now if now > clock.due_at else None)
    return replace(clock, warned_at=warned_at, breached_at=breached_at)


def next_check(clock: Clock, now: datetime) -> datetime | None:
    """After when time alone changes it, or what it shows, next; None: never."""
    if not clock.running or clock.breached_at is not None:
        return None
    return clock.warn_at if now <= clock.warn_at else clock.due_at


def renewed(
    before: Clocks, terms: Mapping[Target, Term], standing: Standing, now: datetime
) -> dict[Target, Clock]:
    """The clocks of a task after something changed: first what the old terms come to by `now`."""
    found = {}
    for target in Target:
        old, term = before.get(target), terms.get(target)
        old = old and judged(old, now)
        clock = _orphaned(old) if term is None else _renewed(target, old, term, standing, now)
        if clock is not None:
            found[target] = clock
    return found


def _orphaned(clock: Clock | None) -> Clock | None:
    """Without a policy: a breach stays to be seen, everything else goes."""
    if clock is None or clock.breached_at is None:
        return None
    return replace(clock, policy_id=None)


def _renewed(
    target: Target, old: Clock | None, term: Term, standing: Standing, now: datetime
) -> Clock | None:
    if old is None:
        if standing.closed or (target is Target.FIRST_RESPONSE and standing.begun):
            return None
        old = Clock(target=target, policy_id=term.policy_id, due_at=term.start, warn_at=term.start)
    pauses = toggled(old.pauses, now, paused=term.paused or standing.closed)
    met_at = _met_at(old, standing, now)
    clock = replace(old, policy_id=term.policy_id, pauses=pauses, met_at=met_at)
    return judged(clock if met_at else _timed(clock, term), now)


def _met_at(clock: Clock, standing: Standing, now: datetime) -> datetime | None:
    """A task that is opened again is to be resolved again; it has been answered already."""
    if clock.target is Target.RESOLUTION:
        return (clock.met_at or now) if standing.closed else None
    return clock.met_at or (now if standing.responded or standing.closed else None)


def _timed(clock: Clock, term: Term) -> Clock:
    part, whole = WARNING_PART
    due_at, warn_at = (
        deadline(term.hours, term.start, amount, clock.pauses)
        for amount in (term.amount, term.amount * part / whole)
    )
    return replace(clock, due_at=due_at, warn_at=warn_at)


def due_at(clocks: Collection[Clock]) -> datetime | None:
    """The nearest deadline that is not met; if all are, the last one."""
    waiting = [clock.due_at for clock in clocks if clock.met_at is None]
    return min(waiting) if waiting else max((clock.due_at for clock in clocks), default=None)


def breached(clocks: Iterable[Clock]) -> bool:
    return any(clock.breached_at is not None for clock in clocks)


def state(clocks: Collection[Clock], now: datetime) -> str:
    waiting = [clock for clock in clocks if clock.met_at is None]
    if breached(clocks):
        return "breached"
    if not waiting:
        return "met"
    if all(clock.paused for clock in waiting):
        return "paused"
    late = any(clock.running and now > clock.warn_at for clock in waiting)
    return "warning" if late else "ok"


def shown(clocks: Clocks, now: datetime) -> dict[str, Any] | None:
    """As the wire has it (see schemas.SlaRead), in JSON's values; None without a clock."""
    every = list(clocks.values())
    if not every:
        return None
    waiting = [clock for clock in every if clock.met_at is None]
    return {
        "due_at": spelled(due_at(every)),
        "breached": breached(every),
        "state": state(every, now),
        "paused": bool(waiting) and all(clock.paused for clock in waiting),
        **{
            f"{target}_due_at": spelled(clocks[target].due_at if target in clocks else None)
            for target in Target
        },
    }


def spelled(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat().replace("+00:00", "Z")
