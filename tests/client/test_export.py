"""`upnext export` and `upnext feed`, typed by a person, against a real server."""

import csv
import io
import json
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import httpx
import pytest
from icalendar import Calendar

from tests.client.conftest import Person
from upnext.client import saving
from upnext.client.errors import ClientError


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_to_a_file(person: Person, tmp_path: Path) -> None:
    person.does("add", "Tea", "--due", "2031-05-01", "-c", "home")
    for name, sign in (("all.json", '"format"'), ("all.csv", "key,title"), ("all.ics", "BEGIN:")):
        file = tmp_path / name
        assert person.does("export", "-o", str(file)).startswith(f"Wrote {file} (")
        assert sign in file.read_text()[:60]
        assert "Tea" in file.read_text()
        assert file.stat().st_mode & 0o777 == 0o600
    told = json.loads(person.does("export", "-f", "CSV", "-o", str(tmp_path / "x"), "--json"))
    size = (tmp_path / "x").stat().st_size
    assert told == {"file": str(tmp_path / "x"), "format": "csv", "bytes": size}
    assert sorted(one.name for one in tmp_path.iterdir() if one.is_file()) == [
        *("all.csv", "all.ics", "all.json", "x"),
    ]


def test_to_standard_output(person: Person) -> None:
    person.does("add", "Tea")
    assert json.loads(person.does("export"))["tasks"][0]["title"] == "Tea"
    assert _rows(person.does("export", "--format", "csv", "-o", "-"))[0]["title"] == "Tea"
    found = Calendar.from_ical(person.does("export", "-f", "ical"))
    assert [str(one["SUMMARY"]) for one in found.walk("VTODO")] == ["Tea"]
    piped = person.start("export", "-f", "csv")
    out, err = piped.communicate(timeout=60)
    assert (piped.returncode, err) == (0, "")
    assert out.startswith("key,title,")


def test_a_part_of_it(person: Person) -> None:
    person.does("project", "add", "Garden", "-k", "GDN")
    person.does("add", "Dig", "-P", "Garden")
    person.does("add", "Tea")
    person.does("rm", "INBOX-1")
    names = [row["title"] for row in _rows(person.does("export", "-f", "csv"))]
    assert names == ["Dig"]
    everything = person.does("export", "-f", "csv", "--include-trash")
    assert {row["title"] for row in _rows(everything)} == {"Dig", "Tea"}
    assert _rows(person.does("export", "-f", "csv", "-P", "inbox")) == []
    person.asks("POST", "workspaces", {"name": "Club"})
    assert _rows(person.does("export", "-f", "csv", "-w", "club")) == []


def test_slips(person: Person, tmp_path: Path) -> None:
    assert person.types("export", "-f", "xml").exit_code == 2
    assert person.types("export", "--json").exit_code == 2
    file = tmp_path / "kept.csv"
    file.write_text("precious")
    file.chmod(0o640)
    missing = person.types("export", "-P", "Nix", "-o", str(file))
    assert (missing.exit_code, file.read_text()) == (4, "precious")
    nowhere = person.types("export", "-o", str(tmp_path / "no" / "x.csv"))
    assert (nowhere.exit_code, "cannot be written" in nowhere.stderr) == (1, True)
    person.does("export", "-o", str(file))
    assert file.read_text().startswith("key,title")
    assert file.stat().st_mode & 0o777 == 0o640


def test_the_csv_can_be_imported_again(person: Person, tmp_path: Path) -> None:
    """Into another account, with apostrophes undone and dependencies found."""
    person.does("add", "=SUM(A1)", "-t", "red", "-t", "big", "-c", "home", "-d", "90", "-p", "high")
    words = ["--due", "2031-05-01 17:00", "--start", "2031-04-01", "-e", "low", "-s", "in_review"]
    person.does("add", "Tea, 'later'", *words, "--description", "-1\nor more", "--after", "INBOX-1")
    person.does("add", "Over", "--category", "chores")
    person.does("done", "INBOX-3")
    file = tmp_path / "all.csv"
    person.does("export", "-o", str(file))
    assert "'=SUM(A1)" in file.read_text()
    other = Person(person.server, tmp_path / "other", f"other-{person.name}")
    other.does("register", other.address, "--password-stdin", stdin="a sentence to remember\n")
    told = json.loads(other.does("import", str(file), "--yes", "--json"))
    assert (told["created"], told["failed"]) == (3, 0)
    fields = ("title", "description", "status", "priority", "category", "estimated_duration",
              "due_at", "start_at", "tags", "context", "energy")  # fmt: skip

    def shown(who: Person) -> list[dict[str, object]]:
        listed = json.loads(who.does("list", "-s", "any", "--sort", "title", "--json"))["items"]
        return [{name: one[name] for name in fields} | {"blocked": one["blocked"]}
                for one in listed]  # fmt: skip

    assert shown(other) == shown(person)


