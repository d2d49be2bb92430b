"""Brings a database to the newest schema. Alembic is imported only when there is work for it.

N processes that start at once migrate once: whoever holds the lock does it, the others wait and
find nothing left to do. SQLite's tables are rebuilt with foreign keys off, since a rebuilt parent
would take its cascading children along; they are checked before the commit.

A program also works on a schema that is newer than its own, if all that it does not know of that
schema was added by migrations marked `expands`. The newer program notes beside the revision which
is the oldest that the schema serves.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import Connection, NullPool, event, inspect
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from upnext.core import queries
from upnext.core.db import DRIVERS, Database, json_text
from upnext.core.errors import AppError

if TYPE_CHECKING:
    from alembic.config import Config

LOCK_SECONDS = 300
# A table that a migration waits for lets nobody in meanwhile. So it waits for less than requests do
# (their lock_timeout is 5 s), steps aside and comes again: on PostgreSQL, which takes all back.
TABLE_SECONDS = 2.5
TABLE_TRIES = 60


class SchemaBehind(AppError):
    status = 503
    code = "schema_behind"
    title = "The database's schema is not this version's"


def compared(name: str | None, kind: str, _: object) -> bool:
    """Whether models and migrations are compared in it: for Alembic's `include_name`. Full text is
    spelled by the migration alone, in another way for each database."""
    return kind not in {"table", "index"} or not (name or "").startswith("search_index")


def comparison(dialect: str) -> dict[str, Any]:  # options of several kinds
    """Options by which Alembic compares the models with a database of this kind. An index whose
    `info` names the database as where it is `spelled` by a migration is not compared there."""

    def included(thing: Any, *_: object) -> bool:  # Alembic gives tables, columns, indexes
        return bool(thing.info.get("spelled") != dialect)

    return {"compare_type": True, "include_name": compared, "include_object": included}


def revisions() -> list[str]:
    """Those that this version of the code has, in their order."""
    versions = Path(str(files("upnext"))) / "migrations" / "versions"
    return sorted(path.stem.split("_", 1)[0] for path in versions.glob("[0-9]*.py"))


def newest(default: str | None = None) -> str:
    """The revision that this version of the code works with; `default` where there is none."""
    return max([*revisions(), *([default] if default else [])])


async def revision_of(db: Database) -> str | None:
    """None: the database has no schema of ours yet."""
    try:
        async with db.read() as session:
            revision: str | None = await session.scalar(queries.schema_revision())
            return revision
    except DBAPIError as error:
        if queries.missing_table(error):
            return None
        raise


async def ensure_current(db: Database, url: str, *, migrate: bool) -> None:
    """At start: migrates if allowed, else raises SchemaBehind with the command to run."""
    if migrate and (file := make_url(url).database) and db.dialect == "sqlite":
        # With its keys set from outside nothing has made the folder yet.
        Path(file).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = await revision_of(db)
    if found == newest():
        return
    if found is not None and found > newest():
        async with db.read() as session:
            require_served(found, await session.scalar(queries.oldest_program()))
        return
    if not migrate:
        raise SchemaBehind(
            f"The database is at schema {found or 'none'}, and this program needs {newest()}. "
            "Make a backup, then run: upnext db upgrade"
        )
    await migrate_to(url, "head")


def require_served(found: str, oldest: str | None) -> None:
    """That this program works on the newer schema `found`. Raises SchemaBehind if it does not."""
    if oldest is None or oldest > newest():
        raise SchemaBehind(
            f"The database is at schema {found}, which is newer than this program's {newest()} and "
            f"serves programs from {oldest or found} on. Start a newer version; or with the "
            f"version that migrated it run: upnext db downgrade {newest()}"
        )


def upgrade(url: str, revision: str = "head") -> None:
    """For callers without a running loop."""
    asyncio.run(migrate_to(url, revision))


def downgrade(url: str, revision: str) -> None:
    asyncio.run(migrate_to(url, revision, down=True))


async def migrate_to(url: str, revision: str, *, down: bool = False) -> None:
    for _ in range(TABLE_TRIES):
        try:
            await changed_by(url, partial(_run, revision=revision, down=down))
        except DBAPIError as error:
            if not queries.lock_timed_out(error):
                raise
            await asyncio.sleep(TABLE_SECONDS / 2)
        else:
            return
    raise SchemaBehind(
        "Others held a table without a pause for minutes. Stop long reads such as backups and "
        "exports, then run again: upnext db upgrade"
    )


async def changed_by(url: str, change: Callable[[Connection], None]) -> None:
    """Lets `change` alter the schema: alone, and with references checked before it lasts."""
    engine = _engine(url)
    try:
        async with engine.connect() as connection, _alone(connection):
            await connection.run_sync(change)
            if connection.dialect.name == "sqlite":
                await _check_references(connection)
            await connection.commit()
    finally:
        await engine.dispose()


def _engine(url: str) -> AsyncEngine:
    plain = make_url(url)
    query = {"charset": "utf8mb4"} if plain.get_backend_name() == "mysql" else {}
    engine = create_async_engine(
        plain.set(drivername=DRIVERS[plain.get_backend_name()], query={**query, **plain.query}),
        poolclass=NullPool,
        json_serializer=json_text,
        json_deserializer=orjson.loads,
    )
    if plain.get_backend_name() == "sqlite":
        event.listen(engine.sync_engine, "connect", _without_foreign_keys)
        event.listen(engine.sync_engine, "begin", _begin_immediate)
    return engine


def _without_foreign_keys(connection: Any, _: Any) -> None:  # the driver's has no types
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={LOCK_SECONDS * 1000}")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA foreign_keys=OFF")
    cursor.close()


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


@asynccontextmanager
async def _alone(connection: AsyncConnection) -> AsyncIterator[None]:
    """Holds the lock of migrations. SQLite's BEGIN IMMEDIATE is one already.

    It begins before Alembic looks: else that commits each migration by itself, and another process
    that starts at the same time carries out the next one in between.
    """
    take, release = queries.migration_lock(connection.dialect.name, LOCK_SECONDS)
    if take is None:
        await connection.begin()
    if take is not None and not await connection.scalar(take):
        raise SchemaBehind("Another process has been migrating for five minutes. Look at it.")
    if connection.dialect.name == "postgresql":
        await connection.exec_driver_sql(f"SET lock_timeout = '{TABLE_SECONDS}s'")
    yield
    if release is not None:
        await connection.execute(release)
        await connection.commit()


async def _check_references(connection: AsyncConnection) -> None:
    broken = (await connection.exec_driver_sql("PRAGMA foreign_key_check")).all()
    if broken:
        raise SchemaBehind(f"The migration would break {len(broken)} references; nothing changed.")


def _run(connection: Connection, revision: str, *, down: bool) -> None:
    from alembic import command  # noqa: PLC0415  (a start without migrations does without it)

    config = configuration(connection)
    if down:
        command.downgrade(config, revision)
    elif revision != "head" or not _is_newer(connection):
        command.upgrade(config, revision)
    _note_oldest_program(connection, config)


def _is_newer(connection: Connection) -> bool:
    """Whether there is nothing to do since a newer program has migrated. Raises SchemaBehind if
    this one does not work with what it left."""
    found = connection.scalar(queries.schema_revision()) if _version_columns(connection) else None
    if found is None or found <= newest():
        return False
    require_served(found, connection.scalar(queries.oldest_program()))
    return True


def _version_columns(connection: Connection) -> set[str]:
    seen = inspect(connection)
    there = seen.has_table("alembic_version")
    return {one["name"] for one in seen.get_columns("alembic_version")} if there else set()


def _note_oldest_program(connection: Connection, config: "Config") -> None:
    """The newest migration that does more than add: older programs do not know what is gone."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415  (as above)

    if "oldest_program" not in _version_columns(connection):
        return
    found = connection.scalar(queries.schema_revision())
    if found is None or found > newest():
        return
    script = ScriptDirectory.from_config(config)
    oldest = next(
        one.revision
        for one in script.iterate_revisions(found, "base")
        if not getattr(one.module, "expands", False)
    )
    connection.execute(queries.note_oldest_program(oldest))


def configuration(connection: Connection) -> "Config":
    from alembic.config import Config  # noqa: PLC0415  (as above)

    config = Config()
    config.set_main_option("script_location", str(files("upnext") / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


async def revision_at(url: str) -> str | None:
    db = Database(url, pool_size=1)
    try:
        return await revision_of(db)
    finally:
        await db.dispose()
