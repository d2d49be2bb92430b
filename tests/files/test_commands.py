"""`upnext files verify|sweep|move`, as whoever runs an instance types them."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from tests.files.sending import attach
from tests.kit import commands
from tests.kit.app import SECRETS, connect, register, serve, settings_for
from upnext.core.migrate import ensure_current
from upnext.files import keys
from upnext.main import build_runtime, close

Upnext = Callable[..., Result]


@pytest.fixture
def upnext(tmp_path: Path) -> Upnext:
    environ = {**SECRETS, "UPNEXT_DATA_DIR": str(tmp_path)}

    def run(*words: str, **more: str) -> Result:
        return commands.run(["files", *words], {**environ, **more})

    return run


async def _filled(folder: Path) -> Path:
    """An instance with one file; where its content lies."""
    settings = settings_for(f"sqlite:///{folder / 'upnext.db'}", folder)
    runtime = build_runtime(settings)
    await ensure_current(runtime.db, settings.database.url, migrate=True)
    async with connect(serve(runtime)) as one:
        await attach(await register(one, "mia@example.com"), b"content")
    await close(runtime)
    (path,) = (p for p in (folder / "files").rglob("*") if p.is_file())
    return path


def test_verifying_and_sweeping(upnext: Upnext, tmp_path: Path) -> None:
    path = asyncio.run(_filled(tmp_path))
    done = upnext("verify")
    assert (done.exit_code, done.stdout) == (
        0, "Checked 1 contents, 0 of them missing or changed.\n",
    )  # fmt: skip
    owner = keys.owner_of(str(path.relative_to(tmp_path / "files")))
    assert owner is not None
    orphan = path.with_name("f" * 30 + path.name[-2:])
    orphan.write_bytes(b"orphan")
    old = orphan.stat().st_mtime - 90_000
    os.utime(orphan, (old, old))
    dry = upnext("sweep", "--dry-run")
    assert "Would remove 1 contents that nothing refers to (6 bytes)" in dry.stdout
    assert orphan.exists()
    assert "Removed 1 contents" in upnext("sweep").stdout
    assert not orphan.exists()
    path.write_bytes(b"changed")
    done = upnext("verify")
    assert (done.exit_code, f"changed: {path.relative_to(tmp_path / 'files')}" in done.stderr) == (
        1, True,
    )  # fmt: skip
    path.unlink()
    assert "missing: " in upnext("verify").stderr


def test_moving_needs_another_place(upnext: Upnext) -> None:
    done = upnext("move", "--from", "local")
    assert (done.exit_code, "set UPNEXT_STORAGE" in done.stderr) == (1, True)
    assert upnext("move", "--from", "tape").exit_code == 2
    assert upnext("move").exit_code == 2
