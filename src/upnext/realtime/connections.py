"""Who is connected to this process, how many of them, and until when."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from upnext.core.auth import Actor, Credential
from upnext.core.clock import Clock
from upnext.core.db import Database
from upnext.core.errors import TooMany
from upnext.core.lanes import Lane
from upnext.identity.holding import still_holding
from upnext.realtime.hub import FAILURES, told_within
from upnext.workspaces.actors import actor_for

log = structlog.get_logger("upnext.realtime")

MOST_PER_USER = 10
# A revoked credential stops within five seconds: this, and what a look at the database takes.
CHECK_SECONDS = 2.0
# Rights are never older than this when something is told.
FRESH_SECONDS = 4.0


class Standing:
    """Somebody's rights as they are, looked up once for all their connections."""

    def __init__(self, lane: Lane, credential: Credential) -> None:
        self._lane, self._credential = lane, credential
        self._lock = asyncio.Lock()
        self._actor: Actor | None = None
        self._looked_up = 0.0

    async def since(self, moment: float) -> Actor:
        """As they were at `moment` of the loop's time, or later."""
        async with self._lock:
            if self._actor is None or self._looked_up <= moment:
                self._looked_up = asyncio.get_running_loop().time()
                self._actor = await actor_for(self._lane, self._credential)
            return self._actor


class Connection:
    """A stream or a socket. `ended` is set when it has to end; then `why` says the reason."""

    def __init__(self, standing: Standing, credential: Credential, until: datetime | None) -> None:
        self._standing = standing
        self.credential = credential
        self.until = until
        self.ended = asyncio.Event()
        self.why = ""

    def end(self, why: str) -> None:
        self.why = self.why or why
        self.ended.set()

    async def actor(self, *, since: float | None = None) -> Actor:
        """Their roles as they were at `since`, or later; a few seconds ago if it is left out."""
        if since is None:
            since = asyncio.get_running_loop().time() - FRESH_SECONDS
        return await self._standing.since(since)


class Connections:
    def __init__(self, db: Database, clock: Clock, lifetime: timedelta) -> None:
        """`lifetime`: how long somebody who signed in stays without showing a token again."""
        self._db, self._clock, self._lifetime = db, clock, lifetime
        self._open: set[Connection] = set()
        self._per_user: Counter[UUID] = Counter()
        self._standings: dict[UUID, Standing] = {}
        self._stop = asyncio.Event()

    def __len__(self) -> int:
        return len(self._open)

    def __iter__(self) -> Iterator[Connection]:
        return iter(tuple(self._open))

    @contextmanager
    def open(self, credential: Credential) -> Iterator[Connection]:
        """Raises TooMany."""
        user_id = credential.user_id
        if self._per_user[user_id] >= MOST_PER_USER:
            raise TooMany(
                f"You have {MOST_PER_USER} live connections already. Close one of them.",
                code="too_many_connections",
            )
        standing = self._standings.setdefault(user_id, Standing(self._db.lane, credential))
        connection = Connection(standing, credential, self.until(credential))
        self._per_user[user_id] += 1
        self._open.add(connection)
        try:
            yield connection
        finally:
            self._open.discard(connection)
            self._per_user[user_id] -= 1
            if not self._per_user[user_id]:
                del self._per_user[user_id], self._standings[user_id]

    def until(self, credential: Credential) -> datetime | None:
        """An access token is good for a while, and so is what it opens; an API token says itself
        how long it lasts."""
        return self._clock.now() + self._lifetime if credential.kind == "session" else None

    def stop(self) -> None:
        """Ends everything; `run` returns."""
        self._stop.set()
        for connection in self._open:
            connection.end("server_stops")

    async def run(self) -> None:
        """Until `stop`: ends those whose credential does not hold any more."""
        self._stop.clear()
        while not await told_within(self._stop, CHECK_SECONDS):
            try:
                await self.check()
            except FAILURES as error:
                # Without the database there is nothing to tell them either.
                log.debug("connections_not_checked", error=repr(error))

    async def check(self) -> None:
        now = self._clock.now()
        for connection in self._open:
            if connection.until is not None and connection.until <= now:
                connection.end("expired")
        ids = {connection.credential.id for connection in self._open}
        if not ids:
            return
        async with self._db.read() as session:
            holding = await still_holding(session, ids, now)
        for connection in self._open:
            if connection.credential.id in ids - holding:
                connection.end("revoked")
