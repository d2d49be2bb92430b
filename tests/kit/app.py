"""The assembled application on a real database, and people who use it."""

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from copy import copy
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import ClauseElement, Delete, Dialect, event
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import State
from starlette.types import ASGIApp

from tests.kit.secrecy import leaks_in_changes
from upnext import api, manifest
from upnext.core.config import Settings, load
from upnext.core.context import RequestContext
from upnext.core.inserts.queries import Waiting, as_one, shapes_of, together
from upnext.core.lanes import Lane, Prepared, Row, WriteLane
from upnext.core.lanes.queries import Returning
from upnext.core.runtime import Runtime
from upnext.core.sealing import Sealer
from upnext.identity import passwords, service, sessions
from upnext.identity.models import SessionKind
from upnext.main import build_runtime, close
from upnext.workspaces import queries
from upnext.workspaces.models import Project

PASSWORD = "correct horse battery"
SECRETS = {
    "SECRET_KEY": "not-so-secret-0123456789abcdef-suite",
    "JWT_SECRET_KEY": "nor-is-this-one-0123456789abcdef-suite",
}
OPEN_DOOR = service.Door(registration_open=True, trusted=True)
LOCAL = RequestContext(request_id="suite", ip="127.0.0.1", user_agent="suite")
_numbers = itertools.count(1)
_assembled: list[FastAPI] = []

MakeUser = Callable[..., Awaitable["Person"]]


@dataclass
class Person:
    """Somebody signed in. `client` carries their access token."""

    id: str
    email: str
    client: httpx.AsyncClient
    workspace_id: str
    inbox_id: str


def settings_for(url: str, data_dir: Path, **more: str) -> Settings:
    environ = {
        "DATABASE_URL": url,
        "UPNEXT_DATA_DIR": str(data_dir),
        "RATE_LIMIT_ENABLED": "false",
        # What a test leaves out of a task stays out of it; who tests deriving turns it on.
        "TASK_CLASSIFICATION_MODE": "off",
        "UPNEXT_AI_GATHER_SECONDS": "0",
        **SECRETS,
        **more,
    }
    return load(environ=environ)


@pytest.fixture(scope="session")
async def runtime(
    database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Runtime]:
    """On the migrated database that this process's tests share."""
    async with watched(settings_for(database_url, tmp_path_factory.mktemp("data"))) as runtime:
        yield runtime


@asynccontextmanager
async def watched(settings: Settings) -> AsyncIterator[Runtime]:
    """Whatever is done with it, no secret may be in the change log at the end."""
    runtime = build_runtime(settings)
    yield runtime
    leaks = await leaks_in_changes(runtime.db, [PASSWORD, *SECRETS.values()])
    await close(runtime)
    assert leaks == []


@pytest.fixture(scope="session")
def app(runtime: Runtime) -> FastAPI:
    return assembled(runtime)


@pytest.fixture(scope="session")
def served(runtime: Runtime) -> ASGIApp:
    return serve(runtime)


def serve(runtime: Runtime) -> ASGIApp:
    """The app on that runtime behind its edge, as the network sees it."""
    return api.behind_edge(assembled(runtime), runtime)


def assembled(runtime: Runtime) -> FastAPI:
    """With the routes that the first app of this process made: that takes longer than a test."""
    if not _assembled:
        _assembled.append(api.create_app(runtime, manifest.ROUTERS, outside=manifest.OUTSIDE))
    app = copy(_assembled[0])
    app.state = State({"runtime": runtime})
    return app


def connect(served: ASGIApp, peer: str = "127.0.0.1", **headers: str) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(served, client=(peer, 1))
    return httpx.AsyncClient(
        transport=transport, base_url="http://localhost/api/v1", headers=headers, timeout=60
    )


@pytest.fixture
async def client(served: ASGIApp) -> AsyncIterator[httpx.AsyncClient]:
    """Anonymous."""
    async with connect(served) as client:
        yield client


@pytest.fixture
async def make_user(served: ASGIApp, runtime: Runtime) -> AsyncIterator[MakeUser]:
    """Somebody new who is signed in, with a workspace and an Inbox of their own."""
    opened: list[httpx.AsyncClient] = []

    async def make(email: str | None = None) -> Person:
        client = connect(served)
        opened.append(client)
        return await enter(runtime, client, email or f"person{next(_numbers)}@example.com")

    yield make
    for one in opened:
        await one.aclose()


@pytest.fixture
async def person(make_user: MakeUser) -> Person:
    return await make_user()


async def register(client: httpx.AsyncClient, email: str) -> Person:
    account = {"email": email, "password": PASSWORD}
    user = good(await client.post("/auth/register", json=account))
    tokens = good(await client.post("/auth/login", json=account))
    client.headers["Authorization"] = f"Bearer {tokens['access_token']}"
    projects = good(await client.get("/projects"))
    inbox = next(one for one in projects["items"] if one["inbox"])
    return Person(user["id"], email, client, inbox["workspace_id"], inbox["id"])


