"""The files of a deployment fit together: with each other, with make, and with the settings."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.architecture.tree import ROOT
from upnext.core.config.describe import describe

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
# What a step may be besides `make …`: it brings programs to the runner, or shows what was found.
PREPARES = (".ci/servers", "sudo systemctl", "sudo rm", ".venv/bin/coverage report")


def _steps() -> Iterator[tuple[str, str]]:
    for path in WORKFLOWS:
        for job in yaml.safe_load(path.read_text())["jobs"].values():
            for step in job["steps"]:
                for line in step.get("run", "").splitlines():
                    yield path.name, line


def _targets() -> set[str]:
    return set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def test_every_step_of_a_workflow_calls_make() -> None:
    steps = list(_steps())
    assert len(steps) > 15
    called = {name for _, line in steps for name in re.findall(r"\bmake ([a-z0-9${}. -]+)", line)}
    assert called
    others = [s for s in steps if "make " not in s[1] and not s[1].startswith(PREPARES)]
    assert others == []


def test_every_target_that_a_workflow_calls_is_there() -> None:
    words = {re.sub(r".*\bmake ", "", line).split()[0] for _, line in _steps() if "make " in line}
    # ${{ matrix.what }}: bench and faults.
    missing = {word for word in words if not word.startswith("$")} - _targets()
    assert missing == set()


def test_make_ship_runs_what_the_workflow_runs() -> None:
    text = (ROOT / "Makefile").read_text().replace("\\\n", "")
    ship = re.search(r"^SHIP_PARTS := (.+)$", text, re.MULTILINE)
    assert ship
    asked = set(ship[1].split())
    assert asked <= _targets()
    called = {
        word
        for name, line in _steps()
        if name == "ship.yml"
        for word in re.findall(r"make (ship-[a-z]+)", line)
    }
    assert called
    assert called - asked == set()


def _compose() -> Any:  # as the file has it
    return yaml.safe_load((ROOT / "compose.yaml").read_text())


def test_only_the_proxy_can_be_reached_and_on_loopback() -> None:
    services = _compose()["services"]
    assert [name for name, one in services.items() if "ports" in one] == ["nginx"]
    assert all(port.startswith("${BIND:-127.0.0.1}:") for port in services["nginx"]["ports"])


@pytest.mark.parametrize("name", ["api", "worker", "beat", "migrate"])
def test_our_containers_have_no_rights(name: str) -> None:
    service = _compose()["services"][name]
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]


def _known() -> set[str]:
    return {name for row in describe() for name in (row.name, row.alias) if name}


def test_compose_sets_what_is_a_setting() -> None:
    assert set(_compose()["services"]["api"]["environment"]) - _known() == set()


def test_kubernetes_sets_what_is_a_setting() -> None:
    names = set()
    for path in (ROOT / "deploy" / "kubernetes").rglob("*.yaml"):
        text = path.read_text()
        names |= set(re.findall(r"^ +- ([A-Z0-9_]+)=", text, re.MULTILINE))
        names |= {
            name.removesuffix("_FILE") for name in re.findall(r"name: ([A-Z0-9_]+_FILE)", text)
        }
    assert {"DATABASE_URL", "ALLOWED_HOSTS"} <= names
    assert names - _known() == set()


def test_machines_on_aws_set_what_is_a_setting() -> None:
    text = (ROOT / "deploy/terraform/module/bootstrap.sh.tftpl").read_text()
    names = set(
        re.findall(
            r"^([A-Z0-9_]+)=", text.partition("env <<'END'")[2].partition("\nEND")[0], re.MULTILINE
        )
    )
    assert "UPNEXT_STORAGE" in names
    assert {name.removesuffix("_FILE") for name in names} - _known() == set()


def test_one_base_image_and_nobody_is_root() -> None:
    text = (ROOT / "Dockerfile").read_text()
    assert "ARG BASE_IMAGE=" in text
    froms = re.findall(r"^FROM (\S+)", text, re.MULTILINE)
    assert set(froms) == {"${BASE_IMAGE}", "base"}
    assert re.findall(r"^USER (\S+)", text, re.MULTILINE) == ["10001:10001"]


@pytest.mark.parametrize(
    "path", ["quick-start.sh", "deploy/image", "deploy/publish", "deploy/kubernetes/apply"]
)
def test_scripts_can_be_read(path: str) -> None:
    assert (ROOT / path).stat().st_mode & 0o111
    done = subprocess.run(
        ["bash", "-n", path], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("path", ["deploy/systemd/deploy.toml", "deploy/bluegreen-containers.toml"])
def test_examples_of_switching_are_read(path: str) -> None:
    program = str(ROOT / "deploy" / "bluegreen")
    words = [sys.executable, "-c", _READS, program, path]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


_READS = """
import pathlib, runpy, sys
module = runpy.run_path(sys.argv[1])
plan = module["Plan"].read(pathlib.Path(sys.argv[2]))
colour = module["Colour"](plan, "blue", "r1")
for unit in plan.units.values():
    for words in unit.values():
        assert not any("{release}" in word for word in colour.filled(words))
"""


# A unit that is down at once, and whose log goes with it.
_FALLEN = """
state = "{folder}/state"
upstream = "{folder}/upstream.conf"
front = "http://127.0.0.1:1"
migrate = ["true"]
nginx_test = ["true"]
nginx_reload = ["true"]
[ports]
blue = 1
green = 2
[units.api]
start = ["sh", "-c", "echo 'no such setting: {{colour}}' > {folder}/log"]
stop = ["rm", "-f", "{folder}/log"]
alive = ["false"]
logs = ["cat", "{folder}/log"]
"""


def test_a_version_that_falls_leaves_the_end_of_its_log(tmp_path: Path) -> None:
    (tmp_path / "deploy.toml").write_text(_FALLEN.format(folder=tmp_path))
    words = [sys.executable, "deploy/bluegreen", "--config", str(tmp_path / "deploy.toml")]
    done = subprocess.run(
        [*words, "deploy", "r1"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "api ended at once\n    api: no such setting: blue" in done.stdout
    assert not (tmp_path / "log").exists(), "it was stopped"
