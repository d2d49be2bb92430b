"""`upnext doctor`, on instances that are well and on some that are not."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from tests.kit import commands
from tests.kit.app import SECRETS
from upnext.core.migrate import migrate_to

Upnext = Callable[..., Result]
DATA = 0o700


@pytest.fixture
def doctor(tmp_path: Path) -> Upnext:
    folder = tmp_path / "data"
    folder.mkdir(mode=DATA)

    def run(**more: str) -> Result:
        environ = {**SECRETS, "UPNEXT_DATA_DIR": str(folder), **more}
        return commands.run(["doctor", "--json"], environ)

    return run


def states(done: Result) -> dict[str, str]:
    """The worst of each check."""
    order = ["OK", "WARN", "FAIL"]
    found: dict[str, str] = {}
    for each in json.loads(done.stdout):
        assert each["fix"] or each["state"] == "OK", each
        found[each["check"]] = max(found.get(each["check"], "OK"), each["state"], key=order.index)
    return found


def test_a_healthy_instance(doctor: Upnext, own_database_url: str) -> None:
    done = doctor(DATABASE_URL=own_database_url)
    found = states(done)
    assert done.exit_code == 0
    healthy = ("database", "migrations", "clock", "redis", "queue", "storage", "data directory")
    assert {name: found[name] for name in healthy} == dict.fromkeys(healthy, "OK")
    assert found["backups"] == found["mail"] == "WARN"


def test_what_is_wrong_is_said_with_how_to_mend_it(doctor: Upnext, tmp_path: Path) -> None:
    data = tmp_path / "data"
    url = f"sqlite:///{data / 'upnext.db'}"
    asyncio.run(migrate_to(url, "0001"))
    (data / "secrets.json").write_text("{}")
    (data / "secrets.json").chmod(0o644)
    (data / "files").write_text("in the way")
    data.chmod(0o755)
    wrong = {
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": "1",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "UPNEXT_PUBLIC_URL": "http://upnext.example.org",
        "UPNEXT_WORKERS": "3",
    }
    done = doctor(DATABASE_URL=url, **wrong)
    found = states(done)
    assert done.exit_code == 1
    for name in ("migrations", "secrets", "storage", "mail", "redis"):
        assert found[name] == "FAIL", name
    for name in ("configuration", "data directory", "addresses"):
        assert found[name] == "WARN", name
    assert "upnext db upgrade" in done.stdout


def test_settings_that_cannot_be_read_and_a_database_that_is_away(doctor: Upnext) -> None:
    done = doctor(API_PORT="many")
    assert (done.exit_code, states(done)) == (1, {"configuration": "FAIL"})
    away = doctor(DATABASE_URL="postgresql://upnext:secret-word@127.0.0.1:1/upnext")
    assert (away.exit_code, states(away)["database"]) == (1, "FAIL")
    assert "secret-word" not in away.stdout
