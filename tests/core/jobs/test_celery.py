"""Celery's worker processes with a real Redis: woken by messages, and working without them."""

import asyncio
import os
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

import pytest
import redis as redis_client
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from structlog.testing import capture_logs

from tests.kit.app import SECRETS
from tests.kit.recipes import free_port
from upnext import manifest
from upnext.core.config import Settings, load
from upnext.core.context import RequestContext
from upnext.core.jobs import JobState, enqueue
from upnext.core.jobs.broker import DRAIN, NoBroker, Waker, make_celery
from upnext.core.jobs.maintenance import RETENTION
from upnext.core.jobs.models import Job
from upnext.core.runtime import Runtime
from upnext.main import build_runtime, close
from upnext.worker.pool import Child

SOURCE = Path(__file__).parents[3] / "src"
CONTEXT = RequestContext(request_id="asked-by-a-test")
PATIENCE = 60


def _settings(folder: Path, broker: str, **more: str) -> Settings:
    return load(
        environ={
            **SECRETS,
            "UPNEXT_DATA_DIR": str(folder),
            "UPNEXT_JOBS_RUNNER": "celery",
            "UPNEXT_JOBS_PROCESSES": "1",
            "CELERY_BROKER_URL": broker,
            **more,
        }
    )


@asynccontextmanager
async def _runtime(settings: Settings) -> AsyncIterator[Runtime]:
    runtime = build_runtime(settings)
    yield runtime
    await close(runtime)


async def _ask(runtime: Runtime, count: int) -> list[UUID]:
    async def use_case(session: AsyncSession) -> list[UUID]:
        found = [await enqueue(session, RETENTION, {}) for _ in range(count)]
        return [one for one in found if one]

    return await runtime.workshop.run(CONTEXT, use_case)


async def _done(runtime: Runtime, ids: list[UUID], seconds: float) -> None:
    async with asyncio.timeout(seconds):
        while True:
            async with runtime.db.read() as session:
                jobs = list(await session.scalars(select(Job).where(Job.id.in_(ids))))
            if all(job.state is JobState.COMPLETED for job in jobs):
                assert {job.attempts for job in jobs} == {1}
                return
            await asyncio.sleep(0.05)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("celery")


@pytest.fixture(scope="module")
def redis_port() -> Iterator[int]:
    """A Redis of our own, since one of the tests stops it."""
    port = free_port()
    process = subprocess.Popen(
        ["redis-server", "--port", str(port), "--save", ""], stdout=subprocess.DEVNULL
    )
    with redis_client.Redis(port=port) as client:
        for _ in range(200):
            try:
                client.ping()
                break
            except redis_client.ConnectionError:
                time.sleep(0.02)
    yield port
    process.kill()
    process.wait()


@pytest.fixture(scope="module")
def working(folder: Path, redis_port: int) -> Iterator[Settings]:
    """`upnext worker`, once for the module."""
    broker = f"redis://127.0.0.1:{redis_port}/1"
    names = {"UPNEXT_JOBS_RUNNER": "celery", "UPNEXT_JOBS_PROCESSES": "1"}
    names["UPNEXT_HEARTBEAT"] = str(folder / "heartbeat")
    environ = {**os.environ, **SECRETS, **names, "PYTHONPATH": str(SOURCE)}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "upnext", "worker", "--data-dir", str(folder)],
            env={**environ, "CELERY_BROKER_URL": broker},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    for _ in range(1_200):
        if b"worker_started" in (folder / "log").read_bytes():
            break
        time.sleep(0.05)
    yield _settings(folder, broker)
    # Its broker is gone by then, so an orderly end would take its time.
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


