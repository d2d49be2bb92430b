"""Engines and sessions: the only module that opens a connection.

SQLite has one writer: the pool of its writing engine holds a single connection, so that writers
of a process queue in order instead of sleeping in busy timeouts, the lane that writes among them.
Its readers never block.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import orjson
import structlog
from sqlalchemy import Dialect, Executable, MetaData, Row, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DisconnectionError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolBusy
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase

from upnext.core.errors import Unavailable
from upnext.core.inserts import WorkSession
from upnext.core.lanes import PATIENCE, Lane, WriteLane

if TYPE_CHECKING:
    import sqlite3

DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+asyncpg",
    "mysql": "mysql+asyncmy",
}
# Some people have ten tasks, others ten thousand. A plan made without knowing whose they are takes
# them all and sorts; one made for each question takes longer to make than to follow. What reads the
# first few of an order has an index for it, which is good for both: so nothing else is planned.
BY_INDEX = {"plan_cache_mode": "force_generic_plan"} | dict.fromkeys(
    ("enable_bitmapscan", "enable_hashjoin", "enable_mergejoin", "enable_seqscan", "enable_sort"),
    "off",
)
MYSQL = (
    "SET time_zone = '+00:00', innodb_lock_wait_timeout = 5, "
    "sql_mode = 'TRADITIONAL,NO_AUTO_VALUE_ON_ZERO'"
)
REPLICA_POOL = 2
# More than what one waits for a turn in the replica's pool, so that the two can be told apart.
REPLICA_PATIENCE = PATIENCE + 2
GONE = (SQLAlchemyError, Unavailable, OSError, TimeoutError)
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "pk": "pk_%(table_name)s",
}


log = structlog.get_logger("upnext.db")


Opening = tuple[AsyncEngine, AsyncEngine, Lane, Lane]
"""What writes, what reads, the lane, and the one for statements that follow an order."""


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)


class Database:
    """One database of one process. `url` is plain: sqlite:///, postgresql:// or mysql://."""

    def __init__(self, url: str, *, pool_size: int = 10, replica: str | None = None) -> None:
        self.dialect = make_url(url).get_backend_name()
        target = _target(url)
        make = {"sqlite": _sqlite, "postgresql": _postgresql, "mysql": _mysql}[self.dialect]
        self.writer, self.reader, self.lane, self.ordered_lane = make(target, pool_size)
        # SQLite holds a moment by a plain BEGIN: see `snapshot`.
        self._still = self.reader
        self._replica = None
        if self.dialect != "sqlite":
            self._still = _of_one_moment(self.writer)
            if replica:
                self._replica = make(_target(replica), REPLICA_POOL)[0]

    @property
    def write_lane(self) -> WriteLane:
        """Where single writes can be committed by themselves."""
        return cast(WriteLane, self.lane)

    @property
    def doubts(self) -> bool:
        """Whether statements can say beside their rows if a belief holds: see `lanes.doubt`."""
        return self.dialect == "postgresql"

    def write(self, **info: Any) -> "Opened":
        """A session that holds no connection before its first statement. Only core/work commits."""
        return Opened(
            AsyncSession(
                self.writer, sync_session_class=WorkSession, expire_on_commit=False, info=info
            )
        )

    def read(self) -> "Opened":
        """A session whose changes are never kept."""
        return Opened(AsyncSession(self.reader, expire_on_commit=False, autoflush=False))

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[AsyncSession]:
        """A reading session that sees one moment, that of its first statement, to its end.

        It holds a connection throughout: for long reads, of which there are few at a time. With
        a replica they are asked of that, and may not see what was written a moment ago. While it
        is away they are asked of the database itself.
        """
        source = await self._source()
        async with AsyncSession(source, expire_on_commit=False, autoflush=False) as session:
            if self.dialect == "sqlite":
                await (await session.connection()).exec_driver_sql("BEGIN")
            yield session

    async def _source(self) -> AsyncEngine:
        """Asked first, since nobody can begin a file anew that breaks off in its middle."""
        if self._replica is not None and await _is_there(self._replica):
            return _of_one_moment(self._replica)
        if self.dialect == "mysql":
            # One that died in the pool would fail where SQLAlchemy sets the isolation, in words
            # of the driver and without being taken out of the pool.
            await _ask(self.writer)
        return self._still

    async def dispose(self) -> None:
        await self.lane.close()
        await self.ordered_lane.close()
        await self.writer.dispose()
        if self.reader is not self.writer:
            await self.reader.dispose()
        if self._replica is not None:
            await self._replica.dispose()


class Opened:
    """Closes the session behind it, unless that never did anything that has to be undone: closing
    costs as much as opening, and a session costs as much as a short statement."""

    __slots__ = ("_session",)

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def __aenter__(self) -> AsyncSession:
        return self._session

    async def __aexit__(self, *failure: Any) -> None:
        if self._session.in_transaction():
            await self._session.__aexit__(*failure)


async def rows_of(
    session: AsyncSession, statement: Executable, parameters: dict[str, Any] | None = None
) -> list[Row[*tuple[Any, ...]]]:
    """Plain rows, past the ORM's loading of entities."""
    connection = await session.connection()
    return list((await connection.execute(statement, parameters)).all())


async def _is_there(replica: AsyncEngine) -> bool:
    try:
        async with asyncio.timeout(REPLICA_PATIENCE):
            await _ask(replica)
    except PoolBusy:
        return True  # it has as many of these as it takes at a time, and says so
    except GONE as error:
        log.warning("replica_away", error=type(error).__name__)
        return False
    return True


