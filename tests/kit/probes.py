"""Short errands on a database or cache server: is it there, what is it, run this statement."""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar
from urllib.parse import unquote, urlsplit

import asyncmy
import asyncpg
import redis

Result = TypeVar("Result")


def version(url: str) -> str:
    """The product and version behind a URL, such as `MariaDB 10.11.6`."""
    kind = urlsplit(url).scheme
    if kind.startswith("redis"):
        with redis.Redis.from_url(url) as client:
            return f"Redis {client.info('server')['redis_version']}"
    if kind == "sqlite":
        return f"SQLite {sqlite3.sqlite_version}"
    if kind == "postgresql":
        return f"PostgreSQL {str(execute(url, 'SHOW server_version')).partition(' ')[0]}"
    number, _, product = str(execute(url, "SELECT version()")).partition("-")
    return f"{'MariaDB' if 'MariaDB' in product else 'MySQL'} {number}"


def answers(url: str) -> bool:
    refusals = (OSError, redis.ConnectionError, asyncpg.PostgresError, asyncmy.errors.Error)
    try:
        version(url)
    except refusals:
        return False
    return True


def execute(url: str, statement: str) -> object:
    """Run one statement outside any transaction and return its first value."""
    run = _on_postgresql if urlsplit(url).scheme == "postgresql" else _on_mysql
    return in_thread(lambda: asyncio.run(run(url, statement)))


async def _on_postgresql(url: str, statement: str) -> object:
    connection = await asyncpg.connect(url, timeout=10)
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


async def _on_mysql(url: str, statement: str) -> object:
    parts = urlsplit(url)
    connection = await asyncmy.connect(
        host=parts.hostname,
        port=parts.port or 3306,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        autocommit=True,
        connect_timeout=10,
    )
    try:
        async with connection.cursor() as cursor:
            await cursor.execute(statement)
            row = await cursor.fetchone()
            return row[0] if row else None
    finally:
        await connection.ensure_closed()


def in_thread(work: Callable[[], Result]) -> Result:
    """For code that runs an event loop of its own, since the tests' loop is not to be touched."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result()
