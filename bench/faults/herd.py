"""The trial's side of the nursery: processes started, listened to, killed, replaced."""

import asyncio
import json
import os
import signal
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60
NURSERY = f"""
import sys, runpy
sys.path[:0] = {[str(ROOT / "src"), str(ROOT)]!r}
runpy.run_module("bench.faults.nursery", run_name="__main__")
"""


class ProcessEnded(Exception):
    """It ended by itself, which no process of a trial may."""


class Nursery:
    def __init__(self, process: Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._process = process
        self._input, self._output = process.stdin, process.stdout
        self._said: dict[int, asyncio.Queue[str]] = defaultdict(asyncio.Queue)

    async def listen(self) -> None:
        async for line in self._output:
            pid, _, text = line.decode().strip().partition(" ")
            self._said[int(pid)].put_nowait(text)

    async def start(self, program: str, *arguments: str) -> int:
        self._tell(program, *arguments)
        return int((await self.line_of(self._process.pid)).removeprefix("born "))

    async def line_of(self, pid: int) -> str:
        async with asyncio.timeout(PATIENCE):
            return await self._said[pid].get()

    async def kill(self, pid: int) -> list[str]:
        """What it had said and nobody had heard yet, up to its end."""
        try:
            os.kill(pid, signal.SIGKILL)
            while True:
                os.kill(pid, 0)
                await asyncio.sleep(0.002)
        except ProcessLookupError:
            self._tell("mark")
        # Behind everything that the dead can have said.
        await self.line_of(self._process.pid)
        said = self._said.pop(pid, None)
        return [said.get_nowait() for _ in range(said.qsize())] if said else []

    def _tell(self, *words: str) -> None:
        self._input.write(json.dumps(words).encode() + b"\n")


@asynccontextmanager
async def nursery() -> AsyncIterator[Nursery]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", NURSERY, stdin=PIPE, stdout=PIPE
    )
    children = Nursery(process)
    listening = asyncio.create_task(children.listen())
    try:
        yield children
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()
        await listening


class Herd:
    """A number of equal workers, of which one at a time is killed and replaced."""

    def __init__(self, children: Nursery, random: Random, *arguments: str) -> None:
        self._children = children
        self._random = random
        self._arguments = arguments
        self._ready: list[int] = []
        self.killed_at = 0.0
        self.kills = 0

    async def add(self) -> None:
        pid = await self._children.start("worker", *self._arguments)
        await self._children.line_of(pid)
        self._ready.append(pid)

    async def kill_one(self) -> None:
        """One that is at work."""
        pid = self._ready.pop(self._random.randrange(len(self._ready)))
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            raise ProcessEnded(f"worker {pid}") from None
        self.killed_at = time.monotonic()
        self.kills += 1
        await self._children.kill(pid)


@asynccontextmanager
async def herd(random: Random, size: int, *arguments: str) -> AsyncIterator[Herd]:
    async with nursery() as children:
        workers = Herd(children, random, *arguments)
        for _ in range(size):
            await workers.add()
        yield workers
