"""The limit's three drivers, each used in the way that costs it least."""

import asyncio
import itertools
import random
import sqlite3
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit
from uuid import UUID

import asyncmy
import asyncpg
import orjson

from bench import yardstick
from bench.limit_stats import statement
from upnext.core.ids import new_id
from upnext.search.words import code_of

T = TypeVar("T")
Pages = dict[str, tuple[str, tuple[Any, ...]]]
"""SQL and its arguments, by page."""

POOL = 10
TABLE = "task"
LISTED = "workspace_id = {w} AND deleted_at IS NULL"
UPDATED = ("title", "title_key", "search_text", "priority", "updated_at")
SEARCHED = "report"
WORDS = "named, heading, labels, body"
FULL_TEXT = {
    "postgresql": "to_tsvector('simple', named || heading || labels || body) "
    "@@ to_tsquery('simple', {word})",
    "sqlite": "id IN (SELECT rowid FROM search_index WHERE search_index MATCH {word})",
    "mysql": f"MATCH ({WORDS}) AGAINST ({{word}} IN BOOLEAN MODE)",
}
PRIORITIES = {"low": 1, "medium": 2, "high": 3, "urgent": 4}


@dataclass(frozen=True)
class Plan:
    """`columns` are those that the API shows; `cursor` is a task at the end of page 179;
    `template` is a task whose row is what each inserted row looks like."""

    url: str
    workspace_id: str
    columns: list[str]
    cursor: str
    template: str

    def pages(self, mark: Callable[[int], str], row_values: str) -> dict[str, str]:
        """SQL by page, with the workspace as first argument, then the cursor's instant and id."""
        head = f"SELECT {', '.join(self.columns)} FROM {TABLE} WHERE {LISTED.format(w=mark(1))}"
        return {
            "list_newest": f"{head} ORDER BY created_at DESC, id DESC LIMIT 50",
            "list_filtered_sorted": f"{head} AND status IN (1, 2, 3, 4) "
            "ORDER BY due_key DESC, priority, id LIMIT 50",
            "keyset_page_180": f"{head} AND {row_values} "
            "ORDER BY created_at DESC, id DESC LIMIT 50",
        }

    def search(self, dialect: str, mark: Callable[[int], str]) -> tuple[str, tuple[str, str]]:
        """SQL with the workspace, the word and a pattern of titles with it; and the last two.

        The newest hits in titles, then the newest others, with what is shown of them.
        """
        match = FULL_TEXT[dialect].format(word=mark(2))
        best = (
            f"SELECT resource_id, heading LIKE {mark(3)} AS titled FROM search_document "
            f"WHERE workspace_id = {mark(1)} AND {match} AND live "
            "ORDER BY titled DESC, resource_id DESC LIMIT 20"
        )
        word = f"{code_of(UUID(self.workspace_id))}{SEARCHED}"
        shown = ", ".join(self.columns)
        sql = f"SELECT {shown} FROM ({best}) hits JOIN {TABLE} ON {TABLE}.id = resource_id"
        return sql, (word, f"% {word} %")


