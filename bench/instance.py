"""The server and the limit as processes, and the people who use them."""

import json
import secrets
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from uuid import UUID

import orjson

from bench.fleet import BenchFleet, Store
from bench.limit_stores import Plan
from bench.load import Request, probe
from bench.processes import Child, spawn, wait_ready
from bench.scenarios import API, Account
from bench.seeding import Owner
from tests.kit.recipes import free_port

WORKERS = 2
PASSWORD = "correct horse battery staple"
ALL_THE_TIME = "10000000/minute"


@dataclass(frozen=True)
class Target:
    """Something that answers at `base`; `pids` lead the trees whose work it costs."""

    name: str
    base: str
    child: Child


def fresh_keys() -> dict[str, str]:
    return {name: secrets.token_urlsafe(48) for name in ("SECRET_KEY", "JWT_SECRET_KEY")}


def production(store: Store) -> dict[str, str]:
    """Settings as in production, with every middleware on, but with rates that nothing reaches."""
    database = {} if store.dialect == "sqlite" else {"DATABASE_URL": store.url}
    rates = dict.fromkeys(
        ("RATE_LIMIT_DEFAULT", "RATE_LIMIT_USER", "RATE_LIMIT_AUTH"), ALL_THE_TIME
    )
    long_run = {"ENV": "production", "ACCESS_TOKEN_EXPIRE_MINUTES": "600"}
    return {**database, **rates, **long_run, "RATE_LIMIT_ENABLED": "true"}


@dataclass
class Launcher:
    """Starts measured processes; whatever it started ends with `stop_all`."""

    fleet: BenchFleet
    store: Store
    keys: Mapping[str, str] = field(default_factory=fresh_keys)
    more: Mapping[str, str] = field(default_factory=dict)
    started: list[Child] = field(default_factory=list)

    def server(self, workers: int = WORKERS) -> Target:
        port = free_port()
        command = [sys.executable, "-m", "upnext", "serve", "--port", str(port)]
        command += ["--workers", str(workers), "--data-dir", str(self.fleet.folder_for("sqlite"))]
        return self._start("server", command, self.settings(), port, "/health/ready")

    def limit(self, plan: Plan) -> Target:
        port = free_port()
        command = [sys.executable, "-m", "uvicorn", "bench.limit:app", "--port", str(port)]
        command += ["--workers", str(WORKERS), "--loop", "uvloop", "--http", "httptools"]
        command += ["--no-access-log", "--log-level", "warning", "--lifespan", "on"]
        environ = {"BENCH_LIMIT": json.dumps(asdict(plan))}
        return self._start("limit", command, environ, port, "/fixed")

    def stop(self, target: Target) -> None:
        target.child.stop()

    def stop_all(self) -> None:
        for child in self.started:
            child.stop()
        self.started.clear()

    def settings(self) -> dict[str, str]:
        return {**self.keys, **production(self.store), **self.more}

    def _start(
        self, name: str, command: list[str], environ: Mapping[str, str], port: int, ready: str
    ) -> Target:
        log = Path(self.fleet.folder_for("logs")) / f"{name}-{port}.log"
        child = self.fleet.guard(spawn(name, command, log, environ))
        self.started.append(child)
        target = Target(name, f"http://127.0.0.1:{port}", child)
        wait_ready(child, target.base + ready)
        return target


def timed_start(launcher: Launcher, workers: int) -> tuple[Target, float]:
    began = time.monotonic()
    return launcher.server(workers), time.monotonic() - began


def register(base: str, email: str) -> None:
    account = {"email": email, "password": PASSWORD}
    probe(base, _post(f"{API}/auth/register", account, 201))


def sign_in(base: str, email: str) -> tuple[Account, Owner]:
    """The person's token, and where their tasks go when they name no project."""
    tokens = orjson.loads(
        probe(base, _post(f"{API}/auth/login", {"email": email, "password": PASSWORD}))
    )
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}

    def get(path: str) -> dict[str, object]:
        found: dict[str, object] = orjson.loads(probe(base, Request(API + path, headers=headers)))
        return found

    user = get("/auth/me")
    workspace = _one(get("/workspaces"), "personal")
    project = _one(get(f"/projects?workspace_id={workspace}"), "inbox")
    owner = Owner(UUID(str(user["id"])), UUID(workspace), UUID(project))
    return Account(tokens["access_token"], workspace), owner


def _one(listed: Mapping[str, object], flag: str) -> str:
    items = listed["items"]
    assert isinstance(items, list)
    return next(str(item["id"]) for item in items if item[flag])


def _post(path: str, body: Mapping[str, str], expect: int = 200) -> Request:
    return Request(
        path, "POST", {"Content-Type": "application/json"}, json.dumps(body), expect=expect
    )
