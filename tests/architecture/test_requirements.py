"""The requirement files are in step: with each other, with their sources, with the package."""

import re
import tomllib
from dataclasses import dataclass

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.tree import ROOT

FOLDER = ROOT / "requirements"
BUILD_BACKEND = "flit-core"


@dataclass(frozen=True)
class Pin:
    """One version of a package; a marker may give another Python a second one."""

    package: str
    requirement: str
    hashes: int
    asked_by: str


def _asked(name: str) -> set[str]:
    """The packages that an .in file asks for by itself."""
    lines = (FOLDER / f"{name}.in").read_text().splitlines()
    wanted = [line for line in lines if line and not line.startswith(("#", "-r "))]
    return {canonicalize_name(Requirement(line).name) for line in wanted}


def _pins(name: str) -> list[Pin]:
    blocks = re.split(r"\n(?=\w)", (FOLDER / f"{name}.txt").read_text())
    return [_pin(block) for block in blocks]


def _pin(block: str) -> Pin:
    requirement = block.split(" \\", 1)[0]
    package = canonicalize_name(Requirement(requirement).name)
    return Pin(package, requirement, block.count("--hash=sha256:"), block.partition("# via")[2])


def test_each_package_is_pinned_with_hashes() -> None:
    pins = _pins("serve") + _pins("test") + _pins("web")
    assert [pin for pin in pins if "==" not in pin.requirement or not pin.hashes] == []


@pytest.mark.parametrize("name", ["serve", "test", "web"])
def test_the_compiled_file_holds_what_its_source_asks_for(name: str) -> None:
    direct = {pin.package for pin in _pins(name) if f"-r {name}.in" in pin.asked_by}
    assert direct == _asked(name), f"requirements/{name}.in was changed: run `make lock`"


def test_the_suite_runs_on_the_versions_that_serve() -> None:
    tested = {pin.requirement for pin in _pins("test")}
    assert {pin.requirement for pin in _pins("serve")} - tested == set()


def test_the_package_declares_what_serving_needs() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    declared = {canonicalize_name(Requirement(line).name) for line in project["dependencies"]}
    assert declared == _asked("serve") - {BUILD_BACKEND}


def test_no_file_names_an_index() -> None:
    words = ("--index-url", "--extra-index-url", "--find-links", "://")
    for path in FOLDER.iterdir():
        assert not [word for word in words if word in path.read_text()], path.name