class Store(ABC):
    """Everything answers JSON bytes."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        # Apart from the other process's, and from those that the server hands out.
        self._numbers = itertools.count(random.randrange(1_000_000, 2_000_000_000))
        self.template: dict[str, Any] = {}

    @abstractmethod
    async def open(self) -> None: ...
    @abstractmethod
    async def close(self) -> None: ...
    @abstractmethod
    async def page(self, name: str) -> bytes: ...
    @abstractmethod
    async def one(self, task_id: str) -> bytes: ...
    @abstractmethod
    async def insert(self, body: Mapping[str, Any]) -> bytes: ...
    @abstractmethod
    async def update(self, task_id: str, body: Mapping[str, Any]) -> bytes: ...

    def changed(self, body: Mapping[str, Any], now: Any) -> tuple[Any, ...]:
        """Values for UPDATED. `now` is as the driver takes an instant."""
        title: str = body["title"]
        return title, title.casefold(), title.casefold(), PRIORITIES[body["priority"]], now

    def new_row(self, body: Mapping[str, Any], key: Any, now: Any) -> dict[str, Any]:
        """`key` and `now` are as the driver takes them."""
        number = next(self._numbers)
        return {
            **self.template,
            **dict(zip(UPDATED, self.changed(body, now), strict=True)),
            "id": key,
            "number": number,
            "key": f"LIMIT-{number}",
            "description": body["description"],
            "estimated_duration": body["estimated_duration"],
            "created_at": now,
        }


async def open_store(plan: Plan) -> Store:
    kinds: dict[str, Callable[[Plan], Store]] = {
        "postgresql": PostgreSQL,
        "sqlite": SQLite,
        "mysql": MySQL,
    }
    store: Store = kinds[urlsplit(plan.url).scheme](plan)
    await store.open()
    return store


def dumps(value: object) -> bytes:
    return orjson.dumps(value, default=_plain)


def _plain(value: object) -> object:
    """asyncpg's own UUIDs, and MySQL's and SQLite's 16 bytes."""
    return str(UUID(bytes=value)) if isinstance(value, bytes) else str(value)


class _Kept(asyncpg.Connection):  # type: ignore[misc]  # asyncpg has no types
    """Goes back to the pool as it is: a reset would cost a round trip."""

    async def reset(self, *, timeout: float | None = None) -> None:  # noqa: ASYNC109  (asyncpg's)
        del timeout


class PostgreSQL(Store):
    async def open(self) -> None:
        plain = await asyncpg.connect(self.plan.url)
        found = await plain.fetch(f"SELECT * FROM {TABLE} WHERE id = $1", UUID(self.plan.template))
        cursor = await plain.fetchrow(
            f"SELECT created_at, id FROM {TABLE} WHERE id = $1", UUID(self.plan.cursor)
        )
        await plain.close()
        self.template = dict(found[0])
        workspace = UUID(self.plan.workspace_id)
        shown = ", ".join(self.plan.columns)
        self._workspace = workspace
        pages = self.plan.pages(lambda n: f"${n}", "(created_at, id) < ($2, $3)")
        self._pages: Pages = {name: (sql, (workspace,)) for name, sql in pages.items()}
        self._pages["keyset_page_180"] = (pages["keyset_page_180"], (workspace, *cursor))
        self._pages["stats"] = statement("postgresql", self.plan.workspace_id)
        self._pages[yardstick.NAME] = (yardstick.QUESTION.format(mark="$1"), (1,))
        sql, words = self.plan.search("postgresql", lambda n: f"${n}")
        self._pages["search"] = (sql, (workspace, *words))
        self._one = f"SELECT {shown} FROM {TABLE} WHERE id = $1 AND workspace_id = $2"
        marks = ", ".join(f"${n}" for n in range(1, len(self.template) + 1))
        names = ", ".join(self.template)
        self._insert = f"INSERT INTO {TABLE} ({names}) VALUES ({marks}) RETURNING {shown}"
        changes = ", ".join(f"{name} = ${n}" for n, name in enumerate(UPDATED, 3))
        self._update = (
            f"UPDATE {TABLE} SET {changes}, version = version + 1 "
            f"WHERE id = $1 AND workspace_id = $2 RETURNING {shown}"
        )
        self._pool = await asyncpg.create_pool(
            self.plan.url, min_size=POOL, max_size=POOL, connection_class=_Kept, init=_raw_json
        )

    async def close(self) -> None:
        await self._pool.close()

    async def page(self, name: str) -> bytes:
        sql, values = self._pages[name]
        async with self._pool.acquire() as connection:
            rows = await connection.fetch(sql, *values)
        return dumps([dict(row) for row in rows])

    async def one(self, task_id: str) -> bytes:
        return await self._row(self._one, UUID(task_id), self._workspace)

    async def insert(self, body: Mapping[str, Any]) -> bytes:
        row = self.new_row(body, new_id(), datetime.now(UTC))
        return await self._row(self._insert, *row.values())

    async def update(self, task_id: str, body: Mapping[str, Any]) -> bytes:
        values = self.changed(body, datetime.now(UTC))
        return await self._row(self._update, UUID(task_id), self._workspace, *values)

    async def _row(self, sql: str, *values: Any) -> bytes:
        async with self._pool.acquire() as connection:
            row = await connection.fetchrow(sql, *values)
        return dumps(dict(row))


