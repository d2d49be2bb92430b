"""Times of a person's day: when they are left alone, and when their digest comes. Pure."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

HOUR = 60
DAY = timedelta(days=1)


def after_quiet(now: datetime, zone: str, quiet: tuple[int | None, int | None]) -> datetime:
    """`now`, or the end of the quiet hours that it lies in."""
    begin, end = quiet
    if begin is None or end is None or begin == end:
        return now
    local = now.astimezone(ZoneInfo(zone))
    minute = local.hour * HOUR + local.minute
    over_midnight = begin > end
    awake = end <= minute < begin if over_midnight else not begin <= minute < end
    if awake:
        return now
    day = local.date() + DAY if over_midnight and minute >= begin else local.date()
    return max(now, _at(day, end, zone).astimezone(now.tzinfo))


def next_digest(now: datetime, zone: str, hour: int) -> datetime:
    """The next time that the clock there strikes `hour`; in a gap, right after it."""
    local = now.astimezone(ZoneInfo(zone))
    for ahead in range(3):
        at = _at(local.date() + ahead * DAY, hour * HOUR, zone).astimezone(now.tzinfo)
        if at > now:
            return at
    raise AssertionError("unreachable")


def _at(day: date, minute: int, zone: str) -> datetime:
    plain = datetime.combine(day, time(minute // HOUR % 24, minute % HOUR))
    return plain.replace(tzinfo=ZoneInfo(zone))
