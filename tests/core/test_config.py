"""The settings as a whole: everything wrong at once, nothing secret printed, documents true."""

import pickle
import runpy
import subprocess
import sys
import typing
from dataclasses import MISSING, FrozenInstanceError
from pathlib import Path

import pytest

from upnext.core.config import ConfigError, Secret, Settings, load
from upnext.core.config.declare import Kind, Spec
from upnext.core.config.describe import (
    BEGIN,
    END,
    describe,
    document,
    effective,
    env_example,
    markdown,
)
from upnext.core.config.loading import all_specs

ROOT = Path(__file__).parents[2]
SAMPLE_KEY = "k3y-of-the-tests-ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SPECS = pytest.mark.parametrize("spec", all_specs(), ids=lambda spec: spec.path)

PLAIN_NAMES = {
    "DATABASE_URL", "REDIS_URL", "SECRET_KEY", "JWT_SECRET_KEY", "JWT_ALGORITHM",
    "ACCESS_TOKEN_EXPIRE_MINUTES", "REFRESH_TOKEN_EXPIRE_DAYS", "ALLOWED_HOSTS",
    "RATE_LIMIT_ENABLED", "RATE_LIMIT_DEFAULT", "RATE_LIMIT_USER", "RATE_LIMIT_AUTH", "ENV",
    "API_PORT", "ADMIN_EMAIL", "ADMIN_PASSWORD", "EMAIL_HOST", "EMAIL_PORT", "EMAIL_HOST_USER",
    "EMAIL_HOST_PASSWORD", "SENDGRID_API_KEY",
}  # fmt: skip

# One usable text for each setting whose default is not one.
SAMPLES = {
    "server.public_url": "https://up.example.org",
    "server.cors_origins": "https://app.example.org",
    "server.trusted_proxies": "10.0.0.0/8",
    "server.allowed_hosts": "up.example.org",
    "outbound.allow": "10.0.0.0/8,hooks.example.lan",
    "database.url": "postgresql://u:hunter2@h/db",
    "database.replica_url": "postgresql://u:hunter2@replica/db",
    "redis.url": "redis://:hunter2@h:6379/0",
    "auth.secret_key": SAMPLE_KEY,
    "auth.secret_key_previous": SAMPLE_KEY + "1",
    "auth.jwt_secret_key": SAMPLE_KEY[::-1],
    "auth.jwt_secret_key_previous": SAMPLE_KEY[::-1] + "2",
    "auth.admin_email": "ann@example.org",
    "auth.admin_password": "hunter2hunter2",
    "mail.host": "smtp.example.org",
    "mail.user": "upnext",
    "mail.password": "hunter2",
    "mail.sendgrid_key": "SG.hunter2",
    "data_dir": "/srv/upnext",
    "files.folder": "/srv/files",
    "files.s3_bucket": "files",
    "files.s3_prefix": "upnext",
    "jobs.broker_url": "amqp://upnext:hunter2@broker.example.org:5672/upnext",
    "log.file": "/var/log/upnext/upnext.log",
    "backup.to": "/mnt/backups",
    "backup.passphrase": "hunter2 hunter2",
    "backup.s3_bucket": "upnext-backups",
    "telemetry.traces_endpoint": "http://localhost:4318",
    "telemetry.sentry_dsn": "https://hunter2@sentry.example.org/1",
    "classification.llm_base_url": "http://127.0.0.1:11434/v1",
    "classification.llm_key": "hunter2",
    "classification.hf_token": "hunter2",
    "files.s3_region": "eu-central-1",
    "files.s3_kms_key": "files",
    "files.s3_endpoint": "https://s3.example.org",
    "files.s3_access_key_id": "hunter2",
    "files.s3_secret_access_key": "hunter2",
}


def everything() -> dict[str, str]:
    """An environment that sets each setting by its plain name."""
    rows = describe()
    return {row.alias or row.name: SAMPLES.get(row.path, row.default) for row in rows}


