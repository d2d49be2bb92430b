"""`python -m bench.drill`: loses an instance and brings it back, with a stopwatch.

Fills an instance on each database that is named, backs it up while somebody writes, forgets it, and
restores the archive into an empty database of the same kind. RPO is what lies between the last
write that the archive holds and the loss, so the backup's own time plus however often backups are
made; RTO is the time until the restored instance has proved its chains. Exits non-zero when
something is missing.
"""

import argparse
import asyncio
import os
import resource
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog

from bench.seeding import Seeder
from tests.files.sending import attach
from tests.kit.app import connect, good, register, serve, settings_for
from tests.kit.databases import DIALECTS, alone
from upnext.audit.verifying import verify
from upnext.backups.dumping import Made, dump_to
from upnext.backups.restoring import restore
from upnext.core.runtime import Runtime
from upnext.core.sealing import Sealer
from upnext.main import build_runtime, close

QUIET = 50
PASSPHRASE = {"UPNEXT_BACKUP_PASSPHRASE": "for the drill only"}
MB = 1_000_000


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.drill", description=__doc__)
    parser.add_argument("--db", action="append", choices=DIALECTS)
    parser.add_argument("--tasks", type=int, default=20_000)
    parser.add_argument("--files", type=int, default=50, help="of 1 MB each")
    options = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(QUIET))
    whole = [_on(dialect, options.tasks, options.files) for dialect in options.db or DIALECTS]
    return 0 if all(whole) else 1


def _on(dialect: str, tasks: int, files: int) -> bool:
    with alone(dialect, "drill") as databases, TemporaryDirectory() as folder:
        urls = databases.migrated(dialect), databases.empty(dialect)
        return asyncio.run(_drill(dialect, urls, Path(folder), tasks, files))


async def _drill(dialect: str, urls: tuple[str, str], folder: Path, tasks: int, files: int) -> bool:
    first, second = (
        build_runtime(settings_for(url, folder / str(at), **PASSPHRASE))
        for at, url in enumerate(urls)
    )
    await _fill(first, tasks, files)
    archive = folder / "archive.sealed"
    began = time.monotonic()
    made, written = await _while_writing(first, archive)
    backup = time.monotonic() - began
    await close(first)
    lost = time.monotonic()
    await restore(second.settings, archive, replace=False)
    chains = [report async for report in verify(second, None, {})]
    rto = time.monotonic() - lost
    await close(second)
    whole = all(each.ok for each in chains) and made.files.count >= files
    _print(dialect, made, archive.stat().st_size, backup, rto)
    print(f"{'':<12}{written} tasks were written meanwhile, {len(chains)} chains proved")
    return whole


def _print(dialect: str, made: Made, size: int, backup: float, rto: float) -> None:
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / MB
    print(
        f"{dialect:<12}{made.rows:,} rows, {made.files.count} contents, archive {size / MB:,.1f} MB"
        f"\n{'':<12}backup {backup:.1f} s: RPO = the time between two backups + {backup:.1f} s"
        f"\n{'':<12}restore and proof: RTO = {rto:.1f} s; peak memory {memory:,.0f} MB",
        flush=True,
    )


async def _fill(runtime: Runtime, tasks: int, files: int) -> None:
    each = 1_000
    await Seeder(runtime.db).strangers(max(1, tasks // each), min(each, tasks))
    async with connect(serve(runtime)) as client:
        person = await register(client, "drill@example.com")
        for _ in range(files):
            await attach(person, os.urandom(MB))
    await Sealer(runtime.workshop).round()


async def _while_writing(runtime: Runtime, archive: Path) -> tuple[Made, int]:
    """The backup, while somebody goes on to make tasks."""
    async with connect(serve(runtime)) as client:
        await register(client, "writer@example.com")
        backup = asyncio.create_task(
            dump_to(runtime, archive, passphrase=runtime.settings.backup.passphrase)
        )
        written = 0
        while not backup.done():
            good(await client.post("/tasks", json={"title": f"Meanwhile {written}"}))
            written += 1
        return await backup, written


if __name__ == "__main__":
    sys.exit(main())
