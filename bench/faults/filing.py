"""The trial of files: a process killed while it uploads, purges tasks and removes contents."""

import asyncio
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from uuid import UUID

from sqlalchemy import func, select

from bench.faults import effects, herd
from bench.faults.filer import CONTEXT, TERMS
from bench.faults.trials import short
from tests.kit.app import connect, register, serve, settings_for
from upnext import manifest
from upnext.core.jobs import Background, of_queue
from upnext.core.runtime import Runtime
from upnext.core.storage import Missing
from upnext.files import checking, keys, sweeping
from upnext.files.models import File, FileContent, FileUsage
from upnext.main import build_runtime, close
from upnext.tasks.models import Task
from upnext.tasks.purging import emptying

PATIENCE, POLL = 90.0, 0.05
MOST_LINES, LONGEST_PAUSE = 7, 0.06
"""A child is killed after so many of its lines (three are a round), and so many seconds."""
KINDS = ("files.remove", "files.thumbnail")
LATER = timedelta(hours=25)


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesVerdict:
    """`acknowledged`: uploads that were answered 201 and not thrown away. `interrupted`: what the
    kills left half done: contents without a row, uploads under way, jobs unfinished."""

    trial: str = "files"
    kills: int
    acknowledged: int
    thrown_away: int
    interrupted: int = 0
    lost: int = 0
    orphan_rows: int = 0
    half_files: int = 0
    miscounted: int = 0
    stuck: int = 0

    @property
    def passed(self) -> bool:
        return not self.lost + self.orphan_rows + self.half_files + self.miscounted + self.stuck

    def __str__(self) -> str:
        facts = " ".join(f"{name}={short(value)}" for name, value in asdict(self).items())
        return f"{'PASS' if self.passed else 'FAIL'} {facts}"


async def kill_filers(url: str, *, seed: int, kills: int) -> FilesVerdict:
    """On a migrated database."""
    with TemporaryDirectory() as folder:
        runtime = build_runtime(settings_for(url, Path(folder)))
        try:
            async with connect(serve(runtime)) as client:
                person = await register(client, f"filer{seed}@example.com")
                token = client.headers["Authorization"].removeprefix("Bearer ")
            said = await _live_and_die(url, folder, token, Random(seed), kills)
            interrupted = await _half_done(runtime)
            await _finish(runtime)
            verdict = await _judge(runtime, said, UUID(person.workspace_id))
            return replace(verdict, kills=kills, interrupted=interrupted)
        finally:
            await close(runtime)


async def _live_and_die(
    url: str, folder: str, token: str, random: Random, kills: int
) -> list[list[str]]:
    """What they said, by words."""
    said: list[list[str]] = []
    async with herd.nursery() as children:
        for _ in range(kills):
            child = await children.start("filer", url, folder, token)
            lines = [await children.line_of(child) for _ in range(random.randint(2, MOST_LINES))]
            await asyncio.sleep(random.uniform(0, LONGEST_PAUSE))
            said += [line.split() for line in [*lines, *await children.kill(child)]]
    return said


async def _half_done(runtime: Runtime) -> int:
    swept = await sweeping.sweep(runtime, runtime.clock.now() + LATER, dry_run=True)
    jobs = await effects.jobs(runtime, KINDS, effects.UNFINISHED)
    return swept.orphans + swept.unfinished + jobs


async def _finish(runtime: Runtime) -> None:
    """What a server does that nobody kills: purging, removing, and sweeping a day later."""
    before = runtime.clock.now()
    await runtime.workshop.run(CONTEXT, partial(emptying.purge_some, before=before))
    parts = Background(runtime, of_queue(manifest.JOBS, "default"), terms=TERMS)
    await parts.start()
    # What is stuck for longer, the verdict counts.
    for _ in range(int(PATIENCE / POLL)):
        if not await effects.jobs(runtime, KINDS, effects.UNFINISHED):
            break
        await asyncio.sleep(POLL)
    await parts.stop()
    await sweeping.sweep(runtime, runtime.clock.now() + LATER)


async def _judge(runtime: Runtime, said: list[list[str]], owner: UUID) -> FilesVerdict:
    kept = {UUID(words[1]): words[2] for words in said if words[0] == "kept"}
    done = [words[1] for words in said if words[0] == "done"]
    faults = await _faults(runtime, kept)
    stuck = await effects.jobs(runtime, KINDS, (*effects.UNFINISHED, *effects.BROKEN))
    return FilesVerdict(
        kills=0,
        acknowledged=len(kept),
        thrown_away=len(done),
        lost=faults["lost"],
        orphan_rows=faults["orphan_rows"],
        half_files=faults["half_files"],
        miscounted=await _miscounted(runtime, owner),
        stuck=stuck,
    )


async def _faults(runtime: Runtime, kept: Mapping[UUID, str]) -> dict[str, int]:
    """`orphan_rows`: files of tasks that are gone, contents that no file needs, or without bytes.
    `half_files`: bytes that are not what their row says, or without a row."""
    async with runtime.db.read() as session:
        named = await session.execute(select(File.id, File.sha256))
        files = {row.id: row.sha256.hex() for row in named}
        gone = await session.scalar(
            select(func.count()).select_from(File).join(Task).where(Task.deleted_at.is_not(None))
        )
        rows = (await session.scalars(select(FileContent))).all()
    stored = {one.key async for one in runtime.storage.everything()}
    found = {"lost": sum(files.get(each) != sha for each, sha in kept.items())}
    found["orphan_rows"] = (gone or 0) + sum(not row.refs for row in rows)
    found["half_files"] = len(stored - {keys.key_of(row.workspace_id, row.id) for row in rows})
    found["half_files"] += len(list(runtime.storage.incoming.iterdir()))
    for row in rows:
        try:
            real = await checking.measure(runtime.storage, keys.key_of(row.workspace_id, row.id))
        except Missing:
            found["orphan_rows"] += 1
            continue
        found["half_files"] += real != checking.Measured(row.live_sha256 or b"", row.size)
    return found


async def _miscounted(runtime: Runtime, owner: UUID) -> int:
    """Contents that do not count their files, and a workspace that does not count its bytes."""
    async with runtime.db.read() as session:
        real = select(func.count()).where(File.content_id == FileContent.id)
        wrong = select(func.count()).select_from(FileContent)
        count = await session.scalar(wrong.where(FileContent.refs != real.scalar_subquery()))
        used = select(FileUsage.bytes).where(FileUsage.workspace_id == owner)
        size = select(func.sum(FileContent.size)).where(FileContent.workspace_id == owner)
        same = (await session.scalar(used) or 0) == (await session.scalar(size) or 0)
    return (count or 0) + (not same)
