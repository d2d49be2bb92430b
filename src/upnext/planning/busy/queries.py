"""Every statement on busy times."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    Delete,
    Insert,
    Select,
    Table,
    Update,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from upnext.core.inserts.queries import insert_ignore
from upnext.core.paging import Order, identities, instants
from upnext.identity.models import User
from upnext.planning.busy.models import BusyCalendar, BusyTime
from upnext.planning.models import PlanningProfile

TIME = cast(Table, BusyTime.__table__)
CALENDAR = cast(Table, BusyCalendar.__table__)
PROFILE = cast(Table, PlanningProfile.__table__)
SOONEST = Order(
    (("starts_at", instants(TIME.c.starts_at), False), ("id", identities(TIME.c.id), False))
)


def page(
    user_id: UUID | None,
    span: tuple[datetime, datetime],
    behind: list[Any] | None,  # values of SOONEST's columns
    limit: int,
) -> Select[BusyTime]:
    """Those that touch the span, the soonest first, and one more than `limit` if there is one."""
    start, end = span
    found = select(BusyTime).where(
        BusyTime.user_id == user_id, BusyTime.ends_at > start, BusyTime.starts_at < end
    )
    if behind is not None:
        found = found.where(SOONEST.behind(behind))
    return found.order_by(*SOONEST.clauses()).limit(limit + 1)


def own(user_id: UUID | None, busy_id: UUID) -> Select[BusyTime]:
    found = select(BusyTime).where(BusyTime.user_id == user_id, BusyTime.id == busy_id)
    return found.with_for_update()


def count_own(user_id: UUID | None, now: datetime) -> Select[int]:
    """Entries of the person's own that are not over."""
    return select(func.count()).where(
        BusyTime.user_id == user_id, BusyTime.calendar_id.is_(None), BusyTime.ends_at > now
    )


def spans(user_id: UUID, start: datetime, end: datetime) -> Select[datetime, datetime]:
    return (
        select(BusyTime.starts_at, BusyTime.ends_at)
        .where(BusyTime.user_id == user_id, BusyTime.ends_at > start, BusyTime.starts_at < end)
        .order_by(BusyTime.starts_at)
    )


def merged(user_id: UUID) -> Select[Any]:
    return select(PlanningProfile.busy).where(PlanningProfile.user_id == user_id)


def put_merged(user_id: UUID, busy: list[list[int]] | None) -> Update:
    return update(PROFILE).where(PROFILE.c.user_id == user_id).values(busy=busy)


def new_profile(dialect: str, row: Mapping[str, Any]) -> Insert:
    return insert_ignore(dialect, PROFILE, [row])


def people() -> Select[UUID]:
    """Everybody who has busy times, or had some."""
    busy = select(BusyTime.user_id).distinct()
    had = select(PlanningProfile.user_id).where(PlanningProfile.busy.is_not(None))
    return select(busy.union(had).subquery().c.user_id)


def drop_over(before: datetime) -> Delete:
    return delete(BusyTime).where(BusyTime.ends_at < before)


# Calendars


def calendars(user_id: UUID | None) -> Select[BusyCalendar]:
    found = select(BusyCalendar).where(BusyCalendar.user_id == user_id)
    return found.order_by(BusyCalendar.id.desc())


def own_calendar(user_id: UUID | None, calendar_id: UUID) -> Select[BusyCalendar]:
    return select(BusyCalendar).where(
        BusyCalendar.user_id == user_id, BusyCalendar.id == calendar_id
    )


def calendar(calendar_id: UUID) -> Select[BusyCalendar, str]:
    """With the zone in which its owner reads times that name none."""
    return (
        select(BusyCalendar, User.time_zone)
        .join(User, User.id == BusyCalendar.user_id)
        .where(BusyCalendar.id == calendar_id)
    )


def held(calendar_id: UUID) -> Select[UUID]:
    """Whose it is, locked: it cannot be deleted while it is filled."""
    found = select(BusyCalendar.user_id).where(BusyCalendar.id == calendar_id)
    return found.with_for_update()


def due_calendars(tried_before: datetime, limit: int) -> Select[UUID]:
    return (
        select(BusyCalendar.id)
        .join(User, User.id == BusyCalendar.user_id)
        .where(
            or_(BusyCalendar.tried_at.is_(None), BusyCalendar.tried_at < tried_before),
            User.disabled_at.is_(None),
        )
        .order_by(BusyCalendar.tried_at, BusyCalendar.id)
        .limit(limit)
    )


def drop_of_calendar(calendar_id: UUID) -> Delete:
    return delete(BusyTime).where(BusyTime.calendar_id == calendar_id)


def add_times(rows: Sequence[Mapping[str, Any]]) -> Insert:
    return insert(TIME).values(list(rows))


def tried(calendar_id: UUID, values: Mapping[str, Any]) -> Update:
    return update(CALENDAR).where(CALENDAR.c.id == calendar_id).values(**values)
