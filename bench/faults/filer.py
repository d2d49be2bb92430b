"""A process to be killed while it uploads files, throws tasks away and cleans up behind them.

Says `ready`, then `kept ID SHA256` of each upload to stay that was acknowledged, `gone ID` of each
task that was thrown away with its files, and `done ID` once it is purged.
"""

import asyncio
import hashlib
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from tests.kit.app import connect, serve, settings_for
from upnext import manifest
from upnext.core.context import RequestContext
from upnext.core.errors import AppError
from upnext.core.jobs import Background, of_queue
from upnext.core.jobs.leases import Terms
from upnext.core.runtime import Runtime
from upnext.main import build_runtime
from upnext.tasks.purging import emptying

CONTEXT = RequestContext(request_id="filer")
# Short, so that a trial need not wait a minute for what a killed process held.
TERMS = Terms(lease=2.5, heartbeat=0.5)
FILES_PER_TASK = 3
# Written in several pieces, so that a kill can fall between two of them.
SIZE = 900_000

Say = Callable[[object], None]


def warm(url: str, folder: Path) -> None:
    """Before the fork: assembling the routes takes longer than a child lives."""
    serve(build_runtime(settings_for(url, folder)))


async def main(say: Say, url: str, folder: Path, token: str) -> None:
    runtime = build_runtime(settings_for(url, folder))
    parts = Background(runtime, of_queue(manifest.JOBS, "default"), terms=TERMS)
    await parts.start()
    async with connect(serve(runtime), Authorization=f"Bearer {token}") as client:
        say("ready")
        while True:
            try:
                await round_of(say, runtime, client)
            except (httpx.HTTPError, AppError) as error:
                # A machine that is busy may refuse something; nothing of that was acknowledged.
                say(f"refused {type(error).__name__}")


async def round_of(say: Say, runtime: Runtime, client: httpx.AsyncClient) -> None:
    """One file stays; a task goes with its files, of which one has what the other has, too."""
    same = os.urandom(SIZE)
    await _upload(say, client, "/files", same)
    task = (await client.post("/tasks", json={"title": "To be thrown away"})).json()
    path = f"/tasks/{task['id']}/files"
    await asyncio.gather(
        *(_send(client, path, os.urandom(SIZE)) for _ in range(FILES_PER_TASK - 1)),
        _send(client, path, same),
    )
    (await client.delete(f"/tasks/{task['id']}")).raise_for_status()
    say(f"gone {task['id']}")
    before = runtime.clock.now()
    await runtime.workshop.run(CONTEXT, partial(emptying.purge_some, before=before))
    say(f"done {task['id']}")


async def _upload(say: Say, client: httpx.AsyncClient, path: str, data: bytes) -> None:
    made = await _send(client, path, data)
    say(f"kept {made['id']} {hashlib.sha256(data).hexdigest()}")


async def _send(client: httpx.AsyncClient, path: str, data: bytes) -> Any:  # a file as JSON
    answer = await client.post(path, files={"file": ("content.bin", data)})
    answer.raise_for_status()
    return answer.json()
