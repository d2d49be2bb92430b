"""Keys of an instance: made once where nobody set them, demanded elsewhere, never weak."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

import upnext.core.config
from upnext.core.config import ConfigError, Secret, load
from upnext.core.config.secret import HOW_TO_MAKE_ONE, weakness

KEY = "k3y-of-the-tests-ABCDEFGHIJKLMNOPQRSTUVWXYZ"
OWN_DATABASE = {"DATABASE_URL": "postgresql://u:p@h/db"}
SOURCE_ROOT = Path(upnext.core.config.__file__).parents[3]

PRINT_KEYS = """
import sys
from upnext.core.config import load
print("ready", flush=True)
sys.stdin.readline()
auth = load(environ={"HOME": sys.argv[1]}).auth
print(auth.secret_key.reveal(), auth.jwt_secret_key.reveal())
"""


def problems(environ: dict[str, str]) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as caught:
        load(environ=environ)
    return caught.value.problems


def data_dir(home: Path) -> Path:
    return home / ".local" / "share" / "upnext"


def test_first_start_makes_keys_and_the_next_finds_them(tmp_path: Path) -> None:
    first = load(environ={"HOME": str(tmp_path)})
    file = data_dir(tmp_path) / "secrets.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert [path.name for path in file.parent.iterdir()] == ["secrets.json"]
    assert first.embedded
    assert first.database.url == f"sqlite:///{data_dir(tmp_path)}/upnext.db"
    assert first.origins["auth.secret_key"] == f"generated in {file}"
    assert first.auth.secret_key != first.auth.jwt_secret_key
    assert load(environ={"HOME": str(tmp_path)}) == first


def test_instances_have_different_keys(tmp_path: Path) -> None:
    one, two = (load(environ={"UPNEXT_DATA_DIR": str(tmp_path / name)}) for name in "ab")
    assert one.auth.secret_key != two.auth.secret_key


def test_xdg_data_home(tmp_path: Path) -> None:
    shared = {"HOME": str(tmp_path / "no"), "XDG_DATA_HOME": str(tmp_path)}
    assert load(environ=shared).data_dir == tmp_path / "upnext"
    relative = {"HOME": str(tmp_path), "XDG_DATA_HOME": "data"}
    assert load(environ=relative).data_dir == data_dir(tmp_path)


def test_a_user_without_a_home_directory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def no_home() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", no_home)
    said = problems({})
    assert said == ("There is no home directory for the data: set UPNEXT_DATA_DIR.",)
    assert load(environ={"UPNEXT_DATA_DIR": str(tmp_path)}).data_dir == tmp_path


def test_processes_that_start_together_agree(tmp_path: Path) -> None:
    """Eight processes wait at the line, then all make the first start of one instance."""
    environ = os.environ | {"PYTHONPATH": str(SOURCE_ROOT)}
    command = [sys.executable, "-c", PRINT_KEYS, str(tmp_path)]
    runners = [
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environ
        )
        for _ in range(8)
    ]
    for runner in runners:
        assert runner.stdout is not None
        assert runner.stdout.readline() == "ready\n"
    for runner in runners:
        assert runner.stdin is not None
        runner.stdin.write("go\n")
        runner.stdin.flush()
    printed = {runner.communicate(timeout=60)[0] for runner in runners}
    assert [runner.returncode for runner in runners] == [0] * 8
    assert len(printed) == 1
    kept = json.loads((data_dir(tmp_path) / "secrets.json").read_text())
    assert printed == {f"{kept['SECRET_KEY']} {kept['JWT_SECRET_KEY']}\n"}
    assert [path.name for path in data_dir(tmp_path).iterdir()] == ["secrets.json"]


def test_the_loser_of_the_race_takes_the_keys_of_the_winner(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The race in its narrowest place: another file appears just before ours is linked."""
    link = os.link
    keys = {"SECRET_KEY": KEY, "JWT_SECRET_KEY": KEY[::-1]}

    def late(source: Path, target: Path) -> None:
        target.write_text(json.dumps(keys))
        link(source, target)

    monkeypatch.setattr(os, "link", late)
    auth = load(environ={"HOME": str(tmp_path)}).auth
    assert (auth.secret_key, auth.jwt_secret_key) == (Secret(KEY), Secret(KEY[::-1]))
    assert [path.name for path in data_dir(tmp_path).iterdir()] == ["secrets.json"]


def test_a_given_key_is_not_made(tmp_path: Path) -> None:
    given = {"HOME": str(tmp_path), "SECRET_KEY": KEY}
    settings = load(environ=given)
    assert settings.auth.secret_key == Secret(KEY)
    kept = json.loads((data_dir(tmp_path) / "secrets.json").read_text())
    assert list(kept) == ["JWT_SECRET_KEY"]
    # Taken away again, the key that was in use is missed rather than replaced.
    assert "has no usable SECRET_KEY" in problems({"HOME": str(tmp_path)})[0]


