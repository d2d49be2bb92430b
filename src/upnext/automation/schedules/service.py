"""The use cases of schedules."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, NamedTuple, Unpack
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.automation import policy
from upnext.automation.actions import ActionKinds, Doing, Registries, read_action
from upnext.automation.events import (
    ScheduleCreated,
    ScheduleDeleted,
    SchedulePaused,
    ScheduleResumed,
    ScheduleUpdated,
)
from upnext.automation.models import UserSchedule
from upnext.automation.owners import personal_workspace, require_person
from upnext.automation.schedules import queries
from upnext.automation.schedules.schemas import WAYS, ScheduleCreate, ScheduleList, SchedulePatch
from upnext.automation.schedules.timing import (
    Timing,
    TimingError,
    read_cron,
    read_rule,
    stored_as,
    timing_of,
    upcoming,
)
from upnext.core.auth import RANK, Actor
from upnext.core.changes import Change, Diff, record, unit_of
from upnext.core.errors import Conflict, Forbidden, NotFound, invalid_field
from upnext.core.ids import new_id
from upnext.core.jobs.models import Schedule
from upnext.core.keys import KeyRing
from upnext.core.load import check_version, permit
from upnext.core.paging import read_cursor, write_cursor
from upnext.identity import service as accounts
from upnext.identity.models import User
from upnext.tasks.filtering import Fields
from upnext.tasks.recurrence.zones import wall_of
from upnext.tasks.wire import plain

RUN = "automation.run"
MOST = 200
SHOWN = 5
NOBODY = UUID(int=0)


class Whole(NamedTuple):
    """What somebody asked for, and the engine's row of it."""

    asked: UserSchedule
    engine: Schedule


async def create(
    session: AsyncSession,
    actor: Actor,
    data: ScheduleCreate,
    **registries: Unpack[Registries],
) -> Whole:
    user = await accounts.load(session, require_person(actor))
    workspace_id = data.workspace_id or await personal_workspace(session, actor)
    permit(actor, policy.CREATE_SCHEDULE, workspace_id)
    if (await session.scalar(queries.count(user.id)) or 0) >= MOST:
        raise Conflict(
            f"You have {MOST} schedules, which is the most. Delete one first.",
            code="too_many_schedules",
        )
    now = unit_of(session).now
    engine = Schedule(
        id=new_id(), workspace_id=workspace_id, kind=RUN, args={}, created_at=now,
        timezone=data.timezone or user.time_zone, misfire=data.misfire, enabled=data.enabled,
    )  # fmt: skip
    asked = UserSchedule(
        id=engine.id, workspace_id=workspace_id, user_id=user.id, name=data.name,
        action=data.action, enabled=data.enabled, starts_at=data.starts_at or now, failures=0,
        cron=data.cron, rrule=data.rrule, run_at=data.run_at, created_at=now, updated_at=now,
    )  # fmt: skip
    whole = Whole(asked, engine)
    await settle_action(session, actor, whole, user, **registries)
    _settle_timing(whole, now)
    session.add(engine)
    await session.flush()
    session.add(asked)
    await session.flush()
    await _tell(session, actor, ScheduleCreated, asked, {"name": (None, asked.name)})
    return whole


async def settle_action(
    session: AsyncSession,
    actor: Actor,
    whole: Whole,
    user: User,
    *,
    kinds: ActionKinds,
    fields: Fields,
) -> None:
    """Keeps what was said, in the kind's own words, if the actor may ask for it."""
    asked = whole.asked
    kind, settings = read_action(kinds, asked.action)
    told = settings.model_dump(mode="json", exclude_unset=True)
    asked.action = {"type": kind.name, **told}
    if kind.check is not None:
        doing = doing_of(whole, user, actor, unit_of(session).now, fields=fields)
        await kind.check(session, doing, settings)


