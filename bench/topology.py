"""What compose.yaml starts, with the real programs and without containers, asked over HTTP.

`python -m bench.topology`: PostgreSQL, Redis, two API processes, a worker, a beat, and NGINX
with the committed configuration before them. One line for each thing that holds; exit code 1 if
one does not.
"""

import asyncio
import gzip
import json
import os
import signal
import ssl
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx
import websockets

from bench.fleet import BenchFleet
from bench.instance import fresh_keys
from bench.processes import Child, spawn, wait_ready
from bench.stage import Front, NotInstalled, make_front
from tests.kit.recipes import free_port

API = "/api/v1"
ADMIN = {"ADMIN_EMAIL": "admin@example.com", "ADMIN_PASSWORD": "Quiet-harbour-41"}
UPNEXT = [sys.executable, "-m", "upnext"]


@dataclass
class Topology:
    fleet: BenchFleet
    front: Front
    settings: dict[str, str]
    ports: tuple[int, int]
    children: dict[str, Child] = field(default_factory=dict)

    def run(self, name: str, *words: str) -> Child:
        log = self.fleet.folder_for("logs") / f"{name}.log"
        child = self.fleet.guard(spawn(name, [*UPNEXT, *words], log, self.settings))
        self.children[name] = child
        return child

    def once(self, name: str, *words: str) -> None:
        code = self.run(name, *words).process.wait(120)
        assert code == 0, self.children.pop(name).log.read_text()
        self.children.pop(name)

    def start(self) -> None:
        self.once("migrate", "db", "upgrade")
        for name, port in zip(("api1", "api2"), self.ports, strict=True):
            child = self.run(name, "serve", "--port", str(port))
            wait_ready(child, f"http://127.0.0.1:{port}/health/ready")
        self.run("worker", "worker")
        self.run("beat", "beat")
        self.once("admin", "seed-admin")
        self.front.point_to(self.ports, "topology")
        self.children["nginx"] = self.fleet.guard(self.front.start())

    def stop(self) -> None:
        for name in ("nginx", "api1", "api2", "worker", "beat"):
            if name in self.children:
                self.children[name].stop()


@contextmanager
def standing() -> Iterator[Topology]:
    fleet = BenchFleet()
    try:
        servers = fleet.start(["redis"], {})
        store = fleet.store("postgresql")
        front = make_front(fleet.folder_for("front"))
        settings = {
            **fresh_keys(), **ADMIN, "DATABASE_URL": store.url, "REDIS_URL": servers.urls["redis"],
            "UPNEXT_JOBS_EMBEDDED": "false", "UPNEXT_TRUSTED_PROXIES": "127.0.0.1",
            "UPNEXT_DATA_DIR": str(fleet.folder_for("data")),
            "ALLOWED_HOSTS": "localhost,127.0.0.1",
        }  # fmt: skip
        topology = Topology(fleet, front, settings, (free_port(), free_port()))
        try:
            topology.start()
            yield topology
        finally:
            topology.stop()
    finally:
        fleet.stop()


class Person:
    """Signed in through NGINX."""

    def __init__(self, front: Front) -> None:
        self.http = httpx.Client(base_url=front.url, timeout=20)
        account = {"email": ADMIN["ADMIN_EMAIL"], "password": ADMIN["ADMIN_PASSWORD"]}
        tokens = self.http.post(f"{API}/auth/login", json=account).raise_for_status().json()
        self.token: str = tokens["access_token"]
        self.http.headers["Authorization"] = f"Bearer {self.token}"
        found = self.http.get(f"{API}/workspaces").raise_for_status().json()["items"]
        self.workspace: str = next(one["id"] for one in found if one["personal"])

    def task(self, title: str) -> str:
        made = self.http.post(f"{API}/tasks", json={"title": title}).raise_for_status().json()
        return str(made["id"])


def healthy(topology: Topology, person: Person) -> None:
    found = person.http.get("/health").json()
    assert found["status"] == "healthy", found
    assert found["cache"] == "connected", found


def hidden(topology: Topology, person: Person) -> None:
    assert person.http.get("/metrics").status_code == 404


def hardened(topology: Topology, person: Person) -> None:
    reply = person.http.get("/", headers={"X-Forwarded-For": "203.0.113.9"})
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert "version" not in reply.headers["server"].lower()
    assert "/" not in reply.headers["server"], "NGINX's version is nobody's business"


def compressed(topology: Topology, person: Person) -> None:
    with person.http.stream("GET", "/openapi.json", headers={"Accept-Encoding": "gzip"}) as reply:
        raw = b"".join(reply.iter_raw())
    assert reply.headers["content-encoding"] == "gzip"
    assert json.loads(gzip.decompress(raw))["openapi"].startswith("3.1")


def encrypted(topology: Topology, person: Person) -> None:
    trusted = ssl.create_default_context(
        cafile=str(topology.front.folder / "conf" / "tls" / "fullchain.pem")
    )
    reply = httpx.get(f"{topology.front.secure_url}/health/ready", verify=trusted)
    assert reply.status_code == 200
    assert "max-age" in reply.headers["strict-transport-security"], "the server knows of TLS"


def both_serve(topology: Topology, person: Person) -> None:
    """Each of the two gets some; NGINX's log names who did."""
    for _ in range(20):
        person.http.get("/health/live").raise_for_status()
    log = (topology.front.folder / "nginx.log").read_text()
    assert all(f"127.0.0.1:{port}" in log for port in topology.ports)