@contextmanager
def _breaking_off(body: bytes) -> Iterator[str]:
    """A server whose answer ends in the middle."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        there, _ = listener.accept()
        with there:
            there.recv(65_536)
            there.sendall(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
            there.sendall(b"%x\r\n%s\r\n" % (len(body), body))

    thread = threading.Thread(target=serve)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    thread.join(10)
    listener.close()


def test_what_breaks_off_is_not_kept(tmp_path: Path) -> None:
    file = tmp_path / "all.json"
    file.write_text("precious")
    with _breaking_off(b'{"format": "upnext", "tasks": [') as server:
        person = Person(server, tmp_path / "config", "mia", {"UPNEXT_TOKEN": "upn_x"})
        done = person.types("export", "-o", str(file))
    assert done.exit_code == 6
    assert "broke off" in done.stderr
    assert file.read_text() == "precious"
    assert [one.name for one in tmp_path.iterdir() if one.is_file()] == ["all.json"]


def test_saving_follows_links_and_leaves_devices_alone(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("old")
    link.symlink_to(target)
    assert saving.save(link, [b"ne", b"w"]) == 3
    assert (link.is_symlink(), target.read_text()) == (True, "new")
    saving.save(Path(os.devnull), [b"gone"])
    assert not Path(os.devnull).is_file()

    def interrupted() -> Iterator[bytes]:
        yield b"half"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        saving.save(target, interrupted())
    with pytest.raises(ClientError, match="cannot be written"):
        saving.save(tmp_path, [b"x"])
    assert target.read_text() == "new"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["link", "target"]


def test_feeds(person: Person) -> None:
    person.does("add", "Tea", "--due", "2031-05-01", "-p", "high", "-t", "kitchen")
    person.does("add", "Rice", "--due", "2031-05-02")
    assert "upnext feed add" in person.types("feed", "list").stderr
    made = person.does("feed", "add", "My", "phone")
    assert made.startswith("Made the link My phone. Subscribe to:\n")
    (url,) = [word for word in made.split() if word.startswith("http")]
    assert url.startswith(f"{person.server}/feeds/upn_feed_")
    content = httpx.get(url, trust_env=False).content
    assert len(Calendar.from_ical(content).walk("VTODO")) == 2
    words = ["-p", "p2", "-t", "#kitchen", "--mine", "-P", "Inbox", "-w", "personal"]
    few = json.loads(person.does("feed", "add", "Few", *words, "--json"))
    assert few["filters"] == {
        "project_id": few["filters"]["project_id"],
        "tag": ["kitchen"],
        "priority": ["high"],
        "assignee_id": "me",
    }
    listed = person.does("feed", "list")
    assert "My phone" in listed
    assert url.rpartition("/")[2] not in listed
    assert [one["name"] for one in json.loads(person.does("feed", "list", "--json"))["items"]] == [
        *("Few", "My phone"),
    ]
    rotated = json.loads(person.does("feed", "rotate", "my PHONE", "--json"))
    assert httpx.get(url, trust_env=False).status_code == 404
    assert httpx.get(rotated["url"], trust_env=False).status_code == 200
    person.does("feed", "add", "few")
    twice = person.types("feed", "remove", "Few")
    assert (twice.exit_code, "2 links" in twice.stderr) == (2, True)
    assert person.does("feed", "remove", few["id"]) == "Removed the link Few\n"
    missing = person.types("feed", "remove", "Nix")
    assert (missing.exit_code, "You have: few, My phone" in missing.stderr) == (4, True)


def test_the_address_is_in_no_log(person: Person, server_log: Path) -> None:
    made = cast("dict[str, str]", json.loads(person.does("feed", "add", "Phone", "--json")))
    httpx.get(made["url"], trust_env=False)
    httpx.get(made["url"].removesuffix(".ics"), trust_env=False)
    text = server_log.read_text()
    assert "/feeds/{token}.ics" in text
    assert made["token"] not in text
