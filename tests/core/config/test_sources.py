"""Names, places and precedence: what a person writes reaches the tree, or is refused by name."""

import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upnext.core.config import ConfigError, Settings, load, load_process, sources
from upnext.core.config.describe import effective

KEY = "k3y-of-the-tests-ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """An environment with a home directory and nothing else."""
    return {"HOME": str(tmp_path / "home")}


def refused(environ: dict[str, str], dotenv: Path | None = None) -> str:
    with pytest.raises(ConfigError) as caught:
        load(environ=environ, dotenv=dotenv)
    return str(caught.value)


def env_file(folder: Path, text: str) -> Path:
    file = folder / ".env"
    file.write_text(text, "utf-8")
    return file


def origin(settings: Settings, name: str) -> str:
    return next(row.origin for row in effective(settings) if row.name == name)


def test_each_source_wins_over_the_ones_before_it(home: dict[str, str], tmp_path: Path) -> None:
    assert load(environ=home).server.port == 8000
    dotenv = env_file(tmp_path, "# first\nAPI_PORT=8001\n")
    from_file = load(environ=home, dotenv=dotenv)
    from_environment = load(environ=home | {"API_PORT": "8002"}, dotenv=dotenv)
    from_flag = load(
        environ=home | {"API_PORT": "8002"}, dotenv=dotenv, overrides={"server.port": 8003}
    )
    found = [from_file, from_environment, from_flag]
    assert [one.server.port for one in found] == [8001, 8002, 8003]
    assert [origin(one, "API_PORT") for one in found] == [
        f"{dotenv}:2",
        "environment API_PORT",
        "command line",
    ]
    assert origin(from_flag, "ENV") == "default"


def test_a_flag_that_is_not_given_overrides_nothing(home: dict[str, str]) -> None:
    settings = load(environ=home | {"API_PORT": "8002"}, overrides={"server.port": None})
    assert settings.server.port == 8002


def test_flags_may_be_of_any_type(home: dict[str, str], tmp_path: Path) -> None:
    settings = load(
        environ=home,
        overrides={"data_dir": tmp_path / "d", "server.docs": False, "log.level": "debug"},
    )
    assert settings.data_dir == tmp_path / "d"
    assert settings.server.docs is False
    assert settings.log.level == "debug"


def test_a_flag_that_no_setting_has_is_our_mistake(home: dict[str, str]) -> None:
    with pytest.raises(KeyError):
        load(environ=home, overrides={"server.prot": 1})


@pytest.mark.parametrize("name", ["API_PORT", "UPNEXT_PORT"])
def test_both_names_work(home: dict[str, str], name: str) -> None:
    assert load(environ=home | {name: "8002"}).server.port == 8002


def test_both_names_may_agree(home: dict[str, str]) -> None:
    assert load(environ=home | {"API_PORT": "8002", "UPNEXT_PORT": "8002"}).server.port == 8002


def test_both_names_may_not_differ_in_one_source(home: dict[str, str]) -> None:
    said = refused(home | {"SECRET_KEY": KEY, "UPNEXT_SECRET_KEY": KEY[::-1]})
    assert "UPNEXT_SECRET_KEY (environment) and SECRET_KEY (environment) are the same" in said
    assert KEY not in said
    assert KEY[::-1] not in said


def test_a_later_source_may_use_the_other_name(home: dict[str, str], tmp_path: Path) -> None:
    dotenv = env_file(tmp_path, "API_PORT=8001")
    assert load(environ=home | {"UPNEXT_PORT": "8002"}, dotenv=dotenv).server.port == 8002


@pytest.mark.parametrize("name", ["SECRET_KEY_FILE", "UPNEXT_SECRET_KEY_FILE"])
def test_a_value_can_stand_in_a_file(home: dict[str, str], tmp_path: Path, name: str) -> None:
    file = tmp_path / "key"
    file.write_text(KEY + "\n")
    settings = load(environ=home | {name: str(file)})
    assert settings.auth.secret_key.reveal() == KEY
    assert origin(settings, "SECRET_KEY") == f"file {file}"


def test_a_password_from_a_file_keeps_its_spaces(home: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text(" pass word \r\n")
    admin = {"ADMIN_EMAIL": "a@example.org", "ADMIN_PASSWORD_FILE": str(file)}
    password = load(environ=home | admin).auth.admin_password
    assert password is not None
    assert password.reveal() == " pass word "


def test_a_file_and_a_value_may_not_differ(home: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(KEY)
    twin = {"SECRET_KEY_FILE": str(file)}
    assert load(environ=home | twin | {"SECRET_KEY": KEY}).auth.secret_key.reveal() == KEY
    said = refused(home | twin | {"SECRET_KEY": KEY[::-1]})
    assert f"SECRET_KEY (environment) and SECRET_KEY_FILE (file {file}) are the same" in said


@pytest.mark.parametrize(
    ("content", "why"),
    [(None, "No such file"), (b"", "is empty"), (b"\n", "is empty"), (b"\xff\xfe", "not UTF-8")],
)
def test_a_file_that_cannot_be_used_is_named(
    home: dict[str, str], tmp_path: Path, content: bytes | None, why: str
) -> None:
    file = tmp_path / "key"
    if content is not None:
        file.write_bytes(content)
    said = refused(home | {"SECRET_KEY_FILE": str(file)})
    assert f"SECRET_KEY_FILE (environment): {file}" in said
    assert why in said


def test_env_file_means_something_else(home: dict[str, str]) -> None:
    assert load(environ=home | {"ENV_FILE": ".env.staging"}).env == "production"


@pytest.mark.parametrize("empty", ["", "  "])
def test_empty_is_not_set(home: dict[str, str], tmp_path: Path, empty: str) -> None:
    names = ("DATABASE_URL", "SECRET_KEY", "SECRET_KEY_FILE", "ALLOWED_HOSTS", "API_PORT")
    settings = load(environ=home | dict.fromkeys(names, empty))
    assert settings.embedded
    assert settings.server.port == 8000
    dotenv = env_file(tmp_path, "API_PORT=8001")
    assert load(environ=home | {"API_PORT": empty}, dotenv=dotenv).server.port == 8001


@pytest.mark.parametrize(
    ("unknown", "meant"),
    [
        ("UPNEXT_PROT", "UPNEXT_PORT"),
        ("UPNEXT_DATABASE_URI", "UPNEXT_DATABASE_URL"),
        ("UPNEXT_SECRET_KEY_FLE", "UPNEXT_SECRET_KEY_FILE"),
        ("upnext_workers", "UPNEXT_WORKERS"),
    ],
)
def test_an_unknown_name_of_ours_is_refused(
    home: dict[str, str], tmp_path: Path, unknown: str, meant: str
) -> None:
    hint = f"is not a setting of Upnext. Did you mean {meant}?"
    assert f"{unknown} (environment) {hint}" in refused(home | {unknown: "1"})
    dotenv = env_file(tmp_path, f"\n{unknown}=1")
    assert f"{unknown} ({dotenv}:2) {hint}" in refused(home, dotenv)


def test_a_name_like_no_other_gets_no_guess(home: dict[str, str]) -> None:
    assert "UPNEXT_QQQQ (environment) is not a setting" in refused(home | {"UPNEXT_QQQQ": "1"})


FOREIGN = {
    "PORT": "http",
    "HOST": "x",
    "LOG_LEVEL": "loud",
    "upnextish": "1",
    "UPNEXT_TEST_MYSQL_URL": "mysql://x",
    "UPNEXT_BENCH_SECONDS": "3",
    "UPNEXT_SERVER": "http://x",
    "UPNEXT_TOKEN": "x",
    "UPNEXT_CONFIG_DIR": "/x",
    # What Kubernetes adds for services called upnext and upnext-api.
    "UPNEXT_SERVICE_HOST": "10.0.0.1",
    "UPNEXT_SERVICE_PORT": "80",
    "UPNEXT_SERVICE_PORT_HTTP": "80",
    "UPNEXT_PORT": "tcp://10.0.0.1:80",
    "UPNEXT_PORT_80_TCP": "tcp://10.0.0.1:80",
    "UPNEXT_PORT_80_TCP_PROTO": "tcp",
    "UPNEXT_PORT_80_TCP_PORT": "80",
    "UPNEXT_PORT_80_TCP_ADDR": "10.0.0.1",
    "UPNEXT_API_PORT": "tcp://10.0.0.2:80",
    "UPNEXT_API_SERVICE_HOST": "10.0.0.2",
}


def test_foreign_names_are_left_alone(home: dict[str, str], tmp_path: Path) -> None:
    dotenv = env_file(tmp_path, "\n".join(f"{name}={value}" for name, value in FOREIGN.items()))
    settings = load(environ=home | FOREIGN, dotenv=dotenv)
    assert settings == load(environ=home)


def test_the_server_accepts_the_variables_of_the_client() -> None:
    files = (Path(__file__).parents[3] / "src" / "upnext" / "client").rglob("*.py")
    found = {
        name for file in files for name in re.findall(r'"(UPNEXT_\w+)"', file.read_text("utf-8"))
    }
    assert found == sources.OTHERS


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("UPNEXT_HOST=h", "h"),
        ("  export  UPNEXT_HOST = h  ", "h"),
        ("UPNEXT_HOST=h # a comment", "h"),
        ("UPNEXT_HOST='h' # a comment", "h"),
        ('UPNEXT_HOST="h"', "h"),
        ("UPNEXT_HOST=h\r", "h"),
        ("\ufeffUPNEXT_HOST=h", "h"),
    ],
)
def test_dotenv_lines(home: dict[str, str], tmp_path: Path, line: str, value: str) -> None:
    assert load(environ=home, dotenv=env_file(tmp_path, line)).server.host == value


@pytest.mark.parametrize(
    ("written", "password"),
    [
        ("pass#word", "pass#word"),
        ("$HOME${X}`x`", "$HOME${X}`x`"),
        (r"'pass\nword # no'", r"pass\nword # no"),
        (r'"pass\n\"word\" \\ # no"', 'pass\n"word" \\ # no'),
        ("pass=word=", "pass=word="),
        ("pass\u2028word", "pass\u2028word"),
    ],
)
def test_dotenv_values(home: dict[str, str], tmp_path: Path, written: str, password: str) -> None:
    text = f"ADMIN_EMAIL=a@example.org\nADMIN_PASSWORD={written}\n"
    found = load(environ=home, dotenv=env_file(tmp_path, text)).auth.admin_password
    assert found is not None
    assert found.reveal() == password


@pytest.mark.parametrize(
    "line", ["a sentence", "UPNEXT_HOST='h", 'UPNEXT_HOST="h\\"', "=x", "9A=1"]
)
def test_a_broken_dotenv_line_is_named(home: dict[str, str], tmp_path: Path, line: str) -> None:
    dotenv = env_file(tmp_path, f"\n\n{line}\n")
    assert f"{dotenv}, line 3, is not NAME=VALUE" in refused(home, dotenv)


def test_dotenv_may_repeat_but_not_contradict_itself(home: dict[str, str], tmp_path: Path) -> None:
    assert (
        load(environ=home, dotenv=env_file(tmp_path, "API_PORT=1\nAPI_PORT=1\n")).server.port == 1
    )
    said = refused(home, env_file(tmp_path, "API_PORT=1\n\nAPI_PORT=2\n"))
    assert "API_PORT is set twice, differently" in said
    assert "lines 1 and 3" in said
    load(environ=home, dotenv=env_file(tmp_path, "FOREIGN=1\nFOREIGN=2\n"))


def test_dotenv_that_cannot_be_read(home: dict[str, str], tmp_path: Path) -> None:
    load(environ=home, dotenv=tmp_path / "absent")
    assert "cannot be read: Is a directory" in refused(home, tmp_path)
    (tmp_path / "latin").write_bytes(b"X=\xe9")
    assert "is not UTF-8 text" in refused(home, tmp_path / "latin")


def test_an_environment_of_bytes_is_refused(home: dict[str, str]) -> None:
    assert "ADMIN_EMAIL (environment) is not UTF-8" in refused(
        home | {"ADMIN_EMAIL": "a\udcff@b.c"}
    )


@given(st.text(max_size=200))
def test_no_dotenv_text_breaks_the_reader(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    folder = tmp_path_factory.mktemp("dotenv")
    dotenv = folder / ".env"
    dotenv.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        load(environ={"HOME": str(folder)}, dotenv=dotenv)
    except ConfigError as error:
        assert error.problems  # noqa: PT017 - most texts are no error, some are


def test_a_process_reads_its_environment_and_directory(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in os.environ:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("UPNEXT_WORKERS", "2")
    monkeypatch.chdir(tmp_path)
    env_file(tmp_path, "API_PORT=8001")
    settings = load_process({"server.host": "::1"})
    assert (settings.server.port, settings.server.workers, settings.server.host) == (8001, 2, "::1")
    assert origin(settings, "API_PORT") == ".env:1"
