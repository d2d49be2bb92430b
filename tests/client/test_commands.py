"""The commands as a person meets them before there is a server: help, completion, mistakes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from tests.client.scripted import Answer, peer
from upnext.cli import app as everything
from upnext.client.commands import register

APP = typer.Typer()
register(APP)
COMMANDS = (
    *("register", "login", "logout", "whoami", "next", "add", "list", "show", "edit", "done"),
    *("block", "unblock", "rm", "untrash", "import", "demo"),
    *("project", "filter", "goal", "board"),
)
ME = {"id": "1", "email": "mia@example.org", "role": "user", "timezone": "Europe/Berlin"}


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("UPNEXT_CONFIG_DIR", str(tmp_path / "config"))
    return tmp_path


def run(*words: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(APP, list(words), input=stdin)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_and_json(command: str) -> None:
    groups = {"project", "filter", "goal", "board"}
    words = [command, "list"] if command in groups else [command]
    result = run(*words, "--help")
    assert result.exit_code == 0
    assert "--json" in result.output


def test_help_does_not_load_what_only_a_request_needs() -> None:
    script = (
        "import sys, typer\n"
        "from upnext.client.commands import register\n"
        "app = typer.Typer(); register(app); typer.main.get_command(app)\n"
        "print([name for name in ('httpx', 'sqlalchemy', 'fastapi') if name in sys.modules])\n"
    )
    environment = {"PYTHONPATH": str(Path(__file__).parents[2] / "src")}
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_no_two_commands_have_one_name() -> None:
    """The later one would take the place of the earlier, and nobody would be told."""
    commands = [
        one.name or getattr(one.callback, "__name__", "").replace("_", "-")
        for one in everything.registered_commands
    ]
    names = [*commands, *(group.name for group in everything.registered_groups)]
    assert len(names) > 60
    assert [name for name in {*names} if names.count(name) > 1] == []


def test_without_a_login_each_command_says_what_to_do() -> None:
    for words in (["whoami"], ["list"], ["next"], ["add", "x"], ["done", "HOME-1"], ["demo"]):
        result = run(*words)
        assert result.exit_code == 3
        assert result.stdout == ""
        assert "upnext login --server http://127.0.0.1:8000" in result.stderr


def test_an_error_for_a_program_is_json_on_stderr() -> None:
    result = run("list", "--json")
    assert result.stdout == ""
    told = json.loads(result.stderr)
    assert told["code"] == "not_logged_in"
    assert told["exit_code"] == 3


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["list", "--server", "ftp://x"], "is not the address of a server"),
        (["list", "--server", "http://a b:port"], "is not the address of a server"),
        (["edit", "HOME-1"], "Nothing to change"),
        (["edit", "HOME-1", "--description", "x", "--no-description"], "contradicts --description"),
        (["add", " "], "needs a title"),
        (["add", "x", "-p", "huge"], "“huge” is no priority; one of: low, medium, high, urgent."),
        (["add", "x", "-d", "ages"], "--duration: “ages” is not a duration"),
        (["next", "-m", "0"], "--minutes: “0” is out of range"),
        (["import", "/nowhere.csv", "--dry-run"], "/nowhere.csv cannot be read"),
        (["login", "mia"], "The password is missing"),
        (["register"], "E-mail is missing"),
        (["add", "\udcff"], "What is given for title is not valid UTF-8"),
        (["list", "--tag", "\udcff"], "What is given for tag is not valid UTF-8"),
    ],
)
def test_a_slip_is_a_sentence_and_exit_code_2(words: list[str], sentence: str) -> None:
    result = run(*words)
    assert sentence in result.stderr
    assert result.exit_code == 2


def test_a_server_that_is_not_there() -> None:
    result = run("login", "mia", "--password-stdin", "--server", "127.0.0.1:1", stdin="secret\n")
    assert result.exit_code == 6
    assert "http://127.0.0.1:1 is not reachable" in result.stderr


def test_a_token_is_kept_only_if_the_server_takes_it(own_folder: Path) -> None:
    with peer(Answer(401, {"detail": "The token is not valid."})) as there:
        result = run("login", "--token", "-", "--server", there.url, stdin="upn_bad\n")
    assert result.exit_code == 3
    assert not (own_folder / "config" / "credentials.json").exists()
    with peer(Answer(200, ME)) as there:
        result = run("login", "--token", "upn_good", "--server", there.url)
        assert result.exit_code == 0
        assert json.loads(run("whoami", "--json").stdout) == {"server": there.url, "user": ME}
    assert {request.headers["authorization"] for request in there.seen} == {"Bearer upn_good"}


def test_the_token_of_the_environment_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UPNEXT_TOKEN", "upn_env")
    with peer(Answer(200, ME)) as there:
        monkeypatch.setenv("UPNEXT_SERVER", there.url)
        assert run("whoami").exit_code == 0
    assert there.seen[0].headers["authorization"] == "Bearer upn_env"


def test_a_key_in_two_workspaces_asks_which(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UPNEXT_TOKEN", "upn_env")
    both = [{"id": one, "key": "HOME-1", "title": f"of {one}"} for one in ("a", "b")]
    with peer(Answer(200, {"items": both, "next_cursor": None})) as there:
        result = run("show", "home-1", "--server", there.url)
    assert result.exit_code == 2
    assert "in 2 of your workspaces: “of a” (a); “of b” (b)" in result.stderr
    assert "--workspace" in result.stderr
    assert "key=HOME-1" in there.seen[0].path


def test_an_import_nobody_can_be_asked_about_needs_yes(
    own_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UPNEXT_TOKEN", "upn_env")
    file = own_folder / "list.csv"
    file.write_text("title,project\nTea,Kitchen\n")
    with peer(Answer(200, PREVIEW), Answer(200, ME)) as there:
        result = run("import", str(file), "--server", there.url)
    assert result.exit_code == 2
    assert "needs --yes" in result.stderr
    asked = {f"{request.method} {request.path}" for request in there.seen}
    assert asked == {"POST /api/v1/imports/preview", "GET /api/v1/auth/me"}


REPORT = {"errors": [], "more_errors": 0, "warnings": [], "more_warnings": 0, "left_out": {}}
PREVIEW = {"label": "CSV", "tasks": 1, "items": [], "columns": [], "new_projects": ["Kitchen"],
           "report": REPORT}  # fmt: skip


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (["--map", "A=title"], '"mapping"\r\n\r\n{"A": "title"}'),
        (["--value", "priority:5=low"], '"values"\r\n\r\n{"priority": {"5": "low"}}'),
        (["--format", "jira"], '"format"\r\n\r\njira'),
        (["--dates", "dmy"], '"dates"\r\n\r\ndmy'),
        (["--delimiter", "|"], '"delimiter"\r\n\r\n|'),
        (["--source", "shop"], '"source"\r\n\r\nshop'),
        (["--update"], '"update_existing"\r\n\r\ntrue'),
        (["--no-create-projects"], '"create_projects"\r\n\r\nfalse'),
    ],
)
def test_what_is_said_of_a_file_goes_along_with_it(
    own_folder: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], field: str
) -> None:
    monkeypatch.setenv("UPNEXT_TOKEN", "upn_env")
    file = own_folder / "list.csv"
    file.write_text("A\nTea\n")
    with peer(Answer(200, PREVIEW), Answer(200, ME)) as there:
        result = run("import", str(file), "--dry-run", *words, "--server", there.url)
    assert result.exit_code == 0, result.stderr
    body = there.seen[0].body
    assert isinstance(body, str)
    assert field in body
    assert 'filename="list.csv"' in body
    assert "A\nTea\n" in body


def test_completion_knows_the_words() -> None:
    environment = {"_UPNEXT_COMPLETE": "complete_bash", "COMP_WORDS": "upnext add -p u",
                   "COMP_CWORD": "3"}  # fmt: skip
    result = CliRunner().invoke(APP, [], env=environment, prog_name="upnext")
    assert result.stdout.split() == ["urgent"]
