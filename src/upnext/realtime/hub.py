"""One process's view of what happens: who follows which workspace, and what is new there.

A workspace is read once per wake, whoever follows it. What is handed out is only the newest: who
comes late, was away or is slow reads the rest from the database by `seq`.
"""

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from upnext.core.db import Database
from upnext.core.errors import AppError
from upnext.core.work import Wakeups
from upnext.realtime import queries
from upnext.realtime.batches import MOST, Batch, read_from
from upnext.realtime.wakes import SharedWakes

log = structlog.get_logger("upnext.realtime")

# How long what another process sealed may go unnoticed: without Redis, and with it.
POLL_SECONDS = 1.0
RARE_POLL_SECONDS = 5.0
OUTAGE_SECONDS = 1.0
# Batches that wait for a follower. What is more, they read for themselves once they get to it.
MOST_WAITING = 8
AT_A_TIME = 500
FAILURES = (DBAPIError, AppError, PoolTimeout, OSError)


async def told_within(event: asyncio.Event, seconds: float) -> bool:
    """Whether it was set by then."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True


class Mailbox:
    """What is new for one follower of one workspace."""

    def __init__(self, workspace_id: UUID) -> None:
        self.workspace_id = workspace_id
        self._batches: deque[Batch] = deque()
        self._stir = asyncio.Event()

    def put(self, batch: Batch) -> None:
        if len(self._batches) >= MOST_WAITING:
            self._batches.clear()
            batch = Batch(batch.workspace_id, batch.last + 1, batch.last)
        self._batches.append(batch)
        self._stir.set()

    async def get(self) -> Batch:
        while not self._batches:
            self._stir.clear()
            await self._stir.wait()
        return self._batches.popleft()


class Feed:
    """Of a workspace that somebody follows. `at` is what was handed out; None: not known yet."""

    def __init__(self) -> None:
        self.at: int | None = None
        self.mailboxes: set[Mailbox] = set()

    def has(self, seq: int) -> bool:
        """Whether that was handed out; of 0, which is no seq, nobody knows."""
        return bool(seq) and self.at is not None and seq <= self.at

    def put(self, batch: Batch) -> None:
        for mailbox in self.mailboxes:
            mailbox.put(batch)


class Hub:
    def __init__(self, db: Database, redis_url: str | None = None) -> None:
        self.db = db
        self._feeds: dict[UUID, Feed] = {}
        # Up to which seq there is something, if it is known; 0: who knows.
        self._woken: dict[UUID, int] = {}
        self._stir = asyncio.Event()
        self._shared: SharedWakes | None = None
        if redis_url:
            self._shared = SharedWakes(redis_url, self.wake, missed=self.wake_all)
        self._down = False
        self._stop = asyncio.Event()

    # Following

    @contextmanager
    def follow(self, workspace_id: UUID) -> Iterator[Mailbox]:
        """Whatever is sealed from now on comes into the mailbox, or a hint that there is more."""
        mailbox = Mailbox(workspace_id)
        feed = self._feeds.setdefault(workspace_id, Feed())
        feed.mailboxes.add(mailbox)
        if feed.at is None:
            self.wake(workspace_id, 0)
        try:
            yield mailbox
        finally:
            feed.mailboxes.discard(mailbox)
            if not feed.mailboxes:
                self._feeds.pop(workspace_id, None)

    @property
    def followed(self) -> int:
        """How many workspaces are followed at the moment."""
        return len(self._feeds)

    # Waking

    def sealed(self, workspace_id: UUID, seq: int) -> None:
        """Something was sealed in this process."""
        if self._shared is not None:
            self._shared.tell(workspace_id, seq)
        self.wake(workspace_id, seq)

    def wake(self, workspace_id: UUID, seq: int) -> None:
        """There may be something new, up to `seq`; 0: who knows."""
        feed = self._feeds.get(workspace_id)
        if feed is None or feed.has(seq):
            return
        known = self._woken.get(workspace_id, seq)
        self._woken[workspace_id] = max(known, seq) if known and seq else 0
        self._stir.set()

    def wake_all(self) -> None:
        for workspace_id in self._feeds:
            self.wake(workspace_id, 0)

    # Running

    def stop(self) -> None:
        """`run` returns, once what is being read is read."""
        self._stop.set()
        self._stir.set()

    async def run(self, wakeups: Wakeups) -> None:
        """Until `stop`."""
        self._stop.clear()
        wakeups.sealed = self.sealed
        async with asyncio.TaskGroup() as group:
            shared = group.create_task(self._shared.run()) if self._shared else None
            await asyncio.gather(self._hand_out_forever(), self._poll_forever())
            if shared:
                shared.cancel()

    async def _hand_out_forever(self) -> None:
        while not self._stop.is_set():
            await self._stir.wait()
            self._stir.clear()
            woken, self._woken = self._woken, {}
            for workspace_id, seq in woken.items():
                try:
                    await self._hand_out(workspace_id, seq)
                    self._note(None)
                except FAILURES as error:
                    self._note(error)
                    self._woken[workspace_id] = 0
            if self._woken and not await told_within(self._stop, OUTAGE_SECONDS):
                self._stir.set()

    async def _hand_out(self, workspace_id: UUID, seq: int) -> None:
        feed = self._feeds.get(workspace_id)
        # It may have come with what was read meanwhile.
        if feed is None or feed.has(seq):
            return
        if feed.at is None:
            async with self.db.read() as session:
                at = await session.scalar(queries.head(workspace_id)) or 0
            # Who came before this was known has to look whether they have all.
            feed.at = at
            feed.put(Batch(workspace_id, at + 1, at))
            return
        while True:
            batch = await read_from(self.db, workspace_id, feed.at)
            if batch.rows:
                feed.at = batch.last
                feed.put(batch)
            if len(batch.rows) < MOST:
                return

    async def _poll_forever(self) -> None:
        while not await told_within(self._stop, self._pause()):
            try:
                await self._poll()
            except FAILURES as error:
                self._note(error)

    def _pause(self) -> float:
        heard = self._shared is not None and self._shared.connected
        return RARE_POLL_SECONDS if heard else POLL_SECONDS

    async def _poll(self) -> None:
        followed = sorted(self._feeds)
        for start in range(0, len(followed), AT_A_TIME):
            part = followed[start : start + AT_A_TIME]
            async with self.db.read() as session:
                for workspace_id, seq in (await session.execute(queries.heads(part))).all():
                    self.wake(workspace_id, seq)

    def _note(self, error: Exception | None) -> None:
        """Once when the database goes, and once when it is back."""
        if error is not None and not self._down:
            log.warning("realtime_postponed", error=repr(error))
        elif error is None and self._down:
            log.info("realtime_goes_on")
        self._down = error is not None
