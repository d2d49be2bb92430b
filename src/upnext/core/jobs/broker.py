"""Celery, as far as it is needed to wake worker processes: it carries no job and decides nothing.

A message says "look into the queue". What is done, in which order and how often is decided by the
rows of the database, so a broker that loses or repeats messages costs a moment and nothing else.
"""

import asyncio
import ssl
from typing import TYPE_CHECKING, Any
from uuid import UUID

import structlog

from upnext.core import sentinels
from upnext.core.config import Settings
from upnext.core.errors import AppError
from upnext.core.jobs import queries
from upnext.core.lanes import Prepared
from upnext.core.runtime import Runtime

if TYPE_CHECKING:
    from celery import Celery

log = structlog.get_logger("upnext.jobs")

DRAIN, TICK = "upnext.drain", "upnext.tick"
QUEUE = "default"
# A wake-up that nobody took for so long is not worth anything: another was sent since.
LASTS_SECONDS = 30
# After a commit others follow, and one message is enough for all of them.
GATHER_SECONDS = 0.02
# What was enqueued for later, and what a lost message left, is found by looking this often.
SWEEP_SECONDS = 2.0
PATIENCE = 2.0


class NoBroker(AppError):
    """The settings ask for Celery, and name no broker."""


def make_celery(settings: Settings) -> "Celery":
    """Imports Celery, which takes a while: only for who uses it."""
    from celery import Celery  # noqa: PLC0415 - see above

    url = settings.jobs.broker_url or settings.redis.url
    if url is None or sentinels.MARK in url:
        raise NoBroker(
            "UPNEXT_JOBS_RUNNER=celery needs a broker: set CELERY_BROKER_URL or REDIS_URL "
            "(not to sentinels, which its wake-ups do not need: jobs are in the database)."
        )
    app = Celery("upnext", broker=url, set_as_current=False)
    app.conf.update(
        accept_content=["json"],
        task_serializer="json",
        task_ignore_result=True,
        task_default_queue=settings.jobs.queue_name,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        broker_connection_retry_on_startup=True,
        broker_connection_timeout=PATIENCE,
        broker_connection_max_retries=None,
        broker_transport_options=_transport(url),
        broker_use_ssl={"ssl_cert_reqs": ssl.CERT_REQUIRED} if _is_tls(url) else None,
    )
    return app


def _transport(url: str) -> dict[str, Any]:  # the transport's own options
    if not url.startswith("redis"):
        return {"confirm_publish": True}
    return {"socket_connect_timeout": PATIENCE, "socket_timeout": PATIENCE * 15}


def _is_tls(url: str) -> bool:
    return url.startswith(("rediss://", "amqps://"))


class Waker:
    """Tells Celery's workers that there is work; in every process that makes or finds some."""

    def __init__(self, runtime: Runtime, kinds: tuple[str, ...]) -> None:
        self._runtime = runtime
        self._next = Prepared(queries.next_ready_workspace(QUEUE, sorted(kinds)))
        self._celery = make_celery(runtime.settings)
        self._stir = asyncio.Event()
        self._lost = False

    @property
    def reaches(self) -> bool:
        """Whether the broker took the last message."""
        return not self._lost

    def wake(self) -> None:
        self._stir.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                async with asyncio.timeout(SWEEP_SECONDS):
                    await self._stir.wait()
            except TimeoutError:
                await self.sweep()
                continue
            await asyncio.sleep(GATHER_SECONDS)
            self._stir.clear()
            await self.send()

    async def sweep(self) -> None:
        """Wakes the workers if anything is ready; and tries a broker that was gone."""
        try:
            if self._lost or await self.is_ready():
                await self.send()
        except Exception:
            # The boundary of a loop that has to outlive every outage, and bugs.
            log.exception("sweeping_postponed")

    async def is_ready(self) -> bool:
        values = {"now": self._runtime.clock.now(), "after": UUID(int=0)}
        ((one,),) = await self._runtime.db.lane.fetch(self._next, values)
        return one is not None

    async def send(self) -> bool:
        """Whether the broker took it."""
        try:
            await asyncio.to_thread(send_drain, self._celery)
        except Exception as error:
            # Whatever the broker's driver raises; the sweeper of the workers needs no broker.
            if not self._lost:
                log.warning("broker_lost", error=repr(error))
            self._lost = True
            return False
        if self._lost:
            log.info("broker_back")
        self._lost = False
        return True


def send_drain(celery: "Celery") -> None:
    celery.send_task(DRAIN, args=[QUEUE], expires=LASTS_SECONDS, retry=False, ignore_result=True)
