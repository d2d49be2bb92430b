"""The file of credentials: private, whole, and one writer at a time."""

import json
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from upnext.client.access import Access
from upnext.client.credentials import Book, Credential, Store
from upnext.client.errors import ClientError, NotLoggedIn
from upnext.client.shapes import Tokens

SERVER = "http://127.0.0.1:8000"
OLD = Credential(access_token="a1", refresh_token="r1", expires_at=0.0, login="mia")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "deep" / "upnext")
    store.save(Book().with_server(SERVER, OLD))
    return store


def tokens(number: int) -> Tokens:
    return {"access_token": f"a{number}", "refresh_token": f"r{number}", "expires_in": 1800}


def test_it_is_for_its_owner_only(store: Store) -> None:
    assert stat.S_IMODE(store.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(store.path.parent.stat().st_mode) == 0o700
    assert [path.name for path in store.path.parent.iterdir()] == ["credentials.json"]


def test_several_servers(store: Store) -> None:
    other = Credential(access_token="upn_x")
    store.save(store.load().with_server("https://work", other))
    assert store.load().current == "https://work"
    assert store.load().servers == {SERVER: OLD, "https://work": other}
    store.save(store.load().without("https://work"))
    assert store.load() == Book(current=SERVER, servers={SERVER: OLD})


@pytest.mark.parametrize("text", ["", "{", "[]", '{"current": 1}', '{"servers": {"a": {"b": 1}}}'])
def test_a_damaged_file_says_what_to_do(store: Store, text: str) -> None:
    store.path.write_text(text)
    with pytest.raises(ClientError, match="is damaged") as caught:
        store.load()
    assert "upnext login" in caught.value.hint


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = Store(tmp_path / "file" / "upnext")
    with pytest.raises(ClientError, match="cannot be written"):
        store.save(Book())
    with pytest.raises(ClientError, match="cannot be written"), store.lock():
        pass


def test_an_old_token_is_renewed_and_kept(store: Store) -> None:
    given: list[str] = []

    def exchange(refresh_token: str) -> Tokens:
        given.append(refresh_token)
        return tokens(2)

    assert Access(store, SERVER).token(exchange) == "a2"
    assert Access(store, SERVER).token(exchange) == "a2"
    assert given == ["r1"]
    assert store.load().servers[SERVER].login == "mia"


def test_commands_at_the_same_time_use_a_refresh_token_once(store: Store) -> None:
    used: list[str] = []

    def exchange(refresh_token: str) -> Tokens:
        used.append(refresh_token)
        return tokens(len(used) + 1)

    got: list[str] = []
    commands = [
        threading.Thread(target=lambda: got.append(Access(store, SERVER).token(exchange)))
        for _ in range(12)
    ]
    for command in commands:
        command.start()
    for command in commands:
        command.join()
    assert used == ["r1"]
    assert got == ["a2"] * 12


def test_the_lock_holds_between_processes(store: Store) -> None:
    script = (
        "import sys; from pathlib import Path; from upnext.client.credentials import *\n"
        "store = Store(Path(sys.argv[1]))\n"
        "for _ in range(25):\n"
        "    with store.lock():\n"
        "        book = store.load()\n"
        "        known = book.servers.get('n', Credential(access_token='0'))\n"
        "        more = Credential(access_token=str(int(known.access_token) + 1))\n"
        "        store.save(book.renewed('n', more))\n"
    )
    command = [sys.executable, "-c", script, str(store.path.parent)]
    path = str(Path(__file__).parents[2] / "src")
    running = [subprocess.Popen(command, env={"PYTHONPATH": path}) for _ in range(4)]
    assert [one.wait() for one in running] == [0, 0, 0, 0]
    assert store.load().servers["n"].access_token == "100"
    assert json.loads(store.path.read_text())["current"] == SERVER


def test_a_session_that_ended_says_so(store: Store) -> None:
    def refused(_: str) -> Tokens:
        raise NotLoggedIn("Reused.", problem={"code": "reused"})

    with pytest.raises(NotLoggedIn, match="has ended") as caught:
        Access(store, SERVER).token(refused)
    assert caught.value.problem == {"code": "reused"}


def test_a_given_token_goes_first_and_is_never_renewed(store: Store) -> None:
    access = Access(store, SERVER, given="upn_given")
    assert access.token(pytest.fail) == "upn_given"
    with pytest.raises(NotLoggedIn, match="UPNEXT_TOKEN"):
        access.renew("upn_given", pytest.fail)
    with pytest.raises(NotLoggedIn, match="characters that no token has"):
        Access(store, SERVER, given="upn_“x”").token(pytest.fail)


def test_a_stored_api_token_is_never_renewed(store: Store) -> None:
    store.save(Book().with_server(SERVER, Credential(access_token="upn_x")))
    with pytest.raises(NotLoggedIn, match="does not take your API token"):
        Access(store, SERVER).renew("upn_x", pytest.fail)


def test_an_unknown_server(store: Store) -> None:
    with pytest.raises(NotLoggedIn, match="not logged in to http://other") as caught:
        Access(store, "http://other").token(pytest.fail)
    assert "upnext register" in caught.value.hint
