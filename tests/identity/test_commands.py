"""A14: `upnext user …` and `upnext seed-admin`, as whoever runs an instance types them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from tests.identity.conftest import Instance, new_email, signed
from tests.kit import commands
from tests.kit.app import PASSWORD, SECRETS, good, refused
from upnext.identity import accounts

Upnext = Callable[..., Result]
NEW = "another good password"


@pytest.fixture
def upnext(tmp_path: Path) -> Upnext:
    """The command, on an instance of its own; keywords become environment variables."""
    environ = {**SECRETS, "UPNEXT_DATA_DIR": str(tmp_path)}

    def run(*words: str, typed: str = "", **more: str) -> Result:
        return commands.run(words, environ | more, typed)

    return run


def test_an_operators_day(upnext: Upnext) -> None:
    made = upnext("user", "create", "ann@example.com", "--password-stdin", typed=f"{PASSWORD}\n")
    assert made.exit_code == 0, made.stderr
    assert "is admin" in made.stdout
    made = upnext("user", "create", "bob@example.com", "-u", "bob", "--generate")
    assert made.exit_code == 0, made.stderr
    assert "is admin" not in made.stdout
    assert "password is " in made.stdout

    again = upnext("user", "create", "BOB@example.com", "--generate")
    assert again.exit_code == 1
    assert "already" in again.stderr or "is an account" in again.stderr
    assert "password is" not in again.stdout
    weak = upnext("user", "create", "eve@example.com", "--password-stdin", typed="password1\n")
    assert (weak.exit_code, weak.stdout) == (1, "")
    assert "tried first" in weak.stderr

    assert upnext("user", "promote", "bob").exit_code == 0
    assert upnext("user", "disable", "ann@example.com").exit_code == 0
    reset = upnext("user", "reset-password", "bob", "--password-stdin", typed=f"{NEW}\n")
    assert reset.exit_code == 0, reset.stderr
    nobody = upnext("user", "promote", "nobody")
    assert nobody.exit_code == 1
    assert "no account 'nobody'" in nobody.stderr

    listed = json.loads(upnext("user", "list", "--json").stdout)
    assert [(one["email"], one["role"], bool(one["disabled_at"])) for one in listed] == [
        ("ann@example.com", "admin", True),
        ("bob@example.com", "admin", False),
    ]
    shown = upnext("user", "list").stdout.splitlines()
    assert shown[0].endswith("ann@example.com   disabled")


def test_seeding_an_admin_can_be_repeated(upnext: Upnext) -> None:
    settings = {"ADMIN_EMAIL": "boss@example.com", "ADMIN_PASSWORD": "ChangeMe123"}
    for _ in range(2):
        done = upnext("seed-admin", **settings)
        assert done.exit_code == 0, done.stderr
    listed = json.loads(upnext("user", "list", "--json").stdout)
    assert [(one["email"], one["role"]) for one in listed] == [("boss@example.com", "admin")]
    missing = upnext("seed-admin")
    assert missing.exit_code == 1
    assert "ADMIN_EMAIL" in missing.stderr


async def test_seeding_promotes_enables_and_resets(
    start: Callable[..., Instance], own_database_url: str
) -> None:
    email = new_email()
    settings = {"ADMIN_EMAIL": email, "ADMIN_PASSWORD": NEW}
    instance = start(own_database_url, **settings)
    await accounts.create(instance.runtime, new_email(), None, PASSWORD, is_admin=False)
    await accounts.create(instance.runtime, email, None, PASSWORD, is_admin=False)
    tokens = await instance.login(email)
    await accounts.disable(instance.runtime, email)

    user = await accounts.seed_admin(instance.runtime)
    assert user.is_admin
    client = await instance.client()
    refused(await client.get("/auth/me", headers=signed(tokens)), 401)
    tokens = good(await client.post("/auth/login", json={"email": email, "password": NEW}))
    assert good(await client.get("/auth/me", headers=signed(tokens)))["role"] == "admin"

    # Again, as at every start: who is logged in stays so.
    again = await accounts.seed_admin(instance.runtime)
    assert again.version == user.version
    good(await client.post("/auth/refresh", json={"refresh_token": tokens["refresh_token"]}))


async def test_a_reset_password_ends_every_session(instance: Instance) -> None:
    email, client = await instance.member()
    tokens = await instance.login(email)
    ended = await accounts.reset_password(instance.runtime, email, NEW)
    assert len(ended) == 1
    refused(await client.get("/auth/me", headers=signed(tokens)), 401)
    good(await client.post("/auth/login", json={"email": email, "password": NEW}))


async def test_promotion_reaches_a_running_session_within_five_seconds(
    instance: Instance,
) -> None:
    email, client = await instance.member()
    tokens = await instance.login(email)
    await accounts.promote(instance.runtime, email)
    assert good(await client.get("/auth/me", headers=signed(tokens)))["role"] == "admin"
