"""A runtime of core alone: what the job engine needs, without the web or any domain."""

import secrets
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from upnext.core.changes import Subscribers
from upnext.core.clock import Clock, SystemClock
from upnext.core.config import load
from upnext.core.db import Database
from upnext.core.keys import KeyRing
from upnext.core.limits import Limiter
from upnext.core.metrics import Metrics
from upnext.core.outbound import Outbound
from upnext.core.runtime import Runtime
from upnext.core.storage import storage_of
from upnext.core.work import Workshop


@asynccontextmanager
async def core_runtime(
    url: str, *, clock: Clock | None = None, concurrency: int = 4, db: Database | None = None
) -> AsyncIterator[Runtime]:
    clock = clock or SystemClock()
    with tempfile.TemporaryDirectory() as folder:
        settings = load(
            environ={
                "DATABASE_URL": url,
                "UPNEXT_DATA_DIR": folder,
                "UPNEXT_JOBS_CONCURRENCY": str(concurrency),
                "SECRET_KEY": secrets.token_urlsafe(48),
                "JWT_SECRET_KEY": secrets.token_urlsafe(48),
            }
        )
        db = db or Database(url)
        runtime = Runtime(
            settings=settings,
            db=db,
            keys=KeyRing(settings.auth),
            clock=clock,
            limiter=Limiter(settings.limits, None),
            metrics=Metrics(),
            workshop=Workshop(db, clock, Subscribers()),
            outbound=Outbound(),
            storage=storage_of(settings),
            parts={},
        )
        try:
            yield runtime
        finally:
            await runtime.limiter.close()
            await db.dispose()