def test_nothing_is_made_if_all_keys_are_given(tmp_path: Path) -> None:
    keys = {"SECRET_KEY": KEY, "JWT_SECRET_KEY": KEY[::-1]}
    load(environ={"HOME": str(tmp_path)} | keys)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_made_if_anything_is_wrong(tmp_path: Path) -> None:
    problems({"HOME": str(tmp_path), "API_PORT": "x"})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "not JSON"),
        (b'{"SECRET_KEY": "k3y', "not JSON"),
        (b"[]", "not a JSON object"),
        (b"\xff", "not UTF-8"),
        (b"{}", "no usable SECRET_KEY"),
        (json.dumps({"SECRET_KEY": KEY, "JWT_SECRET_KEY": 7}).encode(), "no usable JWT_SECRET_KEY"),
        (json.dumps({"SECRET_KEY": "x", "JWT_SECRET_KEY": KEY}).encode(), "no usable SECRET_KEY"),
    ],
)  # fmt: skip
def test_a_damaged_file_is_reported_and_kept(tmp_path: Path, content: bytes, why: str) -> None:
    file = tmp_path / "secrets.json"
    file.write_bytes(content)
    said = problems({"UPNEXT_DATA_DIR": str(tmp_path)})
    assert all(f"{file} cannot be used: it" in one for one in said)
    assert why in said[0]
    assert "Restore it from a backup" in said[0]
    assert file.read_bytes() == content


def test_keys_that_are_gone_are_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "upnext.db").write_bytes(b"SQLite format 3")
    said = problems({"UPNEXT_DATA_DIR": str(tmp_path)})[0]
    assert "upnext.db has data, but the keys that belong to it, secrets.json, are gone" in said
    assert not (tmp_path / "secrets.json").exists()


def test_an_empty_database_has_nothing_to_lose(tmp_path: Path) -> None:
    (tmp_path / "upnext.db").touch()
    assert load(environ={"UPNEXT_DATA_DIR": str(tmp_path)}).embedded


def test_a_data_directory_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    said = problems({"UPNEXT_DATA_DIR": str(tmp_path / "file" / "data")})[0]
    assert "cannot be kept in" in said
    assert "Not a directory. Set UPNEXT_DATA_DIR to a directory" in said
    assert "or set SECRET_KEY and JWT_SECRET_KEY" in said


def test_a_file_system_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    said = problems({"UPNEXT_DATA_DIR": str(tmp_path)})[0]
    assert "cannot be kept in" in said
    assert "No space left on device" in said
    assert list(tmp_path.iterdir()) == []


def test_own_database_needs_keys_and_says_how(tmp_path: Path) -> None:
    said = problems({"HOME": str(tmp_path)} | OWN_DATABASE)
    assert [one.split()[0] for one in said] == ["SECRET_KEY", "JWT_SECRET_KEY"]
    assert all(HOW_TO_MAKE_ONE in one for one in said)
    assert list(tmp_path.iterdir()) == []


def test_the_advice_on_making_a_key_works() -> None:
    code = HOW_TO_MAKE_ONE.partition('"')[2].removesuffix('"')
    made = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert weakness(made.stdout.strip()) == ""


BAD_KEYS = [
    ("k" + KEY[:30], "31 bytes, 32 are needed"),
    ("a" * 64, "repeats a short pattern"),
    ("abcdefgh" * 8, "repeats a short pattern"),
    ("1234567890" * 3 + "1234", "repeats a short pattern"),
    ("abababababababababababcdcdcdcdcdcd", "repeats a short pattern"),
    ("changeme-in-production-0123456789abcd", "is a sample from documentation"),
    ("Change_Me " * 4, "white space"),
    ("CHANGE-THIS-to-something-random-9876", "is a sample from documentation"),
    ("your-secret-key-here-make-it-long-12", "is a sample from documentation"),
]


@pytest.mark.parametrize("environ", [{}, OWN_DATABASE], ids=["embedded", "own database"])
@pytest.mark.parametrize("name", ["SECRET_KEY", "JWT_SECRET_KEY"])
@pytest.mark.parametrize(("key", "why"), BAD_KEYS)
def test_t053_a_bad_key_stops_the_start(
    tmp_path: Path, environ: dict[str, str], name: str, key: str, why: str
) -> None:
    keys = {"SECRET_KEY": KEY, "JWT_SECRET_KEY": KEY[::-1], "HOME": str(tmp_path)} | {name: key}
    (said,) = problems(environ | keys)
    assert said.startswith(f"{name} (environment) ")
    assert why in said
    assert HOW_TO_MAKE_ONE in said
    assert key not in said


def test_length_counts_bytes() -> None:
    assert weakness("äöüßéèêëàâîïôûçñ") == ""


def test_previous_keys(tmp_path: Path) -> None:
    environ = {"HOME": str(tmp_path), "SECRET_KEY_PREVIOUS": f"{KEY}\n {KEY[::-1]} "}
    previous = load(environ=environ).auth.secret_key_previous
    assert previous == (Secret(KEY), Secret(KEY[::-1]))
    (said,) = problems(environ | {"SECRET_KEY_PREVIOUS": f"{KEY} short-one"})
    assert "SECRET_KEY_PREVIOUS (environment) has only 9 bytes" in said
    assert KEY not in said
