"""Short ways to what these tests do all the time."""

import dataclasses
import hashlib
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from PIL import Image
from sqlalchemy import select
from starlette.types import ASGIApp

from tests.kit.app import Person, connect, good, serve
from tests.kit.jobs import work_off
from upnext.core.db import Base
from upnext.core.runtime import Runtime
from upnext.core.storage import Storage
from upnext.core.storage.local import LocalStorage

Json = Any  # what the API answers


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


async def send(
    client: httpx.AsyncClient,
    data: bytes,
    name: str = "notes.txt",
    *,
    task: Json = None,
    key: str | None = None,
    **fields: str,
) -> httpx.Response:
    path = f"/tasks/{task['id']}/files" if task else "/files"
    headers = {"Idempotency-Key": key} if key else {}
    return await client.post(path, files={"file": (name, data)}, data=fields, headers=headers)


async def attach(person: Person, data: bytes, name: str = "notes.txt", **more: Any) -> Json:
    answer = await send(person.client, data, name, **more)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def work(runtime: Runtime) -> None:
    """Does the jobs that wait, as the server's runner would in a moment."""
    await work_off(runtime)


async def rows(runtime: Runtime, model: type[Base], *where: Any) -> list[Any]:
    async with runtime.db.read() as session:
        return list((await session.scalars(select(model).where(*where))).unique())


def kept(runtime: Runtime, workspace_id: str) -> set[Path]:
    """What lies in the folder for this workspace."""
    folder = runtime.storage.incoming.parent / workspace_id.replace("-", "")
    return {path for path in folder.rglob("*") if path.is_file()}


def unfinished(runtime: Runtime) -> list[Path]:
    folder = runtime.storage.incoming
    return list(folder.iterdir()) if folder.is_dir() else []


@asynccontextmanager
async def served_with(
    runtime: Runtime, person: Person, *, storage: Storage | None = None, **settings: Any
) -> AsyncIterator[tuple[Runtime, Person]]:
    """The same database with other settings of files, or another storage behind."""
    files = dataclasses.replace(runtime.settings.files, **settings)
    changed = dataclasses.replace(
        runtime,
        settings=dataclasses.replace(runtime.settings, files=files),
        storage=storage or runtime.storage,
    )
    served: ASGIApp = serve(changed)
    async with connect(served) as client:
        client.headers["Authorization"] = person.client.headers["Authorization"]
        yield changed, dataclasses.replace(person, client=client)


def local(runtime: Runtime) -> LocalStorage:
    assert isinstance(runtime.storage, LocalStorage)
    return runtime.storage


def picture(width: int = 640, height: int = 400, kind: str = "PNG", **options: Any) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(file, kind, **options)
    return file.getvalue()


async def look(person: Person, file: Json) -> Json:
    return good(await person.client.get(f"/files/{file['id']}/meta"))