async def _raw_json(connection: Any) -> None:  # asyncpg has no types
    """JSON columns go into the answer as the database holds them."""
    await connection.set_type_codec(
        "json", schema="pg_catalog", encoder=lambda text: text, decoder=orjson.Fragment
    )


class SQLite(Store):
    """In threads, so that a slow statement holds up no other request; one writer at a time."""

    async def open(self) -> None:
        self._threads = ThreadPoolExecutor(POOL)
        self._local = threading.local()
        self._writing = threading.Lock()
        workspace = UUID(self.plan.workspace_id).bytes
        shown = ", ".join(self.plan.columns)
        connection = self._connection()
        found = connection.execute(f"SELECT * FROM {TABLE} WHERE id = ?", self._key("template"))
        self.template = dict(zip(_names(found), found.fetchone(), strict=True))
        found = connection.execute(
            f"SELECT created_at, id FROM {TABLE} WHERE id = ?", self._key("cursor")
        )
        pages = self.plan.pages(lambda _: "?", "(created_at, id) < (?, ?)")
        self._pages: Pages = {name: (sql, (workspace,)) for name, sql in pages.items()}
        self._pages["keyset_page_180"] = (pages["keyset_page_180"], (workspace, *found.fetchone()))
        self._pages["stats"] = statement("sqlite", self.plan.workspace_id)
        self._pages[yardstick.NAME] = (yardstick.QUESTION.format(mark="?"), (1,))
        self._workspace = workspace
        sql, (word, title) = self.plan.search("sqlite", lambda _: "?")
        self._pages["search"] = (sql, (title, workspace, word))
        self._one = f"SELECT {shown} FROM {TABLE} WHERE id = ? AND workspace_id = ?"
        marks = ", ".join("?" * len(self.template))
        names = ", ".join(self.template)
        self._insert = f"INSERT INTO {TABLE} ({names}) VALUES ({marks}) RETURNING {shown}"
        changes = ", ".join(f"{name} = ?" for name in UPDATED)
        self._update = (
            f"UPDATE {TABLE} SET {changes}, version = version + 1 "
            f"WHERE id = ? AND workspace_id = ? RETURNING {shown}"
        )

    def _key(self, name: str) -> tuple[bytes]:
        return (UUID(getattr(self.plan, name)).bytes,)

    async def close(self) -> None:
        self._threads.shutdown()

    async def page(self, name: str) -> bytes:
        return await self._run(lambda: dumps(self._read(*self._pages[name])))

    async def one(self, task_id: str) -> bytes:
        values = (UUID(task_id).bytes, self._workspace)
        return await self._run(lambda: dumps(self._read(self._one, values)[0]))

    async def insert(self, body: Mapping[str, Any]) -> bytes:
        row = self.new_row(body, new_id().bytes, _now_text())
        return await self._run(lambda: dumps(self._write(self._insert, tuple(row.values()))[0]))

    async def update(self, task_id: str, body: Mapping[str, Any]) -> bytes:
        values = (*self.changed(body, _now_text()), UUID(task_id).bytes, self._workspace)
        return await self._run(lambda: dumps(self._write(self._update, values)[0]))

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def _connection(self) -> sqlite3.Connection:
        if not hasattr(self._local, "connection"):
            path = self.plan.url.removeprefix("sqlite:///")
            connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            for pragma in ("busy_timeout=10000", "synchronous=FULL", "foreign_keys=ON"):
                connection.execute(f"PRAGMA {pragma}")
            self._local.connection = connection
        found: sqlite3.Connection = self._local.connection
        return found

    def _read(self, sql: str, values: Sequence[Any]) -> list[dict[str, Any]]:
        cursor = self._connection().execute(sql, values)
        return _dicts(_names(cursor), cursor.fetchall())

    def _write(self, sql: str, values: Sequence[Any]) -> list[dict[str, Any]]:
        with self._writing:
            return self._read(sql, values)