def test_every_setting_can_be_set_by_its_names() -> None:
    settings = load(environ=everything())
    assert (
        load(environ={row.name: everything()[row.alias or row.name] for row in describe()})
        == settings
    )
    assert not [path for path, origin in settings.origins.items() if origin == "default"]
    assert set(settings.origins) == {row.path for row in describe()}


def test_the_well_known_names_are_there() -> None:
    assert {row.alias for row in describe()} >= PLAIN_NAMES
    assert all(row.name.startswith("UPNEXT_") for row in describe())
    names = [name for row in describe() for name in (row.name, row.alias) if name]
    assert len(names) == len(set(names))


@SPECS
def test_a_value_has_the_type_that_the_tree_says(spec: Spec) -> None:
    """The tree's annotation and the function that reads the value are written side by side."""
    hint = _hint(Settings, spec.path)
    text = SAMPLES.get(spec.path) or str(spec.default).lower()
    parsed = spec.setting.kind.parse(text)
    _assert_type(parsed, hint)
    if spec.default is not MISSING:
        _assert_type(spec.default, hint)
    if typing.get_origin(hint) is typing.Literal:
        accepted = spec.setting.kind.accepts.replace(" or ", ", ").split(", ")
        assert tuple(accepted) == typing.get_args(hint)


def _hint(tree: type, path: str) -> object:
    name, _, rest = path.partition(".")
    hint = typing.get_type_hints(tree)[name]
    return _hint(hint, rest) if rest else hint


def _assert_type(value: object, hint: object) -> None:
    if typing.get_origin(hint) is typing.Literal:
        assert value in typing.get_args(hint)
    elif typing.get_origin(hint) is tuple:
        assert isinstance(value, tuple)
        assert all(isinstance(one, typing.get_args(hint)[0]) for one in value)
    else:
        assert isinstance(value, hint)  # type: ignore[arg-type] # a class or a union of classes
        assert hint is not int or not isinstance(value, bool)


def test_everything_wrong_is_said_at_once() -> None:
    environ = {"HOME": "/nonexistent"} | dict.fromkeys(everything(), "\x00 hunter2 ?")
    environ |= {"UPNEXT_NONSENSE": "1", "SECRET_KEY": "short", "JWT_SECRET_KEY": "short"}
    environ |= {
        "ADMIN_PASSWORD": "short",
        "SECRET_KEY_PREVIOUS": "a",
        "JWT_SECRET_KEY_PREVIOUS": "a",
    }
    with pytest.raises(ConfigError) as caught:
        load(environ=environ)
    said = caught.value.problems
    assert len(said) == len(describe()) + 1
    assert all(one.endswith((".", '"')) for one in said)
    assert str(caught.value).count("\n  - ") == len(said)
    for row in describe():
        assert any(one.startswith(f"{row.alias or row.name} (environment) ") for one in said)


def test_settings_that_do_not_fit_together() -> None:
    with pytest.raises(ConfigError) as caught:
        load(environ=everything() | {"UPNEXT_BULK_BODY_BYTES": "5000", "ADMIN_EMAIL": ""})
    assert caught.value.problems == (
        "UPNEXT_BULK_BODY_BYTES is 5000, less than UPNEXT_BODY_BYTES, which is 1000000.",
        "ADMIN_EMAIL and ADMIN_PASSWORD go together, and ADMIN_EMAIL is not set.",
    )


def test_a_bucket_has_to_be_named() -> None:
    environ = {name: text for name, text in everything().items() if name != "S3_BUCKET"}
    with pytest.raises(ConfigError) as caught:
        load(environ=environ | {"UPNEXT_STORAGE": "s3"})
    said = "UPNEXT_STORAGE is s3, and S3_BUCKET is not set: name the bucket."
    assert caught.value.problems == (said,)


def test_settings_do_not_change_and_travel_to_other_processes() -> None:
    settings = load(environ=everything())
    with pytest.raises(FrozenInstanceError):
        settings.server.port = 1  # type: ignore[misc] # the error is the test
    copy = pickle.loads(pickle.dumps(settings))
    assert copy == settings
    assert copy.origins == settings.origins


