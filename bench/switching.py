"""Versions changed by deploy/bluegreen, some of them bad, while people work through NGINX.

`python -m bench.switching --switches 20`. Reads, creates, uploads and a WebSocket go on all the
time; nothing may fail, no event may be missed, and after a bad version the one before goes on.
Every version brings a migration that adds to the schema, so that the bad ones leave behind a schema
which is newer than what goes on; in the end that is started anew on it.

As browsers do, a client sends a request again if the connection that it kept was closed before the
first byte of an answer (RFC 9112, 9.3.1); its creates have an Idempotency-Key. Those are counted.
"""

import argparse
import asyncio
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import websockets

from bench.fleet import BenchFleet
from bench.instance import fresh_keys
from bench.processes import ROOT, Child, DidNotStart, spawn, wait_ready
from bench.stage import Front, NotInstalled, make_front
from tests.kit.recipes import free_port
from upnext.core import migrate

API = "/api/v1"
ACCOUNT = {"email": "admin@example.com", "password": "Quiet-harbour-41"}
ALL_THE_TIME = "10000000/minute"
# What a version does, and whether it may serve. Every other one is good.
BAD = ("migration", "start", "never-ready", "smoke", "worker")
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
class Tally:
    requests: int = 0
    again: int = 0
    failed: list[str] = field(default_factory=list)
    created: set[str] = field(default_factory=set)
    seen: list[int] = field(default_factory=list)
    told: set[str] = field(default_factory=set)
    reconnects: int = 0


