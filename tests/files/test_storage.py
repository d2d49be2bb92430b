"""The storage port: the same behaviour by a folder and by a bucket behind a real S3 server."""

import asyncio
import dataclasses
import errno
import os
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
import httpx
import pytest
from moto.server import ThreadedMotoServer

from tests.files.sending import attach, kept, picture, served_with, sha, work
from tests.kit.app import Person, good, refused
from upnext.core.config.files import FileSettings
from upnext.core.config.secret import Secret
from upnext.core.errors import StorageFull, Unavailable
from upnext.core.runtime import Runtime
from upnext.core.storage import PIECE, Missing, Shown, Storage, s3
from upnext.core.storage.local import LocalStorage
from upnext.core.storage.s3 import S3Storage
from upnext.files import checking, moving

SHOWN = Shown(content_type="text/plain", disposition='attachment; filename="a.txt"')


@pytest.fixture(scope="module")
def bucket() -> Iterator[FileSettings]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    settings = FileSettings(
        storage="s3",
        s3_bucket="files",
        s3_prefix="upnext",
        s3_region="us-east-1",
        s3_endpoint=f"http://{host}:{port}",
        s3_access_key_id=Secret("who"),
        s3_secret_access_key=Secret("ever"),
    )
    _client(settings).create_bucket(Bucket="files")
    yield settings
    server.stop()


def _client(settings: FileSettings):  # type: ignore[no-untyped-def]  # boto3 has no types
    return boto3.client(
        "s3",
        endpoint_url=settings.s3_endpoint,
        region_name="us-east-1",
        aws_access_key_id="who",
        aws_secret_access_key="ever",
    )


@pytest.fixture(params=["local", "s3"])
def storage(request: pytest.FixtureRequest, bucket: FileSettings, tmp_path: Path) -> Storage:
    if request.param == "local":
        return LocalStorage(tmp_path / "files")
    prefix = f"t{secrets.token_hex(4)}"
    return S3Storage(dataclasses.replace(bucket, s3_prefix=prefix), tmp_path / "incoming")


async def _put(storage: Storage, key: str, data: bytes) -> None:
    storage.incoming.mkdir(parents=True, exist_ok=True)
    path = storage.incoming / "up-x"
    path.write_bytes(data)
    await storage.put(key, path)


async def _read(storage: Storage, key: str, start: int = 0, length: int | None = None) -> bytes:
    async with storage.open(key) as content:
        length = content.size if length is None else length
        return b"".join([piece async for piece in content.pieces(start, length)])


async def test_what_is_put_can_be_read(storage: Storage) -> None:
    data = os.urandom(2 * PIECE + 7)
    await _put(storage, "ab/cd", data)
    assert await _read(storage, "ab/cd") == data
    assert await _read(storage, "ab/cd", 5, 10) == data[5:15]
    assert await _read(storage, "ab/cd", PIECE - 1, PIECE + 2) == data[PIECE - 1 : 2 * PIECE + 1]
    await _put(storage, "ab/empty", b"")
    assert await _read(storage, "ab/empty") == b""
    now = datetime.now(UTC)
    found = {one.key: one async for one in storage.everything()}
    assert {key: one.size for key, one in found.items()} == {"ab/cd": len(data), "ab/empty": 0}
    assert all(abs(one.at - now) < timedelta(minutes=5) for one in found.values())


async def test_what_is_not_there(storage: Storage) -> None:
    with pytest.raises(Missing):
        await _read(storage, "no/such")
    await storage.remove("no/such")
    await _put(storage, "ab/cd", b"x")
    for _ in range(2):
        await storage.remove("ab/cd")
    with pytest.raises(Missing):
        await _read(storage, "ab/cd")
    assert [one async for one in storage.everything()] == []


@pytest.mark.parametrize("key", ["../x", "/etc/passwd", "a//b", "a/../b", "", "a b", "A", "a\0"])
async def test_t100_a_key_leads_nowhere_else(storage: Storage, key: str) -> None:
    with pytest.raises(ValueError, match="not a key"):
        await _read(storage, key)


async def test_a_full_disk_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    storage = LocalStorage(tmp_path)
    for code, error in ((errno.ENOSPC, StorageFull), (errno.EIO, Unavailable)):

        def broken(*_: object, code: int = code) -> None:
            raise OSError(code, "broken")

        monkeypatch.setattr(os, "fsync", broken)
        with pytest.raises(error):
            await _put(storage, "ab/cd", b"x")
        assert [one async for one in storage.everything()] == []


async def test_from_another_disk_it_is_copied_beside_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage, real = LocalStorage(tmp_path), Path.replace

    def replace(self: Path, target: Path) -> Path:
        if self.name == "up-x":
            raise OSError(errno.EXDEV, "another disk")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    await _put(storage, "ab/cd", b"data")
    assert await _read(storage, "ab/cd") == b"data"
    assert [one.key async for one in storage.everything()] == ["ab/cd"]


async def test_large_contents_go_up_in_parts_and_encrypted(
    bucket: FileSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3, "PART", 5 * 1024 * 1024)
    data = bytes(s3.PART + 1_000)
    await _put(S3Storage(bucket, tmp_path), "ab/large", data)
    head = _client(bucket).head_object(Bucket="files", Key="upnext/ab/large")
    assert head["ServerSideEncryption"] == "AES256"
    assert head["ETag"].strip('"').endswith("-2")
    assert await _read(S3Storage(bucket, tmp_path), "ab/large") == data
    plain = dataclasses.replace(bucket, s3_encryption="none")
    await _put(S3Storage(plain, tmp_path), "ab/plain", b"x")
    keyed = dataclasses.replace(bucket, s3_encryption="aws:kms", s3_kms_key="mine")
    await _put(S3Storage(keyed, tmp_path), "ab/keyed", b"x")
    head = _client(bucket).head_object(Bucket="files", Key="upnext/ab/keyed")
    assert (head["ServerSideEncryption"], head["SSEKMSKeyId"]) == ("aws:kms", "mine")