def doing_of(
    whole: Whole,
    user: User,
    actor: Actor,
    now: datetime,
    *,
    fields: Fields,
    run_id: UUID = NOBODY,
) -> Doing:
    return Doing(
        run_id=run_id,
        schedule_id=whole.asked.id,
        schedule_name=whole.asked.name,
        workspace_id=whole.asked.workspace_id,
        actor=actor,
        time_zone=whole.engine.timezone,
        language=user.language,
        fields=fields,
        now=now,
    )


def _settle_timing(whole: Whole, now: datetime) -> None:
    """From now on it comes when its row says. Raises Invalid for what never comes any more."""
    asked, engine = whole
    timing = _timing(asked, ZoneInfo(engine.timezone))
    asked.cron, asked.rrule = timing.cron, str(timing.rule) if timing.rule else None
    engine.timing = stored_as(timing)
    engine.next_fire_at = next(_following(timing, asked, now), None)
    if engine.next_fire_at is None:
        name = next(name for name in WAYS if getattr(asked, name) is not None)
        raise invalid_field(f"/{name}", "This lies in the past: it would never run.", "never_runs")


def _timing(asked: UserSchedule, zone: ZoneInfo) -> Timing:
    start = wall_of(asked.starts_at, zone).replace(second=0, microsecond=0)
    field = "cron" if asked.cron is not None else "rrule"
    try:
        cron = read_cron(asked.cron) if asked.cron is not None else None
        rule = read_rule(asked.rrule) if asked.rrule is not None else None
    except TimingError as error:
        raise invalid_field(f"/{field}", str(error), "bad_timing") from None
    return Timing(zone=zone, start=start, at=asked.run_at, cron=cron, rule=rule)


def _following(timing: Timing, asked: UserSchedule, now: datetime) -> Iterator[datetime]:
    if timing.at is not None:
        return upcoming(timing, now)
    return upcoming(timing, max(now, asked.starts_at - timedelta(microseconds=1)))


def next_runs(whole: Whole, now: datetime) -> list[datetime]:
    """None while it is paused."""
    if not whole.asked.enabled or whole.engine.next_fire_at is None:
        return []
    timing = timing_of(whole.engine.timing or {}, whole.engine.timezone)
    return list(islice(_following(timing, whole.asked, now), SHOWN))


async def get(
    session: AsyncSession,
    actor: Actor,
    schedule_id: UUID,
    *,
    own: bool = False,
    lock: bool = False,
) -> Whole:
    """One's own, or (unless `own`) one in a workspace that one administers."""
    row = (await session.execute(queries.one(schedule_id, lock=lock))).one_or_none()
    missing = NotFound("There is no such schedule.")
    if row is None:
        raise missing
    whole = Whole(*row)
    if whole.asked.user_id == actor.user_id:
        return whole
    if whole.asked.workspace_id not in managed(actor):
        raise missing
    if own:
        raise Forbidden(
            "It acts in its owner's name, so only they change it. You may pause or delete it.",
            code="not_owner",
        )
    return whole


def managed(actor: Actor) -> list[UUID]:
    """Workspaces whose schedules the actor looks after."""
    least = RANK[policy.MANAGE_SCHEDULES]
    return [place for place, role in actor.workspaces.items() if RANK[role] >= least]


async def find(
    session: AsyncSession, actor: Actor, keys: KeyRing, wanted: ScheduleList
) -> tuple[list[Whole], str | None]:
    limit = wanted.limit
    behind = read_cursor(keys, queries.NEWEST, wanted.cursor) if wanted.cursor else None
    places = managed(actor) if wanted.everybody else []
    statement = queries.visible(actor.user_id, places, wanted.workspace_id, behind, limit)
    found = [Whole(*row) for row in await session.execute(statement)]
    if len(found) <= limit:
        return found, None
    last = found[limit - 1].asked
    return found[:limit], write_cursor(keys, queries.NEWEST, [last.id])


