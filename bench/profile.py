"""Where a request's time goes: `python -m bench.profile list|filter|get|search|next|create|update`.

Calls the assembled application in this process, edge included, and looks every few milliseconds
of CPU at what it is doing. Sampling costs the same for every layer, so the shares are true; a
tracing profiler would charge the layers by how many small functions they have.
"""

import argparse
import asyncio
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import unquote
from uuid import UUID

import greenlet  # type: ignore[import-untyped]  # it ships no types
import orjson
from sqlalchemy import event
from starlette.types import ASGIApp

from bench.fleet import DIALECTS, BenchFleet, Store
from bench.instance import PASSWORD, fresh_keys, production
from bench.report import table
from bench.scenarios import API
from bench.seeding import Owner, Seeder, analyze
from upnext import api, manifest
from upnext.core import logs
from upnext.core.config import load
from upnext.core.runtime import Runtime
from upnext.main import build_runtime, close

EMAIL = "main@example.com"
TASKS = 10_000
INTERVAL = 0.002
WARM = 100
# By the first that fits the innermost frame which is not the standard library's.
LAYERS = (
    ("edge", ("upnext/core/edge", "upnext/core/limits", "upnext/core/metrics", "prometheus")),
    ("logging", ("structlog", "upnext/core/logs", "logging/")),
    ("routing, parsing", ("fastapi", "starlette", "pydantic", "upnext/core/http", "anyio")),
    ("who is asking", ("upnext/identity", "upnext/workspaces", "upnext/core/keys", "jwt/")),
    ("planning", ("upnext/planning", "numpy")),
    ("search", ("upnext/search",)),
    ("tasks", ("upnext/tasks",)),
    ("core", ("upnext/",)),
    ("SQLAlchemy ORM", ("sqlalchemy/orm", "sqlalchemy/ext")),
    ("SQLAlchemy Core", ("sqlalchemy", "greenlet")),
    ("driver", ("asyncpg", "aiosqlite", "asyncmy")),
)
HARNESS = "bench/profile"


class Sampler:
    """Counts samples by layer and by the nearest function of ours."""

    def __init__(self) -> None:
        self.layers: Counter[str] = Counter()
        self.functions: Counter[str] = Counter()

    def __enter__(self) -> "Sampler":
        signal.signal(signal.SIGPROF, self._take)
        signal.setitimer(signal.ITIMER_PROF, INTERVAL, INTERVAL)
        return self

    def __exit__(self, *_: object) -> None:
        signal.setitimer(signal.ITIMER_PROF, 0)

    def _take(self, _: int, frame: FrameType | None) -> None:
        stack = [one.f_code for one in frames(frame)]
        files = [code.co_filename for code in stack]
        self.layers[next((found for name in files if (found := layer(name))), "event loop")] += 1
        ours = (code for code in stack if "/upnext/" in code.co_filename)
        nearest = next(ours, None)
        if nearest is not None:
            module = nearest.co_filename.partition("/upnext/")[2].removesuffix(".py")
            self.functions[f"{module.replace('/', '.')}.{nearest.co_qualname}"] += 1


def frames(frame: FrameType | None) -> Iterator[FrameType]:
    """From the innermost outwards, across the greenlets of SQLAlchemy's asyncio."""
    current: greenlet.greenlet | None = greenlet.getcurrent()
    while frame is not None:
        yield frame
        frame = frame.f_back
        if frame is None and current is not None and (current := current.parent) is not None:
            frame = current.gr_frame


def layer(filename: str) -> str | None:
    if HARNESS in filename:
        return "event loop"
    _, installed, inside = filename.rpartition("/site-packages/")
    if not installed:
        _, ours, inside = filename.rpartition("/src/")
        if not ours:
            return None
    return next((name for name, signs in LAYERS if any(sign in inside for sign in signs)), None)