def uploaded(topology: Topology, person: Person) -> None:
    content = os.urandom(6_000_000)
    task = person.task("With a file")
    files = {"file": ("data.bin", content)}
    made = person.http.post(f"{API}/tasks/{task}/files", files=files)
    assert made.status_code == 201, made.text
    back = person.http.get(f"{API}/files/{made.json()['id']}").raise_for_status()
    assert back.content == content


def too_large(topology: Topology, person: Person) -> None:
    """Over what NGINX lets through: the bulk limit, and that of signing in."""
    for path, size in ((f"{API}/tasks/bulk", 6_000_000), (f"{API}/auth/login", 100_000)):
        reply = person.http.post(path, content=b"x" * size)
        assert reply.status_code == 413, (path, reply.status_code)


def followed(topology: Topology, person: Person) -> None:
    asyncio.run(_follow(topology, person))


async def _follow(topology: Topology, person: Person) -> None:
    address = topology.front.url.replace("http", "ws") + f"{API}/ws"
    async with websockets.connect(
        address, subprotocols=[websockets.Subprotocol("upnext.v1")]
    ) as ws:
        await ws.send(json.dumps({"type": "auth", "token": person.token}))
        await ws.send(json.dumps({"type": "subscribe", "workspace_id": person.workspace}))
        task = ""
        async with asyncio.timeout(20):
            async for text in ws:
                message = json.loads(text)
                if message["type"] == "subscribed":
                    task = await asyncio.to_thread(person.task, "Seen at once")
                if message["type"] == "event" and message["event"]["resource"]["id"] == task:
                    return


def streamed(topology: Topology, person: Person) -> None:
    """Server-sent events are not held back; what was derived of earlier tasks may come first."""
    path = f"{API}/events/stream?workspace_id={person.workspace}"
    with person.http.stream("GET", path, headers={"Accept-Encoding": "gzip"}) as reply:
        assert reply.headers["content-type"].startswith("text/event-stream")
        task = httpx.post(
            topology.front.url + f"{API}/tasks", json={"title": "Told"},
            headers={"Authorization": f"Bearer {person.token}"},
        ).raise_for_status().json()["id"]  # fmt: skip
        assert any(task in line for line in reply.iter_lines())


def worked(topology: Topology, person: Person) -> None:
    """A run of a schedule is a job: the API processes do none, so that the worker did it."""
    action = {"type": "create_task", "title": "By the worker"}
    wanted = {"name": "Now", "run_at": "2100-01-01T00:00:00Z", "action": action}
    made = person.http.post(f"{API}/schedules", json=wanted).raise_for_status().json()
    person.http.post(f"{API}/schedules/{made['id']}/run-now").raise_for_status()
    runs: list[dict[str, str]] = []
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        runs = (
            person.http.get(f"{API}/schedules/{made['id']}/runs").raise_for_status().json()["items"]
        )
        if runs and runs[0]["state"] == "completed":
            return
        time.sleep(0.3)
    raise AssertionError(runs)


def survives(topology: Topology, person: Person) -> None:
    """One of the two is killed under requests: nobody notices."""
    process = topology.children["api1"].process
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for number in range(30):
        reply = person.http.get("/health/ready")
        assert reply.status_code == 200, (number, reply.status_code)


def walled(topology: Topology, person: Person) -> None:
    """Who tries passwords meets the wall, whichever process they meet. Last: it locks us out."""
    account = {"email": "nobody@example.com", "password": "Wrong-harbour-41"}
    with httpx.Client(base_url=topology.front.url) as stranger:
        found = [stranger.post(f"{API}/auth/login", json=account).status_code for _ in range(30)]
    assert 429 in found, found


CHECKS: tuple[tuple[str, Callable[[Topology, Person], None]], ...] = (
    ("health through NGINX: database and cache connected", healthy),
    ("metrics are not for the world", hidden),
    ("security headers, no version of NGINX", hardened),
    ("compression of JSON", compressed),
    ("TLS, and the server knows of it", encrypted),
    ("both API processes serve", both_serve),
    ("an upload of 6 MB and back, bytes equal", uploaded),
    ("body limits of NGINX (413)", too_large),
    ("WebSocket: an event as it happens", followed),
    ("server-sent events are not buffered", streamed),
    ("a job is done by the worker", worked),
    ("one API process killed: no request fails", survives),
    ("rate limit of signing in (429)", walled),
)


def main() -> None:
    failures = 0
    try:
        with standing() as topology:
            person = Person(topology.front)
            for name, check in CHECKS:
                failures += not _holds(name, check, topology, person)
            for name in ("api2", "worker", "beat", "nginx"):
                code = topology.children[name].process.poll()
                failures += code is not None
                print(f"{'ok  ' if code is None else 'FAIL'} {name} still runs")
    except NotInstalled as missing:
        sys.exit(f"topology: {missing}")
    sys.exit(1 if failures else 0)


def _holds(
    name: str, check: Callable[[Topology, Person], None], topology: Topology, person: Person
) -> bool:
    try:
        check(topology, person)
    except (AssertionError, httpx.HTTPError, TimeoutError) as problem:
        print(f"FAIL {name}: {problem!r}", flush=True)
        return False
    print(f"ok   {name}", flush=True)
    return True


if __name__ == "__main__":
    main()