async def update(
    session: AsyncSession,
    actor: Actor,
    schedule_id: UUID,
    data: SchedulePatch,
    *,
    expected: int | None = None,
    **registries: Unpack[Registries],
) -> Whole:
    whole = await get(session, actor, schedule_id, own=True, lock=True)
    check_version(whole.asked.version, expected)
    now, before = unit_of(session).now, _shown(whole)
    given = {name: getattr(data, name) for name in data.model_fields_set}
    if given.keys() & set(WAYS):
        given |= {name: getattr(data, name) for name in WAYS}
    _write(whole, given, now)
    if "action" in given:
        user = await accounts.load(session, require_person(actor))
        await settle_action(session, actor, whole, user, **registries)
    timed = given.keys() & {*WAYS, "timezone", "starts_at"}
    if timed or (given.get("enabled") and not before["enabled"]):
        _settle_timing(whole, now)
    diff = {name: (before[name], new) for name, new in _shown(whole).items() if before[name] != new}
    if diff:
        whole.asked.updated_at = now
        await session.flush()
        await _tell(session, actor, ScheduleUpdated, whole.asked, diff)
    return whole


def _write(whole: Whole, given: Mapping[str, Any], now: datetime) -> None:
    asked, engine = whole
    for name, value in given.items():
        if name in {"timezone", "misfire", "enabled"}:
            setattr(engine, name, value)
        if name == "starts_at":
            asked.starts_at = value or now
        elif name not in {"timezone", "misfire"}:
            setattr(asked, name, value)
    if given.get("enabled"):
        asked.failures, asked.paused_because = 0, None


_SHOWN = ("name", "action", "cron", "rrule", "run_at", "starts_at", "enabled")


def _shown(whole: Whole) -> dict[str, Any]:
    found = {name: plain(getattr(whole.asked, name)) for name in _SHOWN}
    return found | {"timezone": whole.engine.timezone, "misfire": str(whole.engine.misfire)}


async def pause(session: AsyncSession, actor: Actor, schedule_id: UUID) -> Whole:
    """No run begins any more; what has begun ends."""
    whole = await get(session, actor, schedule_id, lock=True)
    if whole.asked.enabled:
        await stop(session, actor, whole, {})
    return whole


async def stop(session: AsyncSession, actor: Actor, whole: Whole, why: Diff) -> None:
    whole.asked.enabled = whole.engine.enabled = False
    whole.asked.updated_at = unit_of(session).now
    await session.flush()
    diff = {"enabled": (True, False), **why}
    await _tell(session, actor, SchedulePaused, whole.asked, diff)


async def resume(session: AsyncSession, actor: Actor, schedule_id: UUID) -> Whole:
    """From its next time on: what passed meanwhile is not made up for."""
    whole = await get(session, actor, schedule_id, own=True, lock=True)
    if whole.asked.enabled:
        return whole
    now = unit_of(session).now
    whole.asked.enabled = whole.engine.enabled = True
    whole.asked.failures, whole.asked.paused_because = 0, None
    _settle_timing(whole, now)
    whole.asked.updated_at = now
    await session.flush()
    await _tell(session, actor, ScheduleResumed, whole.asked, {"enabled": (False, True)})
    return whole


async def delete(
    session: AsyncSession, actor: Actor, schedule_id: UUID, *, expected: int | None = None
) -> None:
    """With its runs; one that has begun finds nothing to do any more."""
    whole = await get(session, actor, schedule_id, lock=True)
    asked = whole.asked
    check_version(asked.version, expected)
    name, version = asked.name, asked.version + 1
    session.expunge(asked)
    await session.execute(queries.drop(schedule_id))
    change = ScheduleDeleted(
        workspace_id=asked.workspace_id,
        resource_id=schedule_id,
        version=version,
        diff={"name": (name, None), "user_id": (str(asked.user_id), None)},
    )
    await record(session, actor, change)


async def _tell(
    session: AsyncSession, actor: Actor, kind: type[Change], asked: UserSchedule, diff: Diff
) -> None:
    change = kind(
        workspace_id=asked.workspace_id,
        resource_id=asked.id,
        version=asked.version,
        diff={"user_id": (None, str(asked.user_id)), **diff},
    )
    await record(session, actor, change)