class Caller:
    """Speaks ASGI with the application, as the server would."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.headers: dict[str, str] = {}

    async def call(self, method: str, path: str, body: object = None) -> tuple[int, bytes]:
        raw = b"" if body is None else orjson.dumps(body)
        status, chunks = 0, []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": raw, "more_body": False}

        async def send(message: Any) -> None:  # ASGI's messages
            nonlocal status
            status = message.get("status", status)
            chunks.append(message.get("body", b""))

        await self._app(self._scope(method, path, len(raw)), receive, send)
        return status, b"".join(chunks)

    async def good(self, method: str, path: str, body: object = None) -> Any:  # JSON
        status, answer = await self.call(method, path, body)
        if status >= 300:
            sys.exit(f"{method} {path}: {status} {answer[:500].decode()}")
        return orjson.loads(answer)

    def _scope(self, method: str, path: str, length: int) -> dict[str, Any]:
        where, _, query = path.partition("?")
        heads = {"host": "localhost", "content-type": "application/json", **self.headers}
        if length:
            heads["content-length"] = str(length)
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": unquote(where),
            "raw_path": where.encode(),
            "root_path": "",
            "query_string": query.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in heads.items()],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
            "state": {},
        }


Call = tuple[str, str, object]


def calls(owner: Owner, task_ids: list[str]) -> dict[str, Callable[[int], Call]]:
    """What is asked for, by number."""
    listing = f"{API}/tasks?workspace_id={owner.workspace_id}&limit=50"

    def task(number: int) -> str:
        return f"{API}/tasks/{task_ids[number % len(task_ids)]}"

    def new(number: int) -> dict[str, object]:
        return {"title": f"Write the report number {number}", "priority": "high",
                "estimated_duration": 45, "due_at": "2027-03-31T17:00:00Z"}  # fmt: skip

    def changed(number: int) -> dict[str, object]:
        return {"title": f"Rewrite the report number {number}", "priority": "urgent"}

    return {
        "list": lambda _: ("GET", listing, None),
        "filter": lambda _: ("GET", f"{listing}&status=open&sort=-due_at,priority", None),
        "get": lambda number: ("GET", task(number), None),
        "search": lambda _: ("GET", f"{API}/search?q=report", None),
        "next": lambda _: ("GET", f"{API}/next-action", None),
        "create": lambda number: ("POST", f"{API}/tasks", new(number)),
        "update": lambda number: ("PATCH", task(number), changed(number)),
    }


async def profile(store: Store, data: Path, name: str, count: int) -> None:
    environ = production(store) | fresh_keys() | {"UPNEXT_DATA_DIR": str(data)}
    settings = load(environ=environ)
    logs.configure(settings.log)
    runtime = build_runtime(settings)
    caller = Caller(api.behind_edge(api.create_app(runtime, manifest.ROUTERS), runtime))
    try:
        owner, task_ids = await settle_in(caller, runtime, store)
        make = calls(owner, task_ids)[name]
        for number in range(1, WARM):
            await caller.good(*make(number))
        # Only now: the first requests of a process look up what it then remembers.
        statements = await statements_of(runtime, lambda: caller.good(*make(0)))
        plain = await timed(caller, make, WARM, count)
        with Sampler() as sampler:
            await timed(caller, make, WARM + count, count)
        show(name, store, plain, sampler, statements)
    finally:
        await close(runtime)


async def settle_in(caller: Caller, runtime: Runtime, store: Store) -> tuple[Owner, list[str]]:
    account = {"email": EMAIL, "password": PASSWORD}
    user = await caller.good("POST", f"{API}/auth/register", account)
    tokens = await caller.good("POST", f"{API}/auth/login", account)
    caller.headers["authorization"] = f"Bearer {tokens['access_token']}"
    workspace = (await caller.good("GET", f"{API}/workspaces"))["items"][0]["id"]
    projects = await caller.good("GET", f"{API}/projects?workspace_id={workspace}")
    owner = Owner(UUID(user["id"]), UUID(workspace), UUID(projects["items"][0]["id"]))
    await Seeder(runtime.db).fill(owner, TASKS)
    await analyze(runtime.db, store)
    page = await caller.good("GET", f"{API}/tasks?workspace_id={workspace}&limit=100")
    return owner, [task["id"] for task in page["items"]]


async def timed(
    caller: Caller, make: Callable[[int], Call], first: int, count: int
) -> Mapping[str, float]:
    """Milliseconds per request, of this process's CPU and of the clock."""
    used, began = time.process_time(), time.perf_counter()
    for number in range(first, first + count):
        await caller.good(*make(number))
    return {
        "cpu": 1000 * (time.process_time() - used) / count,
        "clock": 1000 * (time.perf_counter() - began) / count,
    }


async def statements_of(runtime: Runtime, act: Callable[[], Any]) -> list[str]:
    """Every statement that one request sends, in order."""
    both = (runtime.db.reader.sync_engine, runtime.db.writer.sync_engine)
    # Engines that share a pool share their listeners as well: each statement counts once.
    engines = list({id(engine.pool): engine for engine in both}.values())
    seen: list[str] = []

    def note(_: Any, __: Any, statement: str, *rest: Any) -> None:  # SQLAlchemy's event
        del rest
        seen.append(" ".join(statement.split()))

    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    await act()
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)
    return seen


def show(
    name: str, store: Store, plain: Mapping[str, float], sampler: Sampler, statements: list[str]
) -> None:
    total = max(1, sum(sampler.layers.values()))

    def rows(counted: Counter[str], most: int) -> list[list[str]]:
        return [
            [what, f"{plain['cpu'] * n / total:.3f}", f"{100 * n / total:.1f} %"]
            for what, n in counted.most_common(most)
        ]

    costs = f"{plain['cpu']:.2f} ms CPU, {plain['clock']:.2f} ms by the clock"
    print(f"# {name} on {store.label}: {costs}")
    print(f"\n{len(statements)} statements:")
    for statement in statements:
        print(f"  {statement[:160]}")
    print("\n" + "\n".join(table(["layer (own time)", "ms", "share"], rows(sampler.layers, 20))))
    heads = ["nearest function of ours", "ms", "share"]
    print("\n" + "\n".join(table(heads, rows(sampler.functions, 25))))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.profile", description=__doc__)
    choices = ("list", "filter", "get", "search", "next", "create", "update")
    parser.add_argument("name", choices=choices)
    parser.add_argument("--db", choices=DIALECTS, default="postgresql")
    parser.add_argument("--count", type=int, default=1_000)
    asked = parser.parse_args()
    fleet = BenchFleet()
    try:
        store = fleet.store(asked.db)
        asyncio.run(profile(store, fleet.folder_for("sqlite"), asked.name, asked.count))
    finally:
        fleet.stop()


if __name__ == "__main__":
    main()