async def _ask(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        await connection.exec_driver_sql("SELECT 1")


def _of_one_moment(engine: AsyncEngine) -> AsyncEngine:
    return engine.execution_options(isolation_level="REPEATABLE READ")


def _target(url: str) -> URL:
    plain = make_url(url)
    return plain.set(drivername=DRIVERS[plain.get_backend_name()])


def _engine(url: URL, pool_size: int, **options: Any) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        hide_parameters=True,
        pool_timeout=PATIENCE,
        json_serializer=json_text,
        json_deserializer=orjson.loads,
        **options,
    )
    event.listen(engine.sync_engine, "do_connect", _connect)
    return engine


def _connect(dialect: Any, _: Any, arguments: Any, options: Any) -> Any:  # SQLAlchemy's event
    """asyncpg lets its own errors and the system's through where a DBAPI driver wraps them."""
    try:
        return dialect.connect(*arguments, **options)
    except dialect.loaded_dbapi.Error:
        raise
    except Exception as error:  # whatever it was, there is no connection
        raise Unavailable(
            "The database is not available. Try again.", headers={"Retry-After": "2"}
        ) from error


def json_text(value: object) -> str:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS).decode()


def _sqlite(url: URL, pool_size: int) -> Opening:
    from upnext.core.lanes.sqlite_writing import SqliteWriteLane  # noqa: PLC0415  (lazy: sqlite3)

    writer, reader = _engine(url, 1), _engine(url, pool_size)
    for engine in (writer, reader):
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(reader.sync_engine, "connect", _forbid_writes)
    event.listen(writer.sync_engine, "begin", _begin_immediate)
    lane = SqliteWriteLane(
        reader.dialect,
        partial(_open_sqlite, reader.dialect, url, writes=False),
        pool_size,
        writer=writer,
        connect_to_write=partial(_open_sqlite, reader.dialect, url, writes=True),
    )
    return writer, reader, lane, lane


def _open_sqlite(dialect: Dialect, url: URL, *, writes: bool) -> "sqlite3.Connection":
    """As the engines' connections are."""
    import sqlite3  # noqa: PLC0415  (others need none)

    (where,), options = dialect.create_connect_args(url)
    options["check_same_thread"] = False
    connection: sqlite3.Connection = sqlite3.connect(where, **options)
    _prepare_sqlite(connection, None)
    if not writes:
        _forbid_writes(connection, None)
    if (prepare := dialect.on_connect()) is not None:
        prepare(connection)
    return connection


def _prepare_sqlite(connection: Any, _: Any) -> None:  # the driver's connection has no types
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "busy_timeout=10000",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "temp_store=MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _forbid_writes(connection: Any, _: Any) -> None:  # as above
    cursor = connection.cursor()
    cursor.execute("PRAGMA query_only=ON")
    cursor.close()


def _begin_immediate(connection: Any) -> None:  # SQLAlchemy's Connection
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _postgresql(url: URL, pool_size: int) -> Opening:
    from upnext.core.lanes.postgresql import PostgresLane  # noqa: PLC0415  (others need no asyncpg)

    options = {"server_settings": {"lock_timeout": "5s", "timezone": "UTC"}}
    # What the lanes do is short, so half of the connections are enough for most requests.
    ordered = max(1, pool_size // 5)
    fast = max(1, (pool_size - ordered) // 2)
    engine = _engine(
        url,
        max(1, pool_size - fast - ordered),
        isolation_level="READ COMMITTED",
        pool_use_lifo=True,
        connect_args=options,
    )
    event.listen(engine.sync_engine, "checkout", _only_open)
    _, where = engine.dialect.create_connect_args(url)
    lane = PostgresLane(engine, {**where, **options}, fast)
    guided = {**where, "server_settings": options["server_settings"] | BY_INDEX}
    by_index = PostgresLane(engine, guided, ordered, ids_as_text=False)
    # The same pool without BEGIN and ROLLBACK around each read.
    return engine, engine.execution_options(isolation_level="AUTOCOMMIT"), lane, by_index


def _only_open(connection: Any, _: Any, __: Any) -> None:  # SQLAlchemy's event
    """asyncpg reads the end of a connection that nobody uses, such as when the server restarts. The
    pool opens another then, instead of letting somebody's first statement fail."""
    if connection.driver_connection.is_closed():
        raise DisconnectionError


def _mysql(url: URL, pool_size: int) -> Opening:
    from upnext.core.lanes.mysql_writing import (  # noqa: PLC0415  (others need no asyncmy)
        MySqlWriteLane,
    )

    fast = max(1, pool_size // 2)
    engine = _engine(
        url.set(query={"charset": "utf8mb4", **url.query}),
        max(1, pool_size - fast),
        isolation_level="READ COMMITTED",
        pool_use_lifo=True,
        pool_recycle=1800,
    )
    event.listen(engine.sync_engine, "connect", _prepare_mysql)
    event.listen(engine.sync_engine, "checkout", _only_unbroken)
    _, where = engine.dialect.create_connect_args(engine.url)
    lane = MySqlWriteLane(engine, {**where, "autocommit": True, "init_command": MYSQL}, fast)
    return engine, engine, lane, lane


def _only_unbroken(connection: Any, _: Any, __: Any) -> None:  # SQLAlchemy's event
    """As `_only_open`: asyncmy reads it, too, and its own pool asks the same."""
    if connection.driver_connection._stream_broken:  # noqa: SLF001 - its `connected` does not know
        raise DisconnectionError


def _prepare_mysql(connection: Any, _: Any) -> None:  # the driver's connection has no types
    cursor = connection.cursor()
    cursor.execute(MYSQL)
    cursor.close()