@dataclass
class Stage:
    fleet: BenchFleet
    front: Front
    settings: dict[str, str]
    config: Path

    def release(self, number: int, fault: str = "") -> str:
        name = f"{number}-{fault or 'good'}"
        folder = self.fleet.folder_for("releases") / name
        folder.mkdir()
        values = "".join(f"{key}='{value}'\n" for key, value in self.settings.items())
        (folder / "env").write_text(values)
        source = folder / "src"
        shutil.copytree(ROOT / "src", source)
        _add_migrations(source / "upnext" / "migrations" / "versions", number)
        script = UPNEXT.format(folder=folder, source=source, fault=fault, python=sys.executable)
        (folder / "upnext").write_text(script)
        (folder / "upnext").chmod(0o755)
        return name

    async def deploy(self, release: str) -> tuple[int, str]:
        program = str(ROOT / "deploy" / "bluegreen")
        process = await asyncio.create_subprocess_exec(
            sys.executable, program, "--config", str(self.config), "deploy", release,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        said, _ = await process.communicate()
        return process.returncode or 0, said.decode()

    def starts_anew(self, release: str) -> bool:
        """As after a power cut: on the schema that a failed version left."""
        program = str(self.fleet.folder_for("releases") / release / "upnext")
        log = self.fleet.folder_for("logs") / "anew.log"
        migrated = subprocess.run([program, "db", "upgrade"], check=False, capture_output=True)
        port = free_port()
        child = self.fleet.guard(spawn("anew", [program, "serve", "--port", str(port)], log, {}))
        try:
            wait_ready(child, f"http://127.0.0.1:{port}/health/ready")
        except DidNotStart:
            return False
        finally:
            child.stop()
        return migrated.returncode == 0


def _add_migrations(folder: Path, number: int) -> None:
    """Those of every version up to this one."""
    before = migrate.newest()
    for one in range(1, number + 1):
        text = MIGRATION.format(number=9000 + one, before=before)
        (folder / f"{9000 + one}_of_a_release.py").write_text(text)
        before = str(9000 + one)


def make_stage(fleet: BenchFleet) -> Stage:
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
    config = fleet.folder_for("deploy") / "deploy.toml"
    config.write_text(_config(fleet, front))
    return Stage(fleet, front, settings, config)


def _config(fleet: BenchFleet, front: Front) -> str:
    upnext = f"{fleet.folder_for('releases')}/{{release}}/upnext"
    lines = {
        "state": str(fleet.folder_for("deploy")), "upstream": str(front.upstream),
        "front": front.url, "tries": 30, "pause": 1.0, "drain": 2.0,
        "migrate": [upnext, "db", "upgrade"], "smoke": [upnext, "smoke"],
        "nginx_test": front.command("-t"), "nginx_reload": front.command("-s", "reload"),
    }  # fmt: skip
    text = "".join(f"{key} = {json.dumps(value)}\n" for key, value in lines.items())
    serve, worker = [upnext, "serve", "--port", "{port}"], [upnext, "worker"]
    return (
        f"{text}[ports]\nblue = {free_port()}\ngreen = {free_port()}\n"
        f"[units.api]\nrun = {json.dumps(serve)}\n[units.worker]\nrun = {json.dumps(worker)}\n"
    )


class People:
    """Those who work all the time, until told to stop."""

    def __init__(self, front: Front, tally: Tally) -> None:
        self._front, self._tally = front, tally
        self._stop = asyncio.Event()
        self._http = httpx.AsyncClient(base_url=front.url, timeout=30)
        self._token = self._workspace = ""

    async def sign_in(self) -> None:
        found = await self._http.post(f"{API}/auth/login", json=ACCOUNT)
        self._token = found.raise_for_status().json()["access_token"]
        self._http.headers["Authorization"] = f"Bearer {self._token}"
        listed = (await self._http.get(f"{API}/workspaces")).raise_for_status().json()["items"]
        self._workspace = next(one["id"] for one in listed if one["personal"])

    async def work(self) -> None:
        async with asyncio.TaskGroup() as group:
            for use in (self._read, self._read, self._create, self._upload, self._follow):
                group.create_task(use())

    def stop(self) -> None:
        self._stop.set()

    async def _read(self) -> None:
        while not self._stop.is_set():
            for path in ("/next-action", "/tasks?limit=20", "/auth/me"):
                await self._ask("GET", API + path, 200)

    async def _create(self) -> None:
        while not self._stop.is_set():
            key = {"Idempotency-Key": secrets.token_hex(16)}
            body = {"title": f"Written at {time.time():.3f}"}
            reply = await self._ask("POST", f"{API}/tasks", 201, json=body, headers=key)
            if reply:
                self._tally.created.add(reply.json()["id"])
            await asyncio.sleep(0.02)

    async def _upload(self) -> None:
        content = secrets.token_bytes(400_000)
        while not self._stop.is_set():
            key = {"Idempotency-Key": secrets.token_hex(16)}
            files = {"file": ("data.bin", content)}
            await self._ask("POST", f"{API}/files", 201, files=files, headers=key)
            await asyncio.sleep(0.2)

    async def _ask(
        self, method: str, path: str, wanted: int, **more: object
    ) -> httpx.Response | None:
        self._tally.requests += 1
        for attempt in range(2):
            try:
                reply = await self._http.request(method, path, **more)  # type: ignore[arg-type]  # as given
            except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError) as error:
                if attempt == 0:
                    self._tally.again += 1
                    continue
                self._tally.failed.append(f"{method} {path}: {error!r}")
                return None
            except httpx.HTTPError as error:
                self._tally.failed.append(f"{method} {path}: {error!r}")
                return None
            if reply.status_code != wanted:
                self._tally.failed.append(
                    f"{method} {path}: {reply.status_code} {reply.text[:200]}"
                )
                return None
            return reply
        return None

    async def _follow(self) -> None:
        """Comes again where it was, whenever the connection ends."""
        address = self._front.url.replace("http", "ws") + f"{API}/ws"
        protocol = [websockets.Subprotocol("upnext.v1")]
        while not (self._stop.is_set() and self._tally.created <= self._tally.told):
            try:
                async with websockets.connect(address, subprotocols=protocol) as ws:
                    await self._listen(ws)
            except (websockets.WebSocketException, OSError, TimeoutError):
                self._tally.reconnects += 1
                await asyncio.sleep(0.1)

    async def _listen(self, ws: websockets.ClientConnection) -> None:
        await ws.send(json.dumps({"type": "auth", "token": self._token}))
        after = {"after": self._tally.seen[-1]} if self._tally.seen else {}
        await ws.send(json.dumps({"type": "subscribe", "workspace_id": self._workspace, **after}))
        while not (self._stop.is_set() and self._tally.created <= self._tally.told):
            async with asyncio.timeout(30):
                message = json.loads(await ws.recv())
            if message["type"] == "event":
                self._tally.seen.append(message["event"]["seq"])
                self._tally.told.add(message["event"]["resource"]["id"])


