"""How many jobs that do nothing the embedded runner does in a second.

python -m bench.jobs COUNT: prints JSON. The settings come from the environment.
"""

import asyncio
import json
import resource
import sys
import time

import uvloop
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bench.fleet import Store
from bench.instance import Launcher
from bench.processes import cpu_seconds, spawn, tail
from bench.report import Check
from upnext.core.config import load_process
from upnext.core.context import RequestContext
from upnext.core.jobs.handlers import Attempt, JobHandler
from upnext.core.jobs.models import Job, JobState
from upnext.core.jobs.process import background
from upnext.core.jobs.queue import enqueue
from upnext.core.runtime import Runtime
from upnext.main import build_runtime, close

KIND = "bench.nothing"
COUNT = 3_000
PER_TRANSACTION = 250
LONGEST_SECONDS = 60
BUDGETS = {"sqlite": 300, "postgresql": 1_000, "mysql": 1_000}
CONTEXT = RequestContext(request_id="bench", trace_id=None, ip=None, user_agent=None)


async def nothing(session: AsyncSession, attempt: Attempt, result: object) -> None:
    del session, attempt, result


async def add(runtime: Runtime, count: int) -> None:
    async def some(session: AsyncSession) -> None:
        for _ in range(PER_TRANSACTION):
            await enqueue(session, KIND, {})

    for _ in range(count // PER_TRANSACTION):
        await runtime.workshop.run(CONTEXT, some)


async def left(runtime: Runtime) -> int:
    waiting = select(func.count()).where(Job.kind == KIND, Job.state != JobState.COMPLETED)
    async with runtime.db.read() as session:
        return await session.scalar(waiting) or 0


async def measure(count: int) -> dict[str, float]:
    runtime = build_runtime(load_process())
    try:
        began = time.monotonic()
        await add(runtime, count)
        added = time.monotonic()
        handler = JobHandler(kind=KIND, apply=nothing)
        run = background(runtime, handlers={KIND: handler}, schedules=(), run_jobs=True)
        used = _cpu()
        async with run, asyncio.timeout(LONGEST_SECONDS):
            started = time.monotonic()
            # Only the table says when the last one is really over.
            while await left(runtime):  # noqa: ASYNC110  (no event does)
                await asyncio.sleep(0.05)
            seconds = time.monotonic() - started
    finally:
        await close(runtime)
    return {
        "added_per_second": count / (added - began),
        "done_per_second": count / seconds,
        "cpu_ms": 1000 * (_cpu() - used) / count,
    }


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def throughput(launcher: Launcher, store: Store) -> tuple[Check, str]:
    """Measures in a process of its own, as a server would be."""
    log = launcher.fleet.folder_for("logs") / "jobs.log"
    environ = launcher.settings() | {"UPNEXT_DATA_DIR": str(launcher.fleet.folder_for("sqlite"))}
    before = cpu_seconds(store.pids)
    child = spawn("jobs", [sys.executable, "-m", "bench.jobs", str(COUNT)], log, environ)
    launcher.started.append(launcher.fleet.guard(child))
    if child.process.wait(2 * LONGEST_SECONDS):
        raise RuntimeError(f"the jobs did not run:\n{tail(log)}")
    found = json.loads(log.read_text().splitlines()[-1])
    database = 1000 * (cpu_seconds(store.pids) - before) / COUNT
    note = (
        f"Jobs: {COUNT} added at {found['added_per_second']:.0f}/s, done at "
        f"{found['done_per_second']:.0f}/s with {found['cpu_ms']:.2f} ms CPU each "
        f"(and {database:.2f} ms of the database's, adding included)."
    )
    per_second = found["done_per_second"]
    return Check("no-op jobs", per_second, BUDGETS[store.dialect], "/s", at_least=True), note


if __name__ == "__main__":
    print(json.dumps(uvloop.run(measure(int(sys.argv[1])))))
