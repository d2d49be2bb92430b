"""A person at a terminal: questions, hidden passwords, colours, and a change of mind."""

import os
import pty
import select
import signal
import socket
import time
from pathlib import Path

import pytest

from tests.client.conftest import PASSWORD, Person

Answers = list[tuple[str, str]]


def typed(person: Person, *words: str, answers: Answers | None = None) -> tuple[int, str]:
    """Runs a command on a terminal of its own, and answers each question once it is there."""
    ours, theirs = pty.openpty()
    process = person.start(*words, terminal=theirs)
    os.close(theirs)
    shown, waiting = "", list(answers or [])
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if select.select([ours], [], [], 0.1)[0]:
            try:
                data = os.read(ours, 4096)
            except OSError:  # the other end is closed
                break
            shown += data.decode(errors="replace")
        while waiting and waiting[0][0] in shown:
            os.write(ours, waiting.pop(0)[1].encode())
    os.close(ours)
    return process.wait(30), shown


def test_an_account_by_answering_questions(served: str, tmp_path: Path) -> None:
    person = Person(served, tmp_path / "config", "tess")
    secret = f"{PASSWORD}\n"
    code, shown = typed(
        person,
        "register",
        answers=[
            ("E-mail", "tess@example.org\n"),
            ("Password: ", secret),
            ("confirmation: ", secret),
        ],
    )
    assert code == 0, shown
    assert "Logged in to" in shown
    assert PASSWORD not in shown
    person.does("logout")
    name = ("username", "tess@example.org\n")
    code, shown = typed(person, "login", answers=[name, ("Password: ", secret)])
    assert (code, PASSWORD in shown) == (0, False), shown


def test_the_server_is_asked_for_once(served: str, tmp_path: Path) -> None:
    person = Person("", tmp_path / "config", "ulla")
    secret = f"{PASSWORD}\n"
    questions = [("Server", f"{served}\n"), ("Password: ", secret), ("confirmation: ", secret)]
    code, shown = typed(person, "register", "ulla@example.org", answers=questions)
    assert code == 0, shown
    assert served in person.does("whoami")


def test_an_import_asks_first(person: Person, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("title,project,prio\nTea,Kitchen,1\n")
    code, shown = typed(person, "import", str(file), answers=[("[Y/n]", "n\n")])
    assert (code, "Nothing was written" in shown) == (1, True), shown
    assert "Import 1 task and make the project Kitchen?" in shown
    code, shown = typed(person, "import", str(file), answers=[("[Y/n]", "y\n")])
    assert (code, "1 task created" in shown) == (0, True), shown
    code, shown = typed(person, "import", str(file), answers=[("[Y/n]", "\x04")])
    assert (code, "already there" in shown) == (130, False), shown


def test_colour_is_for_terminals(person: Person) -> None:
    person.does("add", "Tea", "-p", "urgent")
    assert "\x1b[1;31murgent" in typed(person, "list")[1]
    person.environment["NO_COLOR"] = "1"
    shown = typed(person, "list")[1]
    assert "\x1b[1;31m" not in shown
    assert "─" not in shown
    assert "\x1b" not in person.does("list")


def test_a_key_pressed_while_the_server_thinks(tmp_path: Path) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        person = Person(f"http://127.0.0.1:{silent.getsockname()[1]}", tmp_path, "vic")
        person.environment["UPNEXT_TOKEN"] = "upn_x"
        process = person.start("whoami")
        assert select.select([silent], [], [], 60)[0]
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, "", "")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_can_be_shown(tmp_path: Path, shell: str) -> None:
    person = Person("", tmp_path, "wim", {"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"})
    process = person.start("--show-completion", shell)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert "_UPNEXT_COMPLETE" in out or "complete" in out
