"""Releases for deploy/bluegreen, good and bad, and the machine that they come to.

Every version brings a migration that adds to the schema, so that the bad ones leave behind a schema
which is newer than what goes on.
"""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from bench.fleet import BenchFleet
from bench.instance import fresh_keys
from bench.processes import ROOT, DidNotStart, spawn, wait_ready
from bench.stage import Front, make_front
from tests.kit.recipes import free_port
from upnext.core import migrate

ACCOUNT = {"email": "admin@example.com", "password": "Quiet-harbour-41"}
ALL_THE_TIME = "10000000/minute"
# What each version adds, to the busiest table among others.
MIGRATION = """import sqlalchemy as sa
from alembic import op

revision, down_revision = "{number}", "{before}"
expands = True


def upgrade() -> None:
    op.add_column("task", sa.Column("of_{number}", sa.Integer(), nullable=True))
    op.create_table("of_{number}", sa.Column("id", sa.Integer(), primary_key=True))
    op.create_index("ix_task_of_{number}", "task", ["of_{number}"])


def downgrade() -> None:
    op.drop_index("ix_task_of_{number}", "task")
    op.drop_table("of_{number}")
    op.drop_column("task", "of_{number}")
"""
UPNEXT = """#!/bin/sh
# A release: a copy of this checkout with migrations of its own, under settings of the moment.
set -a; . "{folder}/env"; set +a
export PYTHONPATH="{source}"
case "{fault}:$1" in
    migration:db) echo "the migration fails" >&2; exit 1 ;;
    start:serve) echo "does not start" >&2; exit 1 ;;
    never-ready:serve) exec {python} -m http.server --bind 127.0.0.1 "$3" ;;
    worker:worker) exit 1 ;;
    *:smoke) [ "{fault}" != smoke ] ; exit ;;
esac
exec {python} -m upnext "$@"
"""


@dataclass
class Stage:
    """Releases that run as processes; a folder each."""

    fleet: BenchFleet
    front: Front
    settings: dict[str, str]

    # What is wrong with a version, in the order in which they come. Every other one is good.
    bad: ClassVar = ("migration", "start", "never-ready", "smoke", "worker")

    @property
    def config(self) -> Path:
        return self.fleet.folder_for("deploy") / "deploy.toml"

    def prepare(self) -> None:
        """What has to be there before the first deployment."""
        upnext = f"{self.fleet.folder_for('releases')}/{{release}}/upnext"
        common = self._common() | {
            "tries": 30, "pause": 1.0,
            "migrate": [upnext, "db", "upgrade"], "smoke": [upnext, "smoke"],
        }  # fmt: skip
        serve, worker = [upnext, "serve", "--port", "{port}"], [upnext, "worker"]
        units = {"units.api": {"run": serve}, "units.worker": {"run": worker}}
        self._write_config(common, units)

    def release(self, number: int, fault: str = "") -> str:
        name = f"{number}-{fault or 'good'}"
        folder = self.fleet.folder_for("releases") / name
        folder.mkdir()
        values = "".join(f"{key}='{value}'\n" for key, value in self.settings.items())
        (folder / "env").write_text(values)
        source = folder / "src"
        shutil.copytree(ROOT / "src", source)
        add_migrations(source / "upnext" / "migrations" / "versions", number)
        script = UPNEXT.format(folder=folder, source=source, fault=fault, python=sys.executable)
        (folder / "upnext").write_text(script)
        (folder / "upnext").chmod(0o755)
        return name

    async def deploy(self, release: str) -> tuple[int, str]:
        program = str(ROOT / "deploy" / "bluegreen")
        process = await asyncio.create_subprocess_exec(
            sys.executable, program, "--config", str(self.config), "deploy", release,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
            env={**os.environ, **self._environ()},
        )  # fmt: skip
        try:
            said, _ = await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
        return process.returncode or 0, said.decode()

    def starts_anew(self, release: str) -> bool:
        """As after a power cut: on the schema that a failed version left."""
        log = self.fleet.folder_for("logs") / "anew.log"
        port = free_port()
        migrate_it, serve_it = self._anew(release, port)
        migrated = subprocess.run(migrate_it, check=False, capture_output=True)
        child = self.fleet.guard(spawn("anew", serve_it, log, {}))
        try:
            wait_ready(child, f"http://127.0.0.1:{port}/health/ready")
        except DidNotStart:
            return False
        finally:
            child.stop()
        return migrated.returncode == 0

    def end(self) -> None:
        """What deploy/bluegreen started goes on without us, as it should; this ends it."""
        for note in self.fleet.folder_for("deploy").glob("*.pid"):
            try:
                os.killpg(json.loads(note.read_text())["pid"], signal.SIGKILL)
            except ProcessLookupError:
                continue

    def _anew(self, release: str, port: int) -> tuple[list[str], list[str]]:
        """The commands that migrate and that serve."""
        program = str(self.fleet.folder_for("releases") / release / "upnext")
        return [program, "db", "upgrade"], [program, "serve", "--port", str(port)]

    def _environ(self) -> dict[str, str]:
        return {}

    def _common(self) -> dict[str, object]:
        """What of a configuration is this machine's."""
        return {
            "state": str(self.fleet.folder_for("deploy")), "upstream": str(self.front.upstream),
            "front": self.front.url, "drain": 2.0,
            "nginx_test": self.front.command("-t"),
            "nginx_reload": self.front.command("-s", "reload"),
        }  # fmt: skip

    def _write_config(
        self, common: dict[str, object], units: dict[str, dict[str, list[str]]]
    ) -> None:
        ports = {"blue": free_port(), "green": free_port()}
        text = f"{_toml(common)}[ports]\n{_toml(ports)}"
        for name, unit in units.items():
            text += f"[{name}]\n{_toml(unit)}"
        self.config.write_text(text)


def _toml(values: Mapping[str, object]) -> str:
    return "".join(f"{key} = {json.dumps(value)}\n" for key, value in values.items())


def add_migrations(folder: Path, number: int) -> None:
    """Those of every version up to this one."""
    before = migrate.newest()
    for one in range(1, number + 1):
        text = MIGRATION.format(number=9000 + one, before=before)
        (folder / f"{9000 + one}_of_a_release.py").write_text(text)
        before = str(9000 + one)


def make_stage(fleet: BenchFleet, kind: type[Stage] = Stage) -> Stage:
    servers = fleet.start(["redis"], {})
    store = fleet.store("postgresql")
    migrate.downgrade(store.url, "base")  # so that the first deployment makes the schema
    front = make_front(fleet.folder_for("front"), wide=True)
    rates = ("RATE_LIMIT_DEFAULT", "RATE_LIMIT_USER", "RATE_LIMIT_AUTH")
    settings = {
        **fresh_keys(), "DATABASE_URL": store.url, "REDIS_URL": servers.urls["redis"],
        "UPNEXT_JOBS_EMBEDDED": "false", "UPNEXT_TRUSTED_PROXIES": "127.0.0.1",
        "UPNEXT_DATA_DIR": str(fleet.folder_for("data")), **dict.fromkeys(rates, ALL_THE_TIME),
        "ADMIN_EMAIL": ACCOUNT["email"], "ADMIN_PASSWORD": ACCOUNT["password"],
    }  # fmt: skip
    return kind(fleet, front, settings)
