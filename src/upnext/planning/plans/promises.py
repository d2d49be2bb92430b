"""The dates that a person's planned tasks stand for, and how likely each is kept."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor
from upnext.core.errors import NotFound
from upnext.planning.busy.service import person_of
from upnext.planning.engine import from_micros, to_micros
from upnext.planning.engine.imagining import FUTURES
from upnext.planning.engine.instants import NEVER
from upnext.planning.plans import queries, service
from upnext.planning.plans.loading import load
from upnext.planning.plans.making import SEED, Plan
from upnext.planning.plans.risking import Kind, Promise, Risk, risks
from upnext.planning.plans.service import Look, Made
from upnext.planning.reasons import Reader, moment
from upnext.tasks.wire import Wire

DAY_OF_UTC: Final = timedelta(days=1)
_Clock = tuple[UUID, datetime, list[list[int | None]]]
_Aimed = tuple[UUID, str, date | None, UUID]


async def look(session: AsyncSession, actor: Actor, now: datetime) -> Look:
    """How likely each date is kept; the body is `schemas.RiskPage`. By the stored plan, if it is
    fresh; else by a new one near to it."""
    user_id = person_of(actor)
    loaded = await load(session, actor, user_id, now)
    if loaded is None:
        raise NotFound("There is no such account any more.")
    made = await service.make(loaded, user_id, now)
    promises = await promises_of(session, actor, made.plan)
    found = await asyncio.to_thread(risks, made.plan, promises)
    ids = [one.promise.id for one in found if one.promise.kind is not Kind.GOAL]
    keys = dict((await session.execute(queries.keys(ids))).all()) if ids else {}
    reader = Reader(ZoneInfo(loaded.given.clock.time_zone), now)
    return Look(body=_told(found, keys, reader, made), user_id=user_id, made=made)


async def promises_of(session: AsyncSession, actor: Actor, plan: Plan) -> list[Promise]:
    """Three statements, two if no goal has a date, none if nothing is planned."""
    if not plan.setting.tasks:
        return []
    ids = plan.setting.ids
    sla = (await session.execute(queries.promised(ids))).all()
    aims = (await session.execute(queries.aims(actor, ids))).all()
    needed: Mapping[UUID, int] = {}
    if aims:
        goals = {row.id for row in aims}
        needed = dict((await session.execute(queries.open_for(goals, actor.hidden))).all())
    titles = {task.id: task.title for task in plan.setting.tasks}
    return [*_deadlines(plan), *_clocks(sla, titles), *_goals(aims, needed)]


def _deadlines(plan: Plan) -> Iterator[Promise]:
    for task in plan.setting.tasks:
        if task.due_key < NEVER:
            yield _of_task(Kind.DEADLINE, task.id, task.title, task.due_key)


def _clocks(rows: Sequence[_Clock], titles: Mapping[UUID, str]) -> Iterator[Promise]:
    """A clock that stands still now promises nothing yet."""
    for task_id, due_at, pauses in rows:
        if not pauses or pauses[-1][1] is not None:
            yield _of_task(Kind.SLA, task_id, titles[task_id], to_micros(due_at))


def _of_task(kind: Kind, task_id: UUID, title: str, by: int) -> Promise:
    return Promise(kind=kind, id=task_id, title=title, by=by, task_ids=(task_id,))


@dataclass(frozen=True, slots=True)
class _Aim:
    title: str
    target: date
    task_ids: list[UUID]


def _goals(rows: Sequence[_Aimed], needed: Mapping[UUID, int]) -> Iterator[Promise]:
    """Met by the end of the target's day, which is one of UTC, as goals have it."""
    found: dict[UUID, _Aim] = {}
    for goal_id, title, target, task_id in rows:
        if target is None:
            continue
        found.setdefault(goal_id, _Aim(title, target, [])).task_ids.append(task_id)
    for goal_id, aim in found.items():
        end = datetime.combine(aim.target, time(), from_micros(0).tzinfo) + DAY_OF_UTC
        yield Promise(
            kind=Kind.GOAL,
            id=goal_id,
            title=aim.title,
            by=to_micros(end) - 1,
            task_ids=aim.task_ids,
            others=max(0, needed.get(goal_id, 0) - len(aim.task_ids)),
        )


def _told(found: Sequence[Risk], keys: Mapping[UUID, str], reader: Reader, made: Made) -> Wire:
    return {
        "items": [_wire(one, keys.get(one.promise.id), reader) for one in found],
        "futures": FUTURES,
        "seed": SEED,
        "computed_at": made.at,
    }


def _wire(risk: Risk, key: str | None, reader: Reader) -> Wire:
    promise = risk.promise
    return {
        "kind": promise.kind,
        "id": promise.id,
        "key": key,
        "title": promise.title,
        "by": from_micros(promise.by),
        "chance": risk.chance,
        "outlook": risk.outlook,
        "likely_end": from_micros(risk.likely_end),
        "p80_end": from_micros(risk.p80_end),
        "tasks": len(promise.task_ids),
        "others": promise.others,
        "text": _text(risk, reader),
    }


def _text(risk: Risk, reader: Reader) -> str:
    by, likely, mostly = (
        moment(from_micros(each), reader)
        for each in (risk.promise.by, risk.likely_end, risk.p80_end)
    )
    percent = round(100 * risk.chance)
    return f"{percent} % by {by}: likely done {likely}, in four of five cases {mostly}"