def test_nothing_secret_is_printed() -> None:
    settings = load(environ=everything())
    shown = {row.name: row.value for row in effective(settings)}
    secrets = [SAMPLE_KEY, SAMPLE_KEY[::-1], "hunter2"]
    for text in (repr(settings), str(settings), repr(effective(settings)), f"{settings.auth}"):
        assert not [secret for secret in secrets if secret in text]
    assert shown["DATABASE_URL"] == "postgresql://u:********@h/db"
    assert shown["REDIS_URL"] == "redis://:********@h:6379/0"
    assert shown["SECRET_KEY"] == shown["SECRET_KEY_PREVIOUS"] == "********"
    assert shown["ADMIN_PASSWORD"] == "********"
    assert shown["UPNEXT_TRUSTED_PROXIES"] == "10.0.0.0/8"
    assert shown["RATE_LIMIT_ENABLED"] == "true"


def test_a_secret_hides_in_every_notation() -> None:
    secret = Secret("hunter2")
    assert "hunter2" not in f"{secret} {secret!r} {secret!s} {secret:>20}" + "%s" % secret  # noqa: UP031 - one of the notations
    assert secret.reveal() == "hunter2"
    assert secret == Secret("hunter2")
    assert secret != Secret("hunter3")
    assert secret != "hunter2"
    assert len({secret, Secret("hunter2")}) == 1


def test_env_example_is_up_to_date() -> None:
    assert (ROOT / ".env.example").read_text("utf-8") == env_example(), "make it anew: " + HOW


def test_documentation_is_up_to_date() -> None:
    page = (ROOT / "docs" / "configuration.md").read_text("utf-8")
    assert page == document(page), "make it anew: " + HOW


HOW = "python -m upnext.core.config"


def test_a_document_without_markers_is_refused() -> None:
    with pytest.raises(ValueError, match="has no lines"):
        document("# Configuration")
    assert document(f"a\n{markdown()}\nb") == f"a\n{markdown()}\nb"


def test_the_documents_are_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "docs").mkdir()
    page = tmp_path / "docs" / "configuration.md"
    page.write_text(f"# Title\n{BEGIN}\nold\n{END}\n")
    monkeypatch.chdir(tmp_path)
    runpy.run_module("upnext.core.config", run_name="__main__")
    assert page.read_text("utf-8") == f"# Title\n{markdown()}\n"
    assert (tmp_path / ".env.example").read_text("utf-8") == env_example()


def test_env_example_can_be_used(tmp_path: Path) -> None:
    """As it is it changes nothing, and so does uncommenting the lines that show a default."""
    home = {"HOME": str(tmp_path)}
    file = tmp_path / ".env"
    file.write_text(env_example(), "utf-8")
    assert load(environ=home, dotenv=file) == load(environ=home)
    examples = {row.alias or row.name for row in describe() if row.example}
    lines = env_example().splitlines()
    settings = [line[1:] for line in lines if line[:1] == "#" and line[1:2].isupper()]
    assert len(settings) == len(describe())
    file.write_text("\n".join(one for one in settings if one.partition("=")[0] not in examples))
    assert load(environ=home, dotenv=file) == load(environ=home)


def test_every_example_is_accepted() -> None:
    kinds: list[tuple[Kind, str]] = [
        (spec.setting.kind, spec.setting.example) for spec in all_specs() if spec.setting.example
    ]
    assert kinds
    assert all(kind.parse(example) for kind, example in kinds)


def test_settings_load_without_heavy_libraries() -> None:
    code = (
        "import sys; before = set(sys.modules); import upnext.core.config.describe\n"
        "print(*sorted({name.partition('.')[0] for name in set(sys.modules) - before}))"
    )
    command = [
        sys.executable,
        "-I",
        "-c",
        f"import sys; sys.path.insert(0, {str(ROOT / 'src')!r})\n{code}",
    ]
    loaded = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    foreign = set(loaded) - set(sys.stdlib_module_names)
    assert foreign == {"upnext"}
