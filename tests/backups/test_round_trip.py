"""An instance goes into an archive on one database, and comes out of it on another."""

import gzip
import hashlib
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from tests.exports.comparing import fill
from tests.files.sending import attach
from tests.kit.app import connect, good, register, serve, settings_for
from tests.kit.databases import Databases
from upnext.audit.verifying import verify
from upnext.backups.archive import Total
from upnext.backups.dumping import dump_to
from upnext.backups.faults import BadArchive, NotEmpty
from upnext.backups.loading import restore_database
from upnext.backups.restoring import move_database, restore
from upnext.backups.tables import shapes
from upnext.backups.verifying import Checked, check
from upnext.core import migrate
from upnext.core.clock import FrozenClock, SystemClock
from upnext.core.config import Secret
from upnext.core.db import Database
from upnext.core.runtime import Runtime
from upnext.core.sealing import Sealer
from upnext.main import build_runtime, close

MIA = "mia@example.com"
SEALED = {"UPNEXT_BACKUP_PASSPHRASE": "a horse and a battery"}


@pytest.fixture(scope="session")
def now() -> FrozenClock:
    return FrozenClock(SystemClock().now())


async def _exported(runtime: Runtime, token: str) -> bytes:
    """As a person gets it, with the change log's own verdict on its chain."""
    async with connect(serve(runtime)) as client:
        client.headers["Authorization"] = token
        chains = [report async for report in verify(runtime, None, {})]
        assert chains
        assert all(report.ok for report in chains)
        found = good(await client.get("/search", params={"q": "Vegetables"}))
        assert found["items"]
        answer = await client.get("/exports", params={"format": "json"})
        assert answer.status_code == 200
        return answer.content


async def _filled(runtime: Runtime) -> str:
    async with connect(serve(runtime)) as client:
        person = await register(client, MIA)
        await fill(person)
        await attach(person, b"content of a file" * 1_000)
        await Sealer(runtime.workshop).round()
        return str(person.client.headers["Authorization"])


def _files(folder: Path) -> dict[str, str]:
    found = (each for each in (folder / "files").rglob("*") if each.is_file())
    return {
        str(each.relative_to(folder)): hashlib.sha256(each.read_bytes()).hexdigest()
        for each in found
    }


async def test_there_and_back_again(
    databases: Databases, dialect: str, tmp_path: Path, now: FrozenClock
) -> None:
    """From SQLite to each database, and from there to a new SQLite: so between any two."""
    urls = [databases.migrated("sqlite"), databases.migrated(dialect), databases.empty("sqlite")]
    folders = [tmp_path / str(number) for number in range(3)]
    first, second, third = (
        build_runtime(settings_for(url, folder, **SEALED), now)
        for url, folder in zip(urls, folders, strict=True)
    )
    token = await _filled(first)
    wanted = await _exported(first, token)
    passphrase = first.settings.backup.passphrase
    made = await dump_to(first, tmp_path / "one.sealed", passphrase=passphrase)
    assert b"Vegetables" not in (tmp_path / "one.sealed").read_bytes()
    assert (made.files.count, made.faults) == (1, [])
    await restore(second.settings, tmp_path / "one.sealed", replace=False)
    assert await _exported(second, token) == wanted
    again = await dump_to(second, tmp_path / "two.tar", passphrase=None)
    # That somebody exported was written down.
    assert _other(again.tables, made.tables) == ["change"]
    await restore(third.settings, tmp_path / "two.tar", replace=False)
    assert await _exported(third, token) == wanted
    assert _files(folders[2]) == _files(folders[0]) != {}
    # It goes on: the database's own counters stand behind what was put in.
    async with connect(serve(second)) as client:
        client.headers["Authorization"] = token
        good(await client.post("/tasks", json={"title": "Afterwards"}))
    with pytest.raises(NotEmpty, match="--replace"):
        await restore(second.settings, tmp_path / "two.tar", replace=False)
    await restore(second.settings, tmp_path / "two.tar", replace=True)
    assert await _exported(second, token) == wanted
    for runtime in (first, second, third):
        await close(runtime)


