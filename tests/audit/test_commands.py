"""`upnext audit verify` and `upnext audit head`, as whoever runs an instance types them."""

import asyncio
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from typer.testing import Result

from tests.kit import commands
from tests.kit.app import PASSWORD, SECRETS, settings_for
from upnext.core.sealing import Sealer
from upnext.main import build_runtime, close

Upnext = Callable[..., Result]
INSTANCE = str(UUID(int=0))


@pytest.fixture
def upnext(tmp_path: Path) -> Upnext:
    environ = {**SECRETS, "UPNEXT_DATA_DIR": str(tmp_path)}

    def run(*words: str, typed: str = "") -> Result:
        return commands.run(words, environ, typed)

    return run


def made(upnext: Upnext) -> None:
    """Somebody with an account: three changes and more in two chains."""
    words = ("user", "create", "ann@example.com", "--password-stdin")
    assert upnext(*words, typed=f"{PASSWORD}\n").exit_code == 0


async def seal(folder: Path) -> None:
    """As a running server does."""
    runtime = build_runtime(settings_for(f"sqlite:///{folder / 'upnext.db'}", folder))
    await Sealer(runtime.workshop).round()
    await close(runtime)


def forge(folder: Path, statement: str) -> None:
    database = sqlite3.connect(folder / "upnext.db", isolation_level=None)
    assert database.execute(statement).rowcount > 0
    database.close()


@pytest.fixture
def sealed(upnext: Upnext, tmp_path: Path) -> Path:
    """The folder of an instance with a history. The commands make loops of their own."""
    made(upnext)
    asyncio.run(seal(tmp_path))
    return tmp_path


def test_a_clean_instance(upnext: Upnext, sealed: Path) -> None:
    done = upnext("audit", "verify")
    assert done.exit_code == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "2 chains checked, nothing was tampered with."
    assert f"ok      {INSTANCE}  instance: 2 changes" in done.stdout
    told = json.loads(upnext("audit", "verify", "--json").stdout)
    assert (told["ok"], len(told["chains"])) == (True, 2)
    only = upnext("audit", "verify", "--workspace", INSTANCE)
    assert only.stdout.splitlines()[-1] == "1 chain checked, nothing was tampered with."


def test_tampering_is_told_and_ends_the_command_with_1(upnext: Upnext, sealed: Path) -> None:
    forge(sealed, "UPDATE change SET ip = '::1' WHERE type = 'user.registered'")
    done = upnext("audit", "verify")
    assert done.exit_code == 1
    assert f"BROKEN  {INSTANCE}" in done.stdout
    assert "altered at change 1" in done.stdout
    assert done.stdout.splitlines()[-1] == "1 of 2 chains broken."
    told = upnext("audit", "verify", "--json")
    assert told.exit_code == 1
    broken = json.loads(told.stdout)["chains"][0]
    assert [(one["kind"], one["seq"]) for one in broken["faults"]] == [("altered", 1)]
    other = next(one for one in json.loads(told.stdout)["chains"] if one["ok"])
    assert upnext("audit", "verify", "--workspace", other["workspace_id"]).exit_code == 0


def test_heads_that_were_noted(upnext: Upnext, sealed: Path) -> None:
    plain, as_json = upnext("audit", "head"), upnext("audit", "head", "--json")
    for name, text in (("plain", plain.stdout), ("json", as_json.stdout)):
        (sealed / name).write_text(text)
    for name in ("plain", "json"):
        done = upnext("audit", "verify", "--expect-file", str(sealed / name))
        assert done.exit_code == 0, done.output
    first = plain.stdout.splitlines()[0]
    assert upnext("audit", "verify", "--expect", first).exit_code == 0
    place, seq, digest = first.split(":")
    short = f"{seq}:{digest}"
    assert upnext("audit", "verify", "--workspace", place, "--expect", short).exit_code == 0
    another = f"{seq}:{digest[:-1]}{'0' if digest[-1] != '0' else '1'}"
    done = upnext("audit", "verify", "--workspace", place, "--expect", another)
    assert done.exit_code == 1
    assert "written anew" in done.stdout
    forge(sealed, f"DELETE FROM change WHERE workspace_id = x'{UUID(place).hex}'")
    forge(sealed, f"DELETE FROM change_head WHERE workspace_id = x'{UUID(place).hex}'")
    assert upnext("audit", "verify").exit_code == 0
    done = upnext("audit", "verify", "--expect-file", str(sealed / "json"))
    assert done.exit_code == 1
    assert "is missing" in done.stdout


def test_mistakes_are_sentences(upnext: Upnext, sealed: Path) -> None:
    for words in (("--expect", "7:abc"), ("--workspace", str(UUID(int=7)))):
        done = upnext("audit", "verify", *words)
        assert (done.exit_code, done.stdout) == (1, "")
        assert done.stderr.endswith(".\n")
    assert upnext("audit", "verify", "--workspace", "x").exit_code == 2
    assert upnext("audit", "verify", "--expect-file", str(sealed / "nowhere")).exit_code == 2
