"""From texts to the tree: parse, complete, check, and say everything that is wrong at once."""

import dataclasses
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

from upnext.core.config import addresses, generated
from upnext.core.config.declare import Spec, specs
from upnext.core.config.errors import ConfigError
from upnext.core.config.secret import HOW_TO_MAKE_ONE
from upnext.core.config.sources import Given, Sources
from upnext.core.config.tree import Settings

DEFAULT = "default"
LONGEST_QUOTE = 80
KEYS = {"auth.secret_key": "SECRET_KEY", "auth.jwt_secret_key": "JWT_SECRET_KEY"}

# By path. Any: of as many types as the tree has, which a test compares with what the kinds return.
Values = dict[str, Any]


@cache
def all_specs() -> tuple[Spec, ...]:
    return tuple(specs(Settings))


def load_process(overrides: Mapping[str, object] | None = None) -> Settings:
    """The settings of this process: its environment, `.env` in its working directory, its flags."""
    return load(environ=os.environ, dotenv=Path(".env"), overrides=overrides)


def load(
    *,
    environ: Mapping[str, str],
    dotenv: Path | None = None,
    overrides: Mapping[str, object] | None = None,
) -> Settings:
    """Defaults < `.env` < environment < `overrides`, which are by path (`server.port`).

    An override that is None is not given. Raises ConfigError. Makes the data directory and its
    keys on the first start of an embedded instance, and only when all else is in order.
    """
    sources = Sources(all_specs())
    given = sources.collect(environ, dotenv, overrides or {})
    embedded = "database.url" not in given
    values, problems = _parse(given)
    problems = sources.problems + problems + _complete(values, given, environ)
    problems += _clashes(values, given, embedded)
    if problems:
        raise ConfigError(tuple(dict.fromkeys(problems)))
    origins = {path: one.origin for path, one in given.items()}
    if missing := [path for path in KEYS if path not in given]:
        origins |= _generate(values, missing)
    return cast(Settings, _build(Settings, values | {"embedded": embedded, "origins": origins}))


def _parse(given: Mapping[str, Given]) -> tuple[Values, list[str]]:
    """What can be read, and what is wrong with the rest, which has no value then."""
    values: Values = {}
    problems = []
    for spec in all_specs():
        if one := given.get(spec.path):
            try:
                values[spec.path] = spec.setting.kind.parse(one.text)
            except ValueError as error:
                problems.append(_refusal(spec, one, error))
        elif spec.default is not dataclasses.MISSING:
            values[spec.path] = spec.default
    return values, problems


def _refusal(spec: Spec, given: Given, error: ValueError) -> str:
    kind = spec.setting.kind
    shown = "" if kind.private else f" is {_shortened(given.text)!r}, which"
    advice = f" Make one with: {HOW_TO_MAKE_ONE}" if spec.path in KEYS else ""
    return f"{given.label}{shown} {error}. Accepted: {kind.accepts}.{advice}"


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_QUOTE else text[:LONGEST_QUOTE] + "…"


def _complete(values: Values, given: Mapping[str, Given], environ: Mapping[str, str]) -> list[str]:
    """Fills the defaults that depend on other settings or on the machine."""
    if "data_dir" not in given:
        try:
            values["data_dir"] = _default_data_dir(environ)
        except RuntimeError:
            return ["There is no home directory for the data: set UPNEXT_DATA_DIR."]
    if "database.url" not in given and "data_dir" in values:
        file = values["data_dir"] / generated.DATABASE_FILE
        values["database.url"] = addresses.sqlite_url(file)
    if "server.allowed_hosts" not in given:
        values["server.allowed_hosts"] += _own_hosts(values)
    return []


def _default_data_dir(environ: Mapping[str, str]) -> Path:
    shared = Path(environ.get("XDG_DATA_HOME", ""))
    if not shared.is_absolute():  # as its specification says
        home = Path(environ["HOME"]) if environ.get("HOME") else Path.home()
        shared = home.absolute() / ".local" / "share"
    return shared / "upnext"


def _own_hosts(values: Values) -> tuple[str, ...]:
    """The names under which the other settings say that this server is reached."""
    public = urlsplit(values.get("server.public_url") or "").hostname
    known = {*values["server.allowed_hosts"], *addresses.EVERY_ADDRESS}
    hosts = dict.fromkeys((values.get("server.host"), public))
    return tuple(host for host in hosts if host and host not in known)


def _clashes(values: Values, given: Mapping[str, Given], embedded: bool) -> list[str]:
    """What is wrong with settings that are right by themselves."""
    problems = []
    if not embedded:
        problems += [_missing_key(name) for path, name in KEYS.items() if path not in given]
    small, large = values.get("limits.body_bytes"), values.get("limits.bulk_body_bytes")
    if small and large and large < small:
        problems.append(
            f"UPNEXT_BULK_BODY_BYTES is {large}, less than UPNEXT_BODY_BYTES, which is {small}."
        )
    if values.get("files.storage") == "s3" and "files.s3_bucket" not in given:
        problems.append("UPNEXT_STORAGE is s3, and S3_BUCKET is not set: name the bucket.")
    replica, url = values.get("database.replica_url"), values.get("database.url")
    kind = (url or "sqlite:").partition(":")[0]
    if replica and (kind == "sqlite" or not replica.startswith(f"{kind}:")):
        problems.append(
            "DATABASE_REPLICA_URL needs a DATABASE_URL of the same kind, PostgreSQL or MySQL."
        )
    admin = {"ADMIN_EMAIL": "auth.admin_email", "ADMIN_PASSWORD": "auth.admin_password"}
    lacking = [name for name, path in admin.items() if path not in given]
    if len(lacking) == 1:
        problems.append(f"{' and '.join(admin)} go together, and {lacking[0]} is not set.")
    return problems


def _missing_key(name: str) -> str:
    return (
        f"{name} is not set; with DATABASE_URL it must be. Make one with: {HOW_TO_MAKE_ONE} "
        f"and put it into {name}, or into a file that {name}_FILE names."
    )


def _generate(values: Values, paths: list[str]) -> dict[str, str]:
    """Puts this instance's own keys into `values`; returns where they came from."""
    keys = generated.keys(values["data_dir"], [KEYS[path] for path in paths])
    values |= {path: keys[KEYS[path]] for path in paths}
    return dict.fromkeys(paths, f"generated in {values['data_dir'] / generated.SECRETS_FILE}")


# Any: an instance of `tree`, of whichever class of the tree that is.
def _build(tree: type, values: Values, prefix: str = "") -> Any:
    arguments: Values = {}
    for field in dataclasses.fields(tree):
        path = prefix + field.name
        if path in values:
            arguments[field.name] = values[path]
        else:
            arguments[field.name] = _build(cast(type, field.type), values, f"{path}.")
    return tree(**arguments)
