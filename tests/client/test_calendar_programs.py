"""Feeds and exports, read by programs that people have.

vdirsyncer fetches feeds, khal shows events, todoman lists tasks.
"""

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from icalendar import Calendar

from tests.client.conftest import Person

PAIR = """
[general]
status_path = "{folder}/status"

[pair feed]
a = "here"
b = "there"
collections = null
conflict_resolution = "b wins"

[storage here]
type = "filesystem"
path = "{folder}/items"
fileext = ".ics"

[storage there]
type = "http"
url = "{url}"
"""
KHAL = """
[calendars]
[[feed]]
path = {folder}/items
readonly = True

[locale]
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
local_timezone = Europe/Berlin
default_timezone = Europe/Berlin

[sqlite]
path = {folder}/khal.db
"""
TODOMAN = """
path = "{folder}/list"
cache_path = "{folder}/todoman.db"
"""


def _program(name: str) -> str:
    """CI fails when anything is skipped, and installs them: see .ci/servers."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed (Debian: see .ci/servers)")
    return found


@dataclass
class Desk:
    """A machine with these programs on it, and nobody's settings."""

    folder: Path

    def subscribe(self, url: str) -> None:
        (self.folder / "items").mkdir(exist_ok=True)
        (self.folder / "pair").write_text(PAIR.format(folder=self.folder, url=url))
        (self.folder / "khal").write_text(KHAL.format(folder=self.folder))
        done = self.runs("vdirsyncer", "-c", str(self.folder / "pair"), "discover", "feed")
        assert done.returncode == 0, done.stderr

    def syncs(self) -> None:
        done = self._syncing()
        assert done.returncode == 0, done.stderr

    def cannot_sync(self) -> str:
        done = self._syncing()
        assert done.returncode != 0
        return done.stderr

    def _syncing(self) -> subprocess.CompletedProcess[str]:
        return self.runs("vdirsyncer", "-c", str(self.folder / "pair"), "sync", "feed")

    def items(self, kind: str) -> dict[str, str]:
        """Title and what it says of its progress, of each file that was fetched."""
        paths = (self.folder / "items").glob("*.ics")
        found = [one for path in paths for one in Calendar.from_ical(path.read_bytes()).walk(kind)]
        return {str(one["SUMMARY"]): str(one["STATUS"]) for one in found}

    def shows(self, *words: str) -> list[str]:
        done = self.runs("khal", "-c", str(self.folder / "khal"), *words)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    def runs(self, name: str, *words: str) -> subprocess.CompletedProcess[str]:
        environ = {"HOME": str(self.folder), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
        command = [_program(name), *words]
        return subprocess.run(
            command, env=environ, input="y\n" * 5, capture_output=True, text=True, check=False,
            timeout=60,
        )  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "desk")


@pytest.fixture(autouse=True)
def _folder(desk: Desk) -> None:
    desk.folder.mkdir()


def _address(person: Person, *words: str) -> str:
    return str(json.loads(person.does("feed", *words, "--json"))["url"])


def test_vdirsyncer_fetches_todos(person: Person, desk: Desk) -> None:
    title = "Tee; Kekse, \\Kuchen · 日本語 🌱 " + "lang " * 30
    person.does("add", "--plain", title, "--due", "2031-05-01 17:00", "--description", "Eins\nZwei")
    person.does("add", "Rice", "--due", "2031-05-02", "-s", "in_progress")
    desk.subscribe(_address(person, "add", "Desk"))
    desk.syncs()
    assert desk.items("VTODO") == {title.strip(): "NEEDS-ACTION", "Rice": "IN-PROCESS"}
    desk.syncs()
    person.does("edit", "INBOX-2", "--title", "Brown rice")
    person.does("done", "INBOX-1")
    desk.syncs()
    assert desk.items("VTODO") == {"Brown rice": "IN-PROCESS"}


def test_a_new_address_leaves_the_old_programs_out(person: Person, desk: Desk) -> None:
    person.does("add", "Tea", "--due", "2031-05-01")
    desk.subscribe(_address(person, "add", "Desk"))
    desk.syncs()
    address = _address(person, "rotate", "Desk")
    assert "Not Found" in desk.cannot_sync()
    desk.subscribe(address)
    desk.syncs()
    assert desk.items("VTODO") == {"Tea": "NEEDS-ACTION"}


def test_khal_shows_deadlines(person: Person, desk: Desk) -> None:
    """In the zone of whoever looks: the person of these tests lives in Berlin."""
    person.does("add", "Tea; with, cake", "--due", "2031-05-01 17:00")
    person.does("add", "Tax", "--due", "2031-05-02")
    desk.subscribe(_address(person, "add", "Desk") + "?as=events")
    desk.syncs()
    assert desk.items("VEVENT") == {"Tea; with, cake": "CONFIRMED", "Tax": "CONFIRMED"}
    shown = desk.shows("list", "--format", "{start-time}|{title}", "2031-05-01", "2031-05-03")
    assert shown == [
        *("Thursday, 2031-05-01", "17:00|Tea; with, cake"),
        *("Friday, 2031-05-02", "|Tax"),
    ]


def test_todoman_lists_an_export(person: Person, desk: Desk) -> None:
    """A list of tasks for the terminal, which wants each in a file of its own."""
    words = ["-p", "urgent", "-t", "home", "--description", "Eins\nZwei"]
    person.does("add", "Tea; with, cake", "--due", "2031-05-01 17:00", *words)
    person.does("add", "Rice", "--after", "INBOX-1")
    person.does("done", "INBOX-1")
    person.does("export", "-o", str(desk.folder / "all.ics"))
    content = (desk.folder / "all.ics").read_bytes()
    (desk.folder / "list").mkdir()
    head, *todos = content.removesuffix(b"END:VCALENDAR\r\n").split(b"BEGIN:VTODO\r\n")
    for number, todo in enumerate(todos):
        alone = b"%sBEGIN:VTODO\r\n%sEND:VCALENDAR\r\n" % (head, todo)
        (desk.folder / "list" / f"{number}.ics").write_bytes(alone)
    (desk.folder / "todoman.py").write_text(TODOMAN.format(folder=desk.folder))
    done = desk.runs("todoman", "-c", str(desk.folder / "todoman.py"), "--porcelain", "list",
                     "--status", "ANY")  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = {one["summary"]: one for one in json.loads(done.stdout)}
    assert found.keys() == {"Tea; with, cake", "Rice"}
    tea = found["Tea; with, cake"]
    assert (tea["completed"], tea["percent"], tea["priority"]) == (True, 100, 1)
    assert tea["due"] == 1_935_414_000
    assert tea["description"] == "Eins\nZwei"
    assert found["Rice"]["completed"] is False
