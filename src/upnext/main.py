"""The server process: settings to runtime to application, and how it starts and stops."""

import asyncio
import functools
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.supervisors import Multiprocess

from upnext import api, manifest
from upnext.boards.showing import kept as boards_kept
from upnext.classification import classifier, sealing
from upnext.core import metrics as metrics_of_process
from upnext.core import observing
from upnext.core.clock import Clock, SystemClock
from upnext.core.collecting import keep_all
from upnext.core.config import Settings
from upnext.core.db import Database
from upnext.core.edge.protocol import uvicorn_options
from upnext.core.errors import AppError
from upnext.core.jobs import Spacing, background, of_queue
from upnext.core.jobs.broker import QUEUE, Waker
from upnext.core.keys import KeyRing
from upnext.core.limits import Limiter
from upnext.core.metrics import Metrics
from upnext.core.migrate import ensure_current
from upnext.core.outbound import Outbound, outbound_of
from upnext.core.pulse import Pulse
from upnext.core.runtime import Runtime
from upnext.core.shared_cache import SharedCache
from upnext.core.storage import storage_of
from upnext.core.work import Workshop
from upnext.identity import accounts
from upnext.identity.credentials import Authenticator
from upnext.planning.known import memory
from upnext.realtime.connections import Connections
from upnext.realtime.hub import Hub
from upnext.realtime.running import live
from upnext.tasks import deriving
from upnext.tasks.stats.kept import Kept
from upnext.workspaces.believing import Roles

# Requests under way get so long when the server is told to stop.
GRACE_SECONDS = 20


def build_runtime(
    settings: Settings,
    clock: Clock | None = None,
    *,
    serving: bool = False,
    db: Database | None = None,
) -> Runtime:
    """Opens nothing yet: connections are made when they are needed. `db`: those of another."""
    clock = clock or SystemClock()
    db = db or _database(settings)
    shared = _metrics_folder(settings) if serving and settings.server.workers > 1 else None
    outbound = outbound_of(settings)
    parts = _parts(settings, db, outbound, clock)
    runtime = Runtime(
        settings=settings,
        db=db,
        keys=KeyRing(settings.auth),
        clock=clock,
        limiter=Limiter(settings.limits, settings.redis.url),
        metrics=Metrics(shared),
        workshop=Workshop(
            db,
            clock,
            manifest.SUBSCRIBERS,
            settings.jobs.retry_max + 1,
            parts,
            pulse=_pulse(settings),
        ),
        outbound=outbound,
        storage=storage_of(settings),
        parts=parts,
    )
    runtime.parts["authenticate"] = Authenticator(runtime)
    return runtime


def _parts(
    settings: Settings, db: Database, outbound: Outbound, clock: Clock
) -> dict[str, Any]:  # by name, of any kind
    return {
        "scopes": manifest.SCOPES,
        "filter_fields": manifest.FILTER_FIELDS,
        "actions": manifest.ACTIONS,
        "stats": Kept(shared=SharedCache(settings.redis.url)),
        boards_kept.PART: boards_kept.Kept(),
        memory.PART: memory.Memory(),
        "search_sources": manifest.SEARCHED,
        "roles": Roles(),
        "started_at": clock.now(),
        "hub": Hub(db, settings.redis.url),
        "connections": Connections(
            db, clock, timedelta(minutes=settings.auth.access_token_expire_minutes)
        ),
        deriving.PART: settings.classification.mode,
        classifier.PART: classifier.classifier_of(settings, db, outbound, clock),
        sealing.SPACING: Spacing(settings.classification.gather_seconds),
    }


def _pulse(settings: Settings) -> Pulse:
    """Redis is there for several machines, which share no file."""
    return Pulse(None if settings.redis.url else settings.data_dir / "pulse")


def _database(settings: Settings) -> Database:
    where = settings.database
    return Database(where.url, pool_size=where.pool_size, replica=where.replica_url)


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Runtime]:
    """A runtime on a database of the right schema, for commands that work on the server."""
    runtime = build_runtime(settings)
    try:
        await ensure_current(runtime.db, settings.database.url, migrate=settings.embedded)
        yield runtime
    finally:
        await close(runtime)


async def close(runtime: Runtime) -> None:
    await runtime.parts["authenticate"].settle()
    runtime.outbound.close()
    await asyncio.to_thread(observing.end)
    await runtime.limiter.close()
    await runtime.parts["stats"].close()
    runtime.workshop.pulse.close()
    await runtime.db.dispose()


@asynccontextmanager
async def in_background(runtime: Runtime) -> AsyncIterator[None]:
    """What runs beside the requests of a server process: sealer, jobs, schedules."""
    jobs = runtime.settings.jobs
    async with AsyncExitStack() as stack:
        stack.push_async_callback(close, runtime)
        await stack.enter_async_context(live(runtime))
        await stack.enter_async_context(
            background(
                runtime,
                handlers=manifest.JOBS,
                schedules=manifest.SCHEDULES,
                run_jobs=jobs.embedded and jobs.runner == "embedded",
            )
        )
        if jobs.runner == "celery":
            await stack.enter_async_context(_waking(runtime))
        yield


@asynccontextmanager
async def _waking(runtime: Runtime) -> AsyncIterator[None]:
    """From now on commits of this process that enqueue jobs wake Celery's workers."""
    waker = Waker(runtime, tuple(of_queue(manifest.JOBS, QUEUE)))
    runtime.workshop.wakeups.jobs = waker.wake
    task = asyncio.create_task(waker.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def application(settings: Settings) -> ASGIApp:
    """One process's application; called in the process that serves it."""
    observing.set_up(settings)
    runtime = build_runtime(settings, serving=True)
    app = api.create_app(runtime, manifest.ROUTERS, in_background, outside=manifest.OUTSIDE)
    served = api.behind_edge(app, runtime)
    keep_all()
    return served


class CannotStart(AppError):
    """Says in a sentence what to do about it."""


def listen(settings: Settings) -> socket.socket:
    """The listening socket. Raises CannotStart when the port is taken or not ours to take."""
    host, port = settings.server.host, settings.server.port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
    except OSError as error:
        sock.close()
        raise CannotStart(
            f"Cannot listen on {host} port {port}: {error.strerror}. "
            "Choose another port with --port (or PORT= with make), or stop what uses this one."
        ) from None
    sock.set_inheritable(True)
    return sock


def serve(settings: Settings, sock: socket.socket) -> None:
    """Serves until told to stop; then finishes what is under way and hands back its jobs."""
    config = uvicorn.Config(
        functools.partial(application, settings),
        factory=True,
        loop="uvloop",
        lifespan="on",
        workers=settings.server.workers,
        timeout_graceful_shutdown=GRACE_SECONDS,
        timeout_worker_healthcheck=60,
        **uvicorn_options(),
    )
    if settings.server.workers > 1:
        metrics_of_process.share(_metrics_folder(settings))
        Multiprocess(config, [sock]).run()
    else:
        uvicorn.Server(config).run(sockets=[sock])


def _metrics_folder(settings: Settings) -> Path:
    return settings.data_dir / "metrics"


async def prepare(settings: Settings) -> list[str]:
    """Before anything is served: the schema, and the admin of the settings. Returns what to do."""
    async with running(settings) as runtime:
        if settings.auth.admin_email:
            await accounts.seed_admin(runtime)
        if await accounts.has_admin(runtime):
            return ["upnext login --server {url}"]
        token = accounts.setup_token(runtime)
        return [
            "upnext register --server {url}   (the first account becomes the admin)",
            f"from another machine the first account needs the setup token {token}",
        ]
