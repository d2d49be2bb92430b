"""What a person says to a proposal, what follows from it, and what is learned from it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor
from upnext.core.changes import unit_of
from upnext.core.db import rows_of
from upnext.core.errors import Forbidden, LostRace, invalid_field
from upnext.core.ids import new_id
from upnext.core.keys import KeyRing
from upnext.core.load import load_for
from upnext.core.types import micros
from upnext.planning.history import queries, tickets
from upnext.planning.history.durations import ensure_profile
from upnext.planning.learning import weights
from upnext.planning.learning.weights import NO_TASTE, Option, Replay, Taste
from upnext.planning.models import Feedback
from upnext.planning.schemas import FeedbackIn
from upnext.tasks.models import Status, Task
from upnext.tasks.policy import READ
from upnext.tasks.schemas import TaskPatch
from upnext.tasks.service import update_task

PUT_OFF: Final = timedelta(hours=2)
"""What is skipped is not proposed again for so long."""
FARTHEST: Final = timedelta(days=366)
PICKS: Final = frozenset({"accept", "done"})
REPLAYED: Final = 2_000


async def give(session: AsyncSession, actor: Actor, keys: KeyRing, data: FeedbackIn) -> bool:
    """Whether it counts: the same on the same ticket does once, whatever else it does again."""
    user_id, now = person_of(actor), unit_of(session).now
    _check(data, now)
    shown = tickets.read(keys, data.ticket, user_id, now)
    place = next((at for at, one in enumerate(shown) if one.id == data.task_id), None)
    if place is None:
        raise invalid_field("/task_id", "This task was not proposed.", "not_shown")
    await ensure_profile(session, user_id)
    _, stored, _ = (await rows_of(session, queries.held_profile(user_id)))[0]
    said = (await session.execute(queries.said_on(user_id, tickets.key_of(data.ticket)))).all()
    await _follow(session, actor, data)
    if (data.verdict, data.task_id) in {(verdict, task_id) for verdict, task_id in said}:
        return False
    before = weights.load(stored)
    counted = len(shown) > 1 and _counts(data, [verdict for verdict, _ in said])
    after = _learn(before, shown, place, data) if counted else before
    after = _put_off(after, data, now)
    if after != before:
        await session.execute(queries.set_profile(user_id, taste=weights.dump(after)))
    session.add(_row(user_id, data, shown, now, counted=counted))
    await _flush(session)
    return counted


def person_of(actor: Actor) -> UUID:
    if actor.user_id is None or actor.kind == "link":
        raise Forbidden("Only a person has a next action. Ask with a user's credential.")
    return actor.user_id


def _check(data: FeedbackIn, now: datetime) -> None:
    if data.verdict == "skip" and data.reason is None:
        known = ", ".join(weights.REASONS)
        raise invalid_field("/reason", f"Say why you skip it: {known}.", "reason_needed")
    if data.verdict != "skip" and data.reason is not None:
        raise invalid_field("/reason", "Only a skip has a reason. Leave it out.")
    if data.verdict == "snooze" and data.until is None:
        raise invalid_field("/until", "Say until when.", "until_needed")
    if data.until is None:
        return
    if data.verdict not in {"skip", "snooze"}:
        raise invalid_field("/until", "Only a skip or a snooze ends. Leave it out.")
    if not now < data.until < now + FARTHEST:
        raise invalid_field("/until", "It has to lie ahead, within a year.")


async def _follow(session: AsyncSession, actor: Actor, data: FeedbackIn) -> None:
    """Asks for the right to do it, also when it was done already."""
    if data.verdict == "done":
        await update_task(session, actor, data.task_id, TaskPatch(status=Status.DONE))
    elif data.until is not None and data.verdict == "snooze":
        patch = TaskPatch.model_validate({"start_at": data.until.isoformat()})
        await update_task(session, actor, data.task_id, patch)
    else:
        await load_for(session, actor, READ, Task, data.task_id)


def _counts(data: FeedbackIn, said: Sequence[str]) -> bool:
    """One ticket is one pick, and each skip of it counts by itself; a snooze says nothing."""
    if data.verdict in PICKS:
        return PICKS.isdisjoint(said)
    return data.verdict == "skip"


def _learn(taste: Taste, shown: Sequence[Option], place: int, data: FeedbackIn) -> Taste:
    if data.reason is not None:
        return weights.after_skip(taste, shown, place, data.reason)
    return weights.after_pick(taste, shown, place)


def _put_off(taste: Taste, data: FeedbackIn, now: datetime) -> Taste:
    """Also forgets what lies behind."""
    aside = {task_id: until for task_id, until in taste.aside.items() if until > micros(now)}
    if data.verdict == "skip":
        aside[str(data.task_id)] = micros(data.until or now + PUT_OFF)
    elif data.verdict in PICKS:
        aside.pop(str(data.task_id), None)
    return replace(taste, aside=aside)


def _row(
    user_id: UUID, data: FeedbackIn, shown: Sequence[Option], now: datetime, *, counted: bool
) -> Feedback:
    return Feedback(
        id=new_id(),
        user_id=user_id,
        ticket_key=tickets.key_of(data.ticket),
        verdict=data.verdict,
        task_id=data.task_id,
        reason=data.reason,
        until=data.until,
        shown=tickets.dumped(shown),
        counted=counted,
        at=now,
    )


async def _flush(session: AsyncSession) -> None:
    try:
        await session.flush()
    except IntegrityError as error:
        raise LostRace from error


async def taste_of(session: AsyncSession, actor: Actor) -> Taste:
    rows = await rows_of(session, queries.profile(person_of(actor)))
    return weights.load(rows[0].taste if rows else None)


async def forget(session: AsyncSession, actor: Actor) -> None:
    """The weights, what they were learned from, and what was put off."""
    user_id = person_of(actor)
    await session.execute(queries.set_profile(user_id, taste=weights.dump(NO_TASTE)))
    await session.execute(queries.forget(user_id))


async def backtest(session: AsyncSession, actor: Actor) -> Replay:
    """The last picks, each predicted by what was known before it."""
    rows: Sequence[Any] = await rows_of(session, queries.picks_of(person_of(actor), REPLAYED))
    history = []
    for row in reversed(rows):
        shown = tickets.loaded(row.shown)
        place = next(at for at, one in enumerate(shown) if one.id == row.task_id)
        history.append((shown, place))
    return weights.replay(history)
