"""Releases that run as containers: images, and deploy/bluegreen-containers.toml as it is committed.

podman stands in for docker, in a store of this run alone: on overlays, or where the kernel has
none on copies. An image of its own for each release: that of `make ship-image`, and what is new.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path
from typing import ClassVar

from bench.processes import ROOT
from bench.releases import Stage, add_migrations
from bench.stage import NotInstalled

EXAMPLE = ROOT / "deploy" / "bluegreen-containers.toml"
IMAGE = os.environ.get("IMAGE", "localhost/upnext:dev")
PROGRAMS = ("podman", "buildah", "runc")
USER = 10001
REMOVE_TRIES = 20
# What stands before the image's own program.
UPNEXT = """#!/bin/sh
case "{fault}:$1" in
    migration:db) echo "the migration fails" >&2; exit 1 ;;
    start:serve) echo "does not start" >&2; exit 1 ;;
    never-ready:serve) exec python -m http.server --bind 127.0.0.1 "$API_PORT" ;;
    smoke:serve) export REDIS_URL=redis://127.0.0.1:1/0 ;; # ready, but not healthy
    worker:worker) echo "the worker ends" >&2; exit 1 ;;
esac
exec upnext "$@"
"""
DOCKER = """#!/bin/sh
CONTAINERS_CONF={folder}/containers.conf exec {podman} "$@"
"""
LIMITS = '[containers]\ndefault_ulimits = ["nofile=20000:20000", "nproc=1000:1000"]\n'


class Store:
    """Images and containers of one run."""

    def __init__(self) -> None:
        if os.geteuid() or not all(map(shutil.which, PROGRAMS)):
            raise NotInstalled("containers need root, podman, buildah and runc")
        self.folder = Path(tempfile.mkdtemp(prefix="upnext-containers-"))
        (self.folder / "containers.conf").write_text(LIMITS)
        self._driver = "overlay"
        if self._podman("info").returncode:
            self._driver = "vfs"
        program = self.folder / "docker"
        words = ["podman", *self._at(), "--tmpdir", f"{self.folder}/tmp", "--runtime", "runc"]
        program.write_text(DOCKER.format(folder=self.folder, podman=" ".join(words)))
        program.chmod(0o755)

    @property
    def docker(self) -> str:
        return str(self.folder / "docker")

    def take(self, image: str) -> None:
        """A copy from the store in which `deploy/image` builds."""
        form = "{{.Store.GraphDriverName}}@{{.Store.GraphRoot}}+{{.Store.RunRoot}}"
        theirs = self.run("podman", "--storage-driver", "vfs", "info", "--format", form)
        if subprocess.run(
            ["podman", "--storage-driver", "vfs", "image", "exists", image], check=False
        ).returncode:
            sys.exit(f"FAIL {image} is not there: make ship-image")
        self.buildah("pull", "--quiet", f"containers-storage:[{theirs}]{image}")

    def begin(self, image: str) -> tuple[str, Path]:
        """A container to build in, and its root file system."""
        made = self.buildah("from", "--pull-never", image)
        return made, Path(self.buildah("mount", made))

    def keep(self, made: str, name: str) -> None:
        self.buildah("commit", "--quiet", "--format", "docker", "--rm", made, name)

    def buildah(self, *words: str) -> str:
        return self.run("buildah", *self._at(), *words)

    @staticmethod
    def run(*words: str) -> str:
        done = subprocess.run(words, check=False, capture_output=True, text=True)
        assert done.returncode == 0, f"{words}: {done.stderr}"
        return done.stdout.strip()

    def remove(self) -> None:
        self._podman("rm", "--force", "--all", "--volumes", "--time", "0")
        # What cleans up behind a container is a podman of its own, and mounts the store again.
        for _ in range(REMOVE_TRIES):
            for place in sorted(self._mounts(), reverse=True):
                subprocess.run(["umount", "--lazy", place], check=False, capture_output=True)
            shutil.rmtree(self.folder, ignore_errors=True)
            if not self.folder.exists():
                return
            time.sleep(1)
        shutil.rmtree(self.folder)

    def _mounts(self) -> list[str]:
        lines = Path("/proc/self/mounts").read_text().splitlines()
        places = [line.split()[1] for line in lines]
        return [place for place in places if place.startswith(f"{self.folder}/")]

    def _podman(self, *words: str) -> subprocess.CompletedProcess[bytes]:
        command = ["podman", *self._at(), "--tmpdir", f"{self.folder}/tmp", *words]
        return subprocess.run(command, check=False, capture_output=True)

    def _at(self) -> list[str]:
        at = ("--root", f"{self.folder}/root", "--runroot", f"{self.folder}/run")
        return [*at, "--storage-driver", self._driver]


class ContainerStage(Stage):
    """As the example has it, but for where things lie."""

    bad: ClassVar = ("never-ready", "smoke", "worker", "migration", "start")

    _store: Store | None = None

    @property
    def store(self) -> Store:
        assert self._store is not None, "prepare comes first"
        return self._store

    def prepare(self) -> None:
        self._store = Store()
        self._store.take(IMAGE)
        self._data = self.fleet.folder_for("data")
        os.chown(self._data, USER, USER)
        self._env = self.fleet.folder_for("deploy") / "upnext.env"
        told = {key: value for key, value in self.settings.items() if key != "UPNEXT_DATA_DIR"}
        self._env.write_text("".join(f"{key}={value}\n" for key, value in told.items()))
        text = EXAMPLE.read_text().replace("/etc/upnext/upnext.env", str(self._env))
        found = tomllib.loads(text.replace("/var/lib/upnext:/", f"{self._data}:/"))
        units = {f"units.{name}": unit for name, unit in found.pop("units").items()}
        found.pop("ports")
        self._write_config({**found, **self._common()}, units)

    def release(self, number: int, fault: str = "") -> str:
        name = f"localhost/upnext:{number}-{fault or 'good'}"
        made, root = self.store.begin(IMAGE)
        (package,) = root.glob("opt/upnext/lib/python3*/site-packages/upnext")
        add_migrations(package / "migrations" / "versions", number)
        program = root / "opt" / "release"
        program.write_text(UPNEXT.format(fault=fault))
        program.chmod(0o755)
        self.store.buildah("config", "--entrypoint", json.dumps(["/opt/release"]), made)
        self.store.keep(made, name)
        return name

    def end(self) -> None:
        if self._store is not None:
            self._store.remove()

    def _anew(self, release: str, port: int) -> tuple[list[str], list[str]]:
        run = [self.store.docker, "run", "--rm", "--network", "host", "--read-only"]
        run += ["--tmpfs", "/tmp", "--env-file", str(self._env)]
        serve = [*run, "--env", f"API_PORT={port}", "--env", "UPNEXT_HOST=127.0.0.1", release]
        return [*run, release, "db", "upgrade"], [*serve, "serve"]

    def _environ(self) -> dict[str, str]:
        return {"PATH": f"{self.store.folder}{os.pathsep}{os.environ['PATH']}"}