async def enter(runtime: Runtime, client: httpx.AsyncClient, email: str) -> Person:
    """What `register` comes to, in one transaction: its three requests take longer than a test."""
    password_hash = await passwords.hashed(PASSWORD)
    account = service.NewAccount(email=email, username=None, password_hash=password_hash)
    auth = runtime.settings.auth
    lifetime = timedelta(days=auth.refresh_token_expire_days)

    async def apply(session: AsyncSession) -> tuple[sessions.Refreshed, Project]:
        user = await service.register(session, account, OPEN_DOOR)
        started = await sessions.start(
            session, runtime.keys, user, kind=SessionKind.API, lifetime=lifetime
        )
        return started, (await session.scalars(queries.inbox_of(user.id))).one()

    started, inbox = await runtime.workshop.run(LOCAL, apply)
    token = sessions.access_token(
        runtime.keys,
        user_id=started.user.id,
        session_id=started.session.id,
        now=runtime.clock.now(),
        lifetime=timedelta(minutes=auth.access_token_expire_minutes),
    )
    # As after a first request: who it is stands fast, and costs the next ones nothing.
    assert await runtime.parts["authenticate"].verify(token)
    client.headers["Authorization"] = f"Bearer {token}"
    return Person(str(started.user.id), email, client, str(inbox.workspace_id), str(inbox.id))


def good(answer: httpx.Response) -> Any:  # JSON
    assert answer.is_success, f"{answer.status_code}: {answer.text}"
    return answer.json() if answer.content else None


def refused(answer: httpx.Response, status: int, code: str | None = None) -> Any:  # JSON
    """Asserts a problem of that status (and code), and gives its body."""
    assert answer.status_code == status, f"{answer.status_code}: {answer.text}"
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == status
    assert body["detail"]
    assert code is None or body["code"] == code, body
    return body


async def seal(runtime: Runtime) -> int:
    """Seals whatever waits, as the server's sealer would in a moment."""
    return await Sealer(runtime.workshop).round()


def _keep_known(runtime: Runtime) -> None:
    """Who was let in some seconds ago is not looked up again because the machine is slow."""
    if authenticate := runtime.parts.get("authenticate"):
        known = authenticate._known  # noqa: SLF001 - nobody but a test may trust it for longer
        later = runtime.clock.now() + timedelta(minutes=10)
        known.update({digest: replace(one, until=later) for digest, one in known.items()})


def reading(runtime: Runtime, statements: int) -> int:
    """So many are asked by a read with one for who is asking, which the database may be asked
    along with another."""
    return statements - 1 if runtime.db.doubts else statements


class _Counted:
    """A lane, past whose driver SQLAlchemy's events do not look."""

    def __init__(self, lane: Lane, statements: list[str], dialect: Dialect) -> None:
        self._lane = lane
        self._statements = statements
        self._dialect = dialect

    async def fetch(self, prepared: Prepared, values: Mapping[str, Any]) -> Sequence[Row]:
        self._note(prepared.statement)
        return await self._lane.fetch(prepared, values)

    async def write(
        self, prepared: Prepared, values: Mapping[str, Any], *, lasting: bool = True
    ) -> Sequence[Row] | None:
        if isinstance(prepared, Returning) and self._dialect.name == "mysql":
            self._note(prepared.bare.statement)
            self._note(prepared.after.statement)
        else:
            self._note(prepared.statement)
        return await cast(WriteLane, self._lane).write(prepared, values, lasting=lasting)

    async def write_all(
        self, rows: Sequence[Waiting], deletes: Mapping[Delete, Mapping[str, Any]]
    ) -> bool:
        if self._dialect.name == "postgresql":
            self._note(as_one(shapes_of(rows), tuple(deletes)))
        else:
            guards = [each.footing.asked for each in rows if each.footing is not None]
            bare = [each._replace(footing=None) for each in rows]
            inserts = [each for each, _ in together(self._dialect.name, bare)]
            for statement in (*guards, *inserts, *deletes):
                self._note(statement)
        return await cast(WriteLane, self._lane).write_all(rows, deletes)

    def _note(self, statement: ClauseElement) -> None:
        self._statements.append(str(statement.compile(dialect=self._dialect)))

    async def close(self) -> None:
        await self._lane.close()


@contextmanager
def max_queries(runtime: Runtime, most: int) -> Iterator[list[str]]:
    """Fails when more statements than `most` reach the database; BEGIN and COMMIT are free."""
    statements: list[str] = []
    _keep_known(runtime)
    engines = {runtime.db.writer.sync_engine}
    # On the others the reader is the writer in disguise, and shares its events.
    if runtime.db.dialect == "sqlite":
        engines.add(runtime.db.reader.sync_engine)

    def note(_: Any, __: Any, statement: str, *rest: Any) -> None:  # SQLAlchemy's event
        del rest
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK")):
            statements.append(statement)

    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    lane, ordered = runtime.db.lane, runtime.db.ordered_lane
    dialect = runtime.db.writer.dialect
    runtime.db.lane = _Counted(lane, statements, dialect)
    runtime.db.ordered_lane = _Counted(ordered, statements, dialect)
    try:
        yield statements
    finally:
        runtime.db.lane, runtime.db.ordered_lane = lane, ordered
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)
    assert len(statements) <= most, "\n".join(statements)
