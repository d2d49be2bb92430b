"""The suite can be trusted: what it promises about servers, databases and the network."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import redis

from tests.kit import probes
from tests.kit.network import InternetForbidden
from tests.kit.servers import Fleet, Servers, StartFailed

HOLD_A_SERVER = """
import os, time
from tests.kit.servers import Fleet
fleet = Fleet()
url = fleet.start(["redis"], {}).urls["redis"]
print(fleet.folder, url, flush=True)
time.sleep(60)
"""


def test_an_empty_database_is_there_and_has_no_table(
    empty_database_url: str, dialect: str, servers: Servers
) -> None:
    if dialect == "sqlite":
        assert not Path(empty_database_url.removeprefix("sqlite:///")).exists()
        return
    schema = "public" if dialect == "postgresql" else empty_database_url.rsplit("/", 1)[-1]
    count = f"SELECT count(*) FROM information_schema.tables WHERE table_schema = '{schema}'"
    assert probes.execute(empty_database_url, count) == 0
    assert probes.version(empty_database_url) == servers.labels[dialect]


def test_a_server_is_not_in_utc(servers: Servers, dialect: str) -> None:
    """So that code which trusts the server's time zone fails here and not at a user."""
    if dialect == "sqlite" or dialect in servers.given:
        return
    question = "SHOW timezone" if dialect == "postgresql" else "SELECT @@session.time_zone"
    assert probes.execute(servers.urls[dialect], question) in {"Asia/Kolkata", "+05:30"}


def test_redis_begins_empty(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "example.com"])
def test_the_internet_is_out_of_reach(host: str) -> None:
    with pytest.raises(InternetForbidden):
        socket.create_connection((host, 80), timeout=0.1)


def test_no_setting_of_the_shell_reaches_a_test() -> None:
    assert {name for name in os.environ if name.startswith("UPNEXT_")} == set()
    assert "DATABASE_URL" not in os.environ


def test_a_given_server_that_is_gone_is_no_reason_to_skip() -> None:
    given = {"UPNEXT_TEST_REDIS_URL": "redis://127.0.0.1:1"}
    with pytest.raises(StartFailed, match="UPNEXT_TEST_REDIS_URL"):
        Fleet().start(["redis"], given)


def test_a_server_dies_and_comes_back_at_its_address(servers: Servers) -> None:
    if "redis" in servers.missing:
        pytest.skip(servers.missing["redis"])
    fleet = Fleet()
    try:
        url = fleet.start(["redis"], {}).urls["redis"]
        first = fleet.pid_of(url)
        fleet.halt(first)
        assert not probes.answers(url)
        second = fleet.resume(first)
        assert probes.answers(url)
        assert second == fleet.pid_of(url) != first
        folder = fleet.folder
    finally:
        fleet.stop()
    assert not probes.answers(url)
    assert folder is not None
    assert not folder.exists()


def test_servers_end_with_the_suite_however_it_ends(servers: Servers) -> None:
    if "redis" in servers.missing:
        pytest.skip(servers.missing["redis"])
    command = [sys.executable, "-c", HOLD_A_SERVER]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        folder, url = process.stdout.readline().split()
        assert probes.answers(url)
        process.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 15
    while Path(folder).exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Path(folder).exists()
    assert not probes.answers(url)
