"""What goes wrong in between: full disks, stores that are down, clients that leave, two at once."""

import asyncio
import errno
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from starlette.types import ASGIApp, Message

from tests.files.sending import attach, kept, local, rows, send, served_with, unfinished, work
from tests.files.test_uploading import A_FILE, NOTE
from tests.kit.app import Person, good, refused
from tests.tasks.making import make
from upnext.core.errors import LostRace, TooLarge
from upnext.core.runtime import Runtime
from upnext.core.storage import Content, Shown, Stored, down, full
from upnext.core.storage.local import LocalStorage, complaints
from upnext.files import contents, receiving
from upnext.files.models import File, FileContent, FileUsage


class Failing:
    """A store in front of a real one, which fails where it is told to."""

    kind = "local"

    def __init__(self, inner: LocalStorage, *, put: bool = False, read: bool = False) -> None:
        self._inner, self._put, self._read = inner, put, read
        self.incoming = inner.incoming
        self.puts = 0

    async def put(self, key: str, source: Path) -> None:
        self.puts += 1
        if self._put:
            raise full()
        await self._inner.put(key, source)

    @asynccontextmanager
    async def open(self, key: str) -> AsyncIterator[Content]:
        if self._read:
            raise down()
        async with self._inner.open(key) as content:
            yield content

    async def remove(self, key: str) -> None:
        if self._read:
            raise down()
        await self._inner.remove(key)

    def everything(self) -> AsyncIterator[Stored]:
        return self._inner.everything()

    async def link(self, key: str, shown: Shown) -> None:
        return None


async def _nothing_half(runtime: Runtime, person: Person, files: int, kept_ones: int) -> None:
    """No row without its bytes, no bytes without a row, nothing under way."""
    own = UUID(person.workspace_id)
    assert len(await rows(runtime, File, File.workspace_id == own)) == files
    held = await rows(runtime, FileContent, FileContent.workspace_id == own)
    assert len(held) == len(kept(runtime, person.workspace_id)) == kept_ones
    assert sum(one.refs for one in held) == files
    usage = await rows(runtime, FileUsage, FileUsage.workspace_id == own)
    assert sum(one.bytes for one in usage) == sum(one.size for one in held)
    assert unfinished(runtime) == []


async def test_a_full_store_keeps_nothing_and_reads_go_on(person: Person, runtime: Runtime) -> None:
    task = await make(person)
    file = await attach(person, NOTE, task=task)
    async with served_with(runtime, person, storage=Failing(local(runtime), put=True)) as (_, me):
        refused(await send(me.client, b"new", task=task), 507, "storage_full")
        assert (await me.client.get(f"/files/{file['id']}")).content == NOTE
        # What the workspace has already takes no room.
        await attach(me, NOTE, task=task)
    await _nothing_half(runtime, person, 2, 1)


