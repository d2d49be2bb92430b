"""`python -m bench.rabbitmq`: the Celery runner with a real RabbitMQ, which dies in the middle.

Needs rabbitmq-server (Debian's package). Starts one on free ports with a folder of its own, and
`upnext worker`; asks for jobs while RabbitMQ runs, while it is away, and when it is back. Exits
non-zero if a job is lost or done twice, or if waking by the broker is no faster than looking.
"""

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bench.instance import fresh_keys
from tests.kit.recipes import free_port
from upnext import manifest
from upnext.core.config import load
from upnext.core.context import RequestContext
from upnext.core.jobs import JobState, enqueue
from upnext.core.jobs.broker import Waker
from upnext.core.jobs.maintenance import RETENTION
from upnext.core.jobs.models import Job
from upnext.core.runtime import Runtime
from upnext.main import build_runtime, close

ROOT = Path(__file__).parents[1]
CONTEXT = RequestContext(request_id="bench")
BATCH = 30
PATIENCE = 60.0
PROGRAM = "rabbitmq-server"


class Rabbit:
    """A RabbitMQ of this run alone, as user `guest`, which is let in from this machine only."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port, self._distribution = free_port(), free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"amqp://guest:guest@127.0.0.1:{self._port}//"

    def start(self) -> None:
        environ = {
            **os.environ,
            "HOME": str(self._folder),
            "RABBITMQ_NODENAME": f"upnext{self._distribution}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self._port),
            "RABBITMQ_DIST_PORT": str(self._distribution),
            "RABBITMQ_MNESIA_BASE": str(self._folder),
            "RABBITMQ_LOG_BASE": str(self._folder),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self._folder / "plugins"),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
        }
        program = Path("/usr/lib/rabbitmq/bin") / PROGRAM
        command = str(program) if program.exists() else PROGRAM
        with (self._folder / "out").open("ab") as out:
            self._process = subprocess.Popen(
                [command], env=environ, stdout=out, stderr=out, start_new_session=True
            )

    def stop(self) -> None:
        if self._process is not None:
            os.killpg(self._process.pid, 9)
            self._process.wait()
            self._process = None

    def told(self) -> str:
        return (self._folder / "out").read_text(errors="replace")[-2_000:]


def main() -> int:
    if not (shutil.which(PROGRAM) or Path("/usr/lib/rabbitmq/bin").is_dir()):
        raise SystemExit(f"{PROGRAM} is not installed: apt-get install {PROGRAM}")
    with tempfile.TemporaryDirectory() as name:
        rabbit = Rabbit(Path(name))
        rabbit.start()
        try:
            return asyncio.run(_judge(rabbit, Path(name)))
        finally:
            rabbit.stop()


async def _judge(rabbit: Rabbit, folder: Path) -> int:
    keys, data = fresh_keys(), folder / "data"
    data.mkdir()
    environ = {
        **keys,
        "UPNEXT_DATA_DIR": str(data),
        "UPNEXT_JOBS_RUNNER": "celery",
        "UPNEXT_JOBS_PROCESSES": "1",
        "CELERY_BROKER_URL": rabbit.url,
    }
    upgrade = [sys.executable, "-m", "upnext", "db", "upgrade"]
    await asyncio.to_thread(subprocess.run, upgrade, env=_child(environ), check=True)
    runtime = build_runtime(load(environ=environ))
    waker = Waker(runtime, tuple(manifest.JOBS))
    with _worker(environ, folder):
        try:
            return await _stages(runtime, waker, rabbit)
        finally:
            await close(runtime)


async def _stages(runtime: Runtime, waker: Waker, rabbit: Rabbit) -> int:
    await _until(waker.send, f"RabbitMQ takes no message:\n{rabbit.told()}")
    await _timed(runtime, "the worker's first jobs")
    found: dict[str, float] = {}
    for name in ("woken by RabbitMQ", "with RabbitMQ away", "with RabbitMQ back"):
        if "away" in name:
            rabbit.stop()
        if "back" in name:
            rabbit.start()
            await _until(waker.send, f"RabbitMQ does not come back:\n{rabbit.told()}")
        found[name] = await _timed(runtime, name, None if "away" in name else waker)
    faster = found["woken by RabbitMQ"] < found["with RabbitMQ away"]
    print("PASS" if faster else "FAIL", f"{4 * BATCH} jobs, each done once")
    return 0 if faster else 1


async def _timed(runtime: Runtime, name: str, waker: Waker | None = None) -> float:
    """Seconds from asking for a batch until each of its jobs was done, at the first attempt."""

    async def use_case(session: AsyncSession) -> list[UUID]:
        ids = [await enqueue(session, RETENTION, {}) for _ in range(BATCH)]
        return [one for one in ids if one]

    began = time.monotonic()
    ids = await runtime.workshop.run(CONTEXT, use_case)
    if waker is not None:
        await waker.send()

    async def done() -> bool:
        async with runtime.db.read() as session:
            jobs = list(await session.scalars(select(Job).where(Job.id.in_(ids))))
        assert all(job.attempts <= 1 for job in jobs), "a job was tried twice"
        return len(jobs) == BATCH and all(job.state is JobState.COMPLETED for job in jobs)

    await _until(done, f"{name}: not all were done in {PATIENCE:.0f} s")
    took = time.monotonic() - began
    print(f"{name}: {BATCH} jobs in {took:.2f} s", flush=True)
    return took


async def _until(what: Callable[[], Awaitable[bool]], otherwise: str) -> None:
    until = time.monotonic() + PATIENCE
    while not await what():
        if time.monotonic() > until:
            raise SystemExit(otherwise)
        await asyncio.sleep(0.02)


@contextmanager
def _worker(environ: dict[str, str], folder: Path) -> Iterator[None]:
    with (folder / "worker").open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "upnext", "worker"],
            env=_child(environ),
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        yield
    finally:
        os.killpg(process.pid, 9)
        process.wait()


def _child(environ: dict[str, str]) -> dict[str, str]:
    return {**os.environ, **environ, "PYTHONPATH": str(ROOT / "src")}


if __name__ == "__main__":
    sys.exit(main())
