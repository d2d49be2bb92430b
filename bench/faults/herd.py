"""Processes of this folder's programs: started, killed, replaced."""

import asyncio
import signal
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60


class ProcessEnded(Exception):
    """It ended by itself, which no process of a trial may."""


async def start(program: str, *arguments: str) -> Process:
    """A process of its own, with `src` and the project's root on its path."""
    code = f"import sys, runpy; sys.path[:0] = {[str(ROOT / 'src'), str(ROOT)]!r}"
    code += f"; sys.argv = {[program, *arguments]!r}"
    code += f"; runpy.run_module({f'bench.faults.{program}'!r}, run_name='__main__')"
    return await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=PIPE)


async def line_of(process: Process) -> str:
    assert process.stdout is not None
    async with asyncio.timeout(START_SECONDS):
        line = await process.stdout.readline()
    if not line:
        raise ProcessEnded(f"exit status {await process.wait()}")
    return line.decode().strip()


async def kill(process: Process) -> None:
    process.send_signal(signal.SIGKILL)
    await process.wait()


class Herd:
    """A number of equal processes, of which one at a time is killed and replaced."""

    def __init__(self, random: Random, program: str, *arguments: str) -> None:
        self._random = random
        self._program = (program, *arguments)
        self._ready: list[Process] = []
        self.killed_at = 0.0

    async def add(self) -> None:
        process = await start(*self._program)
        await line_of(process)
        self._ready.append(process)

    async def kill_one(self) -> None:
        """One that is at work."""
        for process in self._ready:
            if process.returncode is not None:
                raise ProcessEnded(f"exit status {process.returncode}")
        self.killed_at = time.monotonic()
        await kill(self._ready.pop(self._random.randrange(len(self._ready))))

    async def kill_all(self) -> None:
        while self._ready:
            await self.kill_one()


@asynccontextmanager
async def herd(random: Random, size: int, program: str, *arguments: str) -> AsyncIterator[Herd]:
    members = Herd(random, program, *arguments)
    try:
        await asyncio.gather(*(members.add() for _ in range(size)))
        yield members
    finally:
        await members.kill_all()