async def test_a_disk_that_is_full_while_the_file_comes_in(
    person: Person, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(*_: object) -> None:
        with complaints():
            raise OSError(errno.ENOSPC, "No space left on device")

    file = await attach(person, NOTE)
    with monkeypatch.context() as patch:
        patch.setattr(receiving.Spool, "_write", write)
        refused(await send(person.client, b"x" * 300_000), 507, "storage_full")
    assert (await person.client.get(f"/files/{file['id']}")).content == NOTE
    await _nothing_half(runtime, person, 1, 1)


async def test_a_store_that_is_down(person: Person, runtime: Runtime) -> None:
    file = await attach(person, NOTE)
    async with served_with(runtime, person, storage=Failing(local(runtime), read=True)) as (
        changed,
        me,
    ):
        for path in ("", "/verify"):
            answer = await me.client.get(f"/files/{file['id']}{path}")
            refused(answer, 503, "storage_unavailable")
            assert answer.headers["retry-after"] == "5"
        assert good(await me.client.get("/files"))["items"] == [file]
        good(await me.client.delete(f"/files/{file['id']}", params={"for_good": True}))
        # The job cannot do it now, and stays.
        await work(changed)
    assert len(kept(runtime, person.workspace_id)) == 1


async def test_what_the_store_lost_comes_back_with_the_next_upload(
    person: Person, runtime: Runtime
) -> None:
    file = await attach(person, NOTE)
    (path,) = kept(runtime, person.workspace_id)
    path.unlink()
    refused(await person.client.get(f"/files/{file['id']}"), 503, "content_missing")
    await attach(person, NOTE, "again.txt")
    assert (await person.client.get(f"/files/{file['id']}")).content == NOTE
    await _nothing_half(runtime, person, 2, 1)


async def test_a_client_that_leaves_half_way(
    person: Person, runtime: Runtime, served: ASGIApp
) -> None:
    """By the protocol itself, since a test client sends all or nothing."""
    messages: list[Message] = [
        {"type": "http.request", "body": A_FILE[:-3] + b"x" * 400_000, "more_body": True},
        {"type": "http.disconnect"},
    ]
    sent: list[Message] = []

    async def receive() -> Message:
        return messages.pop(0) if messages else {"type": "http.disconnect"}

    async def send_out(message: Message) -> None:
        sent.append(message)

    headers = {
        "host": "localhost",
        "authorization": person.client.headers["Authorization"],
        "content-type": "multipart/form-data; boundary=b",
        "transfer-encoding": "chunked",
    }
    scope: dict[str, Any] = {
        "type": "http", "http_version": "1.1", "method": "POST", "scheme": "http",
        "path": "/api/v1/files", "raw_path": b"/api/v1/files", "query_string": b"",
        "root_path": "", "client": ("127.0.0.1", 1), "server": ("localhost", 80),
        "headers": [(n.encode(), v.encode()) for n, v in headers.items()],
    }  # fmt: skip
    await served(scope, receive, send_out)
    assert not [one for one in sent if one.get("status") == 201]
    await _nothing_half(runtime, person, 0, 0)


@pytest.mark.each
async def test_eight_uploads_of_one_file_at_once(person: Person, runtime: Runtime) -> None:
    task = await make(person)
    made = await asyncio.gather(*(attach(person, NOTE, f"{n}.txt", task=task) for n in range(8)))
    assert len({one["id"] for one in made}) == 8
    await _nothing_half(runtime, person, 8, 1)


@pytest.mark.each
async def test_one_key_at_once_is_one_file(person: Person, runtime: Runtime) -> None:
    answers = await asyncio.gather(*(send(person.client, NOTE, key="same") for _ in range(4)))
    done = {one.json()["id"] for one in answers if one.status_code == 201}
    assert len(done) == 1
    assert {one.status_code for one in answers} <= {201, 409}
    await _nothing_half(runtime, person, 1, 1)


@pytest.mark.each
async def test_uploads_and_deletions_of_one_content_at_once(
    person: Person, runtime: Runtime
) -> None:
    """Whatever comes first: in the end each file that is there can be read."""
    files = [await attach(person, NOTE, f"{n}.txt") for n in range(4)]

    async def away(file: Any) -> None:
        good(await person.client.delete(f"/files/{file['id']}", params={"for_good": True}))

    await asyncio.gather(*(away(file) for file in files), *(attach(person, NOTE) for _ in range(4)))
    await work(runtime)
    await _nothing_half(runtime, person, 4, 1)
    for file in good(await person.client.get("/files"))["items"]:
        assert (await person.client.get(f"/files/{file['id']}")).content == NOTE


async def test_the_content_went_after_it_was_looked_for(
    person: Person, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then the transaction starts over, and what was sent is stored after all."""
    file, real, calls = await attach(person, NOTE), contents.take, 0

    async def take(session: Any, upload: Any, *, quota: int) -> FileContent:
        nonlocal calls
        calls += 1
        if calls == 1:
            assert not upload.stored
            await asyncio.to_thread(lambda: None)
            raise LostRace
        return await real(session, upload, quota=quota)

    async with served_with(runtime, person) as (_, me):
        with monkeypatch.context() as patch:
            patch.setattr(contents, "take", take)
            made = await attach(me, NOTE)
    assert calls == 2
    assert made["sha256"] == file["sha256"]
    await _nothing_half(runtime, person, 2, 1)


async def test_a_refused_transaction_leaves_no_content(
    person: Person, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its task goes to the trash between the upload and its transaction."""
    task = await make(person)
    real = contents.take

    async def take(session: Any, upload: Any, *, quota: int) -> FileContent:
        await real(session, upload, quota=quota)
        raise _gone()

    with monkeypatch.context() as patch:
        patch.setattr(contents, "take", take)
        refused(await send(person.client, NOTE, task=task), 413)
    await _nothing_half(runtime, person, 0, 0)


def _gone() -> Exception:
    return TooLarge("not now", code="quota_exceeded")