async def change(stage: Stage, switches: int) -> tuple[Tally, int]:
    """The tally, and how many switches did not end as they should."""
    tally, wrong = Tally(), 0
    people = People(stage.front, tally)
    await people.sign_in()
    at_work = asyncio.create_task(people.work())
    await asyncio.sleep(1)
    for number in range(1, switches + 1):
        fault = BAD[(number // 2 - 1) % len(BAD)] if number % 2 == 0 else ""
        began = time.monotonic()
        code, said = await stage.deploy(stage.release(number, fault))
        right = code == (1 if fault else 0)
        wrong += not right
        took = time.monotonic() - began
        words = f"bad ({fault}): rolled back" if fault else "good: serves"
        print(f"{'ok  ' if right else 'FAIL'} switch {number}, {words}, {took:.1f} s", flush=True)
        if not right:
            print(said)
    await asyncio.sleep(1)
    people.stop()
    async with asyncio.timeout(60):
        await at_work
    serving = f"{switches if switches % 2 else switches - 1}-good"
    if not await asyncio.to_thread(stage.starts_anew, serving):
        wrong += 1
    print(f"     {serving} was started anew on the schema of version {switches}")
    return tally, wrong


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--switches", type=int, default=20)
    switches = parser.parse_args().switches
    # Versions outlive the program that started them: whoever stops this one stops them, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("switching: told to stop"))
    fleet = BenchFleet()
    nginx: Child | None = None
    try:
        stage = make_stage(fleet)
        stage.front.point_to([free_port()], "nothing")
        nginx = fleet.guard(stage.front.start())
        code, said = asyncio.run(stage.deploy(stage.release(0)))
        if code:
            sys.exit(said)
        failures = verdict(*asyncio.run(change(stage, switches)))
    except NotInstalled as missing:
        sys.exit(f"switching: {missing}")
    finally:
        if nginx is not None:
            _end_versions(fleet)
            nginx.stop()
        fleet.stop()
    sys.exit(1 if failures else 0)


def _end_versions(fleet: BenchFleet) -> None:
    """What deploy/bluegreen started goes on without us, as it should."""
    for note in fleet.folder_for("deploy").glob("*.pid"):
        try:
            os.killpg(json.loads(note.read_text())["pid"], signal.SIGKILL)
        except ProcessLookupError:
            continue


def verdict(tally: Tally, wrong: int) -> int:
    missed = len(tally.created - tally.told)
    gaps = sum(
        after - before != 1 for before, after in zip(tally.seen, tally.seen[1:], strict=False)
    )
    rows = (
        (f"{tally.requests} requests, failed", len(tally.failed)),
        (f"{len(tally.created)} creates, events missed", missed),
        (f"{len(tally.seen)} events over {tally.reconnects} reconnects, gaps or repeats", gaps),
        ("switches that ended otherwise than they should", wrong),
    )
    for name, count in rows:
        print(f"{'ok  ' if not count else 'FAIL'} {name}: {count}")
    print(f"     sent again on a connection that was closed while idle: {tally.again}")
    for line in tally.failed[:10]:
        print(f"     {line}")
    return sum(count for _, count in rows)


if __name__ == "__main__":
    main()