async def test_workers_are_woken_and_then_do_without_the_broker(
    working: Settings, redis_port: int, folder: Path
) -> None:
    async with _runtime(working) as runtime:
        waker = Waker(runtime, tuple(manifest.JOBS))
        ids = await _ask(runtime, 30)
        assert await waker.send()
        await _done(runtime, ids, PATIENCE)
        # What nobody told of is found by looking.
        await _done(runtime, await _ask(runtime, 3), PATIENCE)
        with redis_client.Redis(port=redis_port) as client:
            client.flushall()
            client.shutdown(nosave=True)
        assert not await waker.send()
        (folder / "heartbeat").unlink()
        await _done(runtime, await _ask(runtime, 3), PATIENCE)
        async with asyncio.timeout(PATIENCE):
            while not (folder / "heartbeat").exists():  # noqa: ASYNC110  (a file tells nobody)
                await asyncio.sleep(0.05)


async def test_only_wake_ups_travel(tmp_path: Path, redis_url: str) -> None:
    """As JSON, without a job's id or arguments."""
    settings = _settings(tmp_path, redis_url, TASK_QUEUE_NAME="ours", TASK_QUEUE_RETRY_MAX="2")
    async with _runtime(settings) as runtime:
        assert runtime.workshop.attempts == 3
        assert await Waker(runtime, ("probe",)).send()
    with redis_client.Redis.from_url(redis_url) as client:
        (message,) = client.lrange("ours", 0, -1)
    assert DRAIN.encode() in message
    assert b"application/json" in message


def test_what_celery_is_told() -> None:
    conf = make_celery(_settings(Path(), "redis://127.0.0.1/1")).conf
    assert conf.task_acks_late
    assert conf.task_reject_on_worker_lost
    assert conf.worker_prefetch_multiplier == 1
    assert (conf.accept_content, conf.task_serializer) == (["json"], "json")
    assert conf.task_time_limit is None
    assert conf.task_soft_time_limit is None


@pytest.mark.parametrize(("scheme", "secure"), [("amqp", False), ("amqps", True)])
def test_rabbitmq_is_a_matter_of_the_address(scheme: str, secure: bool) -> None:
    """As far as no RabbitMQ is needed for it: how Celery would speak to one."""
    address = f"{scheme}://ada:s3cret@rabbit.example.org:5673/ours"
    settings = _settings(Path(), address, TASK_QUEUE_NAME="wakes")
    celery = make_celery(settings)
    conf = celery.conf
    assert conf.broker_transport_options == {"confirm_publish": True}
    assert conf.broker_use_ssl == ({"ssl_cert_reqs": ssl.CERT_REQUIRED} if secure else None)
    assert conf.task_default_queue == "wakes"
    with celery.connection_for_write() as connection:
        assert connection.transport.driver_type == "amqp"
        assert (connection.hostname, connection.port) == ("rabbit.example.org", 5673)
        assert (connection.userid, connection.virtual_host) == ("ada", "ours")
        assert "s3cret" not in connection.as_uri()


@pytest.mark.spread
async def test_a_rabbitmq_that_is_not_there_is_told_of_once(
    database_url: str, tmp_path: Path
) -> None:
    address = f"amqp://ada:s3cret@127.0.0.1:{free_port()}/ours"
    settings = _settings(tmp_path, address, DATABASE_URL=database_url)
    async with _runtime(settings) as runtime:
        waker = Waker(runtime, ("probe",))
        with capture_logs() as said:
            assert [await waker.send() for _ in range(2)] == [False] * 2
    assert [one["event"] for one in said] == ["broker_lost"]
    assert "s3cret" not in str(said)


def test_without_a_broker_it_says_what_to_do(tmp_path: Path) -> None:
    environ = {**SECRETS, "UPNEXT_DATA_DIR": str(tmp_path), "UPNEXT_JOBS_RUNNER": "celery"}
    with pytest.raises(NoBroker, match="CELERY_BROKER_URL"):
        make_celery(load(environ=environ))


@pytest.mark.spread
def test_a_child_keeps_its_loop(database_url: str, tmp_path: Path) -> None:
    """And its connections, from one wake-up to the next."""
    made = []

    def build() -> Runtime:
        made.append(
            build_runtime(_settings(tmp_path, "redis://127.0.0.1:1/1", DATABASE_URL=database_url))
        )
        return made[-1]

    child = Child(build)
    assert [child.tick() >= 0 for _ in range(3)] == [True] * 3
    assert len(made) == 1
    child.close()
