"""`upnext attach`, `files` and `download`, typed by a person, against a real server."""

import hashlib
import json
from pathlib import Path

from tests.client.conftest import Person

DATA = bytes(range(256)) * 200


def test_up_and_down(person: Person, tmp_path: Path) -> None:
    source = tmp_path / "plän.bin"
    source.write_bytes(DATA)
    person.does("add", "Tea")
    assert person.does("attach", "INBOX-1", str(source)) == (
        "Attached plän.bin (51 kB) to INBOX-1\n"
    )
    (file,) = json.loads(person.does("files", "--task", "INBOX-1", "--json"))["items"]
    assert file["sha256"] == hashlib.sha256(DATA).hexdigest()
    assert "plän.bin" in person.does("files")
    target = tmp_path / "into"
    target.mkdir()
    wrote = person.does("download", "plän.bin", "-o", str(target))
    assert wrote == f"Wrote {target / 'plän.bin'} (51 kB).\n"
    assert (target / "plän.bin").read_bytes() == DATA
    again = person.types("download", file["id"], "-o", str(target))
    assert (again.exit_code, "is there already" in again.stderr) == (2, True)
    person.does("download", file["id"], "-o", str(target), "--force")
    told = json.loads(person.does("download", file["id"], "-o", str(tmp_path / "x"), "--json"))
    assert told == {"file": str(tmp_path / "x"), "bytes": len(DATA), "id": file["id"]}


def test_what_is_not_there(person: Person, tmp_path: Path) -> None:
    person.does("add", "Tea")
    for words, code in (
        (("attach", "INBOX-1", str(tmp_path / "no")), 2),
        (("attach", "INBOX-1", str(tmp_path)), 2),
        (("download", "no.txt"), 4),
        (("files", "restore", "x"), 2),
    ):
        done = person.types(*words)
        assert (done.exit_code, "Traceback" in done.stderr) == (code, False), done.stderr
    assert "upnext attach" in person.types("files").stderr


def test_renaming_and_the_trash(person: Person, tmp_path: Path) -> None:
    source = tmp_path / "a.txt"
    source.write_text("A")
    person.does("add", "Tea")
    for _ in range(2):
        person.does("attach", "INBOX-1", str(source))
    twice = person.types("files", "rm", "a.txt")
    assert (twice.exit_code, "2 files are called" in twice.stderr) == (2, True)
    first, second = json.loads(person.does("files", "--json"))["items"]
    assert person.does("files", "rename", first["id"], "b.txt") == "It is called b.txt now.\n"
    person.does("files", "rm", "b.txt")
    assert len(json.loads(person.does("files", "--json"))["items"]) == 1
    assert person.does("files", "restore", first["id"]) == "1 file back.\n"
    assert person.does("files", "rm", second["id"], "--for-good") == "Deleted a.txt\n"
    assert person.types("files", "restore", second["id"]).exit_code == 4
