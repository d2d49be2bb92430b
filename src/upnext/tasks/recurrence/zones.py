"""From wall times to instants and back, where clocks are put forward and back."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_TICK = timedelta(seconds=1)


def wall_of(instant: datetime, zone: ZoneInfo) -> datetime:
    """What clocks in `zone` show, without a zone."""
    return instant.astimezone(zone).replace(tzinfo=None)


def instant_of(wall: datetime, zone: ZoneInfo) -> datetime:
    """When clocks in `zone` show `wall`, in UTC.

    A time that they leave out is the first moment after the gap; one that they show twice is the
    first of the two. So a later wall time never gives an earlier instant.
    """
    earlier = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if earlier.astimezone(zone).replace(tzinfo=None) == wall:
        return earlier
    return _end_of_gap(wall, zone)


def _end_of_gap(wall: datetime, zone: ZoneInfo) -> datetime:
    # Read with the offset of after the gap it lies before it, and the other way round.
    whole = wall.replace(tzinfo=zone, microsecond=0)
    before, after = (whole.replace(fold=fold).astimezone(UTC) for fold in (1, 0))
    offset = before.astimezone(zone).utcoffset()
    low, high = 0, (after - before) // _TICK
    while high - low > 1:
        middle = (low + high) // 2
        same = (before + middle * _TICK).astimezone(zone).utcoffset() == offset
        low, high = (middle, high) if same else (low, middle)
    return before + high * _TICK
