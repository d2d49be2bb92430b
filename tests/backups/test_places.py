"""Where archives go, which of them stay, and who may ask for them by a schedule."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast
from uuid import UUID

import boto3
import pytest
from moto.server import ThreadedMotoServer
from sqlalchemy.ext.asyncio import AsyncSession

from tests.kit import commands
from tests.kit.app import settings_for
from tests.kit.databases import Databases
from upnext import manifest
from upnext.automation.actions import Doing
from upnext.backups.acting import BACKUP, BackUp
from upnext.backups.places import at_hand, name_for, note_digest, place_of, prune
from upnext.backups.verifying import check
from upnext.core.auth import Actor
from upnext.core.config import Settings
from upnext.core.errors import Forbidden
from upnext.main import build_runtime, close

NOW = datetime(2026, 3, 1, 3, tzinfo=UTC)


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    found = {
        "S3_ENDPOINT_URL": f"http://{host}:{port}",
        "S3_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "who",
        "AWS_SECRET_ACCESS_KEY": "ever",
        "UPNEXT_BACKUP_S3_BUCKET": "backups",
    }
    boto3.client(
        "s3",
        endpoint_url=found["S3_ENDPOINT_URL"],
        region_name="us-east-1",
        aws_access_key_id="who",
        aws_secret_access_key="ever",
    ).create_bucket(Bucket="backups")
    yield found
    server.stop()


def _settings(folder: Path, **more: str) -> Settings:
    return settings_for(f"sqlite:///{folder / 'upnext.db'}", folder, **more)


async def test_the_newest_stay_and_nothing_else_is_touched(tmp_path: Path) -> None:
    place = place_of(_settings(tmp_path), str(tmp_path / "kept"))
    names = [name_for(NOW + timedelta(days=day), sealed=day % 2 == 0) for day in range(5)]
    for name in reversed(names):
        (tmp_path / "new").write_bytes(b"archive")
        await place.put(tmp_path / "new", name)
        await note_digest(place, name, "0f" * 32, tmp_path)
    other = tmp_path / "kept" / "upnext-notes.tar"
    other.write_bytes(b"not ours")
    found = await place.archives()
    assert [(each.name, each.bytes) for each in found] == [(name, 7) for name in names]
    assert (found[1].made_at, found[1].sealed) == (NOW + timedelta(days=1), False)
    assert await place.digest(names[0]) == "0f" * 32
    assert await prune(place, 0) == []
    assert await prune(place, 2) == names[:3]
    assert [each.name for each in await place.archives()] == names[3:]
    assert await place.digest(names[0]) is None
    assert sorted(each.name for each in (tmp_path / "kept").iterdir()) == sorted(
        [other.name, *names[3:], *(f"{name}.sha256" for name in names[3:])]
    )


async def test_a_bucket_takes_gives_and_forgets(
    bucket: dict[str, str], tmp_path: Path, databases: Databases
) -> None:
    settings = settings_for(databases.migrated("sqlite"), tmp_path, **bucket)
    runtime = build_runtime(settings)
    doing = _doing(is_admin=True)
    done = await BACKUP.perform(runtime, doing, BackUp(keep=1)) if BACKUP.perform else None
    output = await BACKUP.apply(cast(AsyncSession, None), doing, BackUp(), done)
    assert str(output["where"]).startswith(str(tmp_path / "backups"))
    await close(runtime)
    place = place_of(settings, "s3")
    names = [name_for(NOW + timedelta(days=day), sealed=False) for day in range(3)]
    (archive,) = (tmp_path / "backups").glob("*.tar")
    for name in names:
        (tmp_path / "new").write_bytes(archive.read_bytes())
        where = await place.put(tmp_path / "new", name)
    assert where == f"s3://backups/upnext-backups/{names[-1]}"
    await note_digest(place, names[-1], "ab" * 32, tmp_path)
    assert [await place.digest(name) for name in names[1:]] == [None, "ab" * 32]
    assert await prune(place, 1) == names[:2]
    assert [each.name for each in await place.archives()] == names[2:]
    async with at_hand(settings, f"s3:{names[-1]}") as path:
        assert check(path, None).rows == output["rows"]


def _doing(*, is_admin: bool) -> Doing:
    actor = Actor(kind="user", user_id=UUID(int=1), is_admin=is_admin)
    return Doing(
        run_id=UUID(int=2),
        schedule_id=UUID(int=3),
        schedule_name="Nightly",
        workspace_id=UUID(int=4),
        actor=actor,
        time_zone="UTC",
        language="en",
        fields={},
        now=NOW,
    )


async def test_only_administrators_schedule_backups() -> None:
    assert manifest.ACTIONS["backup"] is BACKUP
    nobody = _doing(is_admin=False)
    session = cast(AsyncSession, None)
    assert BACKUP.check is not None
    await BACKUP.check(session, _doing(is_admin=True), BackUp())
    for step in (
        BACKUP.check(session, nobody, BackUp()),
        BACKUP.preview(session, nobody, BackUp()),
        BACKUP.apply(session, nobody, BackUp(), None),
    ):
        with pytest.raises(Forbidden):
            await step


def test_the_commands(tmp_path: Path, databases: Databases) -> None:
    def upnext(*words: str, folder: str) -> tuple[int, str]:
        environ = {"UPNEXT_DATA_DIR": str(tmp_path / folder), "UPNEXT_BACKUP_PASSPHRASE": "a b"}
        done = commands.run(words, environ)
        return done.exit_code, done.output

    file = str(tmp_path / "one.sealed")
    template = databases.migrated("sqlite").removeprefix("sqlite:///")
    for folder in ("first", "second"):
        # Makes the instance's own keys; migrating each would take longer than all of the rest.
        assert upnext("config", folder=folder)[0] == 0
        shutil.copyfile(template, tmp_path / folder / "upnext.db")
    assert upnext("backup", file, folder="first")[0] == 0
    assert upnext("backup", file, folder="first") == (
        1, f"{file} exists already, and was left as it is.\n",
    )  # fmt: skip
    assert upnext("restore", "--check", file, folder="second")[1].startswith("It is whole.")
    code, said = upnext("restore", file, folder="second")
    assert (code, "keys came along" in said) == (0, True)
    kept = [tmp_path / folder / "secrets.json" for folder in ("first", "second")]
    assert kept[0].read_text() == kept[1].read_text()
    assert upnext("restore", str(tmp_path / "none"), folder="second")[0] == 1
    assert upnext("db", "move", "--to", "ftp://host/name", folder="first")[0] == 2