class MySQL(Store):
    async def open(self) -> None:
        parts = urlsplit(self.plan.url)
        self._pool = await asyncmy.create_pool(
            host=parts.hostname,
            port=parts.port or 3306,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            db=parts.path.lstrip("/"),
            charset="utf8mb4",
            autocommit=True,
            minsize=POOL,
            maxsize=POOL,
        )
        workspace = UUID(self.plan.workspace_id).bytes
        self._workspace = workspace
        self.plan = replace(self.plan, columns=[f"`{name}`" for name in self.plan.columns])
        self._shown = ", ".join(self.plan.columns)
        found = await self._fetch(f"SELECT * FROM {TABLE} WHERE id = %s", self._key("template"))
        self.template = found[0]
        cursor = await self._fetch(
            f"SELECT created_at, id FROM {TABLE} WHERE id = %s", self._key("cursor")
        )
        pages = self.plan.pages(lambda _: "%s", "created_at <= %s AND (created_at < %s OR id < %s)")
        self._pages: Pages = {name: (sql, (workspace,)) for name, sql in pages.items()}
        at, key = cursor[0].values()
        self._pages["keyset_page_180"] = (pages["keyset_page_180"], (workspace, at, at, key))
        self._pages["stats"] = statement("mysql", self.plan.workspace_id)
        sql, (word, title) = self.plan.search("mysql", lambda _: "%s")
        self._pages["search"] = (sql, (title, workspace, word))
        self._one = f"SELECT {self._shown} FROM {TABLE} WHERE id = %s AND workspace_id = %s"
        marks = ", ".join(["%s"] * len(self.template))
        names = ", ".join(f"`{name}`" for name in self.template)
        self._insert = f"INSERT INTO {TABLE} ({names}) VALUES ({marks}) RETURNING {self._shown}"
        changes = ", ".join(f"{name} = %s" for name in UPDATED)
        self._update = (
            f"UPDATE {TABLE} SET {changes}, version = version + 1 "
            "WHERE id = %s AND workspace_id = %s"
        )

    def _key(self, name: str) -> tuple[bytes]:
        return (UUID(getattr(self.plan, name)).bytes,)

    async def close(self) -> None:
        self._pool.close()
        await self._pool.wait_closed()

    async def page(self, name: str) -> bytes:
        return dumps(await self._fetch(*self._pages[name]))

    async def one(self, task_id: str) -> bytes:
        return dumps((await self._fetch(self._one, (UUID(task_id).bytes, self._workspace)))[0])

    async def insert(self, body: Mapping[str, Any]) -> bytes:
        row = self.new_row(body, new_id().bytes, datetime.now(UTC))
        return dumps((await self._fetch(self._insert, tuple(row.values())))[0])

    async def update(self, task_id: str, body: Mapping[str, Any]) -> bytes:
        values = (*self.changed(body, datetime.now(UTC)), UUID(task_id).bytes, self._workspace)
        await self._fetch(self._update, values)
        return await self.one(task_id)

    async def _fetch(self, sql: str, values: Sequence[Any]) -> list[dict[str, Any]]:
        async with self._pool.acquire() as connection, connection.cursor() as cursor:
            await cursor.execute(sql, values)
            rows = await cursor.fetchall()
            return _dicts(_names(cursor), rows) if cursor.description else []


def _names(cursor: Any) -> tuple[str, ...]:  # both drivers' cursors
    return tuple(column[0] for column in cursor.description or ())


def _dicts(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[dict[str, Any]]:
    return [dict(zip(names, row, strict=True)) for row in rows]


def _now_text() -> str:
    """As SQLAlchemy's DateTime writes it into SQLite."""
    return datetime.now(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
