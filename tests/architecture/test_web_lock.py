"""The lock of the web app's packages: complete, with hashes, and of no particular registry."""

import json
from pathlib import Path
from typing import Any

import pytest

from tools import web

LOCKED: dict[str, dict[str, Any]] = json.loads(  # npm's own format
    (Path(__file__).parents[2] / "web" / "package-lock.json").read_text(encoding="utf-8")
)["packages"]


def test_it_names_no_registry() -> None:
    assert not [path for path, one in LOCKED.items() if "resolved" in one]


def test_only_programs_of_other_platforms_have_no_hash() -> None:
    bare = [one for path, one in LOCKED.items() if path and "integrity" not in one]
    assert all(one["optional"] and "cpu" in one and one["version"] for one in bare)
    ours = {"os": ["linux"], "cpu": ["x64"], "libc": ["glibc"]}
    assert not [one for one in bare if {key: one.get(key) for key in ours} == ours]


def test_it_has_all_that_its_packages_name() -> None:
    """Else `npm ci` refuses it."""
    assert web.completed({"packages": dict(LOCKED)})["packages"] == LOCKED


@pytest.mark.parametrize(
    ("name", "platform"),
    [
        ("@biomejs/cli-darwin-arm64", {"os": ["darwin"], "cpu": ["arm64"]}),
        ("@x/y-linux-x64-musl", {"os": ["linux"], "cpu": ["x64"], "libc": ["musl"]}),
        ("@x/y-linux-arm-gnueabihf", {"os": ["linux"], "cpu": ["arm"], "libc": ["glibc"]}),
        ("@x/y-win32-x64-gnu", {"os": ["win32"], "cpu": ["x64"]}),
        ("@x/y-wasm32-wasi", {"cpu": ["wasm32"]}),
    ],
)
def test_platforms_are_read_from_names(name: str, platform: dict[str, list[str]]) -> None:
    assert web.platform_of(name) == platform


def test_a_name_without_a_platform_is_not_guessed() -> None:
    with pytest.raises(web.CannotBuild, match="does not tell"):
        web.platform_of("fsevents")