async def test_a_store_that_does_not_answer(
    tmp_path: Path, bucket: FileSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3, "TRIES", 1)
    gone = dataclasses.replace(bucket, s3_endpoint="http://127.0.0.1:9")
    strange = dataclasses.replace(bucket, s3_bucket="nowhere")
    for settings in (gone, strange):
        storage = S3Storage(settings, tmp_path / "incoming")
        with pytest.raises(Unavailable):
            await _put(storage, "ab/cd", b"x")
        with pytest.raises(Unavailable):
            await _read(storage, "ab/cd")


async def test_files_in_a_bucket(
    person: Person, runtime: Runtime, bucket: FileSettings, tmp_path: Path
) -> None:
    """The whole way of one: up, down in parts, verified, with a small picture, and gone."""
    storage = S3Storage(bucket, tmp_path / "incoming")
    async with served_with(runtime, person, storage=storage) as (changed, me):
        data = picture(700, 300)
        file = await attach(me, data, "p.png")
        assert kept(runtime, person.workspace_id) == set()
        path = f"/files/{file['id']}"
        assert (await me.client.get(path)).content == data
        part = await me.client.get(path, headers={"Range": "bytes=10-19"})
        assert (part.status_code, part.content) == (206, data[10:20])
        assert good(await me.client.get(f"{path}/verify"))["ok"] is True
        await work(changed)
        assert (await me.client.get(f"{path}/thumbnail")).headers["content-type"] == "image/webp"
        good(await me.client.delete(path, params={"for_good": True}))
        await work(changed)
        own = person.workspace_id.replace("-", "")
        assert not [one async for one in storage.everything() if one.key.startswith(own)]
    assert list((tmp_path / "incoming").iterdir()) == []


async def test_t077_downloads_by_link_only_when_set_up_so(
    person: Person, runtime: Runtime, bucket: FileSettings, tmp_path: Path
) -> None:
    storage = S3Storage(bucket, tmp_path / "incoming")
    assert await storage.link("ab/cd", SHOWN) is None
    assert await LocalStorage(tmp_path).link("ab/cd", SHOWN) is None
    signed = S3Storage(dataclasses.replace(bucket, s3_presigned_seconds=60), tmp_path / "incoming")
    async with served_with(runtime, person, storage=signed) as (_, me):
        file = await attach(me, b"<b>hi</b>", "Ü.html")
        answer = await me.client.get(f"/files/{file['id']}")
        assert answer.status_code == 307
        assert answer.headers["cache-control"] == "no-store"
        where = answer.headers["location"]
        assert where.startswith(f"{bucket.s3_endpoint}/files/upnext/")
        assert "html" not in httpx.URL(where).path
        async with httpx.AsyncClient() as anybody:
            direct = await anybody.get(where)
        assert direct.content == b"<b>hi</b>"
        assert direct.headers["content-disposition"].startswith("attachment")
        tag = f'"{sha(b"<b>hi</b>")}"'
        held = await me.client.get(f"/files/{file['id']}", headers={"If-None-Match": tag})
        assert held.status_code == 304


async def test_contents_move_and_are_verified(
    person: Person, runtime: Runtime, bucket: FileSettings, tmp_path: Path
) -> None:
    settings = dataclasses.replace(bucket, s3_prefix=f"m{secrets.token_hex(4)}")
    target = S3Storage(settings, tmp_path / "incoming")
    file = await attach(person, picture(400, 400), "p.png")
    lost, rotten = await attach(person, b"lost"), await attach(person, b"rotten")
    await work(runtime)
    for path in kept(runtime, person.workspace_id):
        if path.read_bytes() == b"lost":
            path.unlink()
        elif path.read_bytes() == b"rotten":
            path.write_bytes(b"ROTTEN")

    async def move(*, delete: bool = False) -> list[str]:
        own = person.workspace_id.replace("-", "")
        moved = moving.move(runtime.db, runtime.storage, target, delete=delete)
        return sorted([one.state async for one in moved if one.key.startswith(own)])

    assert await move() == ["changed", "copied", "missing"]
    assert await move() == ["changed", "missing", "there"]
    async with served_with(runtime, person, storage=target) as (_, me):
        assert good(await me.client.get(f"/files/{file['id']}/verify"))["ok"] is True
        assert (await me.client.get(f"/files/{file['id']}/thumbnail")).status_code == 200
        refused(await me.client.get(f"/files/{lost['id']}"), 503, "content_missing")
    faults = [await checking.fault(runtime.storage, one)
              async for one in checking.contents(runtime.db)
              if one.sha256.hex() in {lost["sha256"], rotten["sha256"], file["sha256"]}
              and one.key.startswith(person.workspace_id.replace("-", ""))]  # fmt: skip
    assert sorted(map(str, faults)) == ["None", "changed", "missing"]
    left = await _bytes(runtime, person)
    assert await move(delete=True) == ["changed", "missing", "there"]
    assert await _bytes(runtime, person) == left - 2


async def _bytes(runtime: Runtime, person: Person) -> int:
    return len(await asyncio.to_thread(kept, runtime, person.workspace_id))