@pytest.mark.spread
async def test_an_archive_of_an_older_version_is_brought_up_to_date(
    databases: Databases, dialect: str, tmp_path: Path
) -> None:
    """Made by the version whose schema was 0022: three tasks with tags, a file, one account."""
    archive = tmp_path / "old.tar"
    archive.write_bytes(
        gzip.decompress(Path(__file__).with_name("schema-0022.tar.gz").read_bytes())
    )
    url = databases.empty(dialect)
    runtime = build_runtime(settings_for(url, tmp_path / "new"))
    await restore(runtime.settings, archive, replace=False)
    assert await migrate.revision_at(url) == migrate.newest()
    assert all([report.ok async for report in verify(runtime, None, {})])
    async with connect(serve(runtime)) as client:
        account = {"email": "old@example.com", "password": "Quiet-harbour-41"}
        token = good(await client.post("/auth/login", json=account))["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        titles = {one["title"] for one in good(await client.get("/tasks"))["items"]}
        assert titles == {"Of old 1", "Of old 2", "Of old 3"}
        file = good(await client.get("/files"))["items"][0]
        assert (await client.get(f"/files/{file['id']}")).content == b"twelve bytes"
    await close(runtime)


def _other(some: dict[str, Total], others: dict[str, Total]) -> list[str]:
    return [name for name, total in some.items() if total.told() != others[name].told()]


@pytest.fixture
async def small(databases: Databases, tmp_path: Path) -> Path:
    """A sealed archive of an instance in which one person has an account."""
    settings = settings_for(databases.migrated("sqlite"), tmp_path)
    runtime = build_runtime(settings)
    async with connect(serve(runtime)) as client:
        await attach(await register(client, MIA), b"content")
    await dump_to(runtime, tmp_path / "small.sealed", passphrase=Secret("right"))
    await dump_to(runtime, tmp_path / "small.tar", passphrase=None)
    await close(runtime)
    return tmp_path


async def test_what_is_damaged_is_refused_before_anything_is_used(
    small: Path, databases: Databases
) -> None:
    whole = (small / "small.sealed").read_bytes()
    plain = (small / "small.tar").read_bytes()
    with pytest.raises(BadArchive, match="passphrase"):
        check(small / "small.sealed", Secret("wrong"))
    with pytest.raises(BadArchive, match="encrypted"):
        check(small / "small.sealed", None)
    at = plain.index(b"content\0")
    damaged = {
        "cut": whole[:-100],
        "chunk": whole[: 16 + 26 + 65_552],
        "bit": whole[:70_000] + bytes([whole[70_000] ^ 1]) + whole[70_001:],
        "tar": plain[: len(plain) // 2],
        "header": plain.replace(b"file_content", b"file_CONTENT", 1),
        "content": plain[:at] + b"CONTENT" + plain[at + 7 :],
        "nothing": b"",
        "other": b"not an archive" * 1_000,
    }
    for name, content in damaged.items():
        path = small / name
        path.write_bytes(content)
        with pytest.raises(BadArchive):
            check(path, Secret("right"))
    url = databases.migrated("sqlite")
    with pytest.raises(BadArchive):
        await restore_database(url, small / "content", None, replace=False)
    assert check(small / "small.sealed", Secret("right")).files == 1


@pytest.mark.spread
async def test_a_restore_that_fails_leaves_what_was_there(
    small: Path, own_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    runtime = build_runtime(settings_for(own_database_url, small / "other"))
    async with connect(serve(runtime)) as client:
        await register(client, "ben@example.com")
    await close(runtime)

    def other_counts(path: Path, passphrase: Secret | None) -> Checked:
        found = check(path, passphrase)
        found.manifest["tables"]["user_account"]["count"] += 1
        return found

    monkeypatch.setattr("upnext.backups.loading.check", other_counts)
    with pytest.raises(BadArchive, match="user_account came out otherwise"):
        await restore_database(own_database_url, small / "small.tar", None, replace=True)
    db = Database(own_database_url)
    async with db.read() as session:
        emails = list(await session.scalars(text("SELECT email FROM user_account")))
        keys = await session.scalar(select(func.count()).select_from(text("task_tag")))
    await db.dispose()
    assert (emails, keys) == (["ben@example.com"], 0)


@pytest.mark.spread
async def test_a_database_moves_to_another_server(
    databases: Databases, empty_database_url: str, tmp_path: Path
) -> None:
    settings = settings_for(databases.migrated("sqlite"), tmp_path)
    runtime = build_runtime(settings)
    async with connect(serve(runtime)) as client:
        await register(client, MIA)
    found = await move_database(runtime, empty_database_url)
    assert found.manifest["tables"]["user_account"]["count"] == 1
    with pytest.raises(NotEmpty):
        await move_database(runtime, empty_database_url)
    await close(runtime)


def test_every_table_can_be_carried() -> None:
    found = shapes()
    assert {"task", "change", "job", "search_document", "rank_key"} <= {each.name for each in found}
    assert all(each.key for each in found)
