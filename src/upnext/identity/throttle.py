"""Slows down guessing, but never locks anybody out.

Failures are counted for the account and the address together, strictly; for the account, so that
many addresses do not help; and for the address, so that many accounts do not. The account's own
count stops only addresses that have failed before: a person at home gets in with the right
password, however many strangers try.
"""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.errors import LostRace, TooMany
from upnext.identity import queries
from upnext.identity.models import LoginThrottle

STEP = 5
FORGOTTEN_AFTER = timedelta(hours=1)
# Nobody can fill the change log with wrong passwords, from however many addresses.
NOTED_ALL = 5
MOST_NOTED = 500


@dataclass(frozen=True, slots=True)
class Brake:
    """`free` failures cost nothing; then the wait doubles from STEP up to `longest` seconds."""

    free: int
    longest: int

    def seconds(self, failures: int) -> int:
        if failures < self.free:
            return 0
        return int(min(self.longest, STEP * 2 ** min(failures - self.free, 20)))


PAIR = Brake(free=5, longest=900)
ACCOUNT = Brake(free=20, longest=60)
ADDRESS = Brake(free=20, longest=60)


@dataclass(frozen=True, slots=True)
class Attempt:
    """`account` is any text that stands for one; `address` as rate limits count it."""

    account: str
    address: str

    @property
    def pair_key(self) -> str:
        return f"both:{_digest(self.account, self.address)}"

    @property
    def account_key(self) -> str:
        return f"account:{_digest(self.account)}"

    @property
    def address_key(self) -> str:
        return f"address:{_digest(self.address)}"

    @property
    def keys(self) -> list[str]:
        """Sorted: all who count take their locks in one order."""
        return sorted((self.pair_key, self.account_key, self.address_key))


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


async def check(session: AsyncSession, attempt: Attempt, now: datetime) -> None:
    """Raises TooMany while the attempt has to wait."""
    rows = (await session.scalars(queries.throttles(attempt.keys))).all()
    seconds = remaining(attempt, rows, now)
    if seconds > 0:
        raise TooMany(
            f"Too many wrong passwords. Try again in {seconds} seconds.",
            code="login_throttled",
            headers={"Retry-After": str(seconds)},
        )


def remaining(attempt: Attempt, rows: Sequence[LoginThrottle], now: datetime) -> int:
    """Seconds that are left to wait."""
    known = {row.key: row for row in rows if now - row.updated_at < FORGOTTEN_AFTER}
    brakes = {attempt.pair_key: PAIR, attempt.address_key: ADDRESS}
    if attempt.pair_key in known:
        brakes[attempt.account_key] = ACCOUNT
    waits = [
        row.updated_at + timedelta(seconds=brakes[row.key].seconds(row.failures)) - now
        for row in known.values()
        if row.key in brakes
    ]
    return max(0, *(math.ceil(wait.total_seconds()) for wait in waits)) if waits else 0


async def count(session: AsyncSession, attempt: Attempt, now: datetime) -> int | None:
    """One more failure. Raises LostRace when somebody else counted the same first one.

    Returns how many there were, or None when this one is not worth a line in the change log: of
    the first ones each is, then one when their number has doubled, and so many in an hour.
    """
    for key in attempt.keys:
        await _count_one(session, key, now)
    failures = await _most_failures(session, attempt.keys)
    if failures > NOTED_ALL and failures & (failures - 1):
        return None
    hour = f"noted:{now:%Y-%m-%dT%H}"
    await _count_one(session, hour, now)
    return failures if await _most_failures(session, [hour]) <= MOST_NOTED else None


async def _count_one(session: AsyncSession, key: str, now: datetime) -> None:
    one_more = queries.count_failure(key, now, now - FORGOTTEN_AFTER)
    if await queries.changed(session, one_more):
        return
    dialect = session.get_bind().dialect.name
    if not await queries.changed(session, queries.first_failure(dialect, key, now)):
        raise LostRace


async def _most_failures(session: AsyncSession, keys: list[str]) -> int:
    rows = await session.scalars(queries.throttles(keys))
    return max(row.failures for row in rows)


async def forgive(session: AsyncSession, attempt: Attempt) -> None:
    """The right password from this address. What others tried stays counted."""
    await session.execute(queries.forgive(attempt.pair_key))
